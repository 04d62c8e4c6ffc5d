"""Deleting what was generated, and what was stored."""

from __future__ import annotations

from pathlib import Path

from nbpress import book as books
from nbpress.errors import Problem, UsageError
from nbpress.needs import amount


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
