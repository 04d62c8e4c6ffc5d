import subprocess

import pytest

from nbpress.sphinxext.formulas import Formula, Katex

SQUARE = Formula("x^2", display=False)


@pytest.fixture(scope="module")
def katex():
    setter = Katex()
    setter.set([SQUARE, Formula(r"\sum_i x_i", display=True), Formula(r"\undefinedmacro", display=False)])
    return setter


@pytest.fixture
def no_node(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("node was started")

    monkeypatch.setattr(subprocess, "run", refuse)


def test_mathml_for_screen_readers_and_html_that_they_skip(katex):
    assert "<msup>" in katex[SQUARE].html
    assert '<span class="katex-html" aria-hidden="true">' in katex[SQUARE].html


def test_displayed_and_inline(katex):
    assert "katex-display" in katex[Formula(r"\sum_i x_i", display=True)].html
    assert "katex-display" not in katex[SQUARE].html


def test_an_error_says_what(katex):
    assert "Undefined control sequence: \\undefinedmacro" in katex[Formula(r"\undefinedmacro", display=False)].error


def test_a_formula_is_set_once(katex, no_node):
    katex.set([SQUARE])


def test_a_formula_that_was_not_foreseen_is_set_alone():
    assert "katex" in Katex()[SQUARE].html


def test_mathml_alone(katex):
    assert katex[SQUARE].mathml.startswith("<math")
    assert "katex-html" not in katex[SQUARE].mathml


def test_characters_alone():
    assert Katex()[Formula(r"\alpha < \ell_1", display=False)].text == "α<ℓ1"


def test_what_a_build_has_set_the_next_one_has(katex, tmp_path, no_node):
    katex.save(tmp_path / "kept", [SQUARE])
    later = Katex()
    later.load(tmp_path / "kept")
    assert later[SQUARE] == katex[SQUARE]


def test_only_what_is_used_is_kept(katex, tmp_path):
    katex.save(tmp_path / "kept", [SQUARE])
    later = Katex()
    later.load(tmp_path / "kept")
    assert list(later.typeset) == [SQUARE]


def test_what_was_set_with_other_macros_is_not_taken_over(katex, tmp_path):
    katex.save(tmp_path / "kept", [SQUARE])
    other = Katex(r"\gdef\R{\mathbb{R}}")
    other.load(tmp_path / "kept")
    assert other.typeset == {}


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"\x81\xa1a\x01"])
def test_a_damaged_file_is_as_none(tmp_path, content):
    (tmp_path / "kept").write_bytes(content)
    katex = Katex()
    katex.load(tmp_path / "kept")
    assert katex.typeset == {}


def test_the_end_of_node_is_told(monkeypatch):
    monkeypatch.setattr("nbpress.sphinxext.formulas.node_program", lambda: "false")
    with pytest.raises(RuntimeError, match="node ended with exit code 1"):
        Katex()[SQUARE]
