"""Decks in a browser: every slide holds what is on it, keys turn, and a deck is printed as a PDF."""

import json
import re
import subprocess

import pytest

from factory import code, display, markdown, stored

WIDE = "<table><tr>" + "<th>column</th>" * 30 + "</tr>" + ("<tr>" + "<td>12345</td>" * 30 + "</tr>") * 40 + "</table>"
LONG = "\n".join(
    f"value_{number} = {number} + some_function_with_a_long_name({number}, {number}, {number})" for number in range(60)
)
TALL = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="2000"><rect width="300" height="2000" fill="#2f6db3"/></svg>'
CELLS = (
    markdown("# Much\n\nA page with too much of everything. More."),
    markdown("## 中文\n\n" + "一个很长的中文句子，没有空格，一直写下去。" * 60, metadata={"tags": ["slide"]}),
    markdown("## Code", metadata={"tags": ["slide"]}),
    code(LONG + "\nprint('done')", {"output_type": "stream", "name": "stdout", "text": "line\n" * 80}),
    markdown("## A table", metadata={"tags": ["slide"]}),
    code("table", display({"text/html": WIDE, "text/plain": "a table"})),
    markdown("## A picture", metadata={"tags": ["slide"]}),
    code("picture", display({"image/svg+xml": TALL, "text/plain": "a picture"})),
    markdown("## A formula\n\n$$\n" + " + ".join(f"x_{{{number}}}^2" for number in range(60)) + "\n$$", metadata={"tags": ["slide"]}),
    markdown("## Pieces", metadata={"tags": ["slide"]}),
    *(markdown(f"Piece {number}.", metadata={"tags": ["fragment"]}) for number in range(3)),
)  # fmt: skip
OVERFLOW = """() => {
    const frame = Reveal.getCurrentSlide().querySelector(".frame"), box = frame.getBoundingClientRect();
    return [...frame.querySelectorAll("*")].filter((one) => !one.parentElement.closest(".katex")).filter((one) => {
        const own = one.getBoundingClientRect();
        return own.width && own.height && (own.left < box.left - 1 || own.right > box.right + 1 || own.top < box.top - 1 || own.bottom > box.bottom + 1);
    }).map((one) => `${one.tagName} ${one.className}`);
}"""


@pytest.fixture(scope="module")
def deck(tmp_path_factory, press):
    root = tmp_path_factory.mktemp("slides") / "book"
    (root / "notebooks/chapter").mkdir(parents=True)
    (root / "conf").mkdir()
    (root / "notebooks/chapter/much.ipynb").write_text(json.dumps(stored(*CELLS)))
    (root / "conf/book.toml").write_text(
        'title = "Book"\nauthors = ["A"]\n[execution]\nenabled = false\n[[parts]]\ntitle = "P"\n'
        '[[parts.chapters]]\npath = "chapter"\npages = ["much"]\n'
    )
    done = press(root, "build", "slides")
    assert done.returncode == 0, done.stderr
    return root / "build/slides/chapter/much.html"


@pytest.fixture
def show(browser):
    """`show(deck, width, height)` opens a deck; what goes wrong in it is an error in the end."""
    contexts, wrong = [], []

    def opened(deck, width, height, **more):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **more))
        tab = contexts[-1].new_page()
        tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on(
            "request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None
        )
        tab.goto(deck.as_uri())
        tab.locator(".reveal.ready").wait_for()
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1024, 768)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_slide_holds_what_is_on_it(show, deck, width, height, scheme):
    tab = show(deck, width, height, color_scheme=scheme)
    count = tab.evaluate("Reveal.getTotalSlides()")
    assert count > 10  # what is too much for one goes on
    for number in range(count):
        tab.evaluate(
            "(number) => Reveal.slide(...Object.values(Reveal.getIndices(Reveal.getSlides()[number])))", number
        )
        assert tab.evaluate(OVERFLOW) == [], number


def test_nothing_is_lost_on_the_way(show, deck):
    tab = show(deck, 1280, 720)
    text = tab.evaluate("document.querySelector('.slides').textContent")
    assert all(f"value_{number} = " in text for number in range(60))
    assert text.count("一个很长的中文句子") == 60
    assert text.count("12345") == 30 * 40


def test_keys_turn_and_pieces_come_one_by_one(show, deck):
    tab = show(deck, 1280, 720)
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("Reveal.getSlidePastCount()") == 1
    tab.keyboard.press("End")
    tab.evaluate("Reveal.slide(Reveal.getIndices().h, 0, -1)")
    assert tab.locator(".present .fragment.visible").count() == 0
    tab.keyboard.press("ArrowRight")
    assert tab.locator(".present .fragment.visible").count() == 1


def test_a_deck_is_printed_as_a_pdf(show, deck, tmp_path):
    tab = show(deck, 1280, 720)
    slides = tab.evaluate("Reveal.getTotalSlides()")
    tab.goto(f"{deck.as_uri()}?print-pdf")
    tab.locator(".reveal.ready .pdf-page").first.wait_for()
    pdf = tmp_path / "deck.pdf"
    tab.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
    told = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^Pages: +{slides}$", told, re.M), told
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
    assert "A page with too much of everything." in " ".join(text.split())
    assert "value_59" in text


@pytest.fixture(scope="module")
def decks(printed, press):
    """The decks of this repository's book."""
    done = press(printed, "build", "slides", HANDSON_DATA="sample")
    assert done.returncode == 0, done.stderr
    return sorted((printed / "build/slides").glob("*/*.html"))


def test_every_slide_of_the_book_holds_what_is_on_it(show, decks):
    assert len(decks) > 3
    for deck in decks:
        tab = show(deck, 1280, 720)
        for number in range(tab.evaluate("Reveal.getTotalSlides()")):
            tab.evaluate(
                "(number) => Reveal.slide(...Object.values(Reveal.getIndices(Reveal.getSlides()[number])))", number
            )
            assert tab.evaluate(OVERFLOW) == [], (deck, number)
        tab.close()
