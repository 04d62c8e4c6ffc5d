"""What is there before anything is done: the notebooks, what is known about them, and the runs that are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from nbpress import config
from nbpress import notebook as notebooks
from nbpress.book import Book, Page
from nbpress.errors import BookError, Place, Problem, UsageError
from nbpress.listener import Listener
from nbpress.memo import Memo
from nbpress.needs import needs
from nbpress.notebook import Notebook

if TYPE_CHECKING:  # the verbs that execute nothing must not wait for Jupyter's import
    from nbpress.execute.present import Present
    from nbpress.execute.run import Task
    from nbpress.execute.store.folder import Store

PARSERS = ("ipython", "markdown-it-py", "mdit-py-plugins", "myst-parser")  # what is remembered depends on them

Fact = Callable[[Notebook, Memo], object]  # asks the memo about a notebook

FEW = 8  # pages, which are looked at sooner than a process is started


class Inventory(NamedTuple):
    """What is there now, the store, and the pages' notebooks."""

    present: Present
    store: Store
    tasks: list[Task]


@contextmanager
def looking(book: Book, pages: Sequence[Page], listener: Listener) -> Iterator[Inventory]:
    """What is there for these pages; what was found out about them is remembered."""
    from nbpress.execute.static import code

    with remembering(book, code) as memo:
        tasks = load_pages(book, pages, memo)
        yield Inventory(*prepare(book, tasks, memo, listener), tasks)


def prepare(book: Book, tasks: Sequence[Task], memo: Memo, listener: Listener) -> tuple[Present, Store]:
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
def remembering(book: Book, *facts: Fact) -> Iterator[Memo]:
    """What was once found out about texts; with what is new in the end.

    Where there is nothing yet, `facts` of all pages are found out first, by all cores.
    """
    from nbpress.execute import machine
    from nbpress.execute.distributions import installed

    parsers = [f"{name} {installed().get(name)}" for name in PARSERS]
    memo = Memo(book.build / "memo.msgpack", ", ".join(parsers))
    if not memo.known and len(book.pages) > FEW and machine.processes() > 1:
        memo.fill([partial(_find_out, book, page, memo, facts) for page in book.pages], machine.processes())
    try:
        yield memo
    finally:
        memo.save()


def _find_out(book: Book, page: Page, memo: Memo, facts: Sequence[Fact]) -> None:
    with suppress(BookError):  # whoever reads the page next will say what is wrong with it
        notebook = notebooks.load(page.path, book.relative(page.path))
        for fact in facts:
            fact(notebook, memo)


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
