"""What programs write, as a terminal shows it in the end."""

import time
from types import SimpleNamespace

import pytest
from docutils import nodes

from nbpress.sphinxext import terminal


def tex(text):
    writer = SimpleNamespace(body=[])
    with pytest.raises(nodes.SkipNode):
        terminal.visit_latex(writer, terminal.text_block(text))
    return "".join(writer.body)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("10 %\r20 %", "20 %"),
        ("long line\rshort", "shortline"),
        ("kept\r", "kept"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        ("ab\bc", "ac"),
        ("\x1b[31mred\x1b[0m\rdone", "done"),
        ("none", "none"),
    ],
)
def test_overwritten(written, shown):
    assert terminal.overwritten(written) == shown


@pytest.mark.parametrize(
    "text", ["\x1b]8;;http://x\x07link\x1b]8;;\x07", "\x1b(Blink", "\x1b]0;title\x1b\\link", "\x1b[2Klink"]
)
def test_other_escape_sequences_are_left_out(text):
    assert terminal.text_block(text).astext() == "link"


def test_control_characters_are_spelled_out():
    assert terminal.text_block("a\x00b\x7f\x85").astext() == "a^@b^?\ufffd"


def test_paper_gets_no_line_that_tex_cannot_read():
    lines = tex("x" * 10_000).replace(r"\nbpressbreak{}", "").split("\n")
    assert max(map(len, lines)) <= terminal.LONGEST_LINE


def test_paper_gets_no_block_that_tex_cannot_measure():
    text = tex("line\n" * 2500)
    assert text.count("begin{sphinxVerbatim}") == 3
    assert text.count("line") == 2500


def test_many_colours_take_linear_time():
    start = time.perf_counter()
    tex("\x1b[31mred\x1b[0m green\n" * 20_000)
    assert time.perf_counter() - start < 10  # 0.4 s here; a minute in one piece


def test_paper_may_break_long_words_but_no_escape_sequence():
    text = terminal._for_tex(f"\x1b[31mError\x1b[0m: {'y' * 30} short")
    broken = r"\nbpressbreak{}".join("y" * 30)
    assert text == rf"\textcolor{{ansi-red}}{{Error}}: {broken} short"
