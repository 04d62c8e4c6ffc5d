"""What ended a page, in its author's terms."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellExecutionError

from nbpress.errors import Place, Problem
from nbpress.notebook import Cell, Expression, Notebook

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def cell_problem(notebook: Notebook, cell: Cell, count: int, error: CellExecutionError, root: Path) -> Problem:
    """The line of the failing cell that raised, or called what raised, and the error's own words."""
    trace = ANSI.sub("", error.traceback)
    lines = re.findall(rf"^ *Cell In\[{count}\], line (\d+)", trace, re.M)
    line = int(lines[-1]) if lines else None
    source = cell.source.split("\n")
    shown = source[line - 1].strip() if line and line <= len(source) else ""
    said = re.sub(r" \(\d+\.py, line \d+\)", "", error.evalue or "").strip().splitlines() or [""]
    hint = _lines(shown, _frame(trace, root), *said[1:6])
    return Problem(f"{error.ename}: {said[0]}".rstrip(": "), notebook.place(cell, line), hint)


def expression_problem(
    notebook: Notebook, cell: Cell, expressions: Sequence[Expression], reason: Mapping[str, Any], root: Path
) -> Problem:
    """Expressions in prose have no value; `reason` is what the kernel says of it."""
    said = str(reason.get("evalue", "")).strip().splitlines() or [""]
    trace = ANSI.sub("", "\n".join(reason.get("traceback", ())))
    shown = ", ".join(f"{{eval}}`{expression.text}`" for expression in expressions)
    hint = _lines(f"in the text: {shown}", _frame(trace, root), *said[1:6])
    return Problem(f"{reason['ename']}: {said[0]}".rstrip(": "), notebook.place(cell, expressions[0].line), hint)


def _frame(trace: str, root: Path) -> str:
    """The innermost frame in a file of the project, where there is one."""
    for path, line, function in reversed(re.findall(r"^File (.+?):(\d+), in ([\w.<>]+)", trace, re.M)):
        file = Path(path).expanduser()
        if file.is_relative_to(root) and "site-packages" not in file.parts:
            return f"raised in {file.relative_to(root).as_posix()}, line {line}, in {function}"
    return ""


def timeout(limit: str, seconds: float, place: Place) -> Problem:
    """A limit of the configuration, by its name, was passed."""
    hint = f"make it faster, or raise {limit} under [execution] in conf/book.toml"
    return Problem(f"not finished after {seconds:g} s.", place, hint)


def dead_kernel(place: Place, code: int | None, said: str, last_words: str, out_of_memory: int) -> Problem:
    """The kernel's process ended; `out_of_memory` is what it held, in bytes, where the system killed it for that."""
    if out_of_memory:
        hint = (
            "compute on less at a time, or run the page where there is more: more memory, or fewer pages at once (-j)"
        )
        held = f"it had held {out_of_memory / 2**30:.1f} GiB"
        return Problem(f"the system killed the kernel because memory ran out; {held}.", place, hint)
    if code is not None and code < 0:
        hint = "its own code did this, or another program; run the page in Jupyter to see"
        return Problem(f"the kernel died, killed by signal {-code} ({_name(-code)}).", place, _lines(last_words, hint))
    ended = f"the kernel ended by itself with exit code {code}" if code is not None else "the kernel died"
    hint = "a cell must not call exit() or os._exit()" if code is not None else "run the page in Jupyter to see"
    return Problem(f"{ended}{f': {said}' if said else '.'}", place, _lines(last_words, hint))


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


def _lines(*texts: str) -> str:
    return "\n".join(filter(None, texts))
