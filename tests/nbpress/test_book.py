import pytest

from nbpress import book
from nbpress.errors import UsageError


@pytest.fixture
def two_pages(make_book):
    root = make_book({"first": ["# First"], "second": ["# Second"]})
    return book.load(root)


def names(pages):
    return [page.name for page in pages]


def test_pages_in_the_order_of_the_configuration(two_pages):
    assert names(two_pages.pages) == ["chapter/first", "chapter/second"]


def test_the_cover_comes_first(make_book):
    root = make_book({"first": ["# First"]})
    (root / "notebooks" / "index.ipynb").write_text("{}")
    assert names(book.load(root).pages) == ["index", "chapter/first"]


def test_an_index_opens_its_chapter(make_book):
    loaded = book.load(make_book({"first": ["# First"], "index": ["# Chapter"]}, listed=["first"]))
    assert names(loaded.pages) == ["chapter/index", "chapter/first"]


def test_a_chapter_without_index_has_its_folders_name(two_pages):
    assert next(two_pages.chapters).title == "Chapter"


def test_slug_from_the_title(two_pages):
    assert two_pages.slug == "book"


def test_select_nothing_is_everything(two_pages):
    assert book.select(two_pages, []) == two_pages.pages


@pytest.mark.parametrize("name", ["chapter/second", "notebooks/chapter/second.ipynb", "chapter/second.ipynb"])
def test_select_a_page_by_any_name(two_pages, name):
    assert names(book.select(two_pages, [name])) == ["chapter/second"]


def test_select_by_absolute_path(two_pages):
    assert names(book.select(two_pages, [str(two_pages.pages[0].path)])) == ["chapter/first"]


def test_select_a_chapter(two_pages):
    assert book.select(two_pages, ["chapter"]) == two_pages.pages


def test_select_keeps_reading_order(two_pages):
    assert names(book.select(two_pages, ["chapter/second", "chapter/first"])) == ["chapter/first", "chapter/second"]


def test_select_an_unknown_page(two_pages):
    with pytest.raises(UsageError, match=r'no page or chapter "chapter/frist"\.\n.*did you mean "chapter/first"'):
        book.select(two_pages, ["chapter/frist"])
