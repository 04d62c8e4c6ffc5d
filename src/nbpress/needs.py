"""What a page says about its execution, under `nbpress` in the notebook's metadata."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from nbpress.errors import BookError, Place, Problem, did_you_mean
from nbpress.notebook import Notebook

UNITS = {
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}


class Needs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a page needs to run, and whether it gives the same bytes each time."""

    gpus: Annotated[int, msgspec.Meta(ge=0)] = 0
    memory: str = ""  # such as "4 GiB"
    minutes: Annotated[float, msgspec.Meta(ge=0)] = 0  # about how long it runs, for the order of the pages
    reproducible: bool = True
    reason: str = ""  # why not

    @property
    def bytes(self) -> int:
        """The declared memory in bytes; 0 where none is."""
        return amount(self.memory) or 0


def needs(notebook: Notebook) -> Needs:
    """What the notebook's metadata declare.

    Raises:
        BookError: a key or value that is none.
    """
    found_there = notebook.metadata.get("nbpress", {})
    if not isinstance(found_there, dict):
        raise _error(notebook, "a table is expected.", 'such as {"nbpress": {"gpus": 1}}')
    declared = {key: value for key, value in found_there.items() if key not in ("toctree", "ignore")}
    known = list(Needs.__struct_fields__)
    try:
        found = msgspec.convert(declared, Needs)
    except msgspec.ValidationError as error:
        unknown = [key for key in declared if key not in known]
        hint = (unknown and did_you_mean(unknown[0], known)) or f"known there: {', '.join(known)}"
        raise _error(notebook, f"{error}".replace("`$.", "`"), hint) from None
    if found.memory and amount(found.memory) is None:
        raise _error(notebook, f'"{found.memory}" is no amount of memory.', f'write "4 GiB"; units: {", ".join(UNITS)}')
    if not found.reproducible and not found.reason:
        raise _error(notebook, '"reproducible": false needs a reason.', 'add "reason": "…" beside it')
    return found


def _error(notebook: Notebook, message: str, hint: str) -> BookError:
    return BookError(Problem(f'in the notebook\'s metadata, under "nbpress": {message}', Place(notebook.file), hint))


def amount(text: str) -> int | None:
    """An amount of memory such as "4 GiB" in bytes; None for what is none."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kKMGT]?i?B)", text.strip())
    return int(float(match[1]) * UNITS[match[2]]) if match and match[2] in UNITS else None
