"""Admonitions, tabs, cards and what is folded: nothing of it is lost on paper."""

import re

import pytest

KINDS = ("note", "tip", "hint", "important", "warning", "caution", "attention", "danger", "error", "seealso")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_box(prose, prose_tex, kind):
    assert prose("text/blocks").select_one(f"div.admonition.{kind}").find_all("p")[-1].text == f"Text of a {kind}."
    opening = r"\begin{sphinxseealso}" if kind == "seealso" else rf"\begin{{sphinxadmonition}}{{{kind}}}"
    assert re.search(rf"{re.escape(opening)}[^\n]*\s+\\sphinxAtStartPar\s+Text of a {kind}\.", prose_tex)


def test_a_box_that_is_folded(prose):
    titles = [box.find("summary").text for box in prose("text/blocks").select("details.admonition:not([open])")]
    assert titles[1] == "Tip"
    assert titles[0].startswith("A title with")


def test_a_title_of_its_own_keeps_the_colour_of_its_class_on_paper(prose_tex):
    assert r"\begin{sphinxadmonition}{warning}{A title with \texorpdfstring{\protect\(x\protect\)}{x}}" in prose_tex


def test_tabs(prose):
    assert [label.text.strip() for label in prose("text/blocks").select(".sd-tab-set > label")] == ["Python", "Julia"]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Python", "Text in Python."),
        ("Julia", "Text in Julia."),
        ("Card one", "Body one."),
        ("Card two", "Body two."),
        ("A folded part", "Hidden body."),
        ("Single card", "Card body."),
    ],
)
def test_on_paper_all_stands_under_its_title(prose_pdf, title, text):
    assert f"{title} {text}" in " ".join(prose_pdf.split())
