"""The only place that knows the order of the stages: load, check, execute, convert, render."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nbpress import book as books
from nbpress import notebook as notebooks
from nbpress.book import Book, Page
from nbpress.errors import BookError, Place, Problem, UsageError

if TYPE_CHECKING:  # the verbs that execute nothing must not wait for Jupyter's import
    from nbpress.execute.run import Failure, Task

FAILED = "failed"  # the folder under build/ with the notebooks that could not be executed to their end


class Listener(Protocol):
    """Is told how far the work is."""

    def stage(self, text: str) -> None:
        """A stage begins."""

    def pages(self, total: int, reused: int) -> None:
        """`total` pages will be executed; `reused` have a stored run."""

    def page(self, name: str, seconds: float, failed: bool) -> None:
        """A page has been executed."""


def check(book: Book, pages: Sequence[Page]) -> None:
    """Raise `BookError` with everything that the rules find wrong with `pages`."""
    from nbpress.check import check as find

    problems = find(book, pages)
    if problems:
        raise BookError(problems)


def run(
    book: Book,
    pages: Sequence[Page],
    listener: Listener,
    *,
    jobs: int = 0,
    force: bool = False,
    fail_fast: bool = False,
) -> None:
    """Execute those of `pages` that have no stored run; all are tried, and all failures shown.

    Raises:
        BookError: a page could not be executed; the others are stored all the same.
    """
    from nbpress.execute import schedule, store
    from nbpress.execute.run import Failure

    tasks = _load(book, pages)
    kept = store.default()
    done = {} if force else schedule.stored(book, tasks, kept)
    stale = [task for task in tasks if task.page.name not in done and any(task.notebook.code_cells)]
    for task in tasks:
        if (old := _failed_notebook(book, task.page)).exists():
            old.unlink()
    if not stale:
        return
    listener.pages(len(stale), len(done))
    results = schedule.execute(book, stale, kept, schedule.Options(jobs, force, fail_fast), listener.page)
    problems = [
        _failure(book, task, result) for task in stale if isinstance(result := results.get(task.page.name), Failure)
    ]
    untried = [task.page.name for task in stale if task.page.name not in results]
    if untried:
        problems.append(Problem(f"not tried after the first failure: {', '.join(untried)}."))
    if problems:
        raise BookError(problems)


def build(
    book: Book, targets: Sequence[str], pages: Sequence[Page], listener: Listener, *, execute: bool = True
) -> list[Path]:
    """Check and execute `pages`, print the whole book as each of `targets`, and return the files to open."""
    from nbpress import convert
    from nbpress.execute import schedule, store
    from nbpress.targets import target

    modules = [(name, target(name)) for name in targets]
    for _, module in modules:
        module.require()
    listener.stage("checking")
    check(book, pages)
    if execute:
        run(book, pages, listener)
    tasks = _load(book, book.pages)
    runs = schedule.stored(book, tasks, store.default())
    bare = [task.page.name for task in tasks if task.page.name not in runs and any(task.notebook.code_cells)]
    if bare:
        listener.stage(f"printed without outputs: {', '.join(bare)}")
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


def _load(book: Book, pages: Sequence[Page]) -> list[Task]:
    """The notebooks of `pages`; all that cannot be read are named at once."""
    from nbpress.execute.run import Task

    loaded: list[Task] = []
    problems: list[Problem] = []
    for page in pages:
        try:
            loaded.append(Task(page, notebooks.load(page.path, book.relative(page.path))))
        except BookError as error:
            problems += error.problems
    if problems:
        raise BookError(problems)
    return loaded


def _failure(book: Book, task: Task, failure: Failure) -> Problem:
    """The failure as a problem whose hint names the notebook that is kept of the run."""
    from nbpress.convert import merge

    path = _failed_notebook(book, task.page)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebooks.dump(merge(task.notebook, failure.partial)), encoding="utf-8")
    hint = f"{failure.problem.hint}\nwhat its cells had shown until then: {book.relative(path)}"
    return Problem(failure.problem.message, failure.problem.place, hint.strip())


def _failed_notebook(book: Book, page: Page) -> Path:
    return book.build / FAILED / f"{page.name}.ipynb"


def load(root: Path) -> Book:
    """The book in a folder, or an error that says what it lacks."""
    book = books.load(root)
    if not book.pages:
        raise BookError(Problem("the book has no pages.", Place("conf/book.toml"), "list chapters under [[parts]]"))
    return book
