"""Code in prose: found by the Markdown parser, evaluated by the page's kernel where it stands."""

import json
import subprocess
import sys

import pytest

from factory import notebook_text
from nbpress import notebook
from nbpress.execute.expressions import with_expressions
from nbpress.memo import Memo

FUNCTION = ("def f():\n    return 1 / 0",)


@pytest.fixture
def found(tmp_path):
    """`found(text)` are the expressions in a Markdown cell, each with its line."""

    def look(text):
        page = with_expressions(notebook.parse(notebook_text(text), "page"), Memo(tmp_path / "memo"))
        return [tuple(expression) for expression in page.cells[0].expressions]

    return look


@pytest.fixture
def run(make_book, press, tmp_path):
    """`run(*cells)` executes a page."""

    def execute(*cells, **toml):
        return press(make_book({"page": ["# Page", *cells]}, **toml), "run", NBPRESS_STORE=str(tmp_path / "store"))

    return execute


@pytest.fixture
def values(tmp_path):
    """`values()` are those that the page's text shows."""

    def read():
        [stored] = (tmp_path / "store" / "runs").rglob("*.json")
        outputs = [output for cell in json.loads(stored.read_text())["outputs"] for output in cell]
        return [output["data"] for output in outputs if "data" in output]

    return read


def plain(*texts):
    return [{"text/plain": text} for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "{eval}`x`",
        "## Title {eval}`x`",
        "![Caption {eval}`x`.](a.png){#fig-a}",
        "[link {eval}`x`](page.ipynb)",
        "| a |\n|---|\n| {eval}`x` |",
        ":::{note}\nText {eval}`x`.\n:::",
        ":::{admonition} Title {eval}`x`\nText.\n:::",
        "::::{note}\n:::{tip}\n{eval}`x`\n:::\n::::",
        "A note.[^a]\n\n[^a]: {eval}`x`",
        "- item\n  - {eval}`x`",
        "term\n: {eval}`x`",
        "**{eval}`x`**",
    ],
)
def test_wherever_text_stands(found, text):
    assert [expression for expression, _ in found(text)] == ["x"]


@pytest.mark.parametrize(
    "text", ["`` {eval}`x` ``", "```text\n{eval}`x`\n```", ":::{code-block}\n{eval}`x`\n:::", "\\{eval}`x`"]
)
def test_what_only_shows_the_syntax_is_none(found, text):
    assert found(text) == []


def test_each_once_with_its_line(found):
    assert found("a {eval}`x`\nb {eval}`y` {eval}`x`") == [("x", 1), ("y", 2)]


def test_one_that_a_line_break_divides(found):
    assert found("{eval}`1 +\n2`") == [("1 + 2", 1)]


def test_after_the_cells_above_and_before_those_below(run, values):
    run(("x = 1",), "{eval}`x`", ("x = 2",), "{eval}`x`")
    assert values() == plain("1", "2")


def test_a_page_without_code_cells(run, values):
    run("{eval}`1 + 1`")
    assert values() == plain("2")


def test_a_cell_tagged_skip_execution_is_not_asked(make_book, press):
    text = notebook_text("# Page", "{eval}`1 / 0`").replace('"tags": []', '"tags": ["skip-execution"]')
    assert press(make_book({"page": text}), "run").returncode == 0


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("f()", "ZeroDivisionError: division by zero\n    in the text: {eval}`f()`"),
        ("no such", "SyntaxError: invalid syntax"),
        ("print('loud')", "a value in the text is what its expression returns, and this prints: loud"),
        ("'x' * 2_000_000", "its value has more than 1,000,000 characters (output_limit in conf/book.toml)"),
    ],
)
def test_an_expression_without_a_value_ends_the_page(run, expression, said):
    done = run(FUNCTION, f"Text\nand {{eval}}`{expression}`.", ("1",))
    assert done.returncode == 1
    assert f"cell 3 (id c3), line 2: {said}" in done.stderr


def test_an_expression_that_never_ends(run):
    said = run("{eval}`__import__('time').sleep(60)`", toml="[execution]\ncell_timeout = 0.5").stderr
    assert "cell 2 (id c2): not finished after 0.5 s." in said


def test_a_kernel_that_dies_of_one(run):
    said = run("{eval}`__import__('os')._exit(3)`").stderr
    assert "cell 2 (id c2): the kernel ended by itself with exit code 3" in said


def test_cells_after_values_are_counted_as_jupyter_counts(run):
    assert "cell 3 (id c3), line 2: ZeroDivisionError" in run("{eval}`1`", ("x = 1\n1 / 0",)).stderr


def test_parameters_are_set_before_what_is_below(run, values):
    run("{eval}`0`", ("n = 1", "parameters"), "{eval}`n`", toml="[execution.parameters]\nn = 7")
    assert values() == plain("0", "7")


def test_memory_addresses_are_in_their_normal_form(run, values):
    run("{eval}`object()`")
    assert values() == plain("<object at 0x7f0000000010>")


def test_of_several_forms_the_one_that_is_printed_is_kept(run, values):
    run(("class Loud:\n    def _repr_markdown_(self):\n        return '**x**'",), "{eval}`Loud()`")
    assert values() == [{"text/markdown": "**x**"}]


def test_who_sees_that_nothing_changed_does_not_import_the_parser(make_book, press, tmp_path, monkeypatch):
    monkeypatch.setenv("NBPRESS_STORE", str(tmp_path / "store"))
    root = make_book({"page": ["# Page", "{eval}`1`"]})
    press(root, "why")
    code = f"import sys; sys.argv = ['nbpress', '-C', {str(root)!r}, 'why']\nfrom nbpress.cli import main\n"
    code += "try: main()\nexcept SystemExit: print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "chapter/page: never run" in said
    assert "myst_parser" not in said
