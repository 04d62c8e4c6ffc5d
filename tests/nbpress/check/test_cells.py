"""Options and tags of cells."""

import pytest

from nbpress import book
from nbpress.check import check


@pytest.fixture
def said(make_book):
    def run(*cell, toml=""):
        loaded = book.load(make_book({"page": ["# Page", cell]}, toml=toml))
        return "\n".join(map(str, check(loaded, loaded.pages)))

    return run


def test_an_unknown_option(said):
    text = said("#| label: fig-a\n#| captoin: Words.\nplot()")
    assert 'notebooks/chapter/page.ipynb, cell 2 (id c2), line 2: unknown option "captoin".' in text
    assert 'did you mean "caption"?' in text


def test_an_option_like_none_of_ours(said):
    assert "known here: label, caption, alt, width" in said("#| echo: false\n1")


def test_the_known_options(said):
    assert not said("#| label: fig-a\n#| caption: C.\n#| alt: A.\n#| width: 50%\nplot()")


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("hide_input", "hide-input"),
        ("remove-ouput", "remove-output"),
        ("Full-Width", "full-width"),
        ("hide-inputs", "hide-input"),
    ],
)
def test_a_tag_that_is_nearly_ours(said, tag, meant):
    text = said("1", tag)
    assert f'cell 2 (id c2): the tag "{tag}" has no effect.' in text
    assert f'did you mean "{meant}"?' in text


@pytest.mark.parametrize("tag", ["margin", "solution", "hide", "exercise", "remove-input", "my-tag"])
def test_other_tags_are_the_authors_own(said, tag):
    assert not said("1", tag)


def test_a_book_that_is_not_executed_takes_cells_as_they_are(said):
    assert not said("#| echo: false\n1", "hide_input", toml="[execution]\nenabled = false")
