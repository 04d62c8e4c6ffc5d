from bs4 import BeautifulSoup

from nbpress.sphinxext import addresses
from nbpress.sphinxext.facts import Facts


def test_each_page_names_its_own_address_once(published):
    [link] = published.page("chapter/one").select('link[rel="canonical"]')
    assert link["href"] == "https://example.org/found/chapter/one.html"


def test_the_address_of_the_cover_is_that_of_the_book(published):
    assert published.page("index").select_one('link[rel="canonical"]')["href"] == "https://example.org/found/"


def test_each_page_names_the_translations_that_there_are(make_book, press):
    root = make_book({"page": ["# Page"]}, toml='url = "https://b.org"\nlanguages = ["en", "zh_CN", "de"]')
    page = root / "build" / "html" / "chapter" / "page.html"

    def languages():
        assert press(root, "build", "html").returncode == 0
        links = BeautifulSoup(page.read_text(), "lxml").select('link[rel="alternate"][hreflang]')
        return {link["hreflang"]: link["href"] for link in links}

    assert languages() == {}
    (root / "build" / "html" / "zh_CN").mkdir()
    own = "https://b.org/chapter/page.html"
    assert languages() == {"en": own, "zh-CN": "https://b.org/zh_CN/chapter/page.html", "x-default": own}


def test_names_in_other_scripts_are_written_as_addresses_are():
    facts = Facts(url="https://b.org", languages=("en", "zh"))
    assert addresses.address(facts, "章/a b") == "https://b.org/%E7%AB%A0/a%20b.html"
    assert dict(addresses.alternates(facts, "章", ["zh"]))["zh"] == "https://b.org/zh/%E7%AB%A0.html"


def test_a_book_without_address_has_no_half_one():
    assert addresses.address(Facts(), "a/b") == ""


def test_an_old_name_leads_to_the_new_page(published):
    page = published.page("chapter/old-name")
    assert page.select_one('meta[http-equiv="refresh"]')["content"] == "0; url=one.html"
    assert page.select_one('link[rel="canonical"]')["href"].endswith("/chapter/one.html")
    assert page.a["href"] == "one.html"
    assert not page.select('meta[name="robots"]')  # it would keep the new address from inheriting what the old one has


def test_the_page_for_what_is_missing_works_at_any_depth(published):
    page = published.page("404")
    assert page.base["href"] == "https://example.org/found/"
    assert page.select_one('.book-missing a[href="chapter/index.html"]')
    assert page.select_one('form[action="search.html"]')
    assert not page.select('a[href^="#"]')  # it would lead to the cover


def test_what_is_taken_back_takes_its_pages_along(make_book, press):
    lines = 'url = "https://example.org"\nredirects = { "chapter/old" = "chapter/page" }'
    root = make_book({"page": ["# Page"]}, toml=lines)
    pages = [root / "build" / "html" / name for name in ("chapter/old.html", "404.html", "robots.txt")]
    assert press(root, "build", "html").returncode == 0
    assert [page.exists() for page in pages] == [True] * 3
    toml = root / "conf" / "book.toml"
    toml.write_text(toml.read_text().replace(lines, ""))
    assert press(root, "build", "html").returncode == 0
    assert [page.exists() for page in pages] == [False] * 3


def test_a_book_without_address_has_no_files_that_need_one(make_book, press):
    root = make_book({"page": ["# Page"]})
    assert press(root, "build", "html").returncode == 0
    names = {path.name for path in (root / "build" / "html").iterdir()}
    assert not names & {"404.html", "sitemap.xml", "robots.txt", "feed.xml", "_cards"}
    assert "og:url" not in (root / "build" / "html" / "chapter" / "page.html").read_text()


def test_search_engines_stay_away_from_a_preview(make_book, press):
    root = make_book({"page": ["# Page"]}, toml='url = "https://example.org"\nredirects = { "old" = "chapter/page" }')
    pages = [root / "build" / "html" / name for name in ("chapter/page.html", "old.html")]
    assert press(root, "build", "html").returncode == 0
    assert not any("noindex" in page.read_text() for page in pages)
    assert press(root, "build", "html", NBPRESS_PREVIEW="1").returncode == 0
    assert all('<meta name="robots" content="noindex">' in page.read_text() for page in pages)
    robots = (root / "build" / "html" / "robots.txt").read_text()
    assert robots == "User-agent: *\nAllow: /\n"  # who may not read a page does not learn that it is not to be found


def test_paper_learns_of_a_new_address_at_once(make_book, press):
    show = ("from IPython.display import HTML\n\nHTML(\"<video src='x.mp4'></video>\")",)
    root = make_book({"page": ["# Page", show]})
    (root / "notebooks" / "chapter" / "x.mp4").write_bytes(b"")
    assert press(root, "build", "pdf").returncode == 0
    toml = root / "conf" / "book.toml"
    toml.write_text(f'url = "https://example.org"\n{toml.read_text()}')
    assert press(root, "build", "pdf").returncode == 0
    [tex] = (root / "build").rglob("book.tex")
    assert "https://example.org/chapter/page.html" in tex.read_text()
