"""A notebook as text to compare: a line that names each cell, then its source, prose a sentence a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbpress.notebook import Cell, Notebook

RULE = "── "  # begins the line that names a cell; git shows that line above each change
SENTENCE = re.compile(r"(?<=[.!?:;]) +(?=\S)|(?<=[。！？；])(?=\S)")


def pieces(source: str, *, prose: bool) -> list[str]:
    r"""The text in pieces that people change one at a time: lines, and in prose sentences.

    >>> pieces("One. Two.\nThree.", prose=True)
    ['One. ', 'Two.\n', 'Three.']
    """
    lines = source.splitlines(keepends=True)
    return [piece for line in lines for piece in _sentences(line)] if prose else lines


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for end in (found.end() for found in SENTENCE.finditer(line)):
        yield line[start:end]
        start = end
    yield line[start:]


def as_text(notebook: Notebook) -> str:
    """What git compares of a notebook."""
    return "\n".join(line for cell in notebook.cells for line in _lines(cell))


def _lines(cell: Cell) -> Iterator[str]:
    yield RULE + " · ".join(filter(None, [f"cell {cell.id}" if cell.id else "cell", cell.kind, *sorted(cell.tags)]))
    yield from (piece.rstrip() for piece in pieces(cell.source, prose=cell.kind == "markdown"))
    yield ""
