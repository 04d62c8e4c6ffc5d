"""What a measurement has to say, as a table for people and as JSON for tools."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

WIDTH = 120  # of what is not a terminal, such as a log


@dataclass(frozen=True)
class Row:
    """One thing that was measured; `met` is None where no target is set."""

    what: str
    measured: str
    ratio: str = ""
    target: str = ""
    met: bool | None = None
    note: str = ""
    value: float | None = None  # `measured` as a number: seconds, GiB, edits


def seconds(what: str, value: float, **more: object) -> Row:
    """A row for a duration."""
    return Row(what, f"{value:.2f} s", value=value, **more)  # type: ignore[arg-type]


def share(part: float, whole: float) -> str:
    """`part` as a fraction of `whole`: "1/6.2"."""
    return f"1/{whole / part:.1f}"


def show(results: dict[str, list[Row]]) -> None:
    """Print all rows, then what was missed."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    table = Table("", "what was done", "measured", "ratio", "target", "met", title="nbpress")
    for name, rows in results.items():
        table.add_section()
        for number, row in enumerate(rows):
            note = f"\n[dim]{escape(row.note)}[/dim]" if row.note else ""
            met = {None: "", True: "[green]yes[/green]", False: "[red]no[/red]"}[row.met]
            title = "" if number else name
            table.add_row(title, escape(row.what) + note, row.measured, row.ratio, row.target, met)
    console.print(table)
    targets = [row for rows in results.values() for row in rows if row.met is not None]
    missed = [row for row in targets if not row.met]
    console.print(f"{len(targets) - len(missed)} of {len(targets)} targets met.")
    for row in missed:
        console.print(f"[red]missed[/red]: {escape(row.what)}: {row.ratio or row.measured}, target {row.target}")


def write(file: Path, machine: dict[str, object], results: dict[str, list[Row]]) -> None:
    """Write everything as JSON."""
    lines: dict[str, Sequence[object]] = {name: [asdict(row) for row in rows] for name, rows in results.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"machine": machine, "measurements": lines}, indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")
