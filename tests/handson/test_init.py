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
    "handson.optim": ["SGD", "clipped"],
    "handson.plotting": ["contours", "heatmap", "images", "lines", "regions"],
    "handson.timing": ["measure"],
    "handson.training": ["History", "evaluate", "fit"],
    "handson.trials": ["Trials", "repeat"],
    "handson.data.loading": ["Loaders", "batches", "folds"],
    "handson.data.registry": ["Entry", "entry", "profile"],
    "handson.data.synthetic": ["linear_regression", "polynomial", "sine_series", "spirals"],
    "handson.data.tabular": ["house_prices"],
    "handson.data.samples.house_prices": ["SIZE", "TRAIN", "draw"],
}


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names(module):
    assert sorted(importlib.import_module(module).__all__) == PUBLIC[module]


def callables():
    for path, names in PUBLIC.items():
        module = importlib.import_module(path)
        yield from ((module, name) for name in names if callable(getattr(module, name)))


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


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, handson; print({'numpy', 'pandas', 'torch'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
