"""Garbage of pages: each leaves a tree whose nodes refer to each other, which only Python's collector can free."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from sphinx.application import Sphinx

PAGES = 8  # whose trees may be in memory at once


@contextmanager
def collected_by_pages(app: Sphinx) -> Iterator[None]:
    """Collect garbage after every few pages, and among what has come up since this began.

    Left to itself the collector would walk through the whole book again and again, in the middle of pages; and each
    walk writes to memory that processes share until one of them writes to it.
    """
    pages = count(1)

    def collect(*_: object) -> None:
        if next(pages) % PAGES == 0:
            gc.collect()

    listeners = [app.connect("env-merge-info", lambda *_: gc.collect())]  # of what another process has read
    listeners += [app.connect(event, collect) for event in ("doctree-read", "doctree-resolved")]
    listeners.append(app.connect("write-started", lambda *_: gc.freeze()))  # what was learnt from the pages stays
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
        for listener in listeners:
            app.disconnect(listener)
