import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpress import notebook
from nbpress.errors import BookError


def parse(cells, **extra):
    return notebook.parse(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **extra}), "a.ipynb"
    )


def test_cells_count_from_one():
    cell = {"cell_type": "markdown", "id": "x", "metadata": {}, "source": ["a\n", "b"]}
    assert (parse([cell]).cells[0].number, parse([cell]).cells[0].source) == (1, "a\nb")


def test_executed_cells_are_those_that_run():
    cells = [
        {"cell_type": "code", "id": "a", "metadata": {}, "source": "1"},
        {"cell_type": "code", "id": "b", "metadata": {"tags": ["skip-execution"]}, "source": "2"},
        {"cell_type": "code", "id": "c", "metadata": {}, "source": " "},
        {"cell_type": "markdown", "id": "d", "metadata": {}, "source": "3"},
    ]
    assert [cell.id for cell in parse(cells).executed_cells] == ["a"]


def test_not_json_names_the_line():
    with pytest.raises(BookError, match=r"a.ipynb, line 2: not valid JSON.*\n    the line reads: oops"):
        notebook.parse('{"cells":\noops', "a.ipynb")


def test_a_merge_conflict_is_recognised():
    with pytest.raises(BookError, match="merge conflict"):
        notebook.parse("{\n<<<<<<< HEAD\n", "a.ipynb")


def test_format_three():
    with pytest.raises(BookError, match=r"notebook format 3; nbpress reads format 4\.\n.*jupyter nbconvert"):
        notebook.parse('{"nbformat": 3, "worksheets": []}', "a.ipynb")


def test_not_a_notebook():
    with pytest.raises(BookError, match="not a Jupyter notebook"):
        notebook.parse("[]", "a.ipynb")


def test_no_file(tmp_path):
    with pytest.raises(BookError, match=r"a\.ipynb: there is no such notebook"):
        notebook.load(tmp_path / "none.ipynb", "a.ipynb")


def test_not_utf8(tmp_path):
    (tmp_path / "a.ipynb").write_bytes(b"\xff\xfe")
    with pytest.raises(BookError, match="not UTF-8"):
        notebook.load(tmp_path / "a.ipynb", "a.ipynb")


def test_language_without_any_metadata():
    assert parse([]).language == "python"


@given(
    st.dictionaries(st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1), st.text("abc $.'")), st.text()
)
def test_options_are_split_off(options, code):
    code = code.lstrip("#")
    lines = [f"#| {key}: {value}" for key, value in options.items()]
    assert notebook.split_options("\n".join([*lines, code])) == ({k: v.strip() for k, v in options.items()}, code)


def test_dump_is_canonical():
    assert notebook.dump({"b": 1, "a": "深"}) == '{\n "a": "深",\n "b": 1\n}\n'


@pytest.mark.parametrize("change", [{"tags": None}, {"tags": "remove-cell"}])
def test_metadata_of_another_type_name_the_cell(change):
    cell = {"cell_type": "markdown", "id": "x", "metadata": change, "source": ""}
    with pytest.raises(BookError, match=r"a\.ipynb, cell 1: this is not a cell of a Jupyter notebook"):
        parse([cell])


@pytest.mark.parametrize("cell", [3, {}, {"cell_type": "poem"}, {"cell_type": "code", "source": 3}])
def test_what_is_no_cell(cell):
    with pytest.raises(BookError, match="not a cell"):
        parse([cell])


@pytest.mark.parametrize("extra", [{"metadata": []}, {"metadata": {"kernelspec": None}}, {"nbformat_minor": "5"}])
def test_metadata_that_are_none(extra):
    with pytest.raises(BookError, match="metadata"):
        parse([], **extra)


def test_a_byte_order_mark_is_no_harm(tmp_path):
    (tmp_path / "a.ipynb").write_text('{"cells": [], "nbformat": 4}', encoding="utf-8-sig")
    assert notebook.load(tmp_path / "a.ipynb", "a.ipynb").cells == ()


def test_half_a_character_is_an_error():
    text = '{"cells": [{"cell_type": "code", "source": "\\ud800"}], "nbformat": 4}'
    with pytest.raises(BookError, match="half a character"):
        notebook.parse(text, "page.ipynb")
