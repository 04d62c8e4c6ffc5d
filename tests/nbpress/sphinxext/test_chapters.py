"""The contents on a cover: chapters as cards, with what their pages say and show first."""

import re

import pytest
from bs4 import BeautifulSoup

from factory import notebook_text
from nbpress.sphinxext.chapters import first_sentence


def draw(label, colour):
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='60' height='40'><rect fill='{colour}'/></svg>"
    options = f"#| label: fig-{label}\n#| caption: A box.\n#| alt: All is {colour}.\n"
    return f'{options}from IPython.display import SVG\nSVG("{svg}")'


def write(root, name, *cells):
    file = root / "notebooks" / f"{name}.ipynb"
    file.parent.mkdir(exist_ok=True)
    file.write_text(notebook_text(*cells), encoding="utf-8")


def table(root):
    text = (root / "build" / "html" / "index.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser").select_one(".book-table")


def build(root, press):
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    return table(root)


def lines(nav):
    return [" ".join(link.get_text(" ").split()) for link in nav.select("a")]


def colour(root, card):
    drawing = (root / "build" / "html" / card.img["src"]).read_text(encoding="utf-8")
    return re.search(r"fill=[\"'](\w+)", drawing)[1]


PAGE = [
    "# Second",
    ":::{exercise}\n:label: ex\n\nDraw.\n:::",
    ":::{solution-start} ex\n:::",
    (draw("solved", "red"),),
    ":::{solution-end}\n:::",
    (draw("first", "green"),),
]
OTHERS = """
[[parts.chapters]]
path = "words"
pages = ["only"]
[[parts]]
title = "Back"
numbered = false
[[parts.chapters]]
path = "end"
"""


@pytest.fixture
def book(make_book):
    """Two chapters with numbers and one without; the first draws two pictures, one of them in a solution."""
    root = make_book({"first": ["# First *page*"], "second": PAGE})
    with (root / "conf" / "book.toml").open("a", encoding="utf-8") as toml:
        toml.write(OTHERS)
    write(root, "chapter/index", "# Chapter\n\nWhat *it* says,[^a] e.g. first. What it says then.\n\n[^a]: A note.")
    write(root, "words/only", "# Only")
    write(root, "end/index", "# End")
    write(root, "index", "# Book\n\nA promise.", ":::{book-contents}\n:::")
    return root


def test_a_chapter_is_a_card_with_a_sentence_and_a_picture(book, press):
    contents = build(book, press)
    assert [part.get_text() for part in contents.select(".book-part")] == ["Part", "Back"]
    assert lines(contents) == ["1 Chapter", "1.1 First page", "1.2 Second", "2 Words", "2.1 Only", "End"]
    assert [link["href"] for link in contents.select("a")][:2] == ["chapter/index.html", "chapter/first.html"]
    first, second = contents.select(".chapter-card")
    assert first.select(".chapter-words p")[1].get_text() == "What it says, e.g. first."
    assert (colour(book, first), first.img["alt"], first.img["loading"]) == ("green", "All is green.", "lazy")
    assert not second.select("img, .chapter-words p:not(.chapter-title)")


def test_a_tag_chooses_the_picture(book, press):
    plain = draw("chosen", "blue").partition("from")[2]  # a picture need not be a figure
    write(book, "chapter/second", *PAGE, (f"from{plain}", "thumbnail"))
    card, _ = build(book, press).select(".chapter-card")
    assert colour(book, card) == "blue"


def test_a_new_picture_reaches_the_cover(book, press):
    build(book, press)
    write(book, "chapter/second", *PAGE[:-1], (draw("first", "grey"),))
    card, _ = build(book, press).select(".chapter-card")
    assert (colour(book, card), card.img["alt"]) == ("grey", "All is grey.")


def test_a_new_sentence_reaches_the_cover(book, press):
    build(book, press)
    write(book, "chapter/index", "# Chapter\n\nSaid now.")
    assert "Said now." in build(book, press).get_text()


def test_a_new_title_reaches_every_page(book, press):
    build(book, press)
    write(book, "chapter/second", "# Renamed")
    assert "1.2 Renamed" in lines(build(book, press))
    page = (book / "build" / "html" / "chapter" / "first.html").read_text(encoding="utf-8")
    assert "1.2 Renamed" in lines(BeautifulSoup(page, "html.parser").select_one(".book-contents"))


def test_a_chosen_cell_without_picture_is_a_problem(make_book, press):
    done = press(make_book({"page": ["# Page", ("1", "thumbnail")]}), "build", "html")
    assert 'cell 2 (id c2), line 1: the cell shows no picture for its tag "thumbnail"' in done.stderr


def test_paper_has_contents_of_its_own(make_book, press):
    root = make_book({"page": ["# Page", "before", ":::{book-contents}\n:::", "after", (draw("first", "green"),)]})
    done = press(root, "build", "pdf")
    assert done.returncode == 0, done.stderr
    (tex,) = (root / "build" / "sphinx" / "latex").glob("book.tex")
    between = tex.read_text(encoding="utf-8").partition("before")[2].partition("after")[0]
    assert not re.search(r"hyperref|itemize|includegraphics", between)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("One, e.g. Two, i.e. two. Three.", "One, e.g. Two, i.e. two."),
        ("At 0.5 of it! Two", "At 0.5 of it!"),
        ('He said "no." Then more.', 'He said "no."'),
        ("None", "None"),
        ("第一句。第二句。", "第一句。"),
        ("他说“不。”然后。", "他说“不。”"),
        ("", ""),
    ],
)
def test_first_sentence(text, first):
    assert first_sentence(text) == first
