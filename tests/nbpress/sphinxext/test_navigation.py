"""Where one is in the book: contents at the left, the part above the title, and the list on a cover."""

import pytest
from bs4 import BeautifulSoup

from factory import notebook_text
from nbpress.sphinxext.facts import Facts, PartFacts
from nbpress.sphinxext.navigation import part_of


def lines(nav):
    return [" ".join(link.get_text(" ").split()) for link in nav.select("a")]


def html(root, name):
    return BeautifulSoup((root / "build" / "html" / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def test_part_of():
    facts = Facts(parts=(PartFacts("One", True, (("a/index", "a/page"),)), PartFacts("Two", True, (("b/index",),))))
    assert [part_of(facts, document) for document in ("a/page", "b/index", "index")] == ["One", "Two", ""]


def test_the_parts_of_the_book(page):
    assert [part.get_text() for part in page("basics/syntax").select(".book-contents .book-part")] == [
        "First Part",
        "Second Part",
    ]


def test_only_the_chapter_one_is_in_shows_its_pages(page):
    names = lines(page("basics/syntax").select_one(".book-contents"))
    assert [name.split()[0] for name in names] == ["1", "1.1", "1.2", "2", "References"]


def test_the_current_page_is_marked(page):
    (current,) = page("basics/outputs").select('.book-contents a[aria-current="page"]')
    assert lines(current.parent)[0].startswith("1.2 ")


def test_a_document_without_number_has_no_column_for_it(page):
    assert page("basics/syntax").select_one('.book-contents a[href$="references.html"]')["class"] == ["plain"]


def test_part_and_chapter_stand_above_the_title(page):
    trail = [item.get_text() for item in page("basics/syntax").select(".book-trail li")]
    assert [trail[0], trail[1].split()[0]] == ["First Part", "1"]


def test_the_cover_has_no_trail(page):
    assert not page("index").select(".book-trail")


def test_the_cover_can_be_styled(page):
    assert [page(name).body.get("class") for name in ("index", "basics/syntax")] == [["cover"], None]


@pytest.mark.parametrize("name", ["index", "basics/syntax", "search", "references"])
def test_nothing_is_loaded_from_elsewhere(page, name):
    elements = page(name).select("script[src], link[href], img[src]")
    addresses = [element.get("src") or element["href"] for element in elements]
    assert addresses
    assert not [address for address in addresses if "//" in address]


@pytest.fixture
def book_with_cover(make_book):
    root = make_book({"first": ["# First *page*"], "second": ["# Second"]})
    cover = notebook_text("# Book\n\nA promise.", ":::{book-contents}\n:::")
    (root / "notebooks" / "index.ipynb").write_text(cover, encoding="utf-8")
    return root


def test_the_contents_on_a_cover(book_with_cover, press):
    done = press(book_with_cover, "build", "html")
    assert done.returncode == 0, done.stderr
    table = html(book_with_cover, "index").select_one(".book-table")
    assert [table.select_one(".book-part").get_text(), *lines(table)] == [
        "Part",
        "1 Chapter",
        "1.1 First page",
        "1.2 Second",
    ]
    assert table.select("a")[1]["href"] == "chapter/first.html"


def test_a_new_title_reaches_every_page(book_with_cover, press):
    press(book_with_cover, "build", "html")
    second = notebook_text("# Renamed")
    (book_with_cover / "notebooks" / "chapter" / "second.ipynb").write_text(second, encoding="utf-8")
    press(book_with_cover, "build", "html")
    assert "1.2 Renamed" in lines(html(book_with_cover, "chapter/first").select_one(".book-contents"))
    assert "1.2 Renamed" in lines(html(book_with_cover, "index").select_one(".book-table"))


def test_paper_has_contents_of_its_own(make_book, press):
    root = make_book({"page": ["# Page", "before", ":::{book-contents}\n:::", "after"]})
    done = press(root, "build", "pdf")
    assert done.returncode == 0, done.stderr
    (tex,) = (root / "build" / "sphinx" / "latex").glob("book.tex")
    between = tex.read_text(encoding="utf-8").partition("before")[2].partition("after")[0]
    assert "hyperref" not in between
    assert r"\begin{itemize}" not in between
