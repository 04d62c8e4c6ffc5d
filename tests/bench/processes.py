"""Real command lines in processes that all end with this one."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import psutil

BIN = Path(sys.executable).parent
PR_SET_CHILD_SUBREAPER = 36  # from linux/prctl.h
PAUSE = 0.1  # seconds between two looks at the memory of processes
PATIENCE = 1800  # seconds; far longer than any of them takes
OURS = ("NBPRESS_", "PYTHONPATH", "JUPYTER", "IPYTHONDIR")  # variables that must not come from the caller


def adopt_orphans() -> None:
    """Become the parent of processes whose own parent ends, so that none of them is lost from sight."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_all() -> int:
    """End every process below this one; returns how many there were."""
    running = [one for one in psutil.Process().children(recursive=True) if one.status() != psutil.STATUS_ZOMBIE]
    for one in running:
        with suppress(psutil.Error):
            one.terminate()
    psutil.wait_procs(running, timeout=3)
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            one.kill()
    psutil.wait_procs(psutil.Process().children(recursive=True), timeout=5)
    return len(running)


def environment(folder: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The same for all tools: the caller's, with stores and settings of their own under `folder`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    own = {
        "NBPRESS_STORE": str(folder / "store"),
        "JUPYTER_DATA_DIR": str(folder / "jupyter"),
        "IPYTHONDIR": str(folder / "ipython"),
        "COLUMNS": "100",
    }
    return {**inherited, **own, **(more or {})}


@contextmanager
def started(command: Sequence[str | Path], env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs for the time of the block, and then is asked to end."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def call(command: Sequence[str | Path], env: Mapping[str, str]) -> str:
    """Run a command to its end; returns what it printed.

    Raises:
        RuntimeError: it failed, with its last words.
    """
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    if done.returncode:
        words = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise RuntimeError(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{words}")
    return done.stdout


def timed(command: Sequence[str | Path], env: Mapping[str, str]) -> float:
    """The seconds that a command takes."""
    start = time.perf_counter()
    call(command, env)
    return time.perf_counter() - start


class Watched(NamedTuple):
    """A command that has ended: how long it took, and what its processes held when together they held most."""

    seconds: float
    sizes: list[int]  # PSS in bytes, the largest first: what several processes share counts once

    @property
    def memory(self) -> int:
        """The peak of all processes together, in bytes."""
        return sum(self.sizes)


def watched(command: Sequence[str | Path], env: Mapping[str, str]) -> Watched:
    """Run a command to its end, and look at its memory and that of all its children again and again.

    Raises:
        RuntimeError: it failed, with its last words.
    """
    most: list[int] = []
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        with subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said) as process:
            try:
                while process.poll() is None:
                    most = max(most, _sizes(psutil.Process(process.pid)), key=sum)
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(PAUSE)
            finally:
                process.kill()
        seconds = time.perf_counter() - start
        said.seek(0)
        if process.returncode:
            words = "\n".join(said.read().splitlines()[-15:])
            raise RuntimeError(f"{' '.join(map(str, command))}\nended with {process.returncode}:\n{words}")
    return Watched(seconds, sorted(most, reverse=True))


def _sizes(process: psutil.Process) -> list[int]:
    """The PSS of a process and of all below it."""
    found = []
    with suppress(psutil.Error):
        for one in (process, *process.children(recursive=True)):
            with suppress(OSError):  # it has ended
                text = Path(f"/proc/{one.pid}/smaps_rollup").read_text(encoding="ascii")
                match = re.search(r"^Pss:\s*(\d+) kB", text, re.M)
                found.append(int(match[1]) * 1024 if match else 0)
    return found


def nbpress(root: Path, *arguments: str) -> list[str | Path]:
    """The command line of nbpress for the book in `root`."""
    return [BIN / "nbpress", "-C", root, *arguments]
