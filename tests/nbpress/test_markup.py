import pytest

from factory import notebook_text
from nbpress import markup, notebook


def read(*cells):
    return markup.read(notebook.parse(notebook_text(*cells), "a.ipynb"))


def texts(marks):
    return [mark.text for mark in marks]


def test_headings_with_levels():
    assert [(h.text, h.level) for h in read("# One\n\n## Two").headings] == [("One", 1), ("Two", 2)]


def test_a_hash_in_code_is_no_heading():
    assert texts(read("```\n# no\n```").headings) == []


def test_slugs_are_githubs():
    assert list(read("# The `code` & $x$\n\n## Twice\n\n## Twice").slugs) == ["the-code--x", "twice", "twice-1"]


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        ("$$\nx\n$$ (eq-x)", "eq-x"),
        ("![A.](a.svg){#fig-a}", "fig-a"),
        (":::{exercise}\n:label: ex-a\n\nText.\n:::", "ex-a"),
        (("#| label: fig-b\nplot()",), "fig-b"),
    ],
)
def test_labels(cell, label):
    assert texts(read(cell).labels) == [label]


def test_links_inside_directives():
    assert texts(read(":::{note}\n[a](b.ipynb)\n:::").links) == ["b.ipynb"]


def test_lines_of_links():
    assert [link.line for link in read("one\n\ntwo [a](b)\nthree [c](d)").links] == [3, 4]


def test_lines_inside_directives():
    assert [link.line for link in read("text\n\n:::{note}\n[a](b)\n:::").links] == [4]


def test_images():
    assert texts(read("![a](img/a.svg)").images) == ["img/a.svg"]


def test_code_in_directives_is_not_read():
    assert texts(read("```{code-block} python\n[a](b)\n```").links) == []
