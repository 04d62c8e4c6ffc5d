import pytest

from nbpress import book
from nbpress.check import check


@pytest.fixture
def said(make_book):
    def run(pages):
        loaded = book.load(make_book(pages))
        return "\n".join(map(str, check(loaded, loaded.pages)))

    return run


def test_good_links(said):
    first = "# First\n\n## A section\n\n[a](#a-section) [b](second.ipynb) [c](second.ipynb#part) [d](#eq-x) [e](https://x.org)"
    assert said({"first": [first], "second": ["# Second\n\n## Part", "$$\nx\n$$ (eq-x)"]}) == ""


def test_an_unknown_label_names_place_and_nearest(said):
    text = said({"first": ["# First", "one\n\nsee [](#eq-dot)"], "second": ["# Second", "$$\nx\n$$ (eq-dots)"]})
    assert text == (
        'notebooks/chapter/first.ipynb, cell 2 (id c2), line 3: the label "eq-dot" is not defined.\n'
        '    did you mean "eq-dots" (notebooks/chapter/second.ipynb, cell 2)?'
    )


def test_an_unknown_page(said):
    text = said({"first": ["# First\n\n[a](secund.ipynb)"], "second": ["# Second"]})
    assert '"secund.ipynb" is not a page of the book.\n    did you mean "chapter/second"?' in text


def test_an_unknown_section(said):
    text = said({"first": ["# First\n\n[a](second.ipynb#prat)"], "second": ["# Second\n\n## Part"]})
    assert 'the page chapter/second has no section "prat".\n    did you mean "part"?' in text


def test_a_missing_file(said):
    assert 'the file "data.csv" does not exist.' in said({"first": ["# First\n\n[a](data.csv)"]})


def test_a_label_given_twice(said):
    equation = "$$\nx\n$$ (eq-x)"
    text = said({"first": ["# First", equation], "second": ["# Second", equation]})
    assert 'the label "eq-x" is taken.\n    first given in notebooks/chapter/first.ipynb, cell 2 (id c2)' in text


def test_a_missing_picture(said):
    assert 'cell 2 (id c2), line 1: the picture "img/a.svg" does not exist.' in said(
        {"first": ["# F", "![a](img/a.svg)"]}
    )


def test_pictures_from_elsewhere_are_not_files(said):
    assert said({"first": ["# F", "![a](https://x.org/a.svg)"]}) == ""


def test_footnotes_of_other_cells(said):
    assert said({"first": ["# First", "a[^x] b[^y]", "[^y]: One.", "[^x]: Other."]}) == ""


def test_a_footnote_that_is_not_there(said):
    text = said({"first": ["# First", "one\ntwo[^nose]", "[^note]: Text. [^note]"]})
    assert 'cell 2 (id c2), line 2: the page has no footnote "nose".' in text
    assert 'did you mean "note"?' in text


def test_a_footnote_to_which_nothing_refers(said):
    assert 'cell 2 (id c2), line 1: nothing refers to the footnote "x".' in said({"first": ["# First", "[^x]: Text."]})
