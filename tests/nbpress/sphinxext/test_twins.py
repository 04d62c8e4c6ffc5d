import re

from nbpress.book import FOR_READERS


def test_each_page_says_where_its_twin_is(runnable):
    html = runnable.root / "build" / "html"
    pages = [path for path in html.rglob("*.html") if path.with_suffix(".md").exists()]
    assert len(pages) == 5
    for path in pages:
        link = runnable.page(path.relative_to(html).with_suffix("").as_posix()).select_one('link[type="text/markdown"]')
        assert (path.parent / link["href"]).samefile(path.with_suffix(".md"))


def test_links_of_twins_lead_to_twins(runnable):
    html = runnable.root / "build" / "html"
    links = [
        (path, link)
        for path in html.rglob("*.md")
        if FOR_READERS not in path.parts
        for link in re.findall(r"\]\(([^):]+)\)", path.read_text())
    ]
    assert len(links) > 5
    assert [link for path, link in links if not (path.parent / link).exists()] == []


def test_the_list_has_title_summary_and_all_pages(runnable):
    text = (runnable.root / "build" / "html" / "llms.txt").read_text()
    assert text.startswith("# A Book that Runs\n\n> Pages that readers run.\n\n")
    assert "\n## Part\n\n- [1 Chapter](https://example.org/runs/chapter/index.md)\n" in text
    assert "- [1.2 Second steps](https://example.org/runs/chapter/second.md)\n" in text


def test_a_twin_goes_with_its_page(make_book, press):
    root = make_book({"one": ["# One"], "two": ["# Two"]})
    press(root, "build", "html")
    toml = root / "conf" / "book.toml"
    toml.write_text(toml.read_text().replace('["one", "two"]', '["one"]'))
    (root / "notebooks" / "chapter" / "two.ipynb").unlink()
    press(root, "build", "html")
    left = {path.name for path in (root / "build" / "html").rglob("two.*")}
    assert left == set()
