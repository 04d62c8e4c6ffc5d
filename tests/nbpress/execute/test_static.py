"""The normal form of a page's code; kinds of edits through the command line are in test_matrix.py."""

import json

import pytest

from factory import notebook_text
from nbpress import notebook
from nbpress.execute import static
from nbpress.memo import Memo


@pytest.fixture
def forms(tmp_path):
    def made(*cells):
        return static.code(notebook.parse(notebook_text(*cells), "page.ipynb"), Memo(tmp_path / "memo")).forms

    return made


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x  =  1  # one"),
        ("f(1,\n  2)", "f(1, 2)"),
        ("'a'", '"a"'),
        ("x = 1", "#| caption: One.\nx = 1"),
        ("%matplotlib inline", "%matplotlib inline  "),
    ],
)
def test_spelling_does_not_count(forms, one, other):
    assert forms((one,)) == forms((other,))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 2"),
        ("x", "x;"),
        ("x # a", "x; # a"),
        ("%time f()", "%timeit f()"),
        ("!ls", "!ls -l"),
        ("not python 1", "not python 2"),
        ("def f():\n  'a'", "def f():\n  'b'"),
    ],
)
def test_what_is_executed_counts(forms, one, other):
    assert forms((one,)) != forms((other,))


def test_a_tag_counts_that_changes_execution(forms):
    assert forms(("1", "raises-exception")) != forms(("1", "hide-input")) == forms(("1",))


def test_a_semicolon_in_a_string_or_a_comment_is_none(forms):
    assert forms(("x  # a;",)) == forms(("x",))


def test_code_that_does_not_end_is_taken_as_text(forms):
    assert forms(("'''",)) != forms(("'''a",))


def test_a_comment_in_a_cell_magic_does_not_count(forms):
    assert forms(("%%time\n# a\nf()",)) == forms(("%%time\nf()",)) != forms(("%%time\ng()",))


@pytest.mark.parametrize(
    ("toml", "shown"),
    [
        ("2024-01-02", "2024-01-02"),
        ("inf", "inf"),
        ("[1, 2.5]", "[1, 2.5]"),
        ("{a = true}", "{'a': True}"),
        ("1180591620717411303424", "1180591620717411303424"),
    ],
)
def test_parameters_of_all_types(make_book, press, tmp_path, toml, shown):
    root = make_book(
        {"page": ["# Page", ("x = 1\nx", "parameters"), ("print(x)",)]}, toml=f"[execution.parameters]\nx = {toml}\n"
    )
    cells = outputs(press, root, tmp_path / "store")
    assert (cells[0][0]["data"]["text/plain"], cells[1][0]["text"]) == ("1", f"{shown}\n")


PARAMETERS = "[execution.parameters]\nepochs = 2\nunused = 3\n"


def outputs(press, root, store):
    done = press(root, "run", NBPRESS_STORE=str(store))
    assert done.returncode == 0, done.stderr
    [file] = (store / "runs").rglob("*.json")
    return json.loads(file.read_text())["outputs"]


def test_parameters_take_the_place_of_the_pages_own(make_book, press, tmp_path):
    root = make_book({"page": ["# Page", ("epochs: int = 1", "parameters"), ("print(epochs)",)]}, toml=PARAMETERS)
    assert outputs(press, root, tmp_path / "store")[1][0]["text"] == "2\n"


def test_parameters_that_no_cell_sets_play_no_part(make_book, press, tmp_path):
    root = make_book({"page": ["# Page", ("epochs = 1",), ("print(epochs, 'unused' in globals())",)]}, toml=PARAMETERS)
    assert outputs(press, root, tmp_path / "store")[1][0]["text"] == "1 False\n"
