"""The executions of stale pages: begun, cancelled when they are overtaken, in kernels that are kept warm."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from nbpress import executing
from nbpress.book import Book, Page
from nbpress.errors import PressError
from nbpress.execute.present import Present
from nbpress.execute.run import Run
from nbpress.memo import Memo
from nbpress.serve.printer import Shown
from nbpress.serve.process import unexpected
from nbpress.serve.state import State

if TYPE_CHECKING:
    from nbpress.execute.schedule import Again

Done = Callable[[str, Shown | None], None]


@dataclass(frozen=True)
class Running:
    """The execution of a page, by the key under which its run will be stored."""

    key: str
    task: asyncio.Task[None]


@dataclass(frozen=True)
class Ended:
    """The last execution of a page that came to an end, good or bad."""

    key: str
    time: float


class Runs:
    """The executions of one book; `done` is called with each page that was executed, and what it showed."""

    def __init__(self, book: Book, state: State, done: Done) -> None:
        self.book = book
        self.state = state
        self.done = done
        self.running: dict[str, Running] = {}
        self.ended: dict[str, Ended] = {}
        self.cluster: asyncio.Task[None] | None = None  # it begins with the first page: many previews execute none
        self.again: asyncio.Future[Again] = asyncio.get_running_loop().create_future()

    def want(self, page: Page, key: str | None, since: float) -> None:
        """Have a page executed whose run would have the key `key`, or see to it that it is not, for None.

        What has been tried is not tried again, unless a file changed `since`: a page may itself write a file that
        it reads.
        """
        running, ended = self.running.get(page.name), self.ended.get(page.name)
        if running and running.key == key:
            return
        if running:
            self.cancel(page.name)
        if ended and ended.key == key and ended.time >= since:
            return
        self.state.found(f"run of {page.name}", ())
        if key:
            self.running[page.name] = Running(key, asyncio.create_task(self._execute(page, key)))

    def cancel(self, name: str) -> None:
        """End the execution of a page, if there is one."""
        if running := self.running.pop(name, None):
            running.task.cancel()
            self.state.ended(name)

    async def close(self) -> None:
        """End all executions, and all kernels."""
        tasks = [running.task for running in self.running.values()]
        for name in list(self.running):
            self.cancel(name)
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.cluster:
            self.cluster.cancel()
            await asyncio.gather(self.cluster, return_exceptions=True)

    async def _execute(self, page: Page, key: str) -> None:
        run: Run | None = None
        self.cluster = self.cluster or asyncio.create_task(self._keep_cluster())
        try:
            executed = await executing.rerun(self.book, page, await asyncio.shield(self.again), self.state)
            problems = (*executed.problems.values(), *executed.unstored)
            run = executed.broken.get(page.name) or executed.runs.get(page.name)
        except PressError as error:
            problems = error.problems
        except Exception as error:
            problems = (unexpected(error),)
        self.ended[page.name] = Ended(key, time.time())
        del self.running[page.name]
        self.state.found(f"run of {page.name}", problems)
        self.done(page.name, Shown(key, run) if run else None)

    async def _keep_cluster(self) -> None:
        """Hold the cluster until cancelled, in a task of its own: whoever entered it must also leave it."""
        try:
            await asyncio.to_thread(import_module, "nbpress.execute.schedule")  # it takes a second
            from nbpress.execute.schedule import kept

            present = Present(self.book, Memo(self.book.build / "memo.msgpack"))
            async with kept(self.book, present, self.state) as again:
                self.again.set_result(again)
                await asyncio.Event().wait()
        except Exception as error:
            if self.again.done():
                raise
            self.again.set_exception(error)
