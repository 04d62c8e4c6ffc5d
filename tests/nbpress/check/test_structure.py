import json

import pytest

from nbpress import book
from nbpress.check import check


@pytest.fixture
def said(make_book):
    def run(*arguments, **options):
        loaded = book.load(make_book(*arguments, **options))
        return "\n".join(map(str, check(loaded, loaded.pages)))

    return run


def test_a_listed_page_that_does_not_exist(said):
    text = said({"first": ["# First"]}, listed=["first", "frist"])
    assert 'conf/book.toml, line 8: the page "chapter/frist" does not exist (notebooks/chapter/frist.ipynb).' in text
    assert 'did you mean "chapter/first"?' in text


def test_an_empty_chapter(said):
    assert 'the chapter "chapter" has neither pages nor an index.ipynb' in said({}, listed=[])


def test_an_orphan(said):
    text = said({"first": ["# First"], "second": ["# Second"]}, listed=["first"])
    assert "notebooks/chapter/second.ipynb: no chapter lists this notebook." in text


def edited(text, **changes):
    return json.dumps({**json.loads(text), **changes})


def cell(**changes):
    base = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# T"}
    return {**base, **changes}


def raw(*cells, minor=5):
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": minor})


def test_format_four_four(said):
    assert "notebook format 4.4; the book's is 4.5, with cell ids." in said({"first": raw(cell(), minor=4)})


def test_a_cell_without_id(said):
    assert "cell 1: the cell has no valid id." in said({"first": raw(cell(id=""))})


def test_the_same_id_twice(said):
    text = said({"first": raw(cell(), cell(source="text"))})
    assert 'cell 2 (id a): cell 1 has the same id "a".' in text


def test_no_title(said):
    assert "the page has no title." in said({"first": ["Text."]})


def test_two_titles(said):
    text = said({"first": ["# One", "Text.\n\n# Two"]})
    assert 'cell 2 (id c2), line 3: a second title: "Two".' in text


def test_a_title_that_is_not_first(said):
    assert "the title is not the page's first heading" in said({"first": ["## Section", "# Title"]})


def test_stored_outputs(said):
    output = {"output_type": "stream", "name": "stdout", "text": "x"}
    code = cell(cell_type="code", id="b", source="print()", outputs=[output], execution_count=1)
    assert "cell 2 (id b): the cell has stored outputs." in said({"first": raw(cell(), code)})


def test_an_execution_count_is_an_output(said):
    code = cell(cell_type="code", id="b", source="print()", outputs=[], execution_count=1)
    assert "stored outputs" in said({"first": raw(cell(), code)})


def test_a_page_that_is_listed_twice(said):
    assert '"chapter/first" is listed twice.' in said({"first": ["# First"]}, listed=["first", "first"])


def test_an_opening_page_that_is_listed(said):
    assert 'the opening page of "chapter" is listed.' in said({"index": ["# C"]}, listed=["index"])


def test_a_name_with_its_ending(said):
    assert '"first.ipynb" is not a name.' in said({"first": ["# First"]}, listed=["first.ipynb"])


def test_a_tracked_package_that_is_not_there(said):
    toml = '[execution]\ntrack = ["nowhere"]'
    assert 'there is no package or module "nowhere" under src/.' in said({"first": ["# First"]}, toml=toml)


def test_a_handbook_that_is_not_there(said):
    text = said({"first": ["# First"]}, toml='[handbook]\npath = "docs"\npages = ["one"]')
    assert "there is neither docs/index.md nor a notebook" in text
    assert "there is neither docs/one.md nor a notebook" in text


@pytest.mark.parametrize(
    ("text", "line", "opening"),
    [
        ("# P\n\n:::{note}\nx", 3, ":::{note}"),
        ("# P\n\n:::{note}", 3, ":::{note}"),
        ("# P\n\n```python\nx = 1\n``", 3, "```python"),
        ("# P\n\n::::{note}\n:::{tip}\nx\n::::", 4, ":::{tip}"),
        ("# P\n\n- a\n  :::{note}\n  x\n", 4, ":::{note}"),
        ("# P\n\n> :::{note}\n> x\n", 3, ":::{note}"),
    ],
)
def test_a_fence_without_end(said, text, line, opening):
    assert f'cell 1 (id c1), line {line}: "{opening}" has no end.' in said({"page": [text]})


@pytest.mark.parametrize(
    "text",
    [
        "# P\n\n:::{note}\nx\n:::\n",
        "# P\n\n:::{note}\n:::::",
        "# P\n\n::::{note}\n:::{tip}\nx\n:::\n::::",
        "# P\n\n- a\n\n  ```python\n  x\n  ```\n",
        "# P\n\n> :::{note}\n> x\n> :::",
        "# P\n\n~~~\n```\n~~~  ",
    ],
)
def test_fences_with_ends(said, text):
    assert said({"page": [text]}) == ""
