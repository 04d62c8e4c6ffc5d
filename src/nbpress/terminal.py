"""Progress and problems as a person reads them: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from nbpress.errors import PressError, Problem

if TYPE_CHECKING:  # rich waits until there is something to colour
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from nbpress.execute.reuse import Verdict


class Terminal:
    """A `Listener` that writes to stderr, so that stdout holds results only."""

    def __init__(self) -> None:
        self.progress: Progress | None = None
        self.total: TaskID | None = None
        self.running: dict[str, TaskID] = {}
        self.noted: set[str] = set()

    @cached_property
    def console(self) -> Console:
        """Where it is written."""
        from rich.console import Console

        return Console(stderr=True, highlight=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def stage(self, text: str) -> None:
        """One line a stage."""
        self._end()
        self.console.print(f"[bold]{_escape(text)}[/bold] …")

    def note(self, text: str) -> None:
        """One line, once."""
        if text not in self.noted:
            self.noted.add(text)
            self.console.print(f"[yellow]note[/yellow] {_escape(text)}", soft_wrap=True)

    def pages(self, total: int, reused: int) -> None:
        """Begin the bar: one for all pages, and under it one for each that is running."""
        self._end()
        kept = f", {reused} up to date" if reused else ""
        self.console.print(f"[bold]executing[/bold] {total} page{'s' if total > 1 else ''}{kept} …")
        if self.console.is_terminal:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns: tuple[Any, ...] = (BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
            self.progress = Progress(*columns, TextColumn("{task.description}"), console=self.console, transient=True)
            self.progress.start()
            self.total = self.progress.add_task("[bold]pages[/bold]", total=total)

    def cell(self, page: str, cell: int, cells: int) -> None:
        """Move the bar of a page to one of its cells."""
        if self.progress is not None:
            if page not in self.running:
                self.running[page] = self.progress.add_task(_escape(page), total=cells)
            self.progress.update(self.running[page], completed=cell - 1)

    def page(self, name: str, seconds: float, failed: bool) -> None:
        """Advance the bar and leave a line."""
        mark = "[red]failed[/red]" if failed else "[green]done[/green]  "
        self.console.print(f"  {mark} {seconds:6.1f} s  {_escape(name)}")
        if self.progress is not None and self.total is not None:
            self.progress.advance(self.total)
            if name in self.running:
                self.progress.remove_task(self.running.pop(name))

    def printed(self, what: str, seconds: float) -> None:
        """Leave a line about what was printed."""
        self.console.print(f"  [green]printed[/green] {seconds:5.2f} s  {_escape(what)}")

    def mended(self) -> None:
        """Say that what was wrong is so no more."""
        self.console.print("[green]no problems any more[/green]")

    def problems(self, error: PressError) -> None:
        """All problems, then how many there are."""
        self._end()
        for problem in error.problems:
            self._problem(problem)
        if len(error.problems) > 1:
            print(f"{len(error.problems)} problems.", file=sys.stderr)

    def _problem(self, problem: Problem) -> None:
        rule = f"  [{problem.rule}]" if problem.rule else ""
        print(f"{problem.place or 'nbpress'}: {problem.message}{rule}", file=sys.stderr)
        for line in problem.hint.splitlines():
            print(f"    {line}", file=sys.stderr)

    def _end(self) -> None:
        if self.progress is not None:
            self.progress.stop()
            self.progress = None
            self.running.clear()


def verdicts(found: Sequence[Verdict], form: str, verbose: bool) -> Iterator[str]:
    """What `nbpress why` prints: one line a page, everything with `verbose`, or JSON."""
    if form == "json":
        lines = [
            {
                "page": one.page,
                "run": one.run,
                "reasons": [reason.text for reason in one.reasons],
                "changes": [reason._asdict() for reason in one.reasons],
            }
            for one in found
        ]
        yield json.dumps(lines, indent=1, ensure_ascii=False)
        return
    for one in found:
        if not one.run:
            yield f"{one.page}: up to date"
        elif verbose:
            yield f"{one.page}:"
            for reason in one.reasons:
                yield f"    {reason}"
                yield from (f"        {'  ' * depth}{step}" for depth, step in enumerate(reason.chain))
        else:
            more = len(one.reasons) - 1
            yield f"{one.page}: {one.reasons[0]}" + (f" and {more} more (-v shows them)" if more else "")


def _escape(text: str) -> str:
    from rich.markup import escape

    return escape(text)
