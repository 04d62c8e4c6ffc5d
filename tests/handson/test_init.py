"""The public names, pinned: a change here is a change of what readers may rely on."""

import doctest
import importlib
import subprocess
import sys

import matplotlib
import pytest

import handson

PUBLIC = {
    "handson": ["__version__"],
    "handson.device": ["best", "gpus"],
    "handson.inspection": ["activations", "multiply_adds", "parameter_count", "summary"],
    "handson.losses": ["token_cross_entropy"],
    "handson.metrics": ["Mean", "accuracy", "calibration_error", "confusion", "perplexity"],
    "handson.nn.mlp": ["MLP"],
    "handson.optim": ["SGD", "clipped"],
    "handson.plotting": ["contours", "heatmap", "images", "lines", "regions"],
    "handson.timing": ["measure"],
    "handson.training": ["History", "evaluate", "fit"],
    "handson.trials": ["Trials", "repeat"],
    "handson.data.loading": ["Loaders", "batches", "folds"],
    "handson.data.download": ["fetch", "folder_of", "verify"],
    "handson.data.entries": ["Entry", "Fields", "File"],
    "handson.data.errors": ["DataError"],
    "handson.data.images": ["FASHION_CLASSES", "fashion_mnist"],
    "handson.data.profiles": ["Profile", "profile"],
    "handson.data.registry": ["Data", "ENTRIES", "Entry", "File", "entry", "load", "profile"],
    "handson.data.synthetic": ["linear_regression", "polynomial", "sine_series", "spirals"],
    "handson.data.tabular": ["house_prices"],
    "handson.data.text": ["Vocabulary", "time_machine", "tokenize", "windows"],
    "handson.data.samples.airfoil": ["ROWS", "draw"],
    "handson.data.samples.cifar10": ["CLASSES", "SIZES", "TABLES", "draw", "draw_tiny"],
    "handson.data.samples.detection": ["SIZES", "draw"],
    "handson.data.samples.dog_breeds": ["BREEDS", "SIZES", "breed", "draw"],
    "handson.data.samples.eng_fra": ["SIZES", "draw", "held_out"],
    "handson.data.samples.fashion_mnist": ["SIZES", "draw"],
    "handson.data.samples.glove": ["DIMENSION", "draw", "vectors"],
    "handson.data.samples.hotdog": ["SIZES", "draw"],
    "handson.data.samples.house_prices": ["SIZE", "TRAIN", "draw", "draw_split"],
    "handson.data.samples.imdb": ["SIZES", "draw"],
    "handson.data.samples.snli": ["CONTRADICTS", "ENTAILS", "NEUTRAL", "SIZES", "draw"],
    "handson.data.samples.time_machine": ["LENGTH", "draw"],
    "handson.data.samples.topics": ["SIZES", "draw_paragraphs", "draw_sentences", "paragraphs"],
    "handson.data.samples.voc_segmentation": ["BORDER", "CLASSES", "SIZES", "draw"],
}
# What has no example: type aliases, and what is explained with the thing that it belongs to
WITHOUT_EXAMPLE = {"Fields", "Profile", "folder_of", "verify", "vectors", "paragraphs", "breed"}


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names(module):
    assert sorted(importlib.import_module(module).__all__) == PUBLIC[module]


def callables():
    for path, names in PUBLIC.items():
        module = importlib.import_module(path)
        yield from ((module, name) for name in sorted({*names} - WITHOUT_EXAMPLE) if callable(getattr(module, name)))


@pytest.mark.parametrize(("module", "name"), list(callables()))
def test_example_of_every_public_name_runs(module, name, monkeypatch):
    monkeypatch.delenv("HANDSON_DATA", raising=False)
    matplotlib.use("agg")
    finder = doctest.DocTestFinder(recurse=False)
    examples = finder.find(getattr(module, name), name, module, globs=vars(module).copy())
    result = [doctest.DocTestRunner().run(example) for example in examples]
    assert sum(run.attempted for run in result) > 0
    assert sum(run.failed for run in result) == 0


def test_version():
    assert handson.__version__ == "0.1.0"


DRAWS_OR_IS_A_TABLE = {"handson.plotting", "handson.training", "handson.data.tabular"}
NETWORK = {"handson.data.download"}


@pytest.mark.parametrize(
    ("modules", "heavy"),
    [
        ({"handson"}, "numpy pandas torch"),
        (PUBLIC.keys() - NETWORK, "requests pooch rich"),
        (PUBLIC.keys() - NETWORK - DRAWS_OR_IS_A_TABLE, "requests pooch rich pandas matplotlib"),
    ],
)
def test_importing_loads_no_more_than_is_needed(modules, heavy):
    code = f"import sys, {', '.join(sorted(modules))}; print(*set({heavy.split()}) & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "\n"
