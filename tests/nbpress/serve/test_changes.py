import pytest
from watchfiles import Change

from nbpress import book
from nbpress.serve.changes import Changes, Filter, classify


@pytest.fixture
def loaded(make_book):
    return book.load(make_book({"page": ["# Page"]}))


@pytest.mark.parametrize(
    ("file", "means"),
    [
        ("notebooks/chapter/page.ipynb", Changes(pages=frozenset({"chapter/page"}))),
        ("notebooks/chapter/index.ipynb", Changes(everything=True)),
        ("notebooks/chapter/img/neuron.svg", Changes(files=True)),
        ("notebooks/references.bib", Changes(files=True)),
        ("src/lib/core.py", Changes(library=True)),
        ("conf/book.toml", Changes(everything=True)),
        ("conf/sphinx/conf.py", Changes(everything=True)),
        ("conf/latex/preamble.tex", Changes()),
    ],
)
def test_what_a_file_means(loaded, file, means):
    assert classify(loaded, loaded.root / file, 0.0) == means


def test_together_changes_ask_for_all_of_it():
    both = Changes(pages=frozenset("a"), time=1.0) | Changes(pages=frozenset("b"), library=True, time=2.0)
    assert both == Changes(pages=frozenset("ab"), library=True, time=2.0)


@pytest.mark.parametrize(
    "name", [".page.ipynb.swp", ".~page.ipynb", "page.ipynb~", ".ipynb_checkpoints/a-checkpoint.ipynb"]
)
def test_what_editors_write_for_themselves_is_left_out(tmp_path, name):
    assert not Filter()(Change.modified, str(tmp_path / name))


def test_a_notebook_is_not_left_out(tmp_path):
    assert Filter()(Change.added, str(tmp_path / "page.ipynb"))
