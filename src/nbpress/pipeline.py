"""The only place that knows the order of the stages: load, check, execute, convert, render."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from nbpress import book as books
from nbpress import config
from nbpress import notebook as notebooks
from nbpress.book import Book, Page
from nbpress.errors import BookError, Place, Problem, UsageError
from nbpress.memo import Memo
from nbpress.needs import amount, needs
from nbpress.notebook import Notebook

if TYPE_CHECKING:  # the verbs that execute nothing must not wait for Jupyter's import
    from nbpress.execute.options import Options
    from nbpress.execute.present import Present
    from nbpress.execute.report import Line
    from nbpress.execute.reuse import Verdict
    from nbpress.execute.run import Entry, Run, Task
    from nbpress.execute.schedule import Again
    from nbpress.execute.store.folder import Store
    from nbpress.execute.worker import Outcome

FAILED = "failed"  # the folder under build/ with the notebooks that could not be executed to their end
PARSERS = ("ipython", "markdown-it-py", "mdit-py-plugins", "myst-parser")  # what is remembered depends on them
UNABLE = "not run, because there are not the GPUs or the memory that they declare"
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

    with remembering(book) as memo:
        problems = find(book, pages, memo)
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
    book: Book,
    targets: Sequence[str],
    pages: Sequence[Page],
    listener: Listener,
    *,
    execute: bool = True,
    edition: str = "",
) -> list[Path]:
    """Check and execute `pages`, print an edition of the whole book as each of `targets`; the files to open.

    A target that is as it should be is left alone.
    """
    from nbpress import editions, freshness

    editions.find(book, edition)
    made = {name: path for name in targets if (path := freshness.made(book, freshness.Target(name, edition)))}
    stale = [name for name in targets if name not in made]
    if stale:
        made |= _build(book, stale, pages, listener, execute, edition)
    return [made[name] for name in targets]


class _Gathered(NamedTuple):
    """All that is printed."""

    notebooks: dict[str, Notebook]
    runs: dict[str, Run]
    others: list[Path] | None  # what the runs depend on outside of the book's folders; None where a page lacks its run


def _build(
    book: Book, targets: Sequence[str], pages: Sequence[Page], listener: Listener, execute: bool, edition: str
) -> dict[str, Path]:
    from nbpress import convert, editions, freshness
    from nbpress.targets import target

    before = freshness.look(book)
    modules = [(name, target(name)) for name in targets]
    for _, module in modules:
        module.require()
    listener.stage("checking")
    found = _problems(book, pages)
    gathered = _gather(book, pages, listener, execute)
    source = book.build / "sphinx" / edition / "source"
    made: dict[str, Path] = {}
    problems = list(found)
    known = {problem.place for problem in found}
    with _alone(book, listener):
        convert.write_source(book, gathered.notebooks, gathered.runs, source, editions.find(book, edition))
        others = None if found else gathered.others
        del gathered  # while a large book is printed, there must be room for other things than its outputs
        for name, module in modules:
            listener.stage(f"printing {name}")
            printed = freshness.Target(name, edition)
            freshness.forget(book, printed)
            try:
                made[name] = module.render(book, source, printed.folder(book))
            except BookError as error:  # the next target may have more to say
                problems += [problem for problem in error.problems if problem.place not in known]
            else:
                if others is not None:
                    freshness.keep(book, printed, before, others, made[name])
    if problems:
        raise BookError(dict.fromkeys(problems))
    return made


def _problems(book: Book, pages: Sequence[Page]) -> list[Problem]:
    """What the rules find wrong with the notebooks of a book that is not executed: they can be printed all the same.

    Raises:
        BookError: the book is executed, and has problems.
    """
    from nbpress.check import check as find

    with remembering(book) as memo:
        problems = find(book, pages, memo)
    if problems and book.config.execution.enabled:
        raise BookError(problems)
    return problems


def _gather(book: Book, pages: Sequence[Page], listener: Listener, execute: bool) -> _Gathered:
    """The whole book with its runs, after those of `pages` were executed that have none, if they may be."""
    if not book.config.execution.enabled:
        tasks = load_pages(book, book.pages)
        return _Gathered({page.name: notebook for page, notebook in tasks}, {}, [])
    from nbpress.execute import reuse

    with _looking(book, book.pages, listener) as (present, store, tasks):
        entries = reuse.find_all(present, store, tasks)
        stored = {name: store.load(entry.run) for name, entry in entries.items()}
        runs = {name: run for name, run in stored.items() if run is not None}
        if execute:
            chosen = [task for task in tasks if task.page in pages]
            executed = _execute(book, present, store, chosen, set(runs), listener)
            executed.finish(book, chosen, {name: _line(name, "up to date") for name in runs})
            runs |= executed.runs
            entries |= executed.entries
            for problem in executed.unstored:
                listener.note(str(problem))
        bare = [task for task in tasks if task.page.name not in runs and any(task.notebook.executed_cells)]
        old = {task.page.name: run for task in bare if (run := reuse.outdated(present, store, task))}
        runs |= old
        complete = set(pages) == set(book.pages) and runs.keys() <= entries.keys() and not bare
        others = list(reuse.files(present, store, tasks, entries)) if complete else None
    _note_pages(listener, "printed with the outputs of an earlier run", old)
    _note_pages(listener, "printed without outputs", [task.page.name for task in bare if task.page.name not in old])
    return _Gathered({page.name: notebook for page, notebook in tasks}, runs, others)


def _note_pages(listener: Listener, text: str, names: Iterable[str]) -> None:
    if listed := ", ".join(names):
        listener.note(f"{text}: {listed}")


@contextmanager
def _looking(book: Book, pages: Sequence[Page], listener: Listener) -> Iterator[tuple[Present, Store, list[Task]]]:
    """What is there now, the store, and the pages' notebooks; what was found out about them is remembered."""
    with remembering(book) as memo:
        tasks = load_pages(book, pages, memo)
        yield *looking(book, tasks, memo, listener), tasks


def looking(book: Book, tasks: Sequence[Task], memo: Memo, listener: Listener) -> tuple[Present, Store]:
    """What is there now, and the store, which gets ready for these pages."""
    from nbpress.execute.present import Present
    from nbpress.execute.static import key, static
    from nbpress.execute.store.layered import open_store

    if not book.config.execution.enabled:
        hint = "it prints what its notebooks hold: nbpress build html"
        raise UsageError(Problem("the book is not executed.", Place(str(config.PATH)), hint))
    store = open_store(listener.note, book.config.execution.remote)
    store.prefetch(key(static(book, task, memo)) for task in tasks)
    return Present(book, memo), store


@contextmanager
def remembering(book: Book) -> Iterator[Memo]:
    """What was once found out about texts; with what is new in the end."""
    from nbpress.execute.distributions import installed

    parsers = [f"{name} {installed().get(name)}" for name in PARSERS]
    memo = Memo(book.build / "memo.msgpack", ", ".join(parsers))
    try:
        yield memo
    finally:
        memo.save()


def _line(page: str, state: str, seconds: float = 0.0, memory: int = 0, problem: Problem | None = None) -> Line:
    from nbpress.execute import report

    return report.line(page, state, seconds, memory, problem)


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
) -> Executed:
    """Execute those of `tasks` that are not `done`, and store each run as soon as it is there."""
    executed = Executed(book, present, store, listener, keep)
    stale = [task for task in tasks if task.page.name not in done and any(task.notebook.executed_cells)]
    _forget_failures(book, tasks)
    if not stale:
        return executed
    from nbpress.execute import reuse, schedule
    from nbpress.execute.options import Options

    last = reuse.last_runs(present, store, stale)
    plans = [schedule.plan(task, last.get(task.page.name)) for task in stale]
    listener.pages(len(stale), len(done & {task.page.name for task in tasks}))
    try:
        unable = schedule.execute(book, present, plans, options or Options(), listener, executed.receive)
    except UsageError as error:  # the cluster is lost; what its pages said is not
        raise UsageError([*executed.problems.values(), *error.problems]) from None
    _note_pages(listener, UNABLE, unable)
    executed.left += unable
    return executed


async def rerun(book: Book, page: Page, again: Again, listener: Listener) -> Executed:
    """Execute one page on a cluster that is kept, whatever is stored, and store its run.

    Raises:
        BookError: the notebook cannot be read.
    """
    from nbpress.execute import reuse, schedule

    with _looking(book, [page], listener) as (present, store, tasks):
        executed = Executed(book, present, store, listener)
        _forget_failures(book, tasks)
        for task in tasks:
            present.prepare(task)
            plan = schedule.plan(task, reuse.last_runs(present, store, tasks).get(page.name))
            if not await again(present, plan, executed.receive):
                _note_pages(listener, UNABLE, [page.name])
                executed.left.append(page.name)
    return executed


def _forget_failures(book: Book, tasks: Sequence[Task]) -> None:
    """Delete what is kept of earlier runs that failed."""
    for task in tasks:
        if (old := _failed_notebook(book, task.page)).exists():
            old.unlink()


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


def load_pages(book: Book, pages: Sequence[Page], memo: Memo | None = None) -> list[Task]:
    """The notebooks of `pages`; all that cannot be read are named at once.

    With a memo their Markdown is searched for the expressions in it, which are executed.

    Raises:
        BookError: some cannot be read.
    """
    from nbpress.execute.expressions import with_expressions
    from nbpress.execute.run import Task

    loaded: list[Task] = []
    problems: list[Problem] = []
    for page in pages:
        try:
            notebook = notebooks.load(page.path, book.relative(page.path))
            needs(notebook)  # raises for what it cannot understand, and all pages are asked before the first is run
            loaded.append(Task(page, with_expressions(notebook, memo) if memo else notebook))
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
