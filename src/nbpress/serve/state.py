"""What there is to tell: to readers in their browsers, and to the author on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from nbpress.book import Book
from nbpress.errors import BookError, Problem
from nbpress.terminal import Terminal

ASIDE = "before"  # who found what was found before the book was looked at anew


class Progress(NamedTuple):
    """The cell that a page's run is at."""

    cell: int
    cells: int


class State:
    """The state of the preview; also the `Listener` of what is executed."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.changed: Callable[[], None] = lambda: None  # is called when there is something new
        self._busy = ""
        self._edited = ""
        self._saves = 0
        self._progress: dict[str, Progress] = {}
        self._problems: dict[str, tuple[Problem, ...]] = {}  # by who found them

    @property
    def problems(self) -> list[Problem]:
        """Everything that is known to be wrong, each thing once."""
        return list(dict.fromkeys(problem for found in self._problems.values() for problem in found))

    def busy(self, text: str) -> None:
        """Something begins that takes long, or, with no text, has ended."""
        self._busy = text
        self.changed()

    def edited(self, page: str) -> None:
        """A page was saved."""
        self._edited = page
        self._saves += 1

    def found(self, finder: str, problems: Iterable[Problem]) -> None:
        """Replace what `finder` had found; the terminal is told what is new, and when all is mended."""
        before = self.problems
        self._problems[finder] = tuple(problems)
        now = self.problems
        if new := [problem for problem in now if problem not in before]:
            self.terminal.problems(BookError(new))
        if before and not now:
            self.terminal.mended()
        self.changed()

    def set_aside(self) -> None:
        """The book is looked at anew: what was found becomes that of `ASIDE`, who finds nothing when that is done."""
        self._problems = {ASIDE: tuple(self.problems)}

    def stage(self, text: str) -> None:
        """A stage begins."""

    def pages(self, total: int, reused: int) -> None:
        """Pages will be executed."""

    def cell(self, page: str, cell: int, cells: int) -> None:
        """A cell of a page begins."""
        self._progress[page] = Progress(cell, cells)
        self.changed()

    def page(self, name: str, seconds: float, failed: bool) -> None:
        """A page has been executed."""
        self.terminal.page(name, seconds, failed)

    def ended(self, page: str) -> None:
        """A page is not executed any more."""
        self._progress.pop(page, None)
        self.changed()

    def note(self, text: str) -> None:
        """Something that people should know."""
        self.terminal.note(text)

    def as_seen_from(self, document: str, book: Book) -> dict[str, Any]:
        """What a reader of a document is told, as JSON."""
        names = {book.relative(page.path): page.name for page in book.pages}
        progress = self._progress.get(document)
        return {
            "busy": self._busy,
            "edited": self._edited,
            "saves": self._saves,
            "progress": progress and progress._asdict(),
            "problems": [
                {
                    "place": str(problem.place or ""),
                    "message": problem.message,
                    "hint": problem.hint,
                    "document": names.get(problem.place.file, "") if problem.place else "",
                }
                for problem in self.problems
            ],
        }
