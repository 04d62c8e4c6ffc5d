"""Schedulers and workers of Dask, presses and kernels: real processes, of which no test leaves one behind."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import psutil
from distributed import Client

T = TypeVar("T")
PATIENCE = 60  # seconds until what is waited for will not come any more


def wait_for(true: Callable[[], Any], what: str = "what was waited for") -> Any:
    """Wait until a function returns something true, and return that."""
    deadline = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.02)
    return found


def alive(process: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    return False


@contextmanager
def started(command: Sequence[str | Path], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A process that runs for the time of the block at most; then it is killed, with all processes that it started."""
    with subprocess.Popen(command, text=True, stdin=subprocess.DEVNULL, **options) as process:
        try:
            yield process
        finally:
            kill(process.pid)


def press(root: Path, store: Path, *arguments: str, **options: Any) -> AbstractContextManager[subprocess.Popen[str]]:
    """The command line of nbpress, which goes on while the test does."""
    # what runs the tests may ignore SIGINT, and a child would inherit that
    command = ["env", "--default-signal=INT", sys.executable, "-m", "nbpress", "-C", root, *arguments]
    env = {**os.environ, "NBPRESS_STORE": str(store), "COLUMNS": "100"}
    return started(command, **{"env": env, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options})


def kill(process: int) -> None:
    """Kill a process of ours with all below it, whatever state they are in."""
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(process)
        for one in [root, *root.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                one.kill()


class Cluster:
    """A scheduler of Dask on this machine, and workers that are told only where it is."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        folder.mkdir()
        self.processes: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file), **environment
        )
        self.address = str(wait_for(lambda: _address(file), "the scheduler"))

    def worker(self, *arguments: str, nanny: bool = False, **environment: str) -> subprocess.Popen[bytes]:
        """A worker for one page at a time, in a folder of its own; it may join a moment later."""
        more = ("--nthreads", "1", "--nanny" if nanny else "--no-nanny", *arguments)
        return self._start("worker", self.address, "--host", "127.0.0.1", *more, **environment)

    def ready(self, workers: int) -> None:
        """Wait until so many workers have joined."""
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=PATIENCE)

    def _start(self, kind: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        place = self.folder / f"{kind}-{len(self.processes)}"
        place.mkdir()
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard", *arguments]
        env = {**os.environ, **environment}
        with (place / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=place, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def close(self) -> None:
        """Kill everything."""
        for process in self.processes:
            kill(process.pid)
            process.wait()


def _address(file: Path) -> str:
    try:
        return str(json.loads(file.read_text())["address"])
    except (OSError, ValueError):  # not yet, or not yet all of it
        return ""


def in_a_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, run in a thread: the browser of other tests keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
