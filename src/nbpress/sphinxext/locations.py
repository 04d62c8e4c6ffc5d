"""Warnings that name notebook, cell and line.

Docutils knows one line number. Line `l` of cell `c` is `c * LINES_A_CELL + l`; a filter on Sphinx's log turns it back.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

from sphinx.application import Sphinx

from nbpress import notebook
from nbpress.errors import BookError, Place

LINES_A_CELL = 10_000
LOCATION = re.compile(r"(.*\.(?:ipynb|md))(?::(\d*))?(?::<\w+>)?")
HINT = "\n    "  # in a message, begins what to do next, as in `errors.Problem`


def encode(cell: int, line: int) -> int:
    """One number for a cell (from 1) and a line in it (from 0)."""
    return cell * LINES_A_CELL + line


def decode(path: Path, number: int, file: str) -> Place:
    """The place in the notebook `path`, called `file`, that `encode` made into `number`."""
    cell, line = divmod(number, LINES_A_CELL)
    try:
        cells = notebook.load(path, file).cells
    except BookError:
        return Place(file, line=number)
    if not 1 <= cell <= len(cells):
        return Place(file)
    return Place(file, cell, cells[cell - 1].id, line)


class PlaceFilter(logging.Filter):
    """Rewrites `…/page.ipynb:70004` in a record's location as `notebooks/page.ipynb, cell 7 (id 3fa1), line 4`."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__()
        self.app = app

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; changes the record."""
        location = getattr(record, "location", None)
        match = LOCATION.fullmatch(location) if isinstance(location, str) else None
        path = Path(match[1]) if match else None
        if match and path and path.is_relative_to(self.app.srcdir):
            within = path.relative_to(self.app.srcdir)
            line = int(match[2]) if match[2] else None
            if path.suffix == ".md":  # the handbook's, which lies in the book's folder as it does here
                place = Place(within.as_posix(), line=line)
            else:
                file = self.app.config.nbpress_facts.file(within.with_suffix("").as_posix())
                place = decode(path, line, file) if line else Place(file)
            record.location = str(place)
            record.place = place
        return True


def setup(app: Sphinx) -> None:
    """Add the filter behind Sphinx's own, which make every kind of location a string first."""
    for handler in logging.getLogger("sphinx").handlers:
        handler.addFilter(PlaceFilter(app))
