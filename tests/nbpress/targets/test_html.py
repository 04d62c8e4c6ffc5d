import json


def test_a_page_that_is_gone_leaves_the_site(make_book, press):
    root = make_book({"one": ["# One"], "two": ["# Two"]})
    press(root, "build", "html")
    (root / "notebooks" / "chapter" / "two.ipynb").unlink()
    toml = root / "conf" / "book.toml"
    toml.write_text(toml.read_text().replace(json.dumps(["one", "two"]), json.dumps(["one"])))
    press(root, "build", "html")
    pages = {path.name for path in (root / "build" / "html" / "chapter").glob("*.html")}
    assert pages == {"index.html", "one.html"}


def test_nothing_is_loaded_from_elsewhere(page):
    sources = [
        tag.get("src") or tag.get("href") for tag in page("basics/syntax").select("script[src], link[rel=stylesheet]")
    ]
    assert [source for source in sources if "//" in source] == []


def test_pages_of_sphinx_stay(small_book):
    assert (small_book / "build" / "html" / "search.html").exists()


def test_chinese(page):
    assert "深度学习动手实践" in page("basics/syntax").get_text()


def test_other_files_on_the_site_stay(make_book, press):
    root = make_book({"one": ["# One"]})
    press(root, "build", "html")
    (root / "build" / "html" / "verified.html").write_text("by hand")
    press(root, "build", "html")
    assert (root / "build" / "html" / "verified.html").exists()
