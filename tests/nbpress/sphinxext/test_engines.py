import json
from xml.etree import ElementTree

import pytest

from nbpress.sphinxext import engines

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def head(published):
    return published.page("chapter/one").head


def test_a_page_is_described_by_its_first_paragraph_without_formulas(head):
    said = "How Enter finds things, “quoted” & all: see https://example.com and there."
    assert head.select_one('meta[name="description"]')["content"] == said


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("word " * 100, "word word"),
        ("张量是数据结构" * 60, "张量是"),
        ("张量，是数据。" * 60, "张量，"),
        ("x" * 300, "xxx"),
    ],
)
def test_a_long_description_is_cut_where_it_can_be(text, begins):
    said = engines._shortened(text.strip())
    assert said.startswith(begins)
    assert 150 < len(said) <= engines.LONGEST + 2
    assert said.endswith(("word …", "构 …", "是 …", "张 …", "量 …", "数 …", "据 …", "x …"))


def test_the_cover_is_described_by_the_book(published):
    said = published.page("index").select_one('meta[name="description"]')["content"]
    assert said == "How a book is found."


def test_a_link_to_a_page_has_title_address_and_picture(published, head):
    graph = {tag["property"]: tag["content"] for tag in head.select("meta[property]")}
    assert graph["og:title"] == "Finding things"
    assert graph["og:url"] == "https://example.org/found/chapter/one.html"
    picture = graph["og:image"].removeprefix("https://example.org/found/")
    assert (published.root / "build" / "html" / picture).exists()


def test_structured_data_say_what_a_page_is_and_where_it_stands(head):
    page, trail = json.loads(head.select_one('script[type="application/ld+json"]').string)["@graph"]
    assert page["isPartOf"]["name"] == "A Book that is Found"
    assert page["dateModified"] == "2026-11-03"
    steps = [(step["position"], step["name"]) for step in trail["itemListElement"]]
    assert steps == [(1, "A Book that is Found"), (2, "Chapter"), (3, "Finding things")]


def test_structured_data_of_the_cover_are_those_of_the_book(published):
    data = json.loads(published.page("index").select_one('script[type="application/ld+json"]').string)
    assert (data["@type"], len(data["author"])) == ("Book", 2)


def test_the_sitemap_names_each_page_and_its_last_change(published):
    tree = ElementTree.parse(published.root / "build" / "html" / "sitemap.xml")
    found = {entry[0].text: entry.findtext(f"{SITEMAP}lastmod") for entry in tree.getroot()}
    assert found["https://example.org/found/chapter/one.html"] == "2026-11-03"
    assert "https://example.org/found/" in found


def test_robots_are_shown_the_sitemap(published):
    text = (published.root / "build" / "html" / "robots.txt").read_text()
    assert "Sitemap: https://example.org/found/sitemap.xml" in text


def test_other_books_find_this_one_by_its_inventory(published):
    assert (published.root / "build" / "html" / "objects.inv").read_bytes().startswith(b"# Sphinx inventory version 2")
