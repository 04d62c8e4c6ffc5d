"""What a worker does: it gets a page as bytes and returns what came of it as bytes. It needs no shared disk."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
from dask.typing import Key
from distributed import Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from nbpress import __version__
from nbpress import notebook as notebooks
from nbpress.errors import Place, Problem
from nbpress.execute import machine, seen
from nbpress.execute.kernel import page
from nbpress.execute.kernel.kernels import Kernels, Settings
from nbpress.execute.kernel.normalise import normalise
from nbpress.notebook import Expression

LOOK_SECONDS = 0.5  # between two looks whether the page is still wanted
IDLE_SECONDS = 300  # without a page, after which kernels are ended: whoever asked may have been killed
GPU, MEMORY = "GPU", "MEMORY"  # names of Dask's resources
PRESS = f"nbpress {__version__} on Python {sys.version_info.major}.{sys.version_info.minor}"


class Job(msgspec.Struct, frozen=True):
    """A page to run, with all that it needs of the project."""

    press: str  # what runs the book
    page: str
    file: str  # as messages name it
    notebook: dict[str, Any]  # its JSON
    expressions: dict[int, tuple[Expression, ...]]  # what its prose shows, by the cell's number
    folder: str  # the working folder, from the project's
    gpus: int
    parameters: dict[str, tuple[int, str]]
    imports: tuple[str, ...]  # top-level modules that the page's code imports
    tracked: tuple[str, ...]
    data: tuple[str, ...]  # data folders
    known_data: dict[str, str]  # the files that the last run read there, with their digests
    root: str = ""  # the project's folder where worker and client share a disk
    files: dict[str, bytes] = {}  # and what the page needs of it where they do not, by path


class Outcome(msgspec.Struct, frozen=True):
    """What came of a page."""

    outputs: tuple[list[dict[str, Any]], ...]  # as far as it ran
    seconds: float
    memory: int
    seen: seen.Seen | None = None  # None for a kernel that cannot be observed
    problem: Problem | None = None
    note: str = ""  # why kernels did not come from the fork server


async def execute(session: str, name: str, token: str, job: bytes) -> bytes:
    """The task that Dask runs on the event loop of a worker with the plugin `session`; all but the job is its key."""
    worker = get_worker()
    press = cast(Press, worker.plugins[session])
    outcome = await press.execute(worker, (session, name, token), msgspec.msgpack.decode(job, type=Job))
    return msgspec.msgpack.encode(outcome)


class Press(WorkerPlugin):
    """The kernels of one call of nbpress on one worker. They end with it."""

    def __init__(self, name: str, settings: bytes) -> None:
        self.name = name
        self.settings = settings

    async def setup(self, worker: Worker) -> None:
        """Say what the worker has; kernels wait for the first page."""
        self.kernels: Kernels | None = None
        self.idle: asyncio.TimerHandle | None = None
        self.pages: set[asyncio.Task[Any]] = set()
        self.failed = False  # whether a page has
        self.gpus = list(machine.gpus())
        has = {GPU: len(self.gpus), MEMORY: machine.memory()}
        declared = worker.state.total_resources
        await worker.set_resources(**{name: value for name, value in has.items() if name not in declared})

    async def teardown(self, worker: Worker) -> None:
        """End all pages, and all processes."""
        for running in self.pages:
            running.cancel()
        await asyncio.gather(*self.pages, return_exceptions=True)
        self._close()

    def _close(self) -> None:
        if self.idle is not None:
            self.idle.cancel()
        if self.kernels is not None:
            self.kernels.close()
            self.kernels = None

    async def execute(self, worker: Worker, key: Key, job: Job) -> Outcome:
        """Run a page, unless whoever asked for it goes away."""
        if job.press != PRESS:
            message = f"the worker {platform.node()} has {PRESS}, and this book is run with {job.press}."
            return Outcome((), 0, 0, problem=Problem(message, Place(job.file), "install the same on both"))
        if self.idle:
            self.idle.cancel()
        if self.kernels is None:
            self.kernels = Kernels(msgspec.msgpack.decode(self.settings, type=Settings), _threads(worker))
        running = asyncio.create_task(self._execute(self.kernels, worker, job))
        self.pages.add(running)
        try:
            while not (await asyncio.wait([running], timeout=LOOK_SECONDS))[0]:
                state = worker.state.tasks.get(key)
                if (state is None or state.state != "executing") and not running.cancelling():
                    running.cancel()  # once: a second time it would cut its tidying up short
            return running.result()
        finally:
            running.cancel()
            self.pages.discard(running)
            if not self.pages:
                self.idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._close)

    async def _execute(self, kernels: Kernels, worker: Worker, job: Job) -> Outcome:
        def tell(cell: int, cells: int) -> None:
            worker.log_event(self.name, {"page": job.page, "cell": cell, "cells": cells})

        if self.failed and kernels.settings.fail_fast:
            await asyncio.Event().wait()  # until the page is taken back
        if job.gpus > len(self.gpus):
            message = f"the page needs {job.gpus} GPUs, and the worker {platform.node()} has {len(self.gpus)} free."
            hint = "tell each worker with --resources GPU=… how many are its own"
            return Outcome((), 0, 0, problem=Problem(message, Place(job.file), hint))
        gpus = tuple(self.gpus.pop() for _ in range(job.gpus))
        try:
            with _project(job) as root:
                outcome = await _run(kernels, job, root, gpus, tell)
            self.failed |= outcome.problem is not None
            return outcome
        finally:
            self.gpus += gpus


async def _run(kernels: Kernels, job: Job, root: Path, gpus: tuple[str, ...], tell: page.Tell) -> Outcome:
    data = [Path(os.path.expanduser(folder)) for folder in job.data]
    other = _other_data(job.known_data, data)
    if other:
        hint = f"delete it there, or bring both to one version; the worker is {platform.node()}"
        problem = Problem(f"the worker has another version of the data {other}.", Place(job.file), hint)
        return Outcome((), 0, 0, problem=problem)
    notebook = notebooks.read(job.notebook, job.file).showing(job.expressions)
    handle, log = tempfile.mkstemp(dir=kernels.folder, prefix="observed-")
    os.close(handle)
    tracked = [root / "src" / name for name in job.tracked]
    around = page.Surroundings(
        root=root,
        folder=root / job.folder,
        log=Path(log),
        tracked=tuple(os.path.realpath(path) + ending for path in tracked for ending in (os.sep, ".py")),
        data=tuple(map(str, data)),
        gpus=gpus,
        parameters=job.parameters,
    )
    done = await page.execute(kernels, notebook, around, tell)
    found = seen.read(Path(log), root, data, job.imports) if done.observed else None
    if found is not None and done.problem is None and found.cells < len(list(notebook.executed_cells)):
        found = None  # the page closed our log: we do not know all
    outputs = normalise(done.outputs, root)
    return Outcome(outputs, done.seconds, done.memory, found, done.problem, kernels.note)


def _other_data(known: Mapping[str, str], folders: list[Path]) -> str:
    """A file of the data folders that is here, but not with the digest that the book's last run saw."""
    from nbpress.execute.kernel.observer import digest

    files = ((name, folder / name) for name in known for folder in folders)
    return next((name for name, path in files if path.is_file() and digest(path) != known[name]), "")


@contextmanager
def _project(job: Job) -> Iterator[Path]:
    """The project's folder: the client's own, or one made of what travelled with the job."""
    if job.root:
        yield Path(job.root)
        return
    root = Path(tempfile.mkdtemp(prefix=f"nbpress-{os.getpid()}-page-"))
    try:
        (root / job.folder).mkdir(parents=True)
        for name, content in job.files.items():
            path = root / name
            if not Path(os.path.abspath(path)).is_relative_to(root):
                raise ValueError(f"a file of the job leads out of its folder: {name}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _threads(worker: Worker) -> int:
    """How many threads a kernel may use, so that the pages of a worker do not fight over its cores."""
    declared = os.environ.get("OMP_NUM_THREADS", "")
    return int(declared) if declared.isdigit() else max(1, machine.cores() // worker.state.nthreads)
