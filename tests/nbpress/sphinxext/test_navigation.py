"""Where one is in the book: contents at the left, and the part above the title."""

import pytest

from nbpress.sphinxext.facts import Facts, PartFacts
from nbpress.sphinxext.navigation import part_of


def lines(nav):
    return [" ".join(link.get_text(" ").split()) for link in nav.select("a")]


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
