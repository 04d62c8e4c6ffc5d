"""Two texts, word by word: what stayed, what went, what came; and numbers that are the same as far as it matters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain
from math import isclose
from typing import Literal, NamedTuple

from nbpress.git.text import pieces

Op = Literal["=", "-", "+"]
NUMBER = r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])"
WORD = re.compile(rf"{NUMBER}|\s+|[\u3400-\u9fff]|\w+|.", re.S)
NUMBERS = re.compile(NUMBER)


class Span(NamedTuple):
    """A piece of text that both have (=), that only the old has (-), or only the new (+)."""

    op: Op
    text: str


def compare(old: str, new: str, *, prose: bool) -> list[Span]:
    """The spans of both texts in order: first by sentences or lines, then by words where these differ."""
    return _joined(_sentences(pieces(old, prose=prose), pieces(new, prose=prose)))


def _sentences(old: list[str], new: list[str]) -> Iterator[Span]:
    for op, (i, j), (k, m) in _blocks(old, new):
        if op == "replace":
            yield from _words("".join(old[i:j]), "".join(new[k:m]))
        else:
            yield from _plain("".join(old[i:j]), "".join(new[k:m]), same=op == "equal")


def _words(old: str, new: str) -> Iterator[Span]:
    before, after = WORD.findall(old), WORD.findall(new)
    for op, (i, j), (k, m) in _blocks(before, after):
        yield from _plain("".join(before[i:j]), "".join(after[k:m]), same=op == "equal")


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    for op, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield op, (i, j), (k, m)


def _plain(old: str, new: str, *, same: bool) -> Iterator[Span]:
    if same:
        yield Span("=", new)
    else:
        yield from (span for span in (Span("-", old), Span("+", new)) if span.text)


def _joined(spans: Iterator[Span]) -> list[Span]:
    """Neighbours of a kind as one; a space between two changes belongs to them, or each word would stand alone."""
    gathered = list(spans)
    made: list[Span] = []
    run: dict[Op, str] = {"-": "", "+": ""}
    for number, (op, text) in enumerate(gathered):
        between = op == "=" and text.isspace() and "\n" not in text and any(run.values())
        if between and number + 1 < len(gathered):
            run = {kind: run[kind] + text for kind in run}
        elif op == "=":
            made += _flushed(run)
            run = {"-": "", "+": ""}
            made.append(Span("=", made.pop().text + text if made and made[-1].op == "=" else text))
        else:
            run[op] += text
    return [*made, *_flushed(run)]


def _flushed(run: dict[Op, str]) -> Iterator[Span]:
    old, new = run["-"], run["+"]
    if old == new:
        yield from [Span("=", old)] if old else []
        return
    yield from (Span(op, text) for op, text in run.items() if text)


def changed(spans: Sequence[Span]) -> bool:
    """Whether anything differs."""
    return any(span.op != "=" for span in spans)


def same_numbers(old: str, new: str, tolerance: float) -> bool:
    """Whether two texts differ in nothing but numbers, and these by no more than that share of them."""
    if old == new:
        return True
    if NUMBERS.split(old) != NUMBERS.split(new):
        return False
    pairs = zip(NUMBERS.findall(old), NUMBERS.findall(new), strict=True)
    return all(isclose(float(one), float(other), rel_tol=tolerance) for one, other in pairs)


def around(spans: Sequence[Span], width: int) -> list[Span]:
    """The changes, with no more than `width` characters of what stayed on each side of them."""
    last = len(spans) - 1
    return list(chain.from_iterable(_shortened(span, n == 0, n == last, width) for n, span in enumerate(spans)))


def _shortened(span: Span, first: bool, last: bool, width: int) -> Iterator[Span]:
    text = span.text
    if span.op != "=" or len(text) <= (width if first or last else 2 * width) + 1:
        yield span
    else:
        head = "" if first else text[:width]
        tail = "" if last else text[len(text) - width :]
        yield Span("=", f"{head}…{tail}")
