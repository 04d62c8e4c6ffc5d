"""Two versions of a notebook and the one that both come from, merged cell by cell: no cell of either is ever lost.

Cells are known by their ids, so a cell that one side moved and the other edited is moved and edited. Where both changed
the same sentence or line, the cell holds both with git's markers between them, and the file still opens in Jupyter.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from nbpress.git.clean import cleaned, text_of
from nbpress.git.text import pieces

Raw = dict[str, Any]
MARKERS = ("<<<<<<< ours", "=======", ">>>>>>> theirs")
ABSENT: Any = object()


class Merged(NamedTuple):
    """What came of it, and what a person must look at, by the ids of cells; "" for what is no cell's."""

    raw: Raw
    conflicts: dict[str, str]


def merge(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Merge what `ours` and `theirs` have made of `base`; all three are notebooks as they are read from JSON."""
    versions = [cleaned(version, keep_outputs=True) for version in (base, ours, theirs)]
    cells = [{cell["id"]: cell for cell in version.pop("cells")} for version in versions]
    raw, clash = _value(*versions)
    conflicts = {"": "both changed the notebook's metadata; ours are kept"} if clash else {}
    made: dict[str, Raw] = {}
    for name in dict.fromkeys(name for version in cells for name in version):
        cell, conflict = _cell(*(version.get(name) for version in cells))
        if cell is not None:
            made[name] = cell
        if conflict:
            conflicts[name] = conflict
    base_order, our_order, their_order = map(list, cells)
    order, clash = _order(base_order, our_order, their_order, made)
    if clash:
        conflicts[""] = "both moved cells; the order of ours is kept"
    return Merged({**raw, "cells": [made[name] for name in order]}, conflicts)


def _cell(base: Raw | None, ours: Raw | None, theirs: Raw | None) -> tuple[Raw | None, str]:
    """One cell, None where it is gone, and why a person must look at it."""
    if ours is None or theirs is None:
        there = ours or theirs
        if there is None or there == base:
            return None, ""  # deleted by one, and left as it was by the other
        if base is None:
            return there, ""
        texts = [text_of(ours) if ours else "", text_of(theirs) if theirs else ""]
        who = "we deleted what they changed" if ours is None else "they deleted what we changed"
        return {**there, "source": marked(*texts).splitlines(keepends=True)}, who
    before = base or {}
    rest = [{key: value for key, value in cell.items() if key != "source"} for cell in (before, ours, theirs)]
    made, clash = _value(*rest)
    if made["cell_type"] == "code":
        made = {"outputs": [], "execution_count": None, **made}
    else:
        made = {key: value for key, value in made.items() if key not in ("outputs", "execution_count")}
    text, conflict = merge_text(*map(text_of, (before, ours, theirs)), prose=made["cell_type"] == "markdown")
    made["source"] = text.splitlines(keepends=True)
    return made, "both changed it" if conflict else "both changed its metadata; ours are kept" if clash else ""


def _value(base: Any, ours: Any, theirs: Any) -> tuple[Any, bool]:
    """JSON, merged by keys, and whether both changed the same: then it is ours."""
    if ours == theirs or theirs == base:
        return ours, False
    if ours == base:
        return theirs, False
    if isinstance(ours, dict) and isinstance(theirs, dict):
        before = base if isinstance(base, dict) else {}
        keys = sorted({*ours, *theirs})
        values = {key: _value(*(one.get(key, ABSENT) for one in (before, ours, theirs))) for key in keys}
        made = {key: value for key, (value, _) in values.items() if value is not ABSENT}
        return made, any(clash for key, (_, clash) in values.items() if key not in ("outputs", "execution_count"))
    if isinstance(ours, list) and isinstance(theirs, list):  # tags
        gone = [one for one in base or () if one not in ours or one not in theirs] if base is not ABSENT else []
        return [one for one in [*ours, *(one for one in theirs if one not in ours)] if one not in gone], False
    return (theirs, True) if ours is ABSENT else (ours, True)


def _order(base: list[str], ours: list[str], theirs: list[str], made: Mapping[str, Raw]) -> tuple[list[str], bool]:
    """The cells in the order of the side that moved some, with those of the other after what is before them there."""
    we, they = _moved(base, ours), _moved(base, theirs)
    lead, other = (theirs, ours) if they and not we else (ours, theirs)
    order = [name for name in lead if name in made]
    new = {name for name in lead if name not in base and name not in other}
    for position, name in enumerate(other):
        if name in made and name not in order:
            before = next((one for one in reversed(other[:position]) if one in order), None)
            place = order.index(before) + 1 if before is not None else 0
            while place < len(order) and order[place] in new:  # what both put there: ours first
                place += 1
            order.insert(place, name)
    common = {*ours} & {*theirs} & {*made}
    clash = we and they and [name for name in ours if name in common] != [name for name in theirs if name in common]
    return order, clash


def _moved(base: Sequence[str], version: Sequence[str]) -> bool:
    """Whether the cells that are left stand in another order."""
    return [name for name in base if name in version] != [name for name in version if name in base]


def merge_text(base: str, ours: str, theirs: str, *, prose: bool) -> tuple[str, bool]:
    """The text with the changes of both, and whether some of them are the same place's, with markers."""
    if ours == theirs or theirs == base:
        return ours, False
    if ours == base:
        return theirs, False
    with tempfile.TemporaryDirectory() as name:
        files = [Path(name) / file for file in ("ours", "base", "theirs")]
        for file, text in zip(files, (ours, base, theirs), strict=True):
            lines = (json.dumps(piece) + "\n" for piece in pieces(text, prose=prose))  # git merges lines: one a piece
            file.write_text("".join(lines), encoding="utf-8")
        command = ["git", "merge-file", "-p", "-L", "ours", "-L", "base", "-L", "theirs", *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode < 0 or done.returncode > 127:
        raise OSError(done.returncode, done.stderr.strip(), "git merge-file")
    return _decoded(done.stdout.splitlines()), done.returncode > 0


def _decoded(lines: Sequence[str]) -> str:
    """The text of lines from `git merge-file`: pieces, and markers around those that both changed."""
    text, sides = "", [""]
    for line in lines:
        if line == MARKERS[0]:
            text, sides = sides[0], [""]
        elif line == MARKERS[1]:
            sides.append("")
        elif line == MARKERS[2]:
            begin = "\n" if text and not text.endswith("\n") else ""
            sides = [text + begin + marked(*sides)]
        else:
            sides[-1] += json.loads(line)
    return sides[0]


def marked(ours: str, theirs: str) -> str:
    """Both texts, with git's markers on lines of their own."""
    parts = (MARKERS[0], ours, MARKERS[1], theirs, MARKERS[2])
    return "".join(part if part.endswith("\n") else part + "\n" for part in parts if part)
