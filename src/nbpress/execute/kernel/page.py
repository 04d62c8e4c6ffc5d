"""One page in one kernel of its own."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from nbpress.errors import Place, Problem
from nbpress.execute import machine
from nbpress.execute.kernel import observer
from nbpress.execute.kernel.failures import cell_problem, dead_kernel, expression_problem, timeout
from nbpress.execute.kernel.kernels import LONGEST_FOLDER, Kernels
from nbpress.notebook import FORMS, Cell, Expression, Notebook

IOPUB_SECONDS = 120  # that outputs may lag behind the end of their cell
STARTUP_SECONDS = 120  # importing torch on a busy machine is slow, and a slow start is no error
PRINTS = "a value in the text is what its expression returns, and this prints"
REPLY_SECONDS = 1  # between two looks at the clock while the kernel evaluates what prose shows
LAST_WORDS = 3  # lines of a crash that are shown
LOOK_SECONDS = 1.0  # between two looks at the memory of a kernel

# Told which executed cell begins, counted from 1, and how many there are.
Tell = Callable[[int, int], None]


class StartError(RuntimeError):
    """There is a kernel of that name, but it cannot be started."""


class ValueFailedError(RuntimeError):
    """Expressions in prose have no value that can be printed; `reason` is as the kernel tells errors."""

    def __init__(self, expressions: Sequence[Expression], reason: Mapping[str, Any]) -> None:
        super().__init__(reason["ename"])
        self.expressions = expressions
        self.reason = reason


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
            shell_timeout_interval=REPLY_SECONDS,
            **options,
        )
        self.limit = limit
        self.watches: list[asyncio.Task[None]] = []
        self.shown: dict[int, int] = {}
        self.values: dict[int, list[dict[str, Any]]] = {}  # of the expressions in Markdown cells, by the cell's number

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

    async def evaluate(self, cell: Cell) -> None:
        """Ask the kernel for the values that a Markdown cell shows.

        Raises:
            ValueFailedError: an expression raised or printed, or its value is longer than an output may be.
        """
        assert self.kc is not None
        values = self.values[cell.number] = []
        questions = {str(number): expression.text for number, expression in enumerate(cell.expressions)}
        message = self.kc.execute("", silent=True, store_history=False, user_expressions=questions)
        reply = await self.async_wait_for_reply(message, self.nb.cells[cell.number - 1])
        answers = (reply or {}).get("content", {}).get("user_expressions", {})
        for number, expression in enumerate(cell.expressions):
            answer = answers.get(str(number), {"ename": "the kernel does not evaluate expressions"})
            if "data" not in answer:
                raise ValueFailedError([expression], answer)
            values.append(_value(answer["data"]))
            if _length(values[-1]) > self.limit:
                reason = f"its value has more than {self.limit:,} characters (output_limit in conf/book.toml)"
                raise ValueFailedError([expression], {"ename": reason})
        if printed := await self._printed(message):
            raise ValueFailedError(cell.expressions, {"ename": PRINTS, "evalue": printed})

    async def _printed(self, message: str) -> str:
        """What the kernel printed while it answered a message: no cell shows it."""
        assert self.kc is not None
        printed: str = ""
        while True:
            said = await ensure_async(self.kc.iopub_channel.get_msg(timeout=IOPUB_SECONDS))
            if said["parent_header"].get("msg_id") == message:
                printed += str(said["content"].get("text", ""))
                if said["content"].get("execution_state") == "idle":
                    return printed

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
            count = sum(cell.kind == "code" for cell in running)
            problem = cell_problem(notebook, running[-1], count, e, around.root)
        elif isinstance(e, ValueFailedError):
            problem = expression_problem(notebook, running[-1], e.expressions, e.reason, around.root)
        else:
            out_of_memory = machine.out_of_memory_kills() > kills
            problem = _other_problem(client, e, place, memory.peak if out_of_memory else 0)
    finally:
        watch.cancel()
        memory.look()
        await _stop(client)
    outputs = [_shown(client, cell) for cell in notebook.executed_cells]
    return Execution(outputs, time.monotonic() - start, memory.peak, observed, problem)


def _shown(client: Client, cell: Cell) -> list[dict[str, Any]]:
    """The outputs of a code cell, or one for each value that a Markdown cell shows."""
    if cell.kind == "code":
        return [dict(output) for output in client.nb.cells[cell.number - 1].outputs]
    return client.values.get(cell.number, [])


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
    cells = list(notebook.executed_cells)
    executed = 0
    for place, cell in enumerate(cells):
        running.append(cell)
        tell(place + 1, len(cells))
        if cell.kind == "markdown":
            await client.evaluate(cell)
            continue
        executed += 1
        await client.async_execute_cell(client.nb.cells[cell.number - 1], cell.number - 1, execution_count=executed)
        mine = [f"{name} = {text}" for name, (after, text) in parameters.items() if after == place]
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


def _value(data: Mapping[str, Any]) -> dict[str, Any]:
    """A value as an output with the one form that is printed: the others of a passing object may differ each time."""
    form = next((mime for mime in FORMS if mime in data), "text/plain")
    return {"output_type": "display_data", "data": {form: data.get(form, "")}, "metadata": {}}


def _length(content: Mapping[str, Any]) -> int:
    """The characters of an output."""
    data = content.get("data", {})
    return len(content.get("text", "")) + sum(len(value) for value in data.values() if isinstance(value, str))
