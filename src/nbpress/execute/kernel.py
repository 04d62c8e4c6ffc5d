"""One page in one kernel of its own."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from nbpress.book import Book
from nbpress.config import Execution
from nbpress.errors import Place, Problem
from nbpress.execute.key import style
from nbpress.execute.run import Failure, Run
from nbpress.notebook import Cell, Notebook

ANSI = re.compile(r"\x1b\[[0-9;]*m")
LONGEST_FOLDER = 80  # characters; the path of a Unix socket may have 107
STARTUP_SECONDS = 120  # importing torch on a busy machine is slow, and a slow start is no error


@contextmanager
def environment(book: Book, threads: int) -> Iterator[dict[str, str]]:
    """The environment of the kernels: the book's code and figure style, and none of the user's IPython settings."""
    with tempfile.TemporaryDirectory(prefix="nbpress-") as folder:
        profile = Path(folder) / "profile_default"
        profile.mkdir()
        (profile / "ipython_kernel_config.py").write_text(_ipython_config(book), encoding="utf-8")
        paths = [str(book.root / "src"), os.environ.get("PYTHONPATH", "")]
        extra = {"MATPLOTLIBRC": str(style(book))} if style(book).exists() else {}
        yield {
            **os.environ,
            "IPYTHONDIR": folder,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PYTHONHASHSEED": "0",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # whatever the caller draws with
            "OMP_NUM_THREADS": str(threads),
            **extra,
        }


def _ipython_config(book: Book) -> str:
    options: dict[str, Any] = {"bbox_inches": "tight"}
    if book.config.execution.figure_format == "svg":
        options["metadata"] = {"Date": None}  # no date: equal figures are equal bytes
    return (
        "c = get_config()\n"
        "c.HistoryManager.enabled = False\n"
        "c.InteractiveShellApp.exec_PYTHONSTARTUP = False\n"
        f"c.InlineBackend.figure_formats = {{{book.config.execution.figure_format!r}}}\n"
        f"c.InlineBackend.print_figure_kwargs = {options!r}\n"
    )


async def execute(book: Book, notebook: Notebook, folder: Path, env: Mapping[str, str]) -> Run | Failure:
    """Run all code cells of `notebook` in a fresh kernel whose working folder is `folder`.

    Everything that can go wrong in the page comes back as a `Failure`; only cancellation is raised.
    """
    limits = book.config.execution
    node = _node(notebook)
    name = str(notebook.metadata.get("kernelspec", {}).get("name", "python3"))
    client = NotebookClient(
        node,
        kernel_name=name,
        timeout=limits.cell_timeout,
        startup_timeout=STARTUP_SECONDS,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    start = time.monotonic()
    running: list[Cell] = []  # the cell that is being run comes last
    deadline = asyncio.timeout(limits.page_timeout)
    try:
        async with deadline:
            await _execute_cells(client, notebook, env, running)
    except (
        CellExecutionError,
        DeadKernelError,
        NoSuchKernel,
        RuntimeError,
        TimeoutError,
        nbformat.ValidationError,
    ) as error:
        if (task := asyncio.current_task()) and task.cancelling():
            raise asyncio.CancelledError from error  # nbclient takes a cancelled cell for a dead kernel
        problem = _problem(client, limits, notebook, running, "page_timeout" if deadline.expired() else error)
        return Failure(problem, Run(_outputs(node, notebook), time.monotonic() - start))
    finally:
        await _stop(client)
    return Run(_outputs(node, notebook), time.monotonic() - start)


def _node(notebook: Notebook) -> nbformat.NotebookNode:
    """The notebook as nbclient takes it: whole strings for sources, and no outputs yet."""
    cells = [
        {**raw, "source": cell.source, **({"outputs": []} if cell.kind == "code" else {})}
        for raw, cell in zip(notebook.raw["cells"], notebook.cells, strict=True)
    ]
    return cast(nbformat.NotebookNode, nbformat.from_dict({**notebook.raw, "cells": cells}))


async def _execute_cells(
    client: NotebookClient, notebook: Notebook, env: Mapping[str, str], running: list[Cell]
) -> None:
    manager = client.create_kernel_manager()
    # sockets in a folder of our own: nobody else can connect, and the home folder stays clean
    if sys.platform != "win32" and len(env["IPYTHONDIR"]) < LONGEST_FOLDER:
        stem = tempfile.mktemp(dir=env["IPYTHONDIR"], prefix="kernel-")
        manager.transport, manager.ip, manager.connection_file = "ipc", stem, f"{stem}.json"
    await client.async_start_new_kernel(env=dict(env))
    await client.async_start_new_kernel_client()
    for cell in notebook.code_cells:
        running.append(cell)
        await client.async_execute_cell(client.nb.cells[cell.number - 1], cell.number - 1, execution_count=len(running))


async def _stop(client: NotebookClient) -> None:
    """End the kernel whatever state it is in, and nbclient's watch over it, whose last words nobody would hear."""
    watch = getattr(client, "task_poll_kernel_alive", None)
    if watch is not None:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
    if client.kc is not None:
        client.kc.stop_channels()
        client.kc = None
    if client.km is not None and client.km.has_kernel:
        shutdown: Any = client.km.shutdown_kernel(now=True)
        await asyncio.shield(shutdown)


def _outputs(node: Any, notebook: Notebook) -> tuple[list[dict[str, Any]], ...]:
    return tuple([dict(output) for output in node.cells[cell.number - 1].outputs] for cell in notebook.code_cells)


def _problem(
    client: NotebookClient, limits: Execution, notebook: Notebook, running: list[Cell], error: Exception | str
) -> Problem:
    """What ended the run, in the author's terms; a string names the limit of the configuration that was passed."""
    place = notebook.place(running[-1]) if running else Place(notebook.file)
    if isinstance(error, CellExecutionError):
        return _cell_problem(notebook, running, error)
    if isinstance(error, NoSuchKernel):
        hint = 'choose another one in the notebook, or install it; "jupyter kernelspec list" shows what there is'
        return Problem(f'there is no kernel "{error.name}" here.', place, hint)
    if isinstance(error, CellTimeoutError | str):
        limit = error if isinstance(error, str) else "cell_timeout"
        hint = f"make it faster, or raise {limit} under [execution] in conf/book.toml"
        return Problem(f"not finished after {getattr(limits, limit):g} s.", place, hint)
    if isinstance(error, nbformat.ValidationError):
        return Problem(f"the cell shows something that a notebook cannot hold: {error.message}", place)
    hint = "killed by the system (out of memory?), or by its own code; run the page in Jupyter to see"
    return Problem(f"the kernel died{_how(client, error)}.", place, hint)


def _how(client: NotebookClient, error: Exception) -> str:
    process = getattr(getattr(client.km, "provisioner", None), "process", None)
    code = process.poll() if process is not None else None
    if code is not None and code < 0:
        return f" (signal {-code})"
    return "" if isinstance(error, DeadKernelError) else f": {error}"


def _cell_problem(notebook: Notebook, running: list[Cell], error: CellExecutionError) -> Problem:
    """The line of the failing cell that raised, or called what raised, and the error's own words."""
    cell = running[-1]
    trace = ANSI.sub("", error.traceback)
    lines = re.findall(rf"^ *Cell In\[{len(running)}\], line (\d+)", trace, re.M)
    line = int(lines[-1]) if lines else None
    source = cell.source.split("\n")
    shown = source[line - 1].strip() if line and line <= len(source) else ""
    said = re.sub(r" \(\d+\.py, line \d+\)", "", error.evalue or "").strip().splitlines() or [""]
    hint = "\n".join(filter(None, [shown, *said[1:6]]))
    return Problem(f"{error.ename}: {said[0]}".rstrip(": "), notebook.place(cell, line), hint)
