"""The only place that knows the order of the stages: load, check, execute, convert, render."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from nbpress import book as books
from nbpress import notebook as notebooks
from nbpress.book import Book, Page
from nbpress.errors import BookError, Place, Problem, UsageError
from nbpress.needs import amount, needs

if TYPE_CHECKING:  # the verbs that execute nothing must not wait for Jupyter's import
    from nbpress.execute.memo import Memo
    from nbpress.execute.options import Options
    from nbpress.execute.present import Present
    from nbpress.execute.report import Line
    from nbpress.execute.reuse import Verdict
    from nbpress.execute.run import Run, Task
    from nbpress.execute.store.folder import Store
    from nbpress.execute.worker import Outcome

FAILED = "failed"  # the folder under build/ with the notebooks that could not be executed to their end
REPORT = "report"  # the folder under build/ with what was executed, for people and for CI


class Listener(Protocol):
    """Is told how far the work is."""

    def stage(self, text: str) -> None:
        """A stage begins."""

    def pages(self, total: int, reused: int) -> None:
        """`total` pages will be executed; `reused` have a stored run."""

    def cell(self, page: str, cell: int, cells: int) -> None:
        """A cell of a page begins."""

    def page(self, name: str, seconds: float, failed: bool) -> None:
        """A page has been executed."""

    def note(self, text: str) -> None:
        """Something that people should know."""


def check(book: Book, pages: Sequence[Page]) -> None:
    """Raise `BookError` with everything that the rules find wrong with `pages`."""
    from nbpress.check import check as find

    problems = find(book, pages)
    if problems:
        raise BookError(problems)


def run(
    book: Book, pages: Sequence[Page], listener: Listener, options: Options | None = None, *, force: bool = False
) -> int:
    """Execute those of `pages` that have no stored run that holds; all are tried, and all failures shown.

    Returns the number of pages that are up to date now: all but those that no worker can run, or whose run is not kept.

    Raises:
        BookError: a page could not be executed; the others are stored all the same.
        UsageError: what was executed could not be stored.
    """
    from nbpress.execute import reuse

    with _looking(book, pages, listener) as (present, store, tasks):
        done = {} if force else reuse.find_all(present, store, tasks)
        executed = _execute(book, present, store, tasks, set(done), listener, options)
        lines = {name: _line(name, "up to date", entry.seconds, entry.memory) for name, entry in done.items()}
        executed.finish(book, tasks, lines)
    if executed.unstored:
        raise UsageError(executed.unstored)
    return len(pages) - len(executed.left)


def why(book: Book, pages: Sequence[Page], listener: Listener) -> list[Verdict]:
    """Of each page, whether it would run, and everything that changed since its last run."""
    from nbpress.execute import reuse

    with _looking(book, pages, listener) as (present, store, tasks):
        return [reuse.explain(present, store, task) for task in tasks]


def reproduce(book: Book, pages: Sequence[Page], listener: Listener, options: Options | None = None) -> int:
    """Run each of `pages` twice and compare the outputs byte for byte; nothing is stored.

    Returns the number of pages that were compared.

    Raises:
        BookError: a page failed, or showed something else the second time.
    """
    from nbpress.execute import reproduce as compare

    with _looking(book, pages, listener) as (present, store, tasks):
        excused = [task for task in tasks if not needs(task.notebook).reproducible]
        for task in excused:
            listener.note(f"{task.page.name} is not compared: {needs(task.notebook).reason}")
        compared = [task for task in tasks if task not in excused and any(task.notebook.executed_cells)]
        runs = []
        failures: tuple[Problem, ...] = ()
        for _ in range(2 if compared else 0):
            executed = _execute(book, present, store, compared, set(), listener, options, keep=False)
            try:
                executed.finish(book, compared, {})
            except BookError as error:
                failures = error.problems
            runs.append(executed.runs)
    both = [task for task in compared if all(task.page.name in one for one in runs)]
    problems = [
        problem
        for task in both
        for problem in compare.differences(task.notebook, *(one[task.page.name] for one in runs))
    ]
    if failures or problems:
        raise BookError([*failures, *problems])
    return len(both)


def build(
    book: Book, targets: Sequence[str], pages: Sequence[Page], listener: Listener, *, execute: bool = True
) -> list[Path]:
    """Check and execute `pages`, print the whole book as each of `targets`, and return the files to open."""
    from nbpress import convert
    from nbpress.execute import reuse
    from nbpress.targets import target

    modules = [(name, target(name)) for name in targets]
    for _, module in modules:
        module.require()
    listener.stage("checking")
    check(book, pages)
    with _looking(book, book.pages, listener) as (present, store, tasks):
        entries = reuse.find_all(present, store, tasks)
        stored = {name: store.load(entry.run) for name, entry in entries.items()}
        runs = {name: run for name, run in stored.items() if run is not None}
        if execute:
            chosen = [task for task in tasks if task.page in pages]
            executed = _execute(book, present, store, chosen, set(runs), listener)
            executed.finish(book, chosen, {name: _line(name, "up to date") for name in runs})
            runs |= executed.runs
            for problem in executed.unstored:
                listener.note(str(problem))
        bare = [task for task in tasks if task.page.name not in runs and any(task.notebook.executed_cells)]
        old = {task.page.name: run for task in bare if (run := reuse.outdated(present, store, task))}
        runs |= old
    _note_pages(listener, "printed with the outputs of an earlier run", old)
    _note_pages(listener, "printed without outputs", [task.page.name for task in bare if task.page.name not in old])
    source = book.build / "sphinx" / "source"
    made: list[Path] = []
    problems: list[Problem] = []
    with _alone(book, listener):
        convert.write_source(book, {page.name: notebook for page, notebook in tasks}, runs, source)
        for name, module in modules:
            listener.stage(f"printing {name}")
            try:
                made.append(module.render(book, source, book.build / name))
            except BookError as error:  # the next target may have more to say
                problems += error.problems
    if problems:
        raise BookError(dict.fromkeys(problems))
    return made


def _note_pages(listener: Listener, text: str, names: Iterable[str]) -> None:
    if listed := ", ".join(names):
        listener.note(f"{text}: {listed}")


@contextmanager
def _looking(book: Book, pages: Sequence[Page], listener: Listener) -> Iterator[tuple[Present, Store, list[Task]]]:
    """What is there now, the store, and the pages' notebooks; what was found out about them is remembered."""
    from nbpress.execute.memo import Memo
    from nbpress.execute.present import Present
    from nbpress.execute.static import key, static
    from nbpress.execute.store.layered import open_store

    memo = Memo(book.build / "memo.msgpack")
    present = Present(book, memo)
    store = open_store(listener.note, book.config.execution.remote)
    tasks = _load(book, pages, memo)
    store.prefetch(key(static(book, task, memo)) for task in tasks)
    try:
        yield present, store, tasks
    finally:
        memo.save()


def _line(page: str, state: str, seconds: float = 0.0, memory: int = 0, problem: Problem | None = None) -> Line:
    from nbpress.execute import report

    return report.line(page, state, seconds, memory, problem)


@dataclass
class _Executed:
    """What came of the pages that were executed, and of those that were not."""

    runs: dict[str, Run] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)  # of pages that failed
    unstored: list[Problem] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # that no worker can run, or whose run is not kept

    def finish(self, book: Book, tasks: Sequence[Task], others: dict[str, Line]) -> None:
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
                report.write(book.build / REPORT, lines)
        problems = [self.problems[name] for name in order if name in self.problems]
        if problems:
            untried = [line.page for line in lines if line.state == "not run" and line.page not in self.left]
            rest = [Problem(f"not run after the first failure: {', '.join(untried)}.")] if untried else []
            raise BookError([*problems, *rest, *self.unstored])


def _execute(
    book: Book,
    present: Present,
    store: Store,
    tasks: Sequence[Task],
    done: set[str],
    listener: Listener,
    options: Options | None = None,
    *,
    keep: bool = True,
) -> _Executed:
    """Execute those of `tasks` that are not `done`, and store each run as soon as it is there."""
    executed = _Executed()
    stale = [task for task in tasks if task.page.name not in done and any(task.notebook.executed_cells)]
    for task in tasks:
        if (old := _failed_notebook(book, task.page)).exists():
            old.unlink()
    if not stale:
        return executed
    from nbpress.execute import reuse, schedule
    from nbpress.execute.options import Options
    from nbpress.execute.present import Present
    from nbpress.execute.run import Entry, Run

    last = reuse.last_runs(present, store, stale)
    plans = [schedule.plan(task, last.get(task.page.name)) for task in stale]

    def receive(task: Task, outcome: Outcome) -> bool:
        name = task.page.name
        if outcome.problem:
            executed.problems[name] = _failure(book, task, outcome)
            executed.lines[name] = _line(name, "failed", outcome.seconds, outcome.memory, outcome.problem)
            return True
        run = executed.runs[name] = Run(outcome.outputs)
        executed.lines[name] = _line(name, "executed", outcome.seconds, outcome.memory)
        if keep:
            observed = present.observed(task, outcome.seen, run)
            files = {file: digest for file, digest in observed.files.items() if not file.endswith("/")}
            seen = msgspec.structs.replace(observed, files=files)  # the page may have added to a folder itself
            changed = next(Present(book, present.memo).changes(task, seen), None)
            if changed:
                listener.note(f"the run of {name} is not kept, for meanwhile or where it ran: {changed}")
                executed.left.append(name)
                return False
            try:
                reuse.keep(present, store, task, Entry(observed, "", outcome.seconds, outcome.memory), run)
            except OSError as error:
                executed.unstored.append(_not_stored(name, error))
        return False

    listener.pages(len(stale), len(done & {task.page.name for task in tasks}))
    try:
        unable = schedule.execute(book, present, plans, options or Options(), listener, receive)
    except UsageError as error:  # the cluster is lost; what its pages said is not
        raise UsageError([*executed.problems.values(), *error.problems]) from None
    _note_pages(listener, "not run, because there are not the GPUs or the memory that they declare", unable)
    executed.left += unable
    return executed


def _not_stored(page: str, error: OSError) -> Problem:
    message = f"the run of {page} could not be stored: {error.filename or 'the disk'}: {error.strerror}."
    return Problem(message, hint="make room, or make it writable; until then the page runs again each time")


@contextmanager
def _alone(book: Book, listener: Listener) -> Iterator[None]:
    """Wait until no other nbpress prints this book: they would write into one folder."""
    from filelock import FileLock, Timeout

    try:
        book.build.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(Problem(f"{book.build} cannot be written: {error.strerror}.")) from error
    lock = FileLock(book.build / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        listener.stage("waiting for another nbpress that prints this book")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _load(book: Book, pages: Sequence[Page], memo: Memo) -> list[Task]:
    """The notebooks of `pages`; all that cannot be read are named at once."""
    from nbpress.execute.expressions import with_expressions
    from nbpress.execute.run import Task

    loaded: list[Task] = []
    problems: list[Problem] = []
    for page in pages:
        try:
            notebook = notebooks.load(page.path, book.relative(page.path))
            needs(notebook)  # raises for what it cannot understand, and all pages are asked before the first is run
            loaded.append(Task(page, with_expressions(notebook, memo)))
        except BookError as error:
            problems += error.problems
    if problems:
        raise BookError(problems)
    return loaded


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


def load(root: Path) -> Book:
    """The book in a folder, or an error that says what it lacks."""
    book = books.load(root)
    if not book.pages:
        raise BookError(Problem("the book has no pages.", Place("conf/book.toml"), "list chapters under [[parts]]"))
    return book


def clean(root: Path) -> str:
    """Delete the folder build/ of the book in `root`, and say so."""
    import shutil

    book = books.load(root)
    shutil.rmtree(book.build, ignore_errors=True)
    return f"{book.relative(book.build)}/ is gone."


def clean_store(older_than: float | None = None, larger_than: str | None = None) -> str:
    """Delete stored runs, and say how many: all of them, or those unused for days, or until the store is small enough.

    Raises:
        UsageError: `larger_than` is no amount such as "2 GB".
    """
    from datetime import timedelta

    from nbpress.execute.store import eviction
    from nbpress.execute.store.layered import open_folder

    store = open_folder(lambda _: None)
    if older_than is None and larger_than is None:
        files, size = eviction.size(store)
        eviction.clear(store)
        return f"deleted {files} files of stored runs, {size / 1e6:.1f} MB."
    limit = amount(larger_than) if larger_than is not None else None
    if larger_than is not None and limit is None:
        raise UsageError(Problem(f'"{larger_than}" is no amount.', hint="write it with its unit: 500 MB, 2 GB"))
    gone = eviction.evict(store, timedelta(days=older_than) if older_than is not None else None, limit)
    return f"deleted {gone.files} files of stored runs, {gone.bytes / 1e6:.1f} MB."
