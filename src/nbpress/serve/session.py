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
from nbpress.serve.changes import Changes, watch
from nbpress.serve.printer import FOLDER, Printed, Printer, Shown
from nbpress.serve.process import Kept, unexpected
from nbpress.serve.runs import Runs
from nbpress.serve.state import ASIDE, State

SECOND_LOOK = 0.3  # seconds; an editor may be in the midst of writing a file that cannot be read


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
        self.wrong: frozenset[str] = frozenset()  # pages that break a rule
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
        watching = asyncio.create_task(self._watch())
        try:
            while True:
                self.pended.clear()
                changes, self.pending = self.pending, Changes()
                await self._take(changes)
                while self.waiting and self.printer and not self.pended.is_set():
                    await self._print_more(self.printer)
                await self.pended.wait()
        finally:
            watching.cancel()
            self._close_printer()
            await self.runs.close()

    async def _watch(self) -> None:
        while True:
            book = self.book
            async for changes in watch(book):
                self.pending |= changes
                self.pended.set()
                if self.book is not book:  # it may have other folders now
                    break

    async def _take(self, changes: Changes) -> None:
        """Do what the changes ask for."""
        start = time.monotonic()
        if changes.pages:
            self.state.edited(min(changes.pages))
            self.chosen |= changes.pages
        with self._survived():
            if changes.everything or self.printer is None:
                await self._begin()
            else:
                await self._print(changes)
            self.state.terminal.printed(_what(changes), time.monotonic() - start)
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

    async def _begin(self) -> None:
        """Begin again, with the book as it is now and an application of its own."""
        self._close_printer()
        await self.runs.close()
        self.state.busy("printing the book …")
        self.book = pipeline.load(self.book.root)
        self.runs = Runs(self.book, self.state, self._executed)
        self.printer = Kept(Printer, self.book.root)
        printed: Printed = await self.printer.ask("open")
        self.state.set_aside()
        names = frozenset(page.name for page in self.book.pages)
        self._receive(printed, names, 0.0)
        await self._check(names & self.chosen)
        self.state.found(ASIDE, ())

    async def _print(self, changes: Changes) -> None:
        """Print what changed, and where it is no page, whatever may depend on it."""
        assert self.printer
        depending = self.chosen if changes.files or changes.library else frozenset[str]()
        names = changes.pages | changes.executed | depending
        shown, self.shown = self.shown, {}
        printed: Printed = await self.printer.ask("print", names, shown, self.viewed(), changes.files)
        if printed.unreadable:
            await asyncio.sleep(SECOND_LOOK)
            printed = await self.printer.ask("print", names, {}, self.viewed(), changes.files)
        if changes.library:
            for name in printed.stale:
                self.runs.cancel(name)
        self._receive(printed, names, changes.time if depending else 0.0)
        await self._check(names)

    async def _print_more(self, printer: Kept) -> None:
        with self._survived():
            self._receive(await printer.ask("print_more", self.viewed()), frozenset(), 0.0)

    def _executed(self, name: str, shown: Shown | None) -> None:
        """Have a page printed that was executed."""
        if shown:
            self.shown[name] = shown
        self.pending |= Changes(executed=frozenset({name}))
        self.pended.set()

    def _receive(self, printed: Printed, names: frozenset[str], since: float) -> None:
        self.state.found("Sphinx", printed.problems)
        self.waiting = printed.waiting
        for page in self.book.pages:
            if page.name in names:
                self.state.found(page.name, printed.unreadable.get(page.name, ()))
                if page.name in self.chosen:
                    self.runs.want(page, printed.stale.get(page.name), since)

    async def _check(self, names: frozenset[str]) -> None:
        """What the rules say about these pages, and about those that broke one before."""
        assert self.printer
        found: list[Problem] = await self.printer.ask("check", names | self.wrong)
        files = {problem.place.file for problem in found if problem.place}
        self.wrong = frozenset(page.name for page in self.book.pages if self.book.relative(page.path) in files)
        self.state.found("rules", found)

    def _close_printer(self) -> None:
        if self.printer:
            self.printer.close()
            self.printer = None


def _what(changes: Changes) -> str:
    names = ", ".join(sorted(changes.pages | changes.executed))
    return "the book" if changes.everything else names or "what changed"
