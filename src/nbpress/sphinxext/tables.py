"""Tables that code makes, as HTML: read into a grid of fields, and laid out for paper.

A table that is wider than the page is set with lines broken in its columns of text, or smaller, and at last in bands of
columns below each other, each with the row headers: nothing is cut off.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from lxml import html

TABLE = re.compile(r"<table\b[^>]*>", re.I)
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # that XML does not know
NUMBER = re.compile(r"[-+−]?[\d.,\s]*\d([eE][-+−]?\d+)?\s*%?|[-+−]?(nan|inf|∞)|<NA>|NaT|None|…|\.\.\.", re.I | re.A)

NORMAL, BROKEN, BANDED, SMALLEST = 10.0, 9.0, 8.0, 7.0  # sizes of type, in points
BOLD = 1.12  # times as wide as other text
PAGE = 37.0  # widths, in em of the normal size: of a line of text,
GAP = 0.9  # of the room between two columns, in em of the table's size,
LONG_TEXT = 16.0  # of a text that may be broken into lines,
SHORTEST = 8.0  # and of a column where that is done


@dataclass(eq=False)
class Cell:
    """A cell of a table; one that spans several fields stands in all of them."""

    text: str
    header: bool
    row: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Grid:
    """The fields of a table, row by row; the first `head` rows are headings, the first `stub` columns row headers."""

    rows: list[list[Cell]]
    head: int
    stub: int

    def column(self, number: int) -> list[Cell]:
        """The fields of a column below the headings."""
        return [row[number] for row in self.rows[self.head :]]


@dataclass(frozen=True)
class Layout:
    """How a table stands on paper: its columns in bands, the size of its type, and the widths of broken columns."""

    bands: list[list[int]]
    size: float = NORMAL
    widths: dict[int, float] = field(default_factory=dict)  # in em


def has_table(text: str) -> bool:
    """Whether a piece of HTML holds a table."""
    return bool(TABLE.search(text))


def with_caption(text: str, caption: str) -> str:
    """The HTML with `caption`, itself HTML, in its first table."""
    opening = TABLE.search(text)
    return text[: opening.end()] + caption + text[opening.end() :] if opening else text


def parts(text: str) -> Iterator[Grid | str]:
    """The tables of a piece of HTML, and the text before, between and behind them."""
    for piece in html.fragments_fromstring(UNREADABLE.sub("\ufffd", text)):
        yield from _text(piece) if isinstance(piece, str) else _parts(piece)


def _parts(element: html.HtmlElement) -> Iterator[Grid | str]:
    if element.tag == "table":
        yield from filter(lambda grid: grid.rows, [_grid(element)])
    elif element.tag not in ("style", "script") and isinstance(element.tag, str):
        if element.find(".//table") is None:
            yield from _text(element.text_content())
        else:
            yield from _text(element.text)
            for child in element:
                yield from _parts(child)
    yield from _text(element.tail)


def _text(text: str | None) -> Iterator[str]:
    words = " ".join((text or "").split())
    if words:
        yield words


def _grid(table: html.HtmlElement) -> Grid:
    """The table's fields, with its spans spread out and short rows filled up."""
    elements = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    rows: list[dict[int, Cell]] = [{} for _ in elements]
    for number, element in enumerate(elements):
        column = 0
        for item in element.iterchildren("td", "th"):
            while column in rows[number]:
                column += 1
            cell = _cell(item, number, len(elements) - number)
            for row in rows[number : number + cell.rows]:
                row |= dict.fromkeys(range(column, column + cell.columns), cell)
            column += cell.columns
    width = max((max(row, default=-1) + 1 for row in rows), default=0)
    fields = [[row.get(c) or Cell("", False, number) for c in range(width)] for number, row in enumerate(rows) if row]
    marked = sum(element.getparent().tag == "thead" for element in elements)
    head = marked or min(_leading_headers(fields), len(fields) - 1)
    stub = _leading_headers(list(zip(*fields[head:], strict=True)))
    return Grid(fields, head, min(stub, width - 1))


def _cell(item: html.HtmlElement, row: int, rows_left: int) -> Cell:
    for picture in item.iter("img"):
        picture.tail = (picture.get("alt") or "[picture]") + (picture.tail or "")
    for line in item.iter("br"):
        line.tail = " " + (line.tail or "")
    text = " ".join(item.text_content().split())
    spans = [int(value) if (value := item.get(name, "")).isdecimal() else 1 for name in ("rowspan", "colspan")]
    return Cell(text, item.tag == "th", row, min(spans[0] or rows_left, rows_left), min(max(spans[1], 1), 1000))


def _leading_headers(lines: Sequence[Sequence[Cell]]) -> int:
    return len(list(takewhile(lambda line: all(cell.header for cell in line), lines)))


def numeric(grid: Grid, column: int) -> bool:
    """Whether all that stands in a column is numbers, which are set to the right."""
    texts = [cell.text for cell in grid.column(column) if cell.text]
    return column >= grid.stub and bool(texts) and all(NUMBER.fullmatch(text) for text in texts)


def layout(grid: Grid, page: float = PAGE) -> Layout:
    """The way in which the table fits on a page whose lines have the width `page`, the most readable first."""
    natural = _natural_widths(grid)
    columns = list(range(len(natural)))
    total = _total(natural, columns)
    if total <= page:
        return Layout([columns])
    long = [column for column in columns if natural[column] > LONG_TEXT]
    room = page * NORMAL / BROKEN - (total - sum(natural[column] for column in long))
    if long and room >= SHORTEST * len(long):
        return Layout([columns], BROKEN, _shares(natural, long, room))
    if total <= page * NORMAL / SMALLEST:
        return Layout([columns], int(page / total * NORMAL * 10) / 10)
    narrow = [min(width, LONG_TEXT) for width in natural]
    widths = {column: LONG_TEXT for column in long}
    return Layout(_bands(narrow, grid.stub, page * NORMAL / BANDED), BANDED, widths)


def _bands(widths: list[float], stub: int, page: float) -> list[list[int]]:
    """The columns in groups, each of which fits on the page together with the row headers."""
    fixed = list(range(stub)) if _total(widths, range(stub)) < page / 2 else []
    bands: list[list[int]] = []
    for column in range(len(fixed), len(widths)):
        if bands and _total(widths, [*bands[-1], column]) <= page:
            bands[-1].append(column)
        else:
            bands.append([*fixed, column])
    return bands


def _shares(natural: list[float], columns: list[int], room: float) -> dict[int, float]:
    """The room divided among columns in proportion to what they hold, but so that none is too narrow."""
    spare = room - SHORTEST * len(columns)
    wanted = sum(natural[column] - SHORTEST for column in columns)
    return {c: round(SHORTEST + spare * min(1, (natural[c] - SHORTEST) / wanted), 1) for c in columns}


def _natural_widths(grid: Grid) -> list[float]:
    """The widths of the columns if no line is broken."""
    single = [
        max(
            (_width(row[c].text) * _boldness(grid, r) for r, row in enumerate(grid.rows) if row[c].columns == 1),
            default=1.0,
        )
        for c in range(len(grid.rows[0]))
    ]
    for row in grid.rows:
        for first in (c for c, cell in enumerate(row) if cell.columns > 1 and (c == 0 or row[c - 1] is not cell)):
            span = range(first, min(first + row[first].columns, len(row)))
            single[span[-1]] += max(0.0, _width(row[first].text) - _total(single, span))
    return single


def _boldness(grid: Grid, row: int) -> float:
    """How much wider the texts of a row are than others."""
    return BOLD if row < grid.head else 1.0


def _total(widths: Sequence[float], columns: Sequence[int]) -> float:
    return sum(widths[column] for column in columns) + GAP * max(len(columns) - 1, 0)


def _width(text: str) -> float:
    """About how wide a text is, in em."""
    return sum(map(_character_width, text))


def _character_width(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character.isupper() or character in "%@&mw—":
        return 0.75
    return 0.32 if character in "ijl.,:;'|! " else 0.54
