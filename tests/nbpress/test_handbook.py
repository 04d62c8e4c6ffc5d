"""The handbook is on the site and not on paper."""

import json

import pytest

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


def test_its_own_source_is_left_as_it_is(root, press):
    press(root, "build", "html")
    assert (root / "docs" / "index.md").read_text() == PAGE


def test_the_site_knows_where_it_is(root, press):
    press(root, "build", "html")
    facts = json.loads((root / "build" / "sphinx" / "source" / "nbpress.json").read_text())
    assert facts["handbook"] == "docs"
