"""Pages that have no stored run are executed, what comes of it is stored, and what failed is kept to be looked at."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from nbpress import notebook as notebooks
from nbpress.book import Book, Page
from nbpress.errors import BookError, Problem, UsageError
from nbpress.inventory import looking
from nbpress.listener import Listener, note_pages

if TYPE_CHECKING:  # the verbs that execute nothing must not wait for Jupyter's import
    from nbpress.execute.options import Options
    from nbpress.execute.present import Present
    from nbpress.execute.report import Line
    from nbpress.execute.run import Entry, Run, Task
    from nbpress.execute.schedule import Again
    from nbpress.execute.store.folder import Store
    from nbpress.execute.worker import Outcome

FAILED = "failed"  # the folder under build/ with the notebooks that could not be executed to their end
UNABLE = "not run, because there are not the GPUs or the memory that they declare"
REPORT = "report"  # the folder under build/ with what was executed, for people and for CI


@dataclass
class Executed:
    """What came of the pages that were executed, and of those that were not."""

    book: Book
    present: Present
    store: Store
    listener: Listener
    keep: bool = True  # whether runs are stored
    runs: dict[str, Run] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)  # of those runs that are stored
    lines: dict[str, Line] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)  # of pages that failed
    broken: dict[str, Run] = field(default_factory=dict)  # what these had shown until then
    unstored: list[Problem] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # that no worker can run, or whose run is not kept

    def execute(self, tasks: Sequence[Task], done: set[str], options: Options | None = None) -> None:
        """Execute those of `tasks` that are not `done`, and store each run as soon as it is there.

        Raises:
            UsageError: the cluster is lost.
        """
        forget_failures(self.book, tasks)
        stale = [task for task in tasks if task.page.name not in done and any(task.notebook.executed_cells)]
        if not stale:
            return
        from nbpress.execute import reuse, schedule
        from nbpress.execute.options import Options

        gc.enable()  # it may take hours
        last = reuse.last_runs(self.present, self.store, stale)
        plans = [schedule.plan(task, last.get(task.page.name)) for task in stale]
        self.listener.pages(len(stale), len(done & {task.page.name for task in tasks}))
        try:
            unable = schedule.execute(self.book, self.present, plans, options or Options(), self.listener, self.receive)
        except UsageError as error:  # what its pages said is not lost
            raise UsageError([*self.problems.values(), *error.problems]) from None
        self.leave(unable)

    def leave(self, unable: Sequence[str]) -> None:
        """Note the pages that no worker can run."""
        note_pages(self.listener, UNABLE, unable)
        self.left += unable

    def receive(self, task: Task, outcome: Outcome) -> bool:
        """Take what came of one page, and store its run; whether the page failed."""
        from nbpress.execute.run import Run

        name = task.page.name
        if outcome.problem:
            self.problems[name] = _failure(self.book, task, outcome)
            self.broken[name] = Run(outcome.outputs)
            self.lines[name] = _line(name, "failed", outcome.seconds, outcome.memory, outcome.problem)
            return True
        run = self.runs[name] = Run(outcome.outputs)
        self.lines[name] = _line(name, "executed", outcome.seconds, outcome.memory)
        if self.keep:
            self._store(task, outcome, run)
        return False

    def _store(self, task: Task, outcome: Outcome, run: Run) -> None:
        from nbpress.execute import reuse
        from nbpress.execute.present import Present
        from nbpress.execute.run import Entry

        name = task.page.name
        observed = self.present.observed(task, outcome.seen, run)
        files = {file: digest for file, digest in observed.files.items() if not file.endswith("/")}
        seen = msgspec.structs.replace(observed, files=files)  # the page may have added to a folder itself
        changed = next(Present(self.book, self.present.memo).changes(task, seen), None)
        if changed:
            self.listener.note(f"the run of {name} is not kept, for meanwhile or where it ran: {changed}")
            self.left.append(name)
            return
        try:
            entry = Entry(observed, "", outcome.seconds, outcome.memory)
            self.entries[name] = reuse.keep(self.present, self.store, task, entry, run)
        except OSError as error:
            self.unstored.append(_not_stored(name, error))

    def finish(self, tasks: Sequence[Task], others: dict[str, Line]) -> None:
        """Write the report of this call, then raise what went wrong.

        Raises:
            BookError: pages failed, or were not tried.
        """
        from nbpress.execute import report

        order = [task.page.name for task in tasks if any(task.notebook.executed_cells)]
        known = {**others, **self.lines}
        lines = [known.get(name) or _line(name, "not run") for name in order]
        if self.lines:
            with suppress(OSError):  # a full disk is told of by the store; the pages are what matters
                report.write(self.book.build / REPORT, lines)
        problems = [self.problems[name] for name in order if name in self.problems]
        if problems:
            untried = [line.page for line in lines if line.state == "not run" and line.page not in self.left]
            rest = [Problem(f"not run after the first failure: {', '.join(untried)}.")] if untried else []
            raise BookError([*problems, *rest, *self.unstored])


async def rerun(book: Book, page: Page, again: Again, listener: Listener) -> Executed:
    """Execute one page on a cluster that is kept, whatever is stored, and store its run.

    Raises:
        BookError: the notebook cannot be read.
    """
    from nbpress.execute import reuse, schedule

    with looking(book, [page], listener) as (present, store, tasks):
        executed = Executed(book, present, store, listener)
        forget_failures(book, tasks)
        for task in tasks:
            present.prepare(task)
            plan = schedule.plan(task, reuse.last_runs(present, store, tasks).get(page.name))
            if not await again(present, plan, executed.receive):
                executed.leave([page.name])
    return executed


def forget_failures(book: Book, tasks: Sequence[Task]) -> None:
    """Delete what is kept of earlier runs that failed."""
    for task in tasks:
        if (old := _failed_notebook(book, task.page)).exists():
            old.unlink()


def _not_stored(page: str, error: OSError) -> Problem:
    message = f"the run of {page} could not be stored: {error.filename or 'the disk'}: {error.strerror}."
    return Problem(message, hint="make room, or make it writable; until then the page runs again each time")


def _failure(book: Book, task: Task, outcome: Outcome) -> Problem:
    """The failure as a problem whose hint names the notebook that is kept of the run."""
    from nbpress.convert import merge
    from nbpress.execute.run import Run

    problem = outcome.problem
    assert problem is not None
    if not outcome.outputs:
        return problem
    path = _failed_notebook(book, task.page)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebooks.dump(merge(task.notebook, Run(outcome.outputs))), encoding="utf-8")
    except OSError:  # the failure is what the author must hear of
        return problem
    hint = f"{problem.hint}\nwhat its cells had shown until then: {book.relative(path)}"
    return Problem(problem.message, problem.place, hint.strip())


def _failed_notebook(book: Book, page: Page) -> Path:
    return book.build / FAILED / f"{page.name}.ipynb"


def _line(page: str, state: str, seconds: float = 0.0, memory: int = 0, problem: Problem | None = None) -> Line:
    from nbpress.execute import report

    return report.line(page, state, seconds, memory, problem)
