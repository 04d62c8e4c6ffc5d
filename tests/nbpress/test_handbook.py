"""The handbook is on the site and not on paper."""

import json
import re
from pathlib import Path

import pytest

from factory import notebook_text

PAGE = "# Handbook\n\nSee [the page](more.md).\n"


@pytest.fixture
def root(make_book):
    root = make_book({"page": ["# Page"]}, toml='[handbook]\npath = "docs"\npages = ["more"]\n')
    (root / "docs").mkdir()
    (root / "docs" / "index.md").write_text(PAGE)
    (root / "docs" / "more.md").write_text("# More\n\nWords.\n")
    return root


def test_on_the_site(root, press):
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    assert "Words." in (root / "build" / "html" / "docs" / "more.html").read_text()


def test_not_on_paper(root, press):
    done = press(root, "build", "pdf")
    assert done.returncode == 0, done.stderr
    assert "Handbook" not in (root / "build" / "sphinx" / "latex" / "book.tex").read_text()


def test_on_the_site_also_when_paper_comes_first(root, press):
    done = press(root, "build", "pdf", "html")
    assert done.returncode == 0, done.stderr


def test_its_own_source_is_left_as_it_is(root, press):
    press(root, "build", "html")
    assert (root / "docs" / "index.md").read_text() == PAGE


def test_the_site_knows_where_it_is(root, press):
    press(root, "build", "html")
    facts = json.loads((root / "build" / "sphinx" / "source" / "nbpress.json").read_text())
    assert facts["handbook"] == "docs"


@pytest.fixture
def with_notebook(root):
    (root / "docs" / "more.md").unlink()
    cells = ("# More\n\nSee [the beginning](index.md).", ("print(2 + 40)",))
    (root / "docs" / "more.ipynb").write_text(notebook_text(*cells))
    (root / "docs" / "index.md").write_text("# Handbook\n\nSee [the page](more.ipynb).\n")
    return root


def test_a_page_of_it_may_be_a_notebook_and_is_executed(with_notebook, press):
    done = press(with_notebook, "build", "html")
    assert done.returncode == 0, done.stderr
    html = with_notebook / "build" / "html" / "docs"
    assert "42" in (html / "more.html").read_text()
    assert 'href="more.html"' in (html / "index.html").read_text()


def test_a_notebook_of_it_is_called_by_its_path(with_notebook, press):
    (with_notebook / "docs" / "more.ipynb").write_text(notebook_text("# More", "[x](gone.md)"))
    assert "docs/more.ipynb, cell 2 (id c2), line 1: " in press(with_notebook, "check").stderr


def test_a_warning_of_sphinx_calls_it_by_its_path(with_notebook, press):
    (with_notebook / "docs" / "more.ipynb").write_text(notebook_text("# More", "{nosuchrole}`x`"))
    assert "\ndocs/more.ipynb, cell 2 (id c2), line 1: " in press(with_notebook, "build", "html").stderr


def test_a_page_that_is_neither(root, press):
    (root / "docs" / "more.md").unlink()
    done = press(root, "check")
    assert "there is neither docs/more.md nor a notebook of this name" in done.stderr
    assert done.returncode == 1


def test_its_notebooks_can_be_chosen(with_notebook, press):
    assert "docs/more" in press(with_notebook, "why", "docs").stdout


WRITING = Path(__file__).parents[2] / "docs" / "writing.ipynb"


def test_code_shown_in_the_handbook_is_the_code_that_is_executed():
    cells = json.loads(WRITING.read_text(encoding="utf-8"))["cells"]
    shown = [re.findall(r"^```python\n(.*?)\n```", cell["source"], re.M | re.S) for cell in cells]
    pairs = [(blocks[-1], after["source"]) for blocks, after in zip(shown, cells[1:], strict=False) if blocks]
    assert len(pairs) == 2
    assert all(written == executed for written, executed in pairs)
