"""What the preview does: prints what changed, has executed what is stale, checks, and begins again where it must."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from nbpress import book as books
from nbpress import pipeline
from nbpress.errors import PressError, Problem
from nbpress.serve.changes import Changes, folders, together, watch
from nbpress.serve.printer import FOLDER, Printed, Printer, Shown
from nbpress.serve.process import Kept, unexpected
from nbpress.serve.runs import Runs
from nbpress.serve.state import ASIDE, State

SECOND_LOOK = 1.0  # seconds; an editor may be in the midst of writing a file that cannot be read


class Session:
    """The preview of one book."""

    def __init__(self, root: Path, wanted: Sequence[str], state: State) -> None:
        self.book = pipeline.load(root)
        chosen = books.select(self.book, wanted)
        self.chosen = frozenset(page.name for page in chosen)  # the pages that are executed
        self.first = f"{chosen[0].name}.html" if wanted else ""  # what to look at first
        self.state = state
        self.printer: Kept | None = None  # none where the next change must begin again
        self.runs = Runs(self.book, state, self._executed)
        self.shown: dict[str, Shown] = {}  # by pages that were executed and are not yet printed
        self.broken: list[Problem] = []  # what the rules found
        self.pending = Changes(everything=True)
        self.pended = asyncio.Event()
        self.waiting = 0  # pages that depend on what was printed, and still have to be
        self.viewed: Callable[[], frozenset[str]] = frozenset  # the documents that are open in a browser

    @property
    def site(self) -> Path:
        """The folder of the printed pages."""
        return self.book.build / FOLDER / "html"

    def printed(self, document: str) -> bytes:
        """The printed page of a document; nothing where there is none."""
        file = (self.site / f"{document}.html").resolve()
        with suppress(OSError):
            return file.read_bytes() if file.is_relative_to(self.site) else b""
        return b""

    async def run(self) -> None:
        """Print, and print again what changes, until cancelled."""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._watch())
                both.create_task(self._work())
        finally:
            self._close_printer()
            await self.runs.close()

    async def _watch(self) -> None:
        while True:
            watched = folders(self.book)
            async for paths in watch(watched):
                self._want(together(self.book, paths))
                if folders(self.book) != watched:
                    break

    async def _work(self) -> None:
        while True:
            self.pended.clear()
            changes, self.pending = self.pending, Changes()
            await self._take(changes)
            while self.waiting and self.printer and not self.pended.is_set():
                await self._print_more(self.printer)
            await self.pended.wait()

    def _want(self, changes: Changes) -> None:
        if changes != Changes():
            self.pending |= changes
            self.pended.set()

    async def _take(self, changes: Changes) -> None:
        """Do what the changes ask for."""
        start = time.monotonic()
        if changes.pages:
            self.state.edited(min(changes.pages))
            self.chosen |= changes.pages
        with self._survived():
            begins = changes.everything or self.printer is None
            printed, names = await (self._begin() if begins else self._print(changes))
            self._receive(printed, names, changes.time if changes.files or changes.library else 0.0)
            self.state.terminal.printed(_what(changes), time.monotonic() - start)
            await self._check(names & self.chosen, printed)
            self.state.found(ASIDE, ())
        for name in changes.executed:
            self.state.ended(name)
        self.state.busy("")

    @contextmanager
    def _survived(self) -> Iterator[None]:
        """Show whatever goes wrong while something is printed; then the next change must begin again."""
        problems: tuple[Problem, ...] = ()
        try:
            yield
        except PressError as error:
            problems = error.problems
        except Exception as error:
            problems = (unexpected(error),)
        if problems:
            self._close_printer()
        self.state.found("printing", problems)

    async def _begin(self) -> tuple[Printed, frozenset[str]]:
        """Begin again, with the book as it is now and an application of its own."""
        self._close_printer()
        await self.runs.close()
        self.state.busy("printing the book …")
        self.book = pipeline.load(self.book.root)
        self.runs = Runs(self.book, self.state, self._executed)
        self.printer = Kept(Printer, self.book.root)
        printed: Printed = await self.printer.ask("open")
        self.state.set_aside()
        return printed, frozenset(page.name for page in self.book.pages)

    async def _print(self, changes: Changes) -> tuple[Printed, frozenset[str]]:
        """Print what changed, and where it is no page, whatever may depend on it."""
        assert self.printer
        depending = self.chosen if changes.files or changes.library else frozenset()
        names = changes.pages | changes.executed | depending
        shown, self.shown = self.shown, {}
        printed: Printed = await self.printer.ask("print", names, shown, self.viewed(), changes.files)
        if printed.unreadable:
            await asyncio.sleep(SECOND_LOOK)
            printed = await self.printer.ask("print", names, {}, self.viewed(), changes.files)
        if changes.library:
            for name in printed.stale:
                self.runs.cancel(name)
        return printed, names

    async def _print_more(self, printer: Kept) -> None:
        with self._survived():
            printed: Printed = await printer.ask("print_more", self.viewed())
            self._receive(printed, frozenset(), 0.0)
            self._warn(printed)

    def _executed(self, name: str, shown: Shown | None) -> None:
        """Have a page printed that was executed."""
        if shown:
            self.shown[name] = shown
        self._want(Changes(executed=frozenset({name})))

    def _receive(self, printed: Printed, names: frozenset[str], since: float) -> None:
        """Take what came of printing `names`, after the change of a file at `since` where it was not their own."""
        self.waiting = printed.waiting
        for page in self.book.pages:
            if page.name in names:
                self.state.found(page.name, printed.unreadable.get(page.name, ()))
                if page.name in self.chosen:
                    self.runs.want(page, printed.stale.get(page.name), since)
        self.state.changed()

    async def _check(self, names: frozenset[str], printed: Printed) -> None:
        """What the rules say about these pages and about those that broke one before; then what Sphinx said."""
        assert self.printer
        self.broken = await self.printer.ask("check", names | self.wrong)
        self.state.found("rules", self.broken)
        self._warn(printed)

    @property
    def wrong(self) -> frozenset[str]:
        """The pages that break a rule."""
        files = {problem.place.file for problem in self.broken if problem.place}
        return frozenset(page.name for page in self.book.pages if self.book.relative(page.path) in files)

    def _warn(self, printed: Printed) -> None:
        """Tell what Sphinx warned about, unless a rule has said the same."""
        told = {(problem.place, problem.message) for problem in self.broken}
        self.state.found("Sphinx", [one for one in printed.problems if (one.place, one.message) not in told])

    def _close_printer(self) -> None:
        if self.printer:
            self.printer.close()
            self.printer = None


def _what(changes: Changes) -> str:
    names = ", ".join(sorted(changes.pages | changes.executed))
    return "the book" if changes.everything else names or "what changed"
