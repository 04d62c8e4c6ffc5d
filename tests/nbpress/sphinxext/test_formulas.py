import sqlite3
import subprocess

import pytest

from nbpress.sphinxext.formulas import Formula, Katex

SQUARE = Formula("x^2", display=False)
SUM = Formula(r"\sum_i x_i", display=True)
UNKNOWN = Formula(r"\undefinedmacro", display=False)


@pytest.fixture
def katex(tmp_path):
    return Katex(tmp_path / "kept")


@pytest.fixture(scope="module")
def typeset(tmp_path_factory):
    return Katex(tmp_path_factory.mktemp("katex") / "kept").look([SQUARE, SUM, UNKNOWN])


@pytest.fixture
def no_node(monkeypatch):
    """A function after whose call node cannot be started."""

    def refuse(*_, **__):
        raise AssertionError("node was started")

    return lambda: monkeypatch.setattr(subprocess, "Popen", refuse)


def test_mathml_for_screen_readers_and_html_that_they_skip(typeset):
    assert "<msup>" in typeset[SQUARE].html
    assert '<span class="katex-html" aria-hidden="true">' in typeset[SQUARE].html


def test_displayed_and_inline(typeset):
    assert "katex-display" in typeset[SUM].html
    assert "katex-display" not in typeset[SQUARE].html


def test_an_error_says_what(typeset):
    assert "Undefined control sequence: \\undefinedmacro" in typeset[UNKNOWN].error


def test_mathml_alone(typeset):
    assert typeset[SQUARE].mathml.startswith("<math")
    assert "katex-html" not in typeset[SQUARE].mathml


def test_characters_alone(katex):
    less = Formula(r"\alpha < \ell_1", display=False)
    assert katex.look([less])[less].text == "α<ℓ1"


def test_no_formula_needs_no_node(katex, no_node):
    no_node()
    assert katex.look([]) == {}


def test_more_than_a_pipe_holds(katex):
    formulas = [Formula(rf"\frac{{{number}}}{{x}}", display=True) for number in range(200)]
    assert [*katex.look(formulas)] == formulas


def test_what_a_build_has_set_the_next_one_has(katex, no_node):
    katex.set([SQUARE, UNKNOWN])
    no_node()
    assert "<msup>" in Katex(katex.file).look([SQUARE, UNKNOWN])[SQUARE].html


def test_only_what_is_used_is_kept(katex, no_node):
    katex.set([SQUARE, SUM])
    katex.set([SQUARE], only=True)
    no_node()
    assert [*katex.look([SQUARE])] == [SQUARE]
    with pytest.raises(AssertionError, match="node was started"):
        katex.look([SUM])


def test_what_was_set_with_other_macros_is_not_taken_over(katex):
    assert katex.look([UNKNOWN])[UNKNOWN].error
    assert not Katex(katex.file, r"\gdef\undefinedmacro{\mathbb{R}}").look([UNKNOWN])[UNKNOWN].error


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"no database " * 1000])
def test_a_damaged_file_is_as_none(katex, content):
    katex.file.write_bytes(content)
    assert katex.look([SQUARE])[SQUARE].html


def test_a_file_whose_pages_are_damaged_is_as_none(katex):
    katex.set([SQUARE])
    content = katex.file.read_bytes()
    katex.file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    assert katex.look([SQUARE])[SQUARE].html


def test_nothing_is_kept_of_what_was_interrupted(katex, monkeypatch):
    monkeypatch.setattr(Katex, "_answers", lambda *_: iter([]))
    with pytest.raises(ValueError, match="zip"):
        katex.set([SQUARE])
    monkeypatch.undo()
    with sqlite3.connect(katex.file) as kept:
        assert kept.execute("SELECT count(*) FROM formulas").fetchone() == (0,)
    kept.close()


def test_the_end_of_node_is_told(katex, monkeypatch):
    monkeypatch.setattr("nbpress.sphinxext.formulas.node_program", lambda: "false")
    with pytest.raises(RuntimeError, match="node ended with exit code 1"):
        katex.look([SQUARE])
