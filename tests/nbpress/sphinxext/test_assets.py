"""One style sheet with what the pages can use."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from nbpress.sphinxext import assets

PAGE = "# Page\n\n::::{tab-set}\n:::{tab-item} One\nWords.\n:::\n::::\n"


@pytest.fixture
def root(make_book, press):
    root = make_book({"plain": ["# Plain"], "tabs": [PAGE]})
    (root / "conf/sphinx").mkdir()
    own = 'extensions = ["nbpress.sphinxext"]\nhtml_static_path = ["own"]\nhtml_css_files = ["own.css"]\n'
    (root / "conf/sphinx/conf.py").write_text(own)
    (root / "conf/sphinx/own").mkdir()
    rules = '.sd-tab-set, .nowhere { mask: url(img/a.svg) }\n.nowhere { color: red }\n@import "more.css";\n'
    (root / "conf/sphinx/own/own.css").write_text(rules)
    (root / "conf/sphinx/own/more.css").write_text("main { outline: 7px solid }")
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    return root


def page(root, name):
    return BeautifulSoup((root / f"build/html/chapter/{name}.html").read_text(), "html.parser")


def test_a_page_links_one_sheet_and_the_scripts_that_it_needs(root):
    plain, tabs = page(root, "plain"), page(root, "tabs")
    [sheet] = plain.select("link[rel=stylesheet]")
    assert re.fullmatch(r"\.\./_static/book\.css\?v=[0-9a-f]{8}", sheet["href"])
    assert names(plain) == ["search.js", "nbpress.js"]
    assert names(tabs) == ["search.js", "nbpress.js", "design-tabs.js"]
    text = (root / "build/html/_static/book.css").read_text()
    assert '.sd-tab-set{mask:url("img/a.svg")}' in text
    assert ".nowhere" not in text
    assert text.index("outline:7px solid") < text.index("img/a.svg")
    assert "@import" not in text
    assert re.search(r'url\("fonts/KaTeX_Main-Regular\.woff2\?v=[0-9a-f]{8}"\)', text)
    cut = (root / "build/html/_static/fonts/KaTeX_Main-Regular.woff2").stat().st_size
    whole = Path(assets.__file__).parent / "katex" / "fonts" / "KaTeX_Main-Regular.woff2"
    assert cut < 0.6 * whole.stat().st_size
    early = plain.select_one("link[rel=preload]")["href"].removeprefix("../_static/")
    assert early.startswith("fonts/source-serif-4-latin-400-normal.woff2?v=")
    assert f'url("{early}")' in text
    assert len(text) < 150_000


def names(read):
    sources = [script["src"] for script in read.select("script[src]")]
    return [re.sub(r".*/|\?.*", "", source) for source in sources]


def test_what_no_page_uses_is_not_on_the_site(root, press):
    static = root / "build/html/_static"
    (root / "conf/sphinx/own/unused.txt").write_text("the author's")
    page_ = root / "notebooks" / "chapter" / "plain.ipynb"
    page_.write_text(page_.read_text().replace("# Plain", "# Plainer"))
    for _ in range(2):  # what is deleted is there again when it is needed
        assert (static / "own.css").exists()
        assert not any((static / name).exists() for name in ("scripts", "styles", "vendor", "katex", "searchtools.js"))
        assert (static / "source-serif-4-LICENSE.txt").exists()
        assert "outline:7px solid" in (static / "book.css").read_text()
        assert press(root, "build", "html").returncode == 0
    assert (static / "unused.txt").exists()


def test_pages_ask_for_the_new_version_of_a_sheet_that_has_changed(root, press):
    def version():
        return page(root, "plain").select_one("link[rel=stylesheet]")["href"]

    before = version()
    assert press(root, "build", "html").returncode == 0
    assert version() == before
    (root / "conf/sphinx/own/own.css").write_text("main { outline: 9px solid }")
    assert press(root, "build", "html").returncode == 0
    assert version() != before


def test_pages_ask_for_the_new_version_when_another_page_needs_more_rules(root, press):
    before = page(root, "plain").select_one("link[rel=stylesheet]")["href"]
    tabs = root / "notebooks" / "chapter" / "tabs.ipynb"
    tabs.write_text(tabs.read_text().replace("tab-set", "card").replace("tab-item", "card").replace("Words", "Слова"))
    assert press(root, "build", "html").returncode == 0
    assert page(root, "plain").select_one("link[rel=stylesheet]")["href"] != before


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".a .b, .a:hover { color: red }", ".a:hover{color:red }"),
        ("#a > p::before { content: 'x' }", "#a > p::before{content:'x' }"),
        (":not(.b) { margin: 0 auto }", ":not(.b){margin:0 auto }"),
        ("@media (max-width: 9px) { .b { top: 0 } }", ""),
        ("@media print { .b { top: 0 } .a { top: 0 } }", "@media print {.a{top:0 }}"),
        ("@keyframes k { from { top: 0 } }", "@keyframes k { from { top: 0 } }"),
        ("@font-face { src: url(f.woff2) format('woff2') }", "@font-face {src:url(\"x/f.woff2\") format('woff2') }"),
        (".a { mask: url('data:image/svg+xml,x') }", ".a{mask:url('data:image/svg+xml,x') }"),
        ("/* .a */ .a { /* why */ top: 0 }", ".a{top:0 }"),
        ('@charset "utf-8"; .a { top: 0 }', ".a{top:0 }"),
        (".a { broken", ".a{broken}"),
    ],
)
def test_rules_that_are_kept(tmp_path, css, kept):
    (tmp_path / "x").mkdir()
    (tmp_path / "x/sheet.css").write_text(css)
    squeezed = re.sub(r"\s+", "", assets._sheet(tmp_path, "x/sheet.css", {"a"}))
    assert squeezed.replace('"', "'") == re.sub(r"\s+", "", kept).replace('"', "'")
