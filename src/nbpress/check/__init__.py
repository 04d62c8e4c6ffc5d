"""Rules that a book must keep, one small function each, registered under its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbpress import markup, notebook
from nbpress.book import Book, Page
from nbpress.errors import BookError, Problem
from nbpress.markup import Markup
from nbpress.memo import Memo
from nbpress.notebook import Notebook


@dataclass(frozen=True)
class Source:
    """A page with its notebook, and its markup when a rule asks for it."""

    page: Page
    notebook: Notebook
    memo: Memo | None = None

    @cached_property
    def markup(self) -> Markup:
        """Headings, labels, links and images of the page."""
        return markup.remembered(self.notebook, self.memo) if self.memo else markup.read(self.notebook)


@dataclass(frozen=True)
class Sources:
    """The whole book as the rules see it; `chosen` are the pages to report on."""

    book: Book
    pages: dict[str, Source]
    chosen: frozenset[str]

    @property
    def reported(self) -> Iterator[Source]:
        """The readable pages among the chosen ones."""
        return (source for name, source in self.pages.items() if name in self.chosen)


Known = dict[Path, tuple[tuple[int, int], Source]]  # what was read of a file of that time and size
Rule = Callable[[Sources], Iterable[Problem]]
RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    """Register a rule under its function's name; its docstring is the sentence that the handbook prints."""
    RULES[function.__name__.replace("_", "-")] = function
    return function


# Rules for books that the press executes; one that prints the notebooks of others takes them as they are.
OF_EXECUTED_BOOKS = frozenset(
    {"cell-ids", "fences-closed", "library-synced", "no-outputs", "one-title", "options-known", "tags-known"}
)


def check(book: Book, pages: Iterable[Page], memo: Memo | None = None, known: Known | None = None) -> list[Problem]:
    """Everything that is wrong with `pages`, and with the table of contents, in reading order.

    `memo` remembers what was found in texts; `known`, between calls, what was read: only files that changed are read
    again.
    """
    from nbpress.check import addresses, bibliography, cells, library, references, structure  # noqa: F401  (registers the rules)

    sources, problems = _read(book, pages, memo, {} if known is None else known)
    excused = frozenset() if book.config.execution.enabled else OF_EXECUTED_BOOKS
    for name, function in RULES.items():
        if name in excused:
            continue
        problems += [Problem(p.message, p.place, p.hint, name) for p in function(sources)]
    order = {book.relative(page.path): number for number, page in enumerate(book.pages)}
    problems.sort(
        key=lambda p: (order.get(p.place.file, -1), p.place.cell or 0, p.place.line or 0) if p.place else (-1, 0, 0)
    )
    return problems


def _read(book: Book, pages: Iterable[Page], memo: Memo | None, known: Known) -> tuple[Sources, list[Problem]]:
    """All notebooks of the book, since links lead everywhere, and what is wrong with the files that can't be read."""
    chosen = frozenset(page.name for page in pages)
    readable, problems = {}, []
    for page in book.pages:
        if not page.path.exists():
            continue  # the rule `files-exist` says so
        try:
            readable[page.name] = _source(book, page, memo, known)
        except BookError as error:
            if page.name in chosen:
                problems += [Problem(p.message, p.place, p.hint, "readable") for p in error.problems]
    return Sources(book, readable, chosen), problems


def _source(book: Book, page: Page, memo: Memo | None, known: Known) -> Source:
    state = page.path.stat()
    stamp = (state.st_mtime_ns, state.st_size)
    if known.get(page.path, (None,))[0] != stamp:
        known[page.path] = stamp, Source(page, notebook.load(page.path, book.relative(page.path)), memo)
    return known[page.path][1]
