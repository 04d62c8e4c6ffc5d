"""Editions of a book: which there are, and pages without what an edition leaves out."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from nbpress import markup, notebook
from nbpress.book import Book
from nbpress.config import PATH, PRESETS, Edition
from nbpress.errors import BookError, Place, Problem, UsageError, did_you_mean
from nbpress.notebook import Notebook

WHOLE = Edition(solutions=True)  # the book as it is, which has no name
DEFAULTS = {name: msgspec.convert(table, Edition) for name, table in PRESETS.items()}


def defined(book: Book) -> dict[str, Edition]:
    """All editions by their names."""
    return {**DEFAULTS, **book.config.editions}


def find(book: Book, name: str) -> Edition:
    """The edition of that name; the whole book for the empty name.

    Raises:
        UsageError: there is none, with the nearest that there is, or it cannot be the name of a folder.
    """
    editions = {"": WHOLE} | defined(book)
    if name not in editions:
        known = list(filter(None, editions))
        hint = did_you_mean(name, known) or f"the editions are: {', '.join(known)}"
        raise UsageError(Problem(f'there is no edition "{name}".', hint=hint))
    if not re.fullmatch(r"[\w-]*", name):
        raise UsageError(Problem(f'"{name}" is not a name.', Place(str(PATH)), "use letters, digits, - and _"))
    if name in {chapter.name.partition("/")[0] for chapter in book.chapters}:
        message = f'the edition "{name}" would be printed into the folder of the chapter "{name}".'
        raise UsageError(Problem(message, Place(str(PATH)), "give the edition another name: [editions.NAME]"))
    return editions[name]


def targets(book: Book, name: str) -> tuple[str, ...]:
    """What is printed of an edition where nobody says what.

    Raises:
        UsageError: its table does not say it.
    """
    found = find(book, name).targets
    if not found:
        hint = "say which: nbpress build html" + (f", or targets = [...] under [editions.{name}]" if name else "")
        raise UsageError(Problem("no target is named.", hint=hint))
    return found


def edited(book: Book, page: Notebook, name: str) -> Notebook:
    """The page as the edition of that name has it. Everything else keeps its cell and its line.

    Raises:
        BookError: a solution of several cells does not end.
    """
    edition = find(book, name)
    others = [*DEFAULTS.values(), *book.config.editions.values()]  # what the press keeps private stays so in any case
    private = {tag for other in others for tag in other.include}
    page = without_tags(page, private - {*edition.include} | {*edition.exclude})
    return page if edition.solutions else without_solutions(page)


def without_tags(page: Notebook, gone: set[str]) -> Notebook:
    """The page without the cells that have one of these tags."""
    if not any(gone & cell.tags for cell in page.cells):
        return page
    pairs = zip(page.cells, page.raw["cells"], strict=True)
    cells = [_nothing(raw) if gone & cell.tags else raw for cell, raw in pairs]
    return notebook.read({**page.raw, "cells": cells}, page.file)


def without_solutions(page: Notebook) -> Notebook:
    """The page without its solutions. Everything else keeps its cell and its line, so that messages find it.

    Raises:
        BookError: a solution of several cells does not end.
    """
    cells = []
    start = None  # the cell that began a solution which has not ended
    for cell, raw in zip(page.cells, page.raw["cells"], strict=True):
        if cell.kind == "markdown":
            gone, inside = _solution_lines(cell.source, start is not None)
            start = (start or cell) if inside else None
            cells.append({**raw, "source": _without(cell.source, gone)})
        else:
            cells.append(raw if start is None else _nothing(raw))
    if start is not None:
        raise BookError(Problem("the solution that begins here does not end: :::{solution-end}", page.place(start)))
    return notebook.read({**page.raw, "cells": cells}, page.file)


def names(page: Notebook) -> set[str]:
    """What links can name of a page: its labels and its sections."""
    marks = markup.read(page)
    return {*(label.text for label in marks.labels), *marks.slugs}


def _nothing(raw: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": raw.get("id", ""), "metadata": {}, "source": ""}


def _without(text: str, gone: set[int]) -> str:
    return "\n".join("" if number in gone else line for number, line in enumerate(text.split("\n")))


def _solution_lines(text: str, inside: bool) -> tuple[set[int], bool]:
    """The lines of `text` that belong to solutions, and whether one goes on behind it; `inside` one it begins."""
    gone: set[int] = set()
    start = 0
    for token in markup.parser().parse(text):
        if token.type not in ("colon_fence", "fence") or token.map is None:
            continue
        first, end = token.map
        directive = token.info.split(" ")[0]
        if directive == "{solution-end}" and inside:
            gone |= set(range(start, end))
            inside = False
        elif directive == "{solution-start}" and not inside:
            start, inside = first, True
        elif directive == "{solution}":
            gone |= set(range(first, end))
        elif directive.startswith("{"):
            gone |= {first + 1 + line for line in _solution_lines(token.content, False)[0]}
    return gone | (set(range(start, text.count("\n") + 1)) if inside else set()), inside
