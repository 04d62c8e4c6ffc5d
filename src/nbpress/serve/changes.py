"""What a change of a file means for the preview."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

import nbpress
from nbpress.book import Book

PRESS = Path(nbpress.__file__).parent
QUIET = 50  # milliseconds without a change, after which a save is taken to be complete
LONGEST = 500  # milliseconds that changes may follow each other before they are looked at


@dataclass(frozen=True)
class Changes:
    """What must be done about files that changed, from the least to the most."""

    pages: frozenset[str] = frozenset()  # saved: print these
    executed: frozenset[str] = frozenset()  # these too, with their new outputs
    files: bool = False  # pictures, data and the like: copy them, and look which pages must be executed
    library: bool = False  # the code that pages import: look which pages must be executed
    everything: bool = False  # settings: begin again with an application of its own
    time: float = 0.0  # of the youngest file

    def __or__(self, other: Changes) -> Changes:
        return Changes(
            self.pages | other.pages,
            self.executed | other.executed,
            self.files or other.files,
            self.library or other.library,
            self.everything or other.everything,
            max(self.time, other.time),
        )


def classify(book: Book, path: Path, moment: float) -> Changes:
    """What the change of a file at some time means."""
    page = next((page.name for page in book.pages if page.path == path), None)
    if page is not None:
        return Changes(pages=frozenset({page}), time=moment)
    if path.suffix == ".ipynb" or path.is_relative_to(PRESS):
        return Changes(everything=True, time=moment)  # a cover, a chapter's opening page, or ourselves
    if path.is_relative_to(book.root / "conf"):
        latex = path.is_relative_to(book.root / "conf" / "latex")
        return Changes() if latex else Changes(everything=True, time=moment)
    if path.is_relative_to(book.root / "src"):
        return Changes(library=True, time=moment)
    return Changes(files=True, time=moment)


class Filter(DefaultFilter):
    """Leaves out what editors and programs write for themselves."""

    ignore_dirs = (*DefaultFilter.ignore_dirs, ".ipynb_checkpoints")

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a change counts."""
        return not Path(path).name.startswith((".", "~", "#")) and super().__call__(change, path)


def together(book: Book, paths: Iterable[Path]) -> Changes:
    """What the changes of several files mean."""
    changes = Changes()
    for path in paths:
        changes |= classify(book, path, _time(path))
    return changes


def _time(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return time.time()


def folders(book: Book) -> list[Path]:
    """The folders that the pages and their looks come from, as far as they are there."""
    own = ["notebooks", "conf", "src", *([book.config.handbook.path] if book.config.handbook else [])]
    data = [Path(folder).expanduser() for folder in book.config.execution.data]
    return [folder for folder in (*(book.root / name for name in own), *data, PRESS) if folder.is_dir()]


async def watch(places: Sequence[Path]) -> AsyncIterator[list[Path]]:
    """The files in these folders that change, as soon as they are complete."""
    # an editor writes a notebook in several steps: they are one change
    async for found in awatch(*places, watch_filter=Filter(), step=QUIET, debounce=LONGEST):
        yield [Path(path) for _, path in found]
