"""Decks of slides: where slides begin, what is on them, and what is not."""

import json
import shutil

import pytest
from bs4 import BeautifulSoup

from factory import code, markdown, stored

TOLD = (
    markdown("# Told\n\nA promise. And more.", metadata={"slideshow": {"slide_type": "slide"}}),
    markdown("Only in the book.", metadata={"slideshow": {"slide_type": "skip"}}),
    markdown("## First\n\nOn the first.", metadata={"tags": ["slide"]}),
    markdown("Goes on."),
    markdown("Comes later.", metadata={"slideshow": {"slide_type": "fragment"}}),
    markdown("Say this.", metadata={"slideshow": {"slide_type": "notes"}}),
    code("below = 1\nbelow", execution_count=None, tags=["subslide"]),
)
BY_ITSELF = (
    markdown("# By itself\n\nIt promises much. It says more."),
    markdown("## Sentences\n\nNot this one. But **this one** is marked. Nor this.\n\n$$\na^2\n$$ (eq-a)\n\nAs [](#eq-a) says."),
    markdown("## Nothing marked\n\nThe first sentence. The second.\n\nSee [Told](told.ipynb)."),
    code("1 + 1", execution_count=None),
    code("hidden = 2", execution_count=None, tags=["remove-cell"]),
    markdown("## Exercises\n\n:::{exercise} Add\n:label: ex-add\nWhat is 1 + 1?\n:::\n\n:::{solution} ex-add\nTwo.\n:::"),
)  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory, press):
    root = tmp_path_factory.mktemp("slides") / "book"
    (root / "notebooks/chapter").mkdir(parents=True)
    (root / "conf").mkdir()
    for name, cells in {"told": TOLD, "itself": BY_ITSELF}.items():
        (root / "notebooks/chapter" / f"{name}.ipynb").write_text(json.dumps(stored(*cells)))
    (root / "conf/book.toml").write_text(
        'title = "Book"\nauthors = ["Ada Author"]\n[[parts]]\ntitle = "Part"\n'
        '[[parts.chapters]]\npath = "chapter"\ntitle = "Chapter"\npages = ["told", "itself"]\n'
    )
    done = press(root, "build", "slides")
    assert (done.returncode, done.stdout) == (0, "build/slides/index.html\n"), done.stderr
    return root


def deck(root, name):
    page = BeautifulSoup((root / "build/slides/chapter" / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    slides = [one for one in page.select(".slides section") if not one.select("section")]
    return page, slides


def words(element):
    return " ".join(element.get_text(" ").split())


def test_slides_begin_where_cells_say_so(root):
    page, slides = deck(root, "told")
    assert len(slides) == 4  # the title of the deck, and those of the three cells that begin one
    assert "On the first." in words(slides[2])
    assert "Goes on." in words(slides[2])
    assert "Only in the book." not in words(page)
    assert words(slides[2].select_one(".fragment")) == "Comes later."
    assert words(slides[2].select_one("aside.notes")) == "Say this."
    assert slides[3].parent.name == "section"  # below the one before
    assert "below = 1" in words(slides[3])


def test_a_page_is_cut_by_itself(root):
    _, slides = deck(root, "itself")
    assert [words(one.select_one("h1, h2")) for one in slides] == [
        "1.2 By itself",
        "1.2.1 Sentences",
        "1.2.2 Nothing marked",
        "1.2.3 Exercises",
    ]
    opening, sentences, nothing, exercises = map(words, slides)
    assert "Book · Chapter 1: Chapter" in opening
    assert "It promises much." in opening
    assert "Ada Author" in opening
    assert "It says more." not in opening
    assert "But this one is marked." in sentences
    assert "Not this one." not in sentences
    assert slides[1].select_one(".displaymath math")
    assert "(1.1)" in sentences
    assert "The first sentence." in nothing
    assert "The second." not in nothing
    assert "1 + 1" in nothing
    assert "hidden" not in nothing
    assert "What is 1 + 1?" in exercises
    assert "Two." not in exercises


def test_all_decks_are_listed(root):
    page = BeautifulSoup((root / "build/slides/index.html").read_text(encoding="utf-8"), "html.parser")
    links = [link["href"] for link in page.select("ol a")]
    assert links == ["chapter/told.html", "chapter/itself.html"]


def test_decks_ask_nobody_and_lack_nothing(root):
    folder = root / "build/slides"
    for path in folder.rglob("*.html"):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for element in page.select("[src], link[href]"):
            address = element.get("src") or element["href"]
            assert (path.parent / address.partition("?")[0]).is_file(), address


def test_an_edition_has_its_own_and_pages_that_are_gone_leave(root, press, tmp_path):
    root = shutil.copytree(root, tmp_path / "book")
    assert press(root, "build", "slides", "--edition", "student").stdout == "build/slides/student/index.html\n"
    toml = root / "conf/book.toml"
    toml.write_text(toml.read_text().replace(', "itself"', ""))
    (root / "notebooks/chapter/itself.ipynb").unlink()
    assert press(root, "build", "slides").returncode == 0
    assert not (root / "build/slides/chapter/itself.html").exists()
    assert (root / "build/slides/student/chapter/itself.html").exists()


def test_an_unknown_type_of_slide_is_a_problem(make_book, press):
    cells = (markdown("# A", metadata={"slideshow": {"slide_type": "slyde"}}),)
    root = make_book({"a": json.dumps(stored(*cells))})
    done = press(root, "check")
    assert done.returncode == 1
    assert 'a.ipynb, cell 1 (id c1): "slyde" is no type of slide.  [slides-known]' in done.stderr
    assert 'did you mean "slide"?' in done.stderr
