"""Rules that a book gives itself, and the nesting of headings."""

import shutil

import pytest

from nbpress import book
from nbpress.check import check


@pytest.fixture
def said(make_book, tmp_path):
    def run(*cells, toml=""):
        shutil.rmtree(tmp_path / "book", ignore_errors=True)  # of the call before
        loaded = book.load(make_book({"page": cells}, toml=toml))
        return [f"{p.place.cell}:{p.place.line} {p.message}" for p in check(loaded, loaded.pages)]

    return run


def test_headings_are_nested(said):
    assert said("# Page", "## A\n\n#### B") == ['2:3 "B" is 2 levels below the heading before it.']
    assert not said("# Page", "## A\n\n### B\n\n## C")


def test_sections_that_a_page_must_have(said):
    toml = '[check]\nsections = ["Summary", "Exercises"]\n'
    assert said("# Page", "## Summary", toml=toml) == ['None:None the page has no section "Exercises".']
    assert not said("# Page", "## Summary\n\n## Exercises", toml=toml)


def test_long_cells_and_lines(said):
    toml = "[check]\ncell_lines = 2\nline_length = 10\n"
    assert said("# Page", ("#| label: fig-abcdefgh\n#| caption: C.\na\nb",), toml=toml) == []
    assert said("# Page", ("a\nb\nc = 12345678",), toml=toml) == [
        "2:None the cell has 3 lines.",
        "2:3 the line has 12 characters.",
    ]
    assert not said("# Page", ("a\nb\nc", "hide-input"), toml=toml)
    assert not said("# Page", ("a\n" * 90,))
