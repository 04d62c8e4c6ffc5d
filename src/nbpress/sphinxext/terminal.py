"""Plain text as a terminal shows it, colours included."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from docutils import nodes
from nbconvert.filters import ansi2html, ansi2latex, escape_latex, strip_ansi
from sphinx.application import Sphinx

LONGEST_LINE = 1500  # characters; TeX can measure no line that is much longer, and no reader reads one
BLOCK = 1000  # lines that TeX is given at once; 1300 are higher than anything that it can measure
LINE = 70  # characters in one of them
OTHER_ESCAPES = re.compile(r"\x1b\].*?(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b(?!\[)", re.S)  # links, character sets
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
LONG_LINE = re.compile(rf"((?:\x1b\[[^@-~]*[@-~]|[^\n]){{{LONGEST_LINE}}})")
LONG_WORD = re.compile(r"\x1b\[[^@-~]*[@-~]|([^\s\x1b]{30,})")  # that may have to be broken, between escape sequences
BREAK = "\ue000"  # stands for a place where a line of paper may end: no font has it
RESET = re.compile(r"(?<=\x1b\[0m)|(?<=\x1b\[m)")


class terminal(nodes.General, nodes.FixedTextElement):
    """Text whose escape sequences for colours are kept in `rawsource`."""


def text_block(text: str) -> terminal:
    """The node of a text that a program wrote."""
    shown = printable(OTHER_ESCAPES.sub("", overwritten(text))).rstrip("\n")
    return terminal(shown, strip_ansi(shown))


def overwritten(text: str) -> str:
    r"""The text after its carriage returns and backspaces, as a progress bar leaves it.

    >>> overwritten("10 %\r20 %\nab\bc")
    '20 %\nac'
    """
    if "\b" in text:
        text = re.sub(r"[^\n\r\b]\x08", "", text)
    if "\r" not in text:
        return text
    return "\n".join(_last_written(line) for line in text.replace("\r\n", "\n").split("\n"))


def _last_written(line: str) -> str:
    """A line of which each piece is written over the one before it; what is longer shows at the end."""
    shown = ""
    for piece in line.split("\r"):
        plain = "\x1b" not in shown + piece  # escape sequences take no room, so that nothing can be counted
        if strip_ansi(piece):
            shown = piece + shown[len(piece) :] if plain else piece
    return shown


def printable(text: str) -> str:
    r"""The text with control characters spelled out, since TeX stops at some and a browser hides them.

    >>> printable("a\x07b")
    'a^Gb'
    """
    return CONTROL.sub(lambda match: f"^{chr(ord(match[0]) ^ 0x40)}" if match[0] < "\x80" else "\ufffd", text)


def broken(text: str) -> str:
    """The text with no line that is too long for TeX."""
    return LONG_LINE.sub("\\1\n", text) if len(text) > LONGEST_LINE else text


def _for_tex(text: str) -> str:
    """The text as TeX reads it in a verbatim block that knows commands."""
    text = LONG_WORD.sub(
        lambda word: BREAK.join(word[1]) if word[1] else word[0], broken(text.replace(BREAK, "\ufffd"))
    )
    return str(ansi2latex(escape_latex(text).replace(r"{\ldots}", "..."))).replace(BREAK, r"\nbpressbreak{}")


def _converted(text: str, convert: Callable[[str], str]) -> str:
    """The text piece by piece, from one reset of the colours to the next: the whole takes nbconvert quadratic time."""
    return "".join(map(convert, RESET.split(text)))


def visit_html(self: Any, node: terminal) -> None:
    """A block of text with a span for each colour."""
    self.body.append(f'<div class="highlight"><pre>{_converted(node.rawsource, ansi2html)}</pre></div>\n')
    raise nodes.SkipNode


def visit_latex(self: Any, node: terminal) -> None:
    """Verbatim blocks with commands for the colours, which Sphinx's own way to break words does not understand."""
    for number, body in enumerate(divided(_converted(node.rawsource, _for_tex))):
        joint = "\\nbpressattach\n" if number else ""
        begin = r"\begin{sphinxVerbatim}[commandchars=\\\{\}]"
        setup = "\\begingroup\\sphinxsetup{verbatimforcewraps=false}%"
        self.body.append(f"\n{joint}{setup}\n{begin}\n{body}\n\\end{{sphinxVerbatim}}\n\\endgroup\n")
    raise nodes.SkipNode


def divided(text: str) -> Iterator[str]:
    """The text in pieces of as many lines as TeX has the measures for."""
    block: list[str] = []
    height = 0
    for line in text.split("\n"):
        lines = 1 + len(line) // LINE
        if block and height + lines > BLOCK:
            yield "\n".join(block)
            block, height = [], 0
        block.append(line)
        height += lines
    yield "\n".join(block)


def setup(app: Sphinx) -> None:
    """Register the node."""
    nothing = (lambda self, node: None,) * 2
    app.add_node(terminal, html=(visit_html, None), latex=(visit_latex, None), text=nothing)
