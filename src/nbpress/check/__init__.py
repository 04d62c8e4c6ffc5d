"""Rules that a book must keep, one small function each, registered under its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nbpress import markup, notebook
from nbpress.book import Book, Page
from nbpress.errors import BookError, Place, Problem, did_you_mean
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
Mend = Callable[[Mapping[str, Any]], dict[str, Any]]  # a notebook's JSON, and what becomes of it
RULES: dict[str, Rule] = {}
MENDS: dict[str, Mend] = {}  # by the rules whose problems they mend
IGNORED = "ignore"  # under `nbpress` in a notebook's metadata: rules that do not hold for the page, each with a reason


def rule(function: Rule) -> Rule:
    """Register a rule under its function's name; its docstring is the sentence that the handbook prints."""
    RULES[name_of(function)] = function
    return function


def mended_by(mend: Mend) -> Callable[[Rule], Rule]:
    """Register how a rule's problems are mended; it must be safe to do so without a look."""

    def register(function: Rule) -> Rule:
        MENDS[name_of(function)] = mend
        return function

    return register


def name_of(function: Rule) -> str:
    """What a rule is called."""
    return function.__name__.replace("_", "-")


# Rules for books that the press executes; one that prints the notebooks of others takes them as they are.
OF_EXECUTED_BOOKS = frozenset(
    {
        *("cell-ids", "drawings-valid", "fences-closed", "headings-nested", "library-synced", "no-noise", "no-outputs"),
        *("one-title", "options-known", "pictures-described", "pictures-light", "scripts-spaced", "tags-known"),
        "words-once",
    }
)


def check(book: Book, pages: Iterable[Page], memo: Memo | None = None, known: Known | None = None) -> list[Problem]:
    """Everything that is wrong with `pages`, and with the table of contents, in reading order.

    `memo` remembers what was found in texts; `known`, between calls, what was read: only files that changed are read
    again.
    """
    register()
    sources, problems = _read(book, pages, memo, {} if known is None else known)
    excused = frozenset() if book.config.execution.enabled else OF_EXECUTED_BOOKS
    for name, function in RULES.items():
        if name in excused:
            continue
        problems += [Problem(p.message, p.place, p.hint, name) for p in function(sources)]
    problems = list(_without_ignored(sources, problems))
    order = {book.relative(page.path): number for number, page in enumerate(book.pages)}
    problems.sort(
        key=lambda p: (order.get(p.place.file, -1), p.place.cell or 0, p.place.line or 0) if p.place else (-1, 0, 0)
    )
    return problems


def register() -> None:
    """Import the modules of rules; each registers its own."""
    from nbpress.check import (  # noqa: F401  # noqa: F401
        addresses,
        bibliography,
        cells,
        library,
        metadata,
        pictures,
        prose,
        references,
        structure,
        style,
    )


def ignored(notebook: Notebook) -> Mapping[str, Any]:
    """The rules that do not hold for a page, and why."""
    declared = notebook.metadata.get("nbpress", {})
    found = declared.get(IGNORED, {}) if isinstance(declared, dict) else {}
    return found if isinstance(found, dict) else {}


def _without_ignored(sources: Sources, problems: Iterable[Problem]) -> Iterator[Problem]:
    """What is left when pages have been excused; and what is wrong with their excuses."""
    excuses = {source.notebook.file: ignored(source.notebook) for source in sources.reported}
    used = set()
    for problem in problems:
        file = problem.place.file if problem.place else ""
        if problem.rule in excuses.get(file, ()):
            used.add((file, problem.rule))
        else:
            yield problem
    for file, names in excuses.items():
        for name, reason in names.items():
            said = _excuse_problem(name, reason, (file, name) in used)
            if said:
                yield Problem(said[0], Place(file), said[1], "excuses-needed")


def _excuse_problem(name: str, reason: Any, used: bool) -> tuple[str, str] | None:
    where = f"in the notebook's metadata, under nbpress.{IGNORED}"
    if name not in RULES:
        return f'{where}: there is no rule "{name}".', did_you_mean(name, list(RULES)) or "docs/rules.md lists them"
    if not isinstance(reason, str) or not reason.strip():
        return f'{where}: "{name}" needs a reason.', f'write it there: {{"{name}": "why it does not hold here"}}'
    return None if used else (f'{where}: the page keeps the rule "{name}".', "take it out")


def mend(book: Book, pages: Iterable[Page]) -> dict[Page, dict[str, Any]]:
    """The pages that would be other JSON if all were mended that can be mended without a look; nothing is written."""
    register()
    found = {}
    mends = MENDS if book.config.execution.enabled else {}
    for page in pages:
        try:
            notebook_ = notebook.load(page.path, book.relative(page.path))
        except BookError:
            continue  # `check` says what is wrong with it
        raw: Any = notebook_.raw
        for change in dict.fromkeys(mends[name] for name in mends if name not in ignored(notebook_)):
            raw = change(raw)
        if notebook.dump(raw) != notebook.dump(notebook_.raw):
            found[page] = raw
    return found


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
