"""Problems for programs: JSON, and the lines that make GitHub show each at its place in a pull request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from nbpress.errors import Place, Problem

CELL = re.compile(r"  \{$")  # how a cell begins in a notebook as Jupyter and git have it
SOURCE = re.compile(r'   "source": \[$')


def as_json(problems: Iterable[Problem]) -> str:
    """A list of objects."""
    return json.dumps([_fields(problem) for problem in problems], indent=1, ensure_ascii=False)


def _fields(problem: Problem) -> dict[str, object]:
    place = problem.place or Place("")
    where = {"file": place.file, "cell": place.cell, "id": place.cell_id, "line": place.line}
    return {**where, "rule": problem.rule, "message": problem.message, "hint": problem.hint}


def as_annotations(problems: Iterable[Problem], root: Path) -> str:
    """GitHub's workflow commands, a line each; a line of a cell is that of the notebook's file."""
    return "\n".join(_annotation(problem, root) for problem in problems)


def _annotation(problem: Problem, root: Path) -> str:
    place = problem.place
    where = []
    if place:
        line = line_of(root / place.file, place.cell, place.line or 1) if place.cell else place.line
        where = [f"file={_property(place.file)}", *([f"line={line}"] if line else [])]
    cell = f"cell {place.cell}: " if place and place.cell else ""
    text = "\n".join(filter(None, [f"{cell}{problem.message}", problem.hint]))
    where.append(f"title={_property(problem.rule or 'nbpress')}")
    return f"::error {','.join(where)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def line_of(path: Path, cell: int, line: int) -> int:
    """Where line `line` of a cell's text stands in the notebook's file; 1 where the file is written in another way."""
    starts = _sources(path)
    return starts[cell - 1] + line if cell <= len(starts) and starts[cell - 1] else 1


@cache
def _sources(path: Path) -> list[int]:
    """Of each cell, the line of the file on which its text begins; 0 where that is not known."""
    return list(_starts(path.read_text(encoding="utf-8").split("\n"))) if path.is_file() else []


def _starts(lines: list[str]) -> Iterator[int]:
    start: int | None = None
    for number, line in enumerate(lines, start=1):
        if CELL.match(line):
            if start is not None:
                yield start
            start = 0
        elif start == 0 and SOURCE.match(line):
            start = number
    if start is not None:
        yield start
