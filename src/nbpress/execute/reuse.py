"""Which stored run of a page still holds, why another does not, and what to show where none can be made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from nbpress.execute.present import Change, Present, static_changes
from nbpress.execute.run import Entry, Last, Run, Task
from nbpress.execute.static import cell_names, key, static
from nbpress.execute.store.folder import FolderStore, Store

CONNECTIONS = 16  # questions to a remote store at the same time


class Verdict(NamedTuple):
    """Whether a page would run, and why."""

    page: str
    run: bool
    reasons: tuple[Change, ...] = ()


def page_name(present: Present, task: Task) -> str:
    """The name under which the last run of a page is kept."""
    config = present.book.config
    return " ".join((config.title, *config.authors, config.repository, task.page.name))


def find(present: Present, store: Store, task: Task) -> Entry | None:
    """The stored run that may be reused, if there is one."""
    entries = store.entries(key(static(present.book, task, present.memo)))
    return next((entry for entry in entries if present.holds(task, entry.observed) and store.has(entry.run)), None)


def find_all(present: Present, store: Store, tasks: Sequence[Task]) -> dict[str, Entry]:
    """The stored runs that may be reused, by page name; asked for at the same time where a network is between."""
    if isinstance(store, FolderStore):
        found = [find(present, store, task) for task in tasks]
    else:
        from concurrent.futures import ThreadPoolExecutor

        for task in tasks:
            present.closure(task)  # now, because threads must not share its making
        with ThreadPoolExecutor(CONNECTIONS) as several:
            found = list(several.map(lambda task: find(present, store, task), tasks))
    return {task.page.name: entry for task, entry in zip(tasks, found, strict=True) if entry}


def keep(present: Present, store: Store, task: Task, entry: Entry, run: Run) -> Entry:
    """Store a run that has just ended; the entry with the name of the run."""
    parts = static(present.book, task, present.memo)
    cells = tuple(cell_names(task.notebook))
    return store.put(key(parts), page_name(present, task), Last(parts, entry, cells), run).entry


def files(present: Present, store: Store, tasks: Sequence[Task], entries: Mapping[str, Entry]) -> Iterator[Path]:
    """The files on which it depends that these entries hold: those of the store, and what their runs have read."""
    for task in tasks:
        if entry := entries.get(task.page.name):
            yield from store.files(key(static(present.book, task, present.memo)), entry.run)
            yield from (present.book.root / name for name in entry.observed.files)
            yield from (folder / name for folder in present.data_folders for name in entry.observed.data)


def explain(present: Present, store: Store, task: Task) -> Verdict:
    """Whether the page would run, and everything that changed since its last run."""
    if not any(task.notebook.executed_cells) or find(present, store, task):
        return Verdict(task.page.name, run=False)
    last = store.last(page_name(present, task))
    entry = last.entry if last else next(iter(store.entries(key(static(present.book, task, present.memo)))), None)
    reasons = list(_reasons(present, task, last, entry))
    if entry and not reasons:
        reasons = [Change("the stored outputs are gone or damaged")]
    return Verdict(task.page.name, run=True, reasons=tuple(reasons or [Change("never run")]))


def _reasons(present: Present, task: Task, last: Last | None, entry: Entry | None) -> Iterator[Change]:
    if last:
        now = static(present.book, task, present.memo)
        yield from static_changes(last, now, cell_names(task.notebook))
    if entry:
        yield from present.changes(task, entry.observed)


def outdated(present: Present, store: Store, task: Task) -> Run | None:
    """The outputs of the page's last run, whatever changed since; none for cells whose code did."""
    last = store.last(page_name(present, task))
    run = store.load(last.entry.run) if last else None
    if last is None or run is None:
        return None
    old = dict(zip(last.cells, zip(last.static.cells, run.outputs, strict=True), strict=True))
    forms = static(present.book, task, present.memo).cells
    outputs = tuple(
        _unchanged(old.get(cell), form) for cell, form in zip(cell_names(task.notebook), forms, strict=True)
    )
    return Run(outputs) if any(outputs) else None


def _unchanged(old: tuple[str, list[dict[str, object]]] | None, form: str) -> list[dict[str, object]]:
    return old[1] if old and old[0] == form else []


def last_runs(present: Present, store: Store, tasks: Iterable[Task]) -> dict[str, Last]:
    """The last run of each page that has one, by the page's name."""
    found = {task.page.name: store.last(page_name(present, task)) for task in tasks}
    return {name: last for name, last in found.items() if last is not None}
