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


def test_slugs():
    assert list(read("# The `code` & $x$\n\n## Twice\n\n## Twice").slugs) == ["the-code--", "twice", "twice-1"]


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        ("$$\nx\n$$ (eq-x)", "eq-x"),
        ("![A.](a.svg){#fig-a}", "fig-a"),
        (":::{exercise}\n:label: ex-a\n\nText.\n:::", "ex-a"),
        ("::::{note}\nText.\n\n:::{exercise}\n:label: ex-b\n:::\n::::", "ex-b"),
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


HEADINGS = [
    "Plain words",
    "The `code` and $y_1$",
    "A [link](https://x.org) in it",
    "梯度下降",
    "Twice",
    "Twice",
    "What? Yes!",
]


def test_slugs_are_those_of_the_printed_page(make_book, press):
    cells = ["# Page", *(f"## {heading}" for heading in HEADINGS)]
    slugs = list(markup.read(notebook.parse(notebook_text(*cells), "a.ipynb")).slugs)
    done = press(make_book({"page": [*cells, *(f"[x](#{slug})" for slug in slugs)]}), "build", "html")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("<img src='a b.png'>", "a b.png"),
        ('<img alt="x" src="a.png"/>', "a.png"),
        ("<img src=a.png width=3>", "a.png"),
        ("text <img src=a.png> text", "a.png"),
    ],
)
def test_pictures_in_html(html, source):
    assert [image.text for image in read(html).images] == [source]


def test_html_elements_that_links_lead_to():
    assert read("# T\n\ntext <a id='here'></a>\n\n<div name=\"there\"></div>").leads("there")


def test_links_as_jupyter_spells_them_lead_to_headings():
    assert read("# A Title").leads("A-Title")
