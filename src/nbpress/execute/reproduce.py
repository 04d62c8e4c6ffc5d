"""Two runs of a page, compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff
from itertools import islice
from typing import Any

from nbpress.errors import Problem
from nbpress.execute.run import Run
from nbpress.notebook import Notebook

TIMING = "timing"  # the tag of cells whose outputs say how long something took
LINES = 12  # of the difference that are shown
WIDTH = 160  # characters of a line that are shown
HINT = f"""seed what is random and sort what has no order;
the tag "{TIMING}" excuses a cell that shows how long something took,
"nbpress": {{"reproducible": false, "reason": "…"}} in the notebook's metadata excuses the page"""


def differences(notebook: Notebook, first: Run, second: Run) -> Iterator[Problem]:
    """The first cell that showed something else the second time, with the difference; nothing where all are equal."""
    for cell, one, two in zip(notebook.executed_cells, first.outputs, second.outputs, strict=True):
        if one != two and TIMING not in cell.tags:
            shown = "\n".join(islice(_difference(one, two), LINES))
            message = "the cell shows something else when the page is run again."
            yield Problem(message, notebook.place(cell), f"{shown}\n{HINT}")
            return


def _difference(one: Sequence[Mapping[str, Any]], two: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    lines = unified_diff(_lines(one), _lines(two), "first run", "second run", n=1, lineterm="")
    return (line if len(line) <= WIDTH else f"{line[:WIDTH]}…" for line in lines)


def _lines(outputs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Outputs as text, with line breaks where their own are."""
    text = json.dumps(outputs, indent=1, sort_keys=True, ensure_ascii=False)
    return text.replace("\\n", "\n").split("\n")
