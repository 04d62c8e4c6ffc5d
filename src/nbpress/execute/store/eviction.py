"""How much a store in a folder holds, and how it is made to hold less."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from nbpress.execute.store import layout
from nbpress.execute.store.folder import FolderStore

KINDS = (layout.RUNS, layout.MANIFESTS, layout.PAGES)
TEMPORARY = re.compile(r"\.new-\w+|[0-9a-f]{30,}\.damaged")
FINAL = re.compile(r"[0-9a-f]{30,}\.json")
FORGOTTEN = 24 * 60 * 60  # seconds after which a temporary file has no writer any more


class Amount(NamedTuple):
    """A number of files, and their bytes."""

    files: int
    bytes: int


def size(store: FolderStore) -> Amount:
    """How much the store holds."""
    sizes = [status.st_size for _, status in _files(store)]
    return Amount(len(sizes), sum(sizes))


def clear(store: FolderStore) -> None:
    """Delete all that the store wrote, also in its former layout, and nothing else that its folder may hold."""
    if not store.folder.is_dir():
        return
    with store.locked():
        for file, _ in _files(store):
            file.unlink(missing_ok=True)
        for folder in (*_shelves(store), *(store.folder / kind for kind in KINDS)):
            with suppress(OSError):  # it holds something of another's
                folder.rmdir()


def evict(
    store: FolderStore, older_than: timedelta | None, larger_than: int | None, now: float | None = None
) -> Amount:
    """Delete the runs not used for `older_than`, then those longest unused until `larger_than` bytes are left.

    Temporary files that a killed process left go too, and whatever points at a run that is gone. Returns how much was
    deleted.
    """
    if not store.folder.is_dir():
        return Amount(0, 0)
    now = time.time() if now is None else now
    with store.locked():
        before = size(store)
        _delete_temporary(store, now)
        excess = 0 if larger_than is None else size(store).bytes - larger_than
        oldest = float("-inf") if older_than is None else now - older_than.total_seconds()
        _delete_runs(store, oldest, excess, now)
        _forget_deleted(store)
        after = size(store)
    return Amount(before.files - after.files, before.bytes - after.bytes)


def _delete_temporary(store: FolderStore, now: float) -> None:
    for file, status in _files(store):
        if TEMPORARY.fullmatch(file.name) and abs(now - status.st_mtime) > FORGOTTEN:
            file.unlink(missing_ok=True)


def _delete_runs(store: FolderStore, oldest: float, excess: int, now: float) -> None:
    """Delete runs last used before `oldest`, and then, longest unused first, at least `excess` bytes of them."""
    kept = [(file, status) for file, status in _files(store) if _is_run(store, file)]
    for file, status in sorted(kept, key=lambda run: min(run[1].st_mtime, now)):
        if status.st_mtime > now:  # the clock went backwards; from now on the file ages like the others
            with suppress(OSError):
                os.utime(file, (now, now))
        if min(status.st_mtime, now) < oldest or excess > 0:
            file.unlink(missing_ok=True)
            excess -= status.st_size


def _forget_deleted(store: FolderStore) -> None:
    """Drop what points at runs that are gone; what cannot be read stays."""
    runs = {file.parent.name + file.stem for file, _ in _files(store) if _is_run(store, file)}
    for name in _names(store, layout.MANIFESTS):
        entries = store.read(name, layout.entries_in) or ()
        left = tuple(entry for entry in entries if entry.run in runs)
        if entries and not left:
            (store.folder / name).unlink(missing_ok=True)
        elif left != entries:
            store.write(name, layout.sealed(left))
    for name in _names(store, layout.PAGES):
        last = store.read(name, layout.last_in)
        if last is not None and last.entry.run not in runs:
            (store.folder / name).unlink(missing_ok=True)


def _names(store: FolderStore, kind: str) -> list[str]:
    return [f"{kind}/{file.parent.name}/{file.name}" for file in (store.folder / kind).glob("??/*.json")]


def _is_run(store: FolderStore, file: Path) -> bool:
    """Whether it is the file of a run; in the former layout these lay directly under the store's folder."""
    return FINAL.fullmatch(file.name) is not None and file.parents[1] in (store.folder, store.folder / layout.RUNS)


def _files(store: FolderStore) -> Iterator[tuple[Path, os.stat_result]]:
    """The files that the store wrote. Others may have been put into the same folder."""
    for shelf in _shelves(store):
        for file in list(shelf.iterdir()):
            if (FINAL.fullmatch(file.name) or TEMPORARY.fullmatch(file.name)) and file.is_file():
                with suppress(FileNotFoundError):
                    yield file, file.stat()


def _shelves(store: FolderStore) -> Iterator[Path]:
    for base in (store.folder, *(store.folder / kind for kind in KINDS)):
        yield from (shelf for shelf in base.glob("[0-9a-f][0-9a-f]") if shelf.is_dir())
