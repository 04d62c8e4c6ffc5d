"""Notes in the margin, footnotes, abbreviations."""

import re


def test_a_note_in_the_margin(prose, prose_tex):
    note = prose("text/blocks").select_one("aside.margin-note")
    assert note.select_one(".margin-title").text == "A title"
    assert re.search(r"\\begin\{nbpressmargin\}\s*\\nbpressmargintitle\{A title\}", prose_tex)


def test_a_note_without_a_title(prose, prose_tex):
    assert prose("text/blocks").select("aside.margin-note")[1].text.strip() == "A note without a title."
    assert prose_tex.count(r"\begin{nbpressmargin}") == 2


def test_footnotes_of_other_cells_stand_at_the_end_of_the_page(prose):
    page = prose("text/notes")
    assert [ref.text.strip("[]") for ref in page.select("a.footnote-reference")] == ["1", "2", "1"]
    notes = [note.find("p").text for note in page.select("aside.footnote")]
    assert notes == ["Defined at the end.", "Defined in a cell of its own, with emphasis."]


def test_footnotes_on_paper(prose_tex):
    assert r"Defined in a cell of its own, with \sphinxstyleemphasis{emphasis}" in prose_tex
    assert r"\transition" not in prose_tex
    assert r"\hrule" not in prose_tex


def test_an_abbreviation(prose):
    assert prose("text/terms").find("abbr")["title"] == "stochastic gradient descent"


def test_on_paper_an_abbreviation_is_explained_once_a_page(prose_pdf):
    text = " ".join(prose_pdf.split())
    assert "SGD (stochastic gradient descent) is SGD." in text
    assert "Abbreviated again: SGD (stochastic gradient descent)." in text
