"""One page in one kernel of its own."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from nbpress.errors import Place, Problem
from nbpress.execute import machine
from nbpress.execute.kernel import observer
from nbpress.execute.kernel.failures import cell_problem, dead_kernel, timeout
from nbpress.execute.kernel.kernels import LONGEST_FOLDER, Kernels
from nbpress.notebook import Cell, Notebook

IOPUB_SECONDS = 120  # that outputs may lag behind the end of their cell
STARTUP_SECONDS = 120  # importing torch on a busy machine is slow, and a slow start is no error
LAST_WORDS = 3  # lines of a crash that are shown
LOOK_SECONDS = 1.0  # between two looks at the memory of a kernel

# Told which executed cell begins, counted from 1, and how many there are.
Tell = Callable[[int, int], None]


class StartError(RuntimeError):
    """There is a kernel of that name, but it cannot be started."""


@dataclass(frozen=True)
class Surroundings:
    """Where a page runs: the project's folder in this run, its own, and what else its kernel is given."""

    root: Path
    folder: Path
    log: Path  # of the observer
    tracked: tuple[str, ...]  # paths of the tracked packages
    data: tuple[str, ...]  # data folders
    gpus: tuple[str, ...]
    parameters: Mapping[str, tuple[int, str]]

    def environment(self, kernels: Kernels) -> dict[str, str]:
        """The environment of the page's kernel."""
        paths = [str(self.root / "src"), os.environ.get("PYTHONPATH", "")]
        return {
            **kernels.environment,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "CUDA_VISIBLE_DEVICES": ",".join(self.gpus),  # a page that asks for none gives the same result everywhere
            observer.LOG: str(self.log),
            observer.ROOT: str(self.root),
            observer.DATA: os.pathsep.join(self.data),
            observer.TRACKED: os.pathsep.join(self.tracked),
            observer.PRELOADED: "" if kernels.note else ",".join(kernels.settings.preload),
        }


@dataclass
class Execution:
    """What came of a page: its outputs as far as it ran, and what ended it, if anything did."""

    outputs: list[list[dict[str, Any]]]
    seconds: float
    memory: int
    observed: bool
    problem: Problem | None


class Client(NotebookClient):
    """nbclient, with a limit on what a cell may show."""

    def __init__(self, node: nbformat.NotebookNode, limit: int, **options: Any) -> None:
        super().__init__(
            node,
            record_timing=False,
            iopub_timeout=IOPUB_SECONDS,
            raise_on_iopub_timeout=True,  # nbclient would go on without the output
            **options,
        )
        self.limit = limit
        self.watches: list[asyncio.Task[None]] = []
        self.shown: dict[int, int] = {}

    def output(self, outs: list[Any], msg: Any, display_id: str | None, cell_index: int) -> Any:
        """Keep an output if the cell's share is not used up; else leave a notice once, and let the cell run on."""
        before = self.shown.get(cell_index, 0)
        if before > self.limit and not self.clear_before_next_output:
            return None
        self.shown[cell_index] = before + _length(msg["content"])
        if self.shown[cell_index] <= self.limit or msg["msg_type"] == "error":
            return super().output(outs, msg, display_id, cell_index)
        if msg["msg_type"] == "stream":
            msg["content"]["text"] = msg["content"]["text"][: self.limit - before]
            super().output(outs, msg, display_id, cell_index)
        notice = (
            f"\n… cut here: the cell showed more than {self.limit:,} characters (output_limit in conf/book.toml).\n"
        )
        outs.append(nbformat.v4.new_output("stream", name="stdout", text=notice))
        return None

    def clear_output(self, outs: list[Any], msg: Any, cell_index: int) -> None:
        """What is cleared away no longer counts."""
        super().clear_output(outs, msg, cell_index)
        self.shown[cell_index] = 0

    async def _async_poll_kernel_alive(self) -> None:
        if task := asyncio.current_task():
            self.watches.append(task)
        await super()._async_poll_kernel_alive()

    @property
    def process(self) -> int:
        """The process id of the kernel, 0 where there is none yet."""
        provisioner = getattr(self.km, "provisioner", None)
        return getattr(provisioner, "pid", None) or 0


async def execute(kernels: Kernels, notebook: Notebook, around: Surroundings, tell: Tell) -> Execution:
    """Run all code cells of `notebook` in a fresh kernel.

    Everything that can go wrong in the page comes back in the result; only cancellation is raised.
    """
    limits = kernels.settings
    node = _node(notebook)
    client = Client(
        node, limits.output_limit, timeout_func=lambda _: limits.cell_timeout, startup_timeout=STARTUP_SECONDS
    )
    start, kills = time.monotonic(), machine.out_of_memory_kills()
    running: list[Cell] = []  # the cell that is being run comes last
    deadline = asyncio.timeout(limits.page_timeout)
    memory = _Memory(client)
    watch = asyncio.create_task(memory.watch())
    observed, problem = False, None
    try:
        async with deadline:
            observed = await _start(client, kernels, notebook, around)
            await _execute_cells(client, notebook, around.parameters, running, tell)
    except (
        CellExecutionError,
        DeadKernelError,
        NoSuchKernel,
        RuntimeError,
        TimeoutError,
        nbformat.ValidationError,
    ) as e:
        if (task := asyncio.current_task()) and task.cancelling():
            raise asyncio.CancelledError from e  # nbclient takes a cancelled cell for a dead kernel
        place = notebook.place(running[-1]) if running else Place(notebook.file)
        if deadline.expired():
            problem = timeout("page_timeout", limits.page_timeout, place)
        elif isinstance(e, CellTimeoutError):
            problem = timeout("cell_timeout", limits.cell_timeout, place)
        elif isinstance(e, CellExecutionError):
            problem = cell_problem(notebook, running[-1], len(running), e, around.root)
        else:
            out_of_memory = machine.out_of_memory_kills() > kills
            problem = _other_problem(client, e, place, memory.peak if out_of_memory else 0)
    finally:
        watch.cancel()
        memory.look()
        await _stop(client)
    outputs = [[dict(output) for output in node.cells[cell.number - 1].outputs] for cell in notebook.code_cells]
    return Execution(outputs, time.monotonic() - start, memory.peak, observed, problem)


def _node(notebook: Notebook) -> nbformat.NotebookNode:
    """The notebook as nbclient takes it: whole strings for sources, and no outputs yet."""
    cells = [
        {**raw, "source": cell.source, **({"outputs": []} if cell.kind == "code" else {})}
        for raw, cell in zip(notebook.raw["cells"], notebook.cells, strict=True)
    ]
    return cast(nbformat.NotebookNode, nbformat.from_dict({**notebook.raw, "cells": cells}))


async def _start(client: Client, kernels: Kernels, notebook: Notebook, around: Surroundings) -> bool:
    """Start the kernel that the page asks for; whether it can be observed."""
    try:
        return await _start_kernel(client, kernels, notebook, around)
    except (OSError, ValueError) as error:  # its program is not there, or its kernel.json is none
        raise StartError(str(error)) from error


async def _start_kernel(client: Client, kernels: Kernels, notebook: Notebook, around: Surroundings) -> bool:
    spec, observed = await kernels.spec(notebook.kernel)
    environment = around.environment(kernels)
    if not observed:
        del environment[observer.LOG]
    manager = client.create_kernel_manager()
    manager._kernel_spec = spec  # the manager would look up another by name, and without the provisioner
    # sockets in a folder of our own: nobody else can connect, and the home folder stays clean
    if sys.platform != "win32" and len(str(kernels.folder)) < LONGEST_FOLDER:
        stem = tempfile.mktemp(dir=kernels.folder, prefix="kernel-")
        manager.transport, manager.ip, manager.connection_file = "ipc", stem, f"{stem}.json"
    await client.async_start_new_kernel(env=environment, cwd=str(around.folder))
    await client.async_start_new_kernel_client()
    return observed


async def _execute_cells(
    client: Client, notebook: Notebook, parameters: Mapping[str, tuple[int, str]], running: list[Cell], tell: Tell
) -> None:
    cells = list(notebook.code_cells)
    for count, cell in enumerate(cells, start=1):
        running.append(cell)
        tell(count, len(cells))
        await client.async_execute_cell(client.nb.cells[cell.number - 1], cell.number - 1, execution_count=count)
        mine = [f"{name} = {text}" for name, (after, text) in parameters.items() if after == count - 1]
        if mine and client.kc is not None:
            message = client.kc.execute("\n".join(mine), silent=True, store_history=False)
            await client.async_wait_for_reply(message)


async def _stop(client: Client) -> None:
    """End the kernel whatever state it is in, and nbclient's watch over it, whose last words nobody would hear."""
    for watch in client.watches:
        watch.cancel()
    await asyncio.gather(*client.watches, return_exceptions=True)
    if client.kc is not None:
        client.kc.stop_channels()
        client.kc = None
    if client.km is not None and client.km.has_kernel:
        shutdown: Any = client.km.shutdown_kernel(now=True)
        await asyncio.shield(shutdown)


def _other_problem(client: Client, error: Exception, place: Place, out_of_memory: int) -> Problem:
    """What ended a run that no cell's exception ended."""
    if isinstance(error, NoSuchKernel):
        hint = 'choose another one in the notebook, or install it; "jupyter kernelspec list" shows what there is'
        return Problem(f'there is no kernel "{error.name}" here.', place, hint)
    if isinstance(error, StartError):
        hint = '"jupyter kernelspec list" shows where it is described; mend that, or choose another in the notebook'
        return Problem(f"the kernel could not be started: {error}", place, hint)
    if isinstance(error, nbformat.ValidationError):
        return Problem(f"the cell shows something that a notebook cannot hold: {error.message}", place)
    said = "" if isinstance(error, DeadKernelError) else str(error)
    return dead_kernel(place, _exit_code(client), said, _last_words(client), out_of_memory)


def _exit_code(client: Client) -> int | None:
    provisioner = getattr(client.km, "provisioner", None)
    process = getattr(provisioner, "process", None)
    code = process.poll() if process is not None else getattr(provisioner, "returncode", None)
    return code if isinstance(code, int) else None


def _last_words(client: Client) -> str:
    """What the kernel's process wrote when it crashed, as `Fatal Python error`; only the fork server keeps it."""
    log = getattr(getattr(client.km, "provisioner", None), "log_file", None)
    if not isinstance(log, Path) or not log.exists():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[:LAST_WORDS])


class _Memory:
    """The most memory that a kernel held."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.peak = 0

    def look(self) -> None:
        """Look once; a kernel that has ended tells no more."""
        if self.client.process:
            self.peak = max(self.peak, machine.peak_memory(self.client.process))

    async def watch(self) -> None:
        """Look again and again, for a kernel that dies takes its figures with it."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_SECONDS)


def _length(content: Mapping[str, Any]) -> int:
    """The characters of an output."""
    data = content.get("data", {})
    return len(content.get("text", "")) + sum(len(value) for value in data.values() if isinstance(value, str))
