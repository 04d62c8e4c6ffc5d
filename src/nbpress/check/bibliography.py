"""Rules on the BibTeX file and on what the pages cite of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pybtex import errors
from pybtex.database import BibliographyData, BibliographyDataError
from pybtex.database.input.bibtex import Parser
from pybtex.exceptions import PybtexError

from nbpress.check import Sources, rule
from nbpress.errors import Place, Problem, did_you_mean


@rule
def bibliography_readable(sources: Sources) -> Iterator[Problem]:
    """The BibTeX file is BibTeX, and gives each key once."""
    file = sources.book.notebooks / sources.book.config.bibliography
    for error in _read(file)[1]:
        message = re.sub(r" in line \d+", "", str(error))
        repeated = isinstance(error, BibliographyDataError)
        line = _second(message.rpartition(" ")[2], file) if repeated else getattr(error, "lineno", None)
        yield Problem(f"{message}.", Place(sources.book.relative(file), line=line))


@rule
def citations_known(sources: Sources) -> Iterator[Problem]:
    """What a page cites has its entry in the BibTeX file."""
    file = sources.book.notebooks / sources.book.config.bibliography
    keys = list(_read(file)[0].entries)
    for source in sources.reported:
        for citation in source.markup.citations:
            if citation.text not in keys:
                place = source.notebook.place(citation.cell, citation.line)
                message = f'the bibliography has no entry "{citation.text}".'
                yield Problem(message, place, did_you_mean(citation.text, keys) or f"add it to {file.name}")


def _read(file: Path) -> tuple[BibliographyData, list[PybtexError]]:
    """The entries of a BibTeX file as far as it can be read, and everything that is wrong with it."""
    parser = Parser()
    with errors.capture() as found:
        if file.is_file():
            parser.parse_string(file.read_text(encoding="utf-8"))
    return parser.data, found


def _second(key: str, file: Path) -> int | None:
    """The line of the second entry with that key."""
    lines = file.read_text(encoding="utf-8").splitlines()
    entry = re.compile(rf"\s*@\w+\s*[{{(]\s*{re.escape(key)}\s*,", re.I)
    return next(iter([number for number, line in enumerate(lines, start=1) if entry.match(line)][1:]), None)
