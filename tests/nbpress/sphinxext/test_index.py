"""The index at the end of the book."""

import re

import pytest


@pytest.fixture
def entries(prose):
    return [re.sub(r"\s+", " ", item.text).strip() for item in prose("genindex").select(".book-index-group > ul > li")]


@pytest.mark.parametrize(
    "entry",
    ["gradient descent, 1.3", "Momentum, 1.3", "Adam step size, 1.3", "SGD see gradient descent", "梯度下降, 1.3"],
)
def test_entries_lead_to_sections(entries, entry):
    assert entry in entries


def test_a_pair_stands_in_both_places(entries):
    assert {"learning rate, 1.3", "rate learning, 1.3"} <= set(entries)


def test_where_a_term_is_explained_stands_out(prose):
    assert prose("genindex").select_one("a.main[href='text/terms.html#term-overfitting']")


def test_the_contents_lead_to_it(prose):
    assert [link["href"] for link in prose("text/values").select(".book-contents a")][-1] == "../genindex.html"


def test_a_book_without_entries_has_none(small_book):
    assert not (small_book / "build" / "html" / "genindex.html").exists()
    assert "genindex" not in (small_book / "build" / "html" / "index.html").read_text()


def test_on_paper_with_pages(prose_pdf):
    index = prose_pdf[prose_pdf.rindex("Index") :]
    assert re.search(r"gradient descent, \d", index)
    assert re.search(r"SGD, see gradient descent", index)


def test_on_paper_chinese_stands_among_the_letters(prose_book):
    made = (prose_book / "build" / "sphinx" / "latex" / "prose.ind").read_text(encoding="utf-8")
    assert made.index(r"\bigletter T") < made.index("梯度下降")
