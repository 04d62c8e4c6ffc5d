"""Markdown beyond MyST's: figures, openers, attachments, raw cells."""

import json
import subprocess

import pytest
from bs4 import BeautifulSoup


def test_a_figure_with_its_number(page):
    figure = page("basics/syntax").select_one("figure#fig-neuron")
    assert figure.figcaption.get_text().strip().startswith("Figure 1.1 A neuron with")


def test_alternative_text(page):
    assert (
        page("basics/syntax").select_one("figure#fig-neuron img")["alt"]
        == "Two lines enter a circle and one leaves it."
    )


def test_a_chapters_opening_page_numbers_only_its_title(page):
    opening = page("basics/index")
    assert opening.h1.get_text().startswith("1")
    assert [rubric.get_text() for rubric in opening.select("h2.rubric")] == ["What comes first#"]


def test_chapters_without_index_have_the_title_of_the_configuration(page):
    assert "More of It" in page("more/index").h1.get_text()


def test_footnotes(page):
    assert "The text of the footnote." in page("basics/syntax").select_one(".footnote").get_text()


def build(make_book, press, *cells, target="html"):
    root = make_book({"page": "{}"})
    made = [{"cell_type": "markdown", "id": "t", "metadata": {}, "source": "# Page"}, *cells]
    text = json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (root / "notebooks" / "chapter" / "page.ipynb").write_text(text)
    return root, press(root, "build", target)


def raw(source, **metadata):
    return {"cell_type": "raw", "id": "r", "metadata": metadata, "source": source}


def test_raw_html(make_book, press):
    root, _ = build(make_book, press, raw("<b id='raw'>bold</b>", raw_mimetype="text/html"))
    assert "<b id='raw'>" in (root / "build" / "html" / "chapter" / "page.html").read_text()


def test_a_raw_cell_of_another_format_is_a_problem(make_book, press):
    _, done = build(make_book, press, raw("x", raw_mimetype="text/x-odd"))
    assert "cell 2 (id r), line 1: a raw cell of the type text/x-odd is not printed" in done.stderr


def test_attachments(make_book, press):
    png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    cell = {
        "cell_type": "markdown",
        "id": "a",
        "metadata": {},
        "source": "![dot](attachment:dot.png)",
        "attachments": {"dot.png": {"image/png": png}},
    }
    root, done = build(make_book, press, cell)
    assert done.returncode == 0, done.stderr
    assert list((root / "build" / "html" / "_images").glob("*dot*.png"))


def test_an_unknown_directive_is_a_problem_with_its_place(make_book, press):
    done = press(make_book({"page": ["# Page", "text\n\n:::{exercize}\nx\n:::"]}), "build", "html")
    assert "notebooks/chapter/page.ipynb, cell 2 (id c2), line 3: " in done.stderr
    assert "exercize" in done.stderr


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("![](a.svg){#fig-a}", 'the figure "fig-a" has no caption, and so no number'),
        ("\\begin{align}\na &= b\n\\end{align}", "align outside of dollars: write $$"),
    ],
)
def test_what_paper_and_site_would_number_differently_is_a_problem(make_book, press, source, said):
    root = make_book({"page": ["# Page", source]})
    (root / "notebooks" / "chapter" / "a.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    )
    assert f"cell 2 (id c2), line 1: {said}" in press(root, "build", "html").stderr


def test_tasks_and_text_that_is_struck_through(make_book, press):
    text = "# Page\n\n- [x] done\n- [ ] not ~~this one, *nor* `that`~~ yet\n"
    root = make_book({"page": [text]})
    done = press(root, "build", "html", "pdf")
    assert done.returncode == 0, done.stderr
    page = BeautifulSoup((root / "build" / "html" / "chapter" / "page.html").read_text(), "html.parser")
    assert page.select_one(".struck").get_text() == "this one, nor that"
    assert [box.has_attr("checked") for box in page.select(".task-list-item input[type=checkbox]")] == [True, False]
    paper = subprocess.run(["pdftotext", root / "build" / "pdf" / "book.pdf", "-"], capture_output=True, text=True)
    assert "not this one, nor that yet" in paper.stdout
    tex = (root / "build" / "sphinx" / "latex" / "book.tex").read_text()
    assert r"\nbpresstask{$\checkmark$}" in tex
    assert r"\nbpressstrike{" in tex
