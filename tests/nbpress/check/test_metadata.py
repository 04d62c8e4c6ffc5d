"""What editors and runs leave in a notebook."""

import json

import pytest

from factory import code, markdown, stored


@pytest.fixture
def book_of(make_book):
    return lambda *cells, toml="", **metadata: make_book({"page": json.dumps(stored(*cells, **metadata))}, toml)


def test_noise_is_named_and_swept_away(book_of, press):
    cell = code("x = 1", execution_count=None, metadata={"collapsed": True, "tags": ["hide-input"], "mine": 1})
    root = book_of(markdown("# Page"), cell, language_info={"name": "python", "version": "3.1"}, toc={})
    done = press(root, "check")
    assert done.returncode == 1
    assert 'page.ipynb: the notebook\'s metadata hold "language_info", "toc".  [no-noise]' in done.stderr
    assert 'page.ipynb, cell 2 (id c2): the cell\'s metadata hold "collapsed".  [no-noise]' in done.stderr
    assert "nbpress check --fix notebooks/chapter/page.ipynb" in done.stderr
    done = press(root, "check", "--fix")
    assert (done.returncode, done.stderr) == (0, "mended: notebooks/chapter/page.ipynb\n")
    raw = json.loads((root / "notebooks/chapter/page.ipynb").read_text())
    assert raw["cells"][1]["metadata"] == {"tags": ["hide-input"], "mine": 1}
    assert press(root, "check", "--fix").stderr == ""


def test_outputs_and_missing_ids_are_mended(book_of, press):
    root = book_of(markdown("# Page"), code("1", {"output_type": "stream", "name": "stdout", "text": "1"}), minor=4)
    assert press(root, "check").returncode == 1
    assert press(root, "check", "--fix").returncode == 0
    raw = json.loads((root / "notebooks/chapter/page.ipynb").read_text())
    assert (raw["nbformat_minor"], raw["cells"][1]["outputs"]) == (5, [])
    assert len({cell["id"] for cell in raw["cells"]}) == 2


def test_a_book_that_is_not_executed_keeps_what_it_holds(book_of, press):
    output = {"output_type": "stream", "name": "stdout", "text": "1"}
    root = book_of(markdown("# Page"), code("1", output), toml="[execution]\nenabled = false\n", widgets={})
    before = (root / "notebooks/chapter/page.ipynb").read_text()
    assert press(root, "check", "--fix").returncode == 0
    assert (root / "notebooks/chapter/page.ipynb").read_text() == before
