import pytest

from nbpress.book import FOR_READERS
from nbpress.targets import requirements


def test_what_is_imported_is_pinned(runnable):
    lines = (runnable.root / "build" / "html" / FOR_READERS / "requirements.txt").read_text().splitlines()
    assert [line.partition("==")[0] for line in lines] == ["ipython", "numpy", "jupyterlab", "."]
    assert all(line.partition("==")[2] for line in lines[:2])


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import numpy as np, torch.nn\nfrom pandas.api import types", {"numpy", "torch", "pandas"}),
        ("%matplotlib inline\n!ls\nimport numpy", {"numpy"}),
        ("def f():\n    import torch", {"torch"}),
        ("from . import near", set()),
        ("not python at all", set()),
    ],
)
def test_which_modules_code_imports(code, modules):
    assert set(requirements.imported(code)) == modules
