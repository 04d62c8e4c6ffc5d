"""Many pages, several at once, through Dask: in this process, or on a cluster whose workers share no disk with it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import dask
import msgspec
import psutil
from distributed import Client, LocalCluster
from distributed.client import Future
from distributed.scheduler import KilledWorker

from nbpress.book import Book, package_files
from nbpress.errors import Place, Problem, UsageError
from nbpress.execute import machine
from nbpress.execute.kernel.kernels import Settings
from nbpress.execute.options import Options
from nbpress.execute.present import Present, style
from nbpress.execute.run import Last, Task
from nbpress.execute.static import parameters
from nbpress.execute.worker import GPU, MEMORY, Job, Outcome, Press
from nbpress.execute.worker import execute as execute_page
from nbpress.needs import needs

CONNECT_SECONDS = 15
LOOK_SECONDS = 1.0  # between two looks whether the scheduler is still there
LOST_SECONDS = 10.0  # without a scheduler, until we give up
ROUNDS = 5  # how often a page may ask for files that did not travel with it
DASK = {
    "distributed.scheduler.allowed-failures": 3,
    "distributed.worker.memory.target": False,  # results are small, and never go to disk
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.admin.large-graph-warning-threshold": "1GiB",
}


class Listener(Protocol):
    """Is told how far the pages are."""

    def cell(self, page: str, cell: int, cells: int) -> None:
        """A cell of a page begins."""

    def page(self, name: str, seconds: float, failed: bool) -> None:
        """A page has been executed."""

    def note(self, text: str) -> None:
        """Something that people should know, once."""


class Receive(Protocol):
    """Is given each page's outcome as soon as it is there; whether it is a failure."""

    def __call__(self, task: Task, outcome: Outcome) -> bool:
        """Take one outcome."""


@dataclass(frozen=True)
class Plan:
    """A page to run, and what is known of its last run."""

    task: Task
    seconds: float  # about how long it runs
    files: tuple[str, ...] = ()  # of the project that it read last time; a folder ends in "/"
    data: Mapping[str, str] = field(default_factory=dict)  # of the data folders, with their digests


def plan(task: Task, last: Last | None) -> Plan:
    """A page to run; its declared minutes count until it has once been run."""
    if last is None:
        return Plan(task, needs(task.notebook).minutes * 60)
    return Plan(task, last.entry.seconds, tuple(last.entry.observed.files), last.entry.observed.data)


def execute(
    book: Book, present: Present, plans: Sequence[Plan], options: Options, listener: Listener, receive: Receive
) -> list[str]:
    """Run all `plans`, longest first, and hand each outcome to `receive`; the names of pages no worker can run.

    Raises:
        UsageError: the scheduler cannot be reached, or is lost; what was received until then is received.
        KeyboardInterrupt: Ctrl-C. All kernels have ended. A second one kills them.
    """
    session = _Session(book, present, options, listener, receive)
    return asyncio.run(_until_interrupted(session.run(plans)))


async def _until_interrupted(work: Any) -> list[str]:
    """Await `work`; the first signal ends it in good order, the second kills every process at once."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    got: list[int] = []

    def interrupted(number: int) -> None:
        got.append(number)
        if len(got) > 1:
            _kill(128 + number)
        print("\nending the kernels … (once more: kill them)", file=sys.stderr)
        task.cancel()

    if sys.platform != "win32":
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, interrupted, number)
    try:
        return list(await task)
    except asyncio.CancelledError:
        if not got:
            raise
    finally:
        if sys.platform != "win32":
            loop.remove_signal_handler(signal.SIGINT)
            loop.remove_signal_handler(signal.SIGTERM)
    if got[0] == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + got[0])


def _kill(code: int) -> None:
    """End at once, with all that we started."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            process.kill()
    os._exit(code)


class _Session:
    """One call of nbpress on one cluster."""

    def __init__(self, book: Book, present: Present, options: Options, listener: Listener, receive: Receive) -> None:
        self.book = book
        self.present = present
        self.options = options
        self.listener = listener
        self.receive = receive
        self.name = f"nbpress-{uuid.uuid4().hex[:12]}"
        self.alone = not options.scheduler  # we are our own cluster, and share our disk with ourselves

    async def run(self, plans: Sequence[Plan]) -> list[str]:
        """Run all pages that some worker can run; the names of the others."""
        with dask.config.set(DASK):
            async with self._client(len(plans)) as client:
                await client.register_plugin(Press(self.name, self._settings(plans)), name=self.name)
                client.subscribe_topic(self.name, self._progress)
                try:
                    able = [plan for plan in plans if self._can_run(client, plan)]
                    await self._run(client, able)
                finally:
                    with suppress(Exception):  # a scheduler that is gone has no plugins
                        await asyncio.wait_for(client.unregister_worker_plugin(self.name), CONNECT_SECONDS)
        return [plan.task.page.name for plan in plans if plan not in able]

    @asynccontextmanager
    async def _client(self, pages: int) -> AsyncIterator[Client]:
        if not self.alone:
            try:
                client = await Client(self.options.scheduler, asynchronous=True, timeout=CONNECT_SECONDS)
            except (OSError, TimeoutError, ValueError) as error:
                hint = "start one with: dask scheduler; then workers with: dask worker ADDRESS"
                message = f"there is no scheduler at {self.options.scheduler}: {error}"
                raise UsageError(Problem(message, hint=hint)) from None
            try:
                yield client
            finally:
                with suppress(Exception):
                    await asyncio.wait_for(client.close(), CONNECT_SECONDS)
            return
        jobs = min(self.options.jobs or machine.pages_at_once(), pages)
        async with (
            LocalCluster(
                n_workers=1,
                processes=False,
                threads_per_worker=jobs,
                memory_limit=0,
                dashboard_address="127.0.0.1:0",  # None would take the usual port, and warn where it is in use
                scheduler_kwargs={"dashboard": False},
                asynchronous=True,
                silence_logs=50,
            ) as cluster,
            Client(cluster, asynchronous=True) as client,
        ):
            yield client

    def _settings(self, plans: Sequence[Plan]) -> bytes:
        execution = self.book.config.execution
        imports = {name for plan in plans for name in self.present.closure(plan.task).imports}
        source = self.book.root / "src"
        preload = tuple(
            module
            for module in execution.preload
            for top in [module.partition(".")[0]]
            if top in imports and not (source / top).exists() and not (source / f"{top}.py").exists()
        )
        variables = {} if self.alone else self.present.variables()
        own = style(self.book)
        return msgspec.msgpack.encode(
            Settings(
                cell_timeout=execution.cell_timeout,
                page_timeout=execution.page_timeout,
                output_limit=execution.output_limit,
                figure_format=execution.figure_format,
                fork=True,
                preload=preload,
                style=own.read_text(encoding="utf-8") if own.exists() else "",
                variables=variables,
            )
        )

    def _can_run(self, client: Client, plan: Plan) -> bool:
        """Whether some worker has what the page declares to need."""
        wanted = _resources(plan)
        workers = client.scheduler_info(n_workers=-1)["workers"].values()
        return not wanted or any(
            all(worker["resources"].get(name, 0) >= amount for name, amount in wanted.items()) for worker in workers
        )

    def _progress(self, event: tuple[float, Any]) -> None:
        message = event[1]
        self.listener.cell(message["page"], message["cell"], message["cells"])

    async def _run(self, client: Client, plans: Sequence[Plan]) -> None:
        """Submit all pages, the longest first, and receive them in the order in which they finish."""
        sent = {plan.task.page.name: set(plan.files) for plan in plans}
        rounds = dict.fromkeys(sent, ROUNDS)
        longest_first = sorted(plans, key=lambda plan: -plan.seconds)
        waiting = {self._begin(client, plan, set(plan.files), -rank): plan for rank, plan in enumerate(longest_first)}
        try:
            while waiting:
                for done in await self._some(client, waiting):
                    plan, outcome = waiting.pop(done), done.result()
                    page = plan.task.page.name
                    missing = self._missing(outcome) - sent[page]
                    if missing and rounds[page]:
                        rounds[page] -= 1
                        sent[page] |= missing
                        waiting[self._begin(client, plan, sent[page], 0)] = plan
                    elif self._received(plan, outcome) and self.options.fail_fast:
                        return
        finally:
            for task in waiting:
                task.cancel()

    def _begin(self, client: Client, plan: Plan, files: set[str], priority: int) -> asyncio.Task[Outcome]:
        return asyncio.create_task(self._outcome(self._submit(client, plan, files, priority), plan))

    def _received(self, plan: Plan, outcome: Outcome) -> bool:
        if outcome.note:
            self.listener.note(f"kernels are started one by one: {outcome.note}")
        failed = self.receive(plan.task, outcome)
        self.listener.page(plan.task.page.name, outcome.seconds, failed)
        return failed

    async def _some(self, client: Client, waiting: Mapping[asyncio.Task[Outcome], Plan]) -> set[asyncio.Task[Outcome]]:
        """Those of `waiting` that are done, when there is one.

        Raises:
            UsageError: the scheduler has been away for long.
        """
        lost = 0.0
        while True:
            done, _ = await asyncio.wait(waiting, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            lost = 0.0 if client.status == "running" else lost + LOOK_SECONDS
            if lost > LOST_SECONDS:
                hint = "what was finished is stored; start the scheduler again and run once more"
                raise UsageError(Problem(f"lost the scheduler at {self.options.scheduler}.", hint=hint))
            if done and not lost:
                return done

    def _submit(self, client: Client, plan: Plan, files: set[str], priority: int) -> Future[bytes]:
        key = f"{plan.task.page.name}-{uuid.uuid4().hex[:8]}"
        job = msgspec.msgpack.encode(self._job(plan, files))
        submit: Callable[..., Future[bytes]] = client.submit  # its own type knows no coroutines
        resources = _resources(plan) or None
        return submit(execute_page, self.name, key, job, key=key, priority=priority, resources=resources, pure=False)

    def _job(self, plan: Plan, files: set[str]) -> Job:
        book, task = self.book, plan.task
        return Job(
            page=task.page.name,
            file=task.notebook.file,
            notebook=dict(task.notebook.raw),
            folder=book.relative(task.page.path.parent),
            gpus=needs(task.notebook).gpus,
            parameters=parameters(book, task.notebook),
            imports=tuple(sorted(self.present.closure(task).imports)),
            tracked=book.config.execution.track,
            data=book.config.execution.data,
            known_data=dict(plan.data),
            root=str(book.root) if self.alone else "",
            files={} if self.alone else dict(self._contents(files)),
        )

    def _contents(self, files: set[str]) -> Iterator[tuple[str, bytes]]:
        """The tracked packages, and what the page read last time."""
        paths = {path for name in self.book.config.execution.track for path in package_files(self.book, name)}
        for name in files:
            path = self.book.root / name
            paths |= set(path.rglob("*")) if name.endswith("/") else {path}
        for path in sorted(paths):
            if path.is_file() and "__pycache__" not in path.parts:
                yield self.book.relative(path), path.read_bytes()

    def _missing(self, outcome: Outcome) -> set[str]:
        """Files and folders of the project that the page looked for, and that did not travel with it."""
        if self.alone or outcome.seen is None:
            return set()
        absent = {name for name, digest in outcome.seen.files.items() if not digest}
        folders = {f"{name}/" for name in outcome.seen.folders}
        return {name for name in absent | folders if (self.book.root / name).exists()}

    async def _outcome(self, future: Future[bytes], plan: Plan) -> Outcome:
        try:
            return msgspec.msgpack.decode(await future, type=Outcome)
        except KilledWorker as error:
            message = f"{error.allowed_failures + 1} workers died while they ran this page."
            hint = "it may need more memory than a worker has, or kill its process; see the workers' logs"
        except (asyncio.CancelledError, concurrent.futures.CancelledError):
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            message, hint = "the scheduler gave this page up.", "run once more"
        problem = Problem(message, Place(plan.task.notebook.file), hint)
        return Outcome((), 0.0, 0, problem=problem)


def _resources(plan: Plan) -> dict[str, int]:
    declared = needs(plan.task.notebook)
    wanted = {GPU: declared.gpus, MEMORY: declared.bytes}
    return {name: amount for name, amount in wanted.items() if amount}
