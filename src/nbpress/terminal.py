"""Progress and problems as a person reads them: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from nbpress.errors import PressError, Problem


class Terminal:
    """A `pipeline.Listener` that writes to stderr, so that stdout holds results only."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        self.progress: Progress | None = None
        self.task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def stage(self, text: str) -> None:
        """One line a stage."""
        self._end()
        self.console.print(f"[bold]{escape(text)}[/bold] …")

    def pages(self, total: int, reused: int) -> None:
        """Begin the bar."""
        self._end()
        kept = f", {reused} up to date" if reused else ""
        self.console.print(f"[bold]executing[/bold] {total} page{'s' if total > 1 else ''}{kept} …")
        if self.console.is_terminal:
            columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
            self.progress = Progress(*columns, console=self.console, transient=True)
            self.progress.start()
            self.task = self.progress.add_task("", total=total)

    def page(self, name: str, seconds: float, failed: bool) -> None:
        """Advance the bar and leave a line."""
        mark = "[red]failed[/red]" if failed else "[green]done[/green]  "
        self.console.print(f"  {mark} {seconds:6.1f} s  {escape(name)}")
        if self.progress is not None and self.task is not None:
            self.progress.advance(self.task)

    def problems(self, error: PressError) -> None:
        """All problems, then how many there are."""
        self._end()
        for problem in error.problems:
            self._problem(problem)
        if len(error.problems) > 1:
            self.console.print(f"{len(error.problems)} problems.")

    def _problem(self, problem: Problem) -> None:
        rule = f"  [{problem.rule}]" if problem.rule else ""
        print(f"{problem.place or 'nbpress'}: {problem.message}{rule}", file=sys.stderr)
        for line in problem.hint.splitlines():
            print(f"    {line}", file=sys.stderr)

    def _end(self) -> None:
        if self.progress is not None:
            self.progress.stop()
            self.progress = None
