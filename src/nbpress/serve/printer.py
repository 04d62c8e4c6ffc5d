"""Pages as they are now, printed by an application of Sphinx that is kept. It lives in a process of its own."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from nbpress import check, convert, inventory, pipeline
from nbpress import notebook as notebooks
from nbpress.book import Book, Page
from nbpress.errors import BookError, Problem
from nbpress.execute import reuse
from nbpress.execute.run import Run, Task
from nbpress.execute.static import key, static
from nbpress.notebook import Notebook
from nbpress.targets import html, sphinx

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="320" height="120" viewBox="0 0 320 120">
<rect width="320" height="120" rx="8" fill="#888" fill-opacity=".15"/></svg>"""
WAITING = {"output_type": "display_data", "data": {"image/svg+xml": PICTURE}, "metadata": {}}
FOLDER = "serve"  # under build/, apart from what `nbpress build` writes


class Shown(NamedTuple):
    """What the last run of a page showed, whether or not it came to its end and could be stored."""

    key: str  # that it has, or would have, in the store
    run: Run


class Printed(NamedTuple):
    """What came of printing."""

    problems: tuple[Problem, ...]  # all that Sphinx knows to be wrong with the book
    unreadable: Mapping[str, tuple[Problem, ...]]  # of the pages asked for: they are shown as they were
    stale: Mapping[str, str]  # of the pages asked for, those to execute, with the keys of their runs
    waiting: int  # pages that `print_more` will print


class _Quiet:
    """A `Listener` that nobody listens to."""

    def stage(self, text: str) -> None: ...
    def pages(self, total: int, reused: int) -> None: ...
    def cell(self, page: str, cell: int, cells: int) -> None: ...
    def page(self, name: str, seconds: float, failed: bool) -> None: ...
    def note(self, text: str) -> None: ...


class Printer:
    """A book with the application that prints it; to be closed."""

    def __init__(self, root: Path) -> None:
        self.book = pipeline.load(root)
        self.folder = self.book.build / FOLDER
        self.source = self.folder / "source"
        self.shown: dict[str, Shown] = {}
        self.known: check.Known = {}
        self.kept = ExitStack()

    def open(self) -> Printed:
        """Print the whole book.

        Raises:
            UsageError: the book's settings are wrong.
        """
        tasks, unreadable = _read(self.book, self.book.pages)
        runs, stale = self._runs(tasks)
        old = {page.name: self._as_it_was(page) for page in self.book.pages if page.name in unreadable}
        pages = {page.name: notebook for page, notebook in tasks}
        convert.write_source(self.book, pages | old, runs, self.source)
        out = self.folder / "html"
        kept = sphinx.application(self.book, "html", self.source, out, nbpress_draft=True)
        self.application = self.kept.enter_context(kept)
        self.application.build()
        html.forget_old_pages(self.book, out, self.application.documents)
        gc.freeze()  # the environment of a large book stays: to look through it for garbage takes seconds
        return self._printed(unreadable, stale)

    def print(self, names: Set[str], shown: Mapping[str, Shown], first: Set[str], files: bool) -> Printed:
        """Print these pages, and `first` of what depends on them; with `files` also pictures, data and the like.

        `shown` are the last runs of pages: they are printed where the store has none that holds.
        """
        self.shown |= shown
        if files:
            convert.write_others(self.book, self.source)
        tasks, unreadable = _read(self.book, [page for page in self.book.pages if page.name in names])
        runs, stale = self._runs(tasks)
        convert.write_pages(self.book, {page.name: notebook for page, notebook in tasks}, runs, self.source)
        self.application.update(names | first)
        return self._printed(unreadable, stale)

    def print_more(self, first: Set[str]) -> Printed:
        """Print some of what depends on what was printed, beginning with `first`."""
        self.application.write_more(first)
        return self._printed({}, {})

    def _printed(self, unreadable: Mapping[str, tuple[Problem, ...]], stale: Mapping[str, str]) -> Printed:
        return Printed(tuple(self.application.problems), unreadable, stale, len(self.application.waiting))

    def check(self, names: Set[str]) -> list[Problem]:
        """What the rules find wrong with these pages, files that cannot be read apart."""
        found = check.check(self.book, [page for page in self.book.pages if page.name in names], known=self.known)
        return [problem for problem in found if problem.rule != "readable"]

    def close(self) -> None:
        """Leave Sphinx."""
        self.kept.close()

    def _runs(self, tasks: Sequence[Task]) -> tuple[dict[str, Run], dict[str, str]]:
        """The outputs to show of each page, and the pages whose outputs are not those of their code."""
        runs: dict[str, Run] = {}
        stale: dict[str, str] = {}
        if not self.book.config.execution.enabled:
            return runs, stale
        with inventory.remembering(self.book) as memo:
            present, store = inventory.prepare(self.book, tasks, memo, _Quiet())
            entries = reuse.find_all(present, store, tasks)
            for task in tasks:
                name = task.page.name
                entry = entries.get(name)
                run = store.load(entry.run) if entry else None
                if run is None and any(task.notebook.executed_cells):
                    stale[name] = key(static(self.book, task, present.memo))
                    last = self.shown.get(name)
                    run = last.run if last and last.key == stale[name] else reuse.outdated(present, store, task)
                    run = _with_pictures(task.notebook, run)
                if run is not None:
                    runs[name] = run
        return runs, stale

    def _as_it_was(self, page: Page) -> Notebook:
        """The page as it was last printed, outputs and all; its name alone if it never was."""
        try:
            return notebooks.load(self.source / f"{page.name}.ipynb", page.name)
        except BookError:
            return convert.opener(page.name)


def _with_pictures(notebook: Notebook, run: Run | None) -> Run:
    """An earlier run with a grey picture wherever a cell with a label shows nothing: links to it lead somewhere."""
    cells = list(notebook.executed_cells)
    outputs = run.outputs if run else tuple([] for _ in cells)
    return Run(
        tuple(
            [WAITING] if not shown and "label" in notebooks.split_options(cell.source)[0] else shown
            for cell, shown in zip(cells, outputs, strict=True)
        )
    )


def _read(book: Book, pages: Iterable[Page]) -> tuple[list[Task], dict[str, tuple[Problem, ...]]]:
    """The pages that can be read, and what is wrong with the others."""
    tasks: list[Task] = []
    unreadable: dict[str, tuple[Problem, ...]] = {}
    with inventory.remembering(book) as memo:
        for page in pages:
            try:
                tasks += inventory.load_pages(book, [page], memo)
            except BookError as error:
                unreadable[page.name] = error.problems
    return tasks, unreadable
