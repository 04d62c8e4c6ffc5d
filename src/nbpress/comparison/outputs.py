"""What a cell shows, as texts, tables and pictures; and two of each compared."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple

from lxml import html

from nbpress.comparison.pictures import difference
from nbpress.comparison.texts import Span, changed, compare, same_numbers

ANSI = re.compile(r"\x1b\[[0-9;]*m")
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")  # of memory: another one every time
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
LOOKS_THE_SAME = 0.0005  # of the points of a picture

Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A picture and its kind."""

    kind: str
    content: bytes


Shown = str | Table | Picture


class TextChange(NamedTuple):
    """Words and numbers of an output."""

    spans: list[Span]


class TableChange(NamedTuple):
    """A table, cell by cell: what stood there, where it changed, and what stands there now."""

    rows: list[list[tuple[str | None, str]]]


class PictureChange(NamedTuple):
    """A picture and the one in its place; None where there is none. `share` of the points look different."""

    old: Picture | None
    new: Picture | None
    share: float | None
    alt: str = ""


OutputChange = TextChange | TableChange | PictureChange


def shown(outputs: Sequence[Mapping[str, Any]]) -> list[Shown]:
    """What a reader sees of a cell's outputs, in order; what is written piece by piece is one text."""
    found: list[Shown] = []
    for output in outputs:
        for one in _shown(output):
            if isinstance(one, str) and found and isinstance(found[-1], str):
                found[-1] += one
            else:
                found.append(one)
    return found


def _shown(output: Mapping[str, Any]) -> Iterator[Shown]:
    kind = output["output_type"]
    if kind == "stream":
        yield ADDRESS.sub("0x…", _text(output["text"]))
    elif kind == "error":
        yield f"{output['ename']}: {ANSI.sub('', output['evalue'])}\n"
    else:
        yield from _richest(output.get("data", {}))


def _richest(data: Mapping[str, Any]) -> Iterator[Shown]:
    for mime in PICTURES:
        if mime in data:
            text = _text(data[mime])
            yield Picture(mime, text.encode() if mime.endswith("xml") else base64.b64decode(text))
            return
    if "text/html" in data and (table := _table(_text(data["text/html"]))):
        yield table
        return
    plain = next((data[mime] for mime in ("text/latex", "text/markdown", "text/plain") if mime in data), "")
    if plain:
        yield ADDRESS.sub("0x…", _text(plain)) + "\n"


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


def _table(markup: str) -> Table | None:
    """The cells of the first table; None where there is none."""
    if "<table" not in markup:
        return None
    table = html.fromstring(f"<div>{markup}</div>").find(".//table")
    if table is None:
        return None
    rows = (tuple(" ".join(cell.text_content().split()) for cell in row.iter("th", "td")) for row in table.iter("tr"))
    return tuple(row for row in rows if row)


def compare_outputs(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], tolerance: float, alt: str = ""
) -> list[OutputChange]:
    """What is different, pair by pair, in what a reader sees."""
    pairs = zip_longest(shown(old), shown(new))
    found = (_compare(before, after, tolerance, alt) for before, after in pairs)
    return [change for change in found if change is not None]


def _compare(old: Shown | None, new: Shown | None, tolerance: float, alt: str) -> OutputChange | None:
    if isinstance(old, Picture) or isinstance(new, Picture):
        before, after = (one if isinstance(one, Picture) else None for one in (old, new))
        return compare_pictures(before, after, alt)
    if isinstance(old, tuple) and isinstance(new, tuple) and [*map(len, old)] == [*map(len, new)]:
        return _compare_tables(old, new, tolerance)
    texts = _as_text(old), _as_text(new)
    spans = [] if same_numbers(*texts, tolerance) else compare(*texts, prose=False)
    return TextChange(spans) if changed(spans) else None


def _compare_tables(old: Table, new: Table, tolerance: float) -> TableChange | None:
    pairs = (zip(before, after, strict=True) for before, after in zip(old, new, strict=True))
    rows = [[_entry(before, after, tolerance) for before, after in pair] for pair in pairs]
    return TableChange(rows) if any(before is not None for row in rows for before, _ in row) else None


def compare_pictures(old: Picture | None, new: Picture | None, alt: str = "") -> PictureChange | None:
    """Two pictures, or one that came or went; None where they look the same."""
    if old == new:
        return None
    share = difference(old.content, new.content) if old and new else 1.0
    return None if share is not None and share < LOOKS_THE_SAME else PictureChange(old, new, share, alt)


def _entry(old: str, new: str, tolerance: float) -> tuple[str | None, str]:
    return (None if same_numbers(old, new, tolerance) else old), new


def _as_text(one: str | Table | None) -> str:
    if isinstance(one, tuple):
        return "".join("  ".join(map(str, row)) + "\n" for row in one)
    return one or ""
