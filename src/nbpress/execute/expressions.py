"""Code in prose, `{eval}`: found in the Markdown cells of a page by its parser, once for each text."""

from __future__ import annotations

import msgspec

from nbpress.memo import Memo
from nbpress.notebook import Cell, Expression, Notebook

SIGN = "{eval}"  # without it there is none, and the parser, whose import is slow, need not look


class Expressions(msgspec.Struct, frozen=True):
    """What was found in a text."""

    found: tuple[Expression, ...]


def with_expressions(notebook: Notebook, memo: Memo) -> Notebook:
    """The notebook with the expressions in its Markdown cells."""
    if not any(SIGN in cell.source for cell in notebook.cells):
        return notebook
    return notebook.showing({cell.number: _expressions(cell, memo) for cell in notebook.cells})


def _expressions(cell: Cell, memo: Memo) -> tuple[Expression, ...]:
    if cell.kind != "markdown" or SIGN not in cell.source:
        return ()
    return memo.get(Expressions, cell.source.encode(), lambda: _find(cell)).found


def _find(cell: Cell) -> Expressions:
    from nbpress import markup

    return Expressions(tuple(markup.expressions(cell)))
