"""Many pages, several at once, through Dask: in this process, or on a cluster whose workers share no disk with it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import msgspec
from distributed import Client
from distributed.client import Future
from distributed.scheduler import KilledWorker

from nbpress.book import Book, package_files
from nbpress.errors import Place, Problem, UsageError
from nbpress.execute import cluster, machine
from nbpress.execute.interrupt import until_interrupted
from nbpress.execute.kernel.kernels import Settings
from nbpress.execute.kernel.observer import STRING, generated
from nbpress.execute.options import Options
from nbpress.execute.present import Present, style
from nbpress.execute.run import Last, Task
from nbpress.execute.static import parameters
from nbpress.execute.worker import GPU, MEMORY, PRESS, Job, Outcome, Press
from nbpress.execute.worker import execute as execute_page
from nbpress.needs import needs

LOOK_SECONDS = 1.0  # between two looks at the workers
LOST_SECONDS = 10.0  # until the worker that a page needs will not come back
LEAVE_SECONDS = 15  # for the workers to end their kernels
ROUNDS = 5  # how often a page may ask for files that did not travel with it
SAME = "workers need the nbpress, the Python and the packages that are here: install them there"
Waiting = dict[asyncio.Task[Outcome], "Plan"]


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
    return asyncio.run(until_interrupted(session.run(plans)))


# Runs one page on a cluster that stays; whether some worker could.
Again = Callable[[Present, Plan, Receive], Awaitable[bool]]


@asynccontextmanager
async def kept(book: Book, present: Present, listener: Listener) -> AsyncIterator[Again]:
    """A cluster in this process for one page after the other: the kernels' fork server is started only once."""
    first = _Session(book, present, Options(machine.pages_at_once()), listener, lambda *_: False)
    async with first.entered(()) as client:

        async def again(now: Present, plan: Plan, receive: Receive) -> bool:
            session = _Session(book, now, first.options, listener, receive)
            session.name = first.name
            await session.run_on(client, [plan])
            return not session.unable

        yield again


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
        self.unable: list[Plan] = []  # pages that no worker can run
        self.ended = False  # with the first failure, where that is asked for

    async def run(self, plans: Sequence[Plan]) -> list[str]:
        """Run all pages that some worker can run; the names of the others."""
        async with self.entered(plans) as client:
            await self.run_on(client, plans)
        return [plan.task.page.name for plan in plans if plan in self.unable]

    @asynccontextmanager
    async def entered(self, plans: Sequence[Plan]) -> AsyncIterator[Client]:
        """A cluster that is ready for `plans`, or for whatever the book has where none is known yet."""
        jobs = self.options.jobs or machine.pages_at_once()
        jobs = min(jobs, len(plans) or jobs)
        async with cluster.own(jobs) if self.alone else cluster.joined(self.options.scheduler) as client:
            await self._enter(client, plans)
            try:
                yield client
            finally:
                if client.status == "running":
                    with suppress(Exception):  # the pages are what matters
                        await asyncio.wait_for(client.unregister_worker_plugin(self.name), LEAVE_SECONDS)

    async def _enter(self, client: Client, plans: Sequence[Plan]) -> None:
        """Have the workers get ready; progress will be told from now on."""
        try:
            await client.register_plugin(Press(self.name, self._settings(plans)), name=self.name)
        except Exception as error:  # whatever a worker's Python finds wrong with ours
            if self.alone:
                raise
            raise UsageError(Problem(f"a worker cannot run nbpress: {error}.", hint=SAME)) from error
        client.subscribe_topic(self.name, self._progress)

    def _settings(self, plans: Sequence[Plan]) -> bytes:
        execution = self.book.config.execution
        for plan in plans:
            self.present.prepare(plan.task)
        imports = {name for plan in plans for name in self.present.closure(plan.task).imports}
        source = self.book.root / "src"
        preload = tuple(
            module
            for module in execution.preload
            for top in [module.partition(".")[0]]
            if (top in imports or not plans) and not (source / top).exists() and not (source / f"{top}.py").exists()
        )
        unset: dict[str, str | None] = {
            name: value for name, value in self.book.config.data.items() if name not in os.environ
        }
        variables = unset if self.alone else self.present.variables()
        own = style(self.book)
        return msgspec.msgpack.encode(
            Settings(
                cell_timeout=execution.cell_timeout,
                page_timeout=execution.page_timeout,
                output_limit=execution.output_limit,
                figure_format=execution.figure_format,
                fail_fast=self.options.fail_fast and self.alone,  # elsewhere a page may have to be sent again
                preload=preload,
                style=own.read_text(encoding="utf-8", errors="replace") if own.exists() else "",
                variables=variables,
            )
        )

    def _progress(self, event: tuple[float, Any]) -> None:
        message = event[1]
        self.listener.cell(message["page"], message["cell"], message["cells"])

    async def run_on(self, client: Client, plans: Sequence[Plan]) -> None:
        """Run all pages at once, and then each page alone that may have killed its workers.

        Whatever a worker had been given when it died is under suspicion, also what it had not even begun.
        """
        there = await self._look(client)
        if not there:
            self._note_no_workers()
        self.unable += [plan for plan in plans if _wanted(plan) and not _can_run(plan, there)]
        suspects = await self._together(client, [plan for plan in plans if plan not in self.unable])
        for plan in suspects:
            if not self.ended:
                self.listener.note(f"workers died while they had {plan.task.page.name}; it is run once more, alone")
                await self._together(client, [plan])

    async def _together(self, client: Client, plans: Sequence[Plan]) -> list[Plan]:
        """Submit pages, the longest first, receive them in the order in which they finish, return the suspects."""
        suspects = []
        sent = {plan.task.page.name: {*plan.files, *self._spelled(plan)} for plan in plans}
        rounds = dict.fromkeys(sent, ROUNDS)
        longest_first = sorted(plans, key=lambda plan: -plan.seconds)
        waiting = {
            self._begin(client, plan, sent[plan.task.page.name], -rank): plan for rank, plan in enumerate(longest_first)
        }
        try:
            while waiting and not self.ended:
                for done in await self._some(client, waiting):
                    plan = waiting.pop(done)
                    page = plan.task.page.name
                    try:
                        outcome = done.result()
                    except KilledWorker as error:
                        if len(plans) > 1:
                            suspects.append(plan)
                            continue
                        outcome = _killed(plan, error)
                    missing = self._missing(outcome) - sent[page]
                    if missing and rounds[page]:
                        rounds[page] -= 1
                        sent[page] |= missing
                        waiting[self._begin(client, plan, sent[page], 0)] = plan
                        continue
                    if missing:
                        outcome = _incomplete(plan, missing)
                    if self._received(plan, outcome):
                        self.ended |= self.options.fail_fast
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        return suspects

    def _begin(self, client: Client, plan: Plan, files: set[str], priority: int) -> asyncio.Task[Outcome]:
        return asyncio.create_task(self._outcome(client, self._submit(client, plan, files, priority), plan))

    def _received(self, plan: Plan, outcome: Outcome) -> bool:
        if outcome.note:
            self.listener.note(f"kernels are started one by one: {outcome.note}")
        failed = self.receive(plan.task, outcome)
        self.listener.page(plan.task.page.name, outcome.seconds, failed)
        return failed

    async def _some(self, client: Client, waiting: Waiting) -> list[asyncio.Task[Outcome]]:
        """Those of `waiting` that are done, when there is one; those that were lost come last."""
        stuck = 0.0
        while waiting:
            done, _ = await asyncio.wait(waiting, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if done:
                return sorted(done, key=lambda task: task.cancelled() or task.exception() is not None)
            there = await self._look(client)
            lost = [task for task, plan in waiting.items() if not _can_run(plan, there)]
            stuck = stuck + LOOK_SECONDS if lost else 0.0
            if stuck > LOST_SECONDS and there:
                self.unable += [waiting.pop(task) for task in lost if task.cancel()]
            elif stuck > LOST_SECONDS:
                self._note_no_workers()
        return []

    async def _look(self, client: Client) -> list[Mapping[str, float]]:
        """What each worker has; nothing where the scheduler does not answer."""
        with suppress(OSError):
            return await cluster.resources(client)
        return []

    def _note_no_workers(self) -> None:
        address = self.options.scheduler
        self.listener.note(f"{address} has no workers; waiting for one, as started with: dask worker {address}")

    def _submit(self, client: Client, plan: Plan, files: set[str], priority: int) -> Future[bytes]:
        # of one name, else Dask takes pages for tasks of different kinds, and leaves them with the worker they went to
        key = (self.name, plan.task.page.name, uuid.uuid4().hex[:8])
        job = msgspec.msgpack.encode(self._job(plan, files))
        submit: Callable[..., Future[bytes]] = client.submit  # its own type knows no coroutines
        resources = _wanted(plan) or None
        return submit(execute_page, *key, job, key=key, priority=priority, resources=resources, pure=False)

    def _job(self, plan: Plan, files: set[str]) -> Job:
        book, task = self.book, plan.task
        return Job(
            press=PRESS,
            page=task.page.name,
            file=task.notebook.file,
            notebook=dict(task.notebook.raw),
            expressions={cell.number: cell.expressions for cell in task.notebook.cells if cell.expressions},
            folder=book.relative(task.page.path.parent),
            gpus=needs(task.notebook).gpus,
            parameters=parameters(book, task.notebook),
            imports=tuple(sorted(self.present.closure(task).imports)),
            tracked=book.config.execution.track,
            data=tuple(map(str, self.present.data_folders)) if self.alone else book.config.execution.data,
            known_data={} if self.alone else self._known_data(plan),
            root=str(book.root) if self.alone else "",
            files={} if self.alone else dict(self._contents(files)),
        )

    def _contents(self, files: set[str]) -> Iterator[tuple[str, bytes]]:
        """The tracked packages, and what the page read last time."""
        paths = {path for name in self.book.config.execution.track for path in package_files(self.book, name)}
        for name in files:
            path = Path(os.path.abspath(self.book.root / name))
            if path.is_relative_to(self.book.root):  # whoever filled the store, nothing else leaves this machine
                paths |= set(path.iterdir()) if path.is_dir() else {path}
        for path in sorted(paths):
            if path.is_file() and not generated(path.name):
                yield self.book.relative(path), path.read_bytes()

    def _known_data(self, plan: Plan) -> dict[str, str]:
        """The data that the last run read: as they are here, or as they were then where they are not here."""
        return {name: self.present.data(name) or digest for name, digest in plan.data.items()}

    def _spelled(self, plan: Plan) -> Iterator[str]:
        """Files whose names stand in the page's code: nobody hears of it when a page only asks whether they exist."""
        cells = [] if self.alone else plan.task.notebook.executed_cells
        for word in {word for cell in cells for word in STRING.findall(cell.code)}:
            path = Path(os.path.realpath(plan.task.page.path.parent / word))
            if os.path.isfile(path) and path.is_relative_to(self.book.root):  # noqa: PTH113 - of any string at all
                yield self.book.relative(path)

    def _missing(self, outcome: Outcome) -> set[str]:
        """Files and folders of the project that the page looked for, and that did not travel with it."""
        if self.alone or outcome.seen is None:
            return set()
        absent = {name for name, digest in outcome.seen.files.items() if not digest}
        folders = {f"{name}/" for name in outcome.seen.folders}
        return {name for name in absent | folders if (self.book.root / name).exists()}

    async def _outcome(self, client: Client, future: Future[bytes], plan: Plan) -> Outcome:
        """What came of a page.

        Raises:
            KilledWorker: several workers died that had this page.
            UsageError: the scheduler is lost.
        """
        try:
            return msgspec.msgpack.decode(await future, type=Outcome)
        except KilledWorker:
            raise
        except (asyncio.CancelledError, concurrent.futures.CancelledError) as error:
            if self.alone or ((task := asyncio.current_task()) and task.cancelling()):
                raise
            raise self._lost() from error
        except Exception as error:  # of the worker's Python, or on the way
            if self.alone:
                raise
            if client.status != "running":
                raise self._lost() from error
            message = f"the worker could not run this page: {type(error).__name__}: {error}"
            return Outcome((), 0.0, 0, problem=Problem(message, Place(plan.task.notebook.file), SAME))

    def _lost(self) -> UsageError:
        hint = "what was finished is stored; start the scheduler again and run once more"
        return UsageError(Problem(f"lost the scheduler at {self.options.scheduler}.", hint=hint))


def _incomplete(plan: Plan, missing: set[str]) -> Outcome:
    message = f"the page asks for ever more files: {', '.join(sorted(missing))}."
    hint = "run it once without --scheduler: then all that it reads is known, and travels with it"
    return Outcome((), 0.0, 0, problem=Problem(message, Place(plan.task.notebook.file), hint))


def _killed(plan: Plan, error: KilledWorker) -> Outcome:
    workers = f"{error.allowed_failures + 1} workers" if error.allowed_failures else "the worker"
    message = f"{workers} died while running this page."
    hint = "it may need more memory than a worker has, or kill its process; see the workers' logs"
    return Outcome((), 0.0, 0, problem=Problem(message, Place(plan.task.notebook.file), hint))


def _can_run(plan: Plan, there: Sequence[Mapping[str, float]]) -> bool:
    """Whether some worker has what the page declares to need."""
    return any(all(has.get(name, 0) >= amount for name, amount in _wanted(plan).items()) for has in there)


def _wanted(plan: Plan) -> dict[str, int]:
    declared = needs(plan.task.notebook)
    wanted = {GPU: declared.gpus, MEMORY: declared.bytes}
    return {name: amount for name, amount in wanted.items() if amount}
