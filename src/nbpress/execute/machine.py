"""What this machine has, and what a process takes of it."""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import subprocess
import threading
from functools import cache
from itertools import takewhile
from pathlib import Path

import psutil

PAGE_MEMORY = 1.5 * 2**30  # bytes that a page with torch is likely to take
CGROUP = Path("/sys/fs/cgroup")


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processes() -> int:
    """How many processes may share work that is done by forking: one a core, where this one may fork.

    Threads do not survive that, and a daemon, which ends with its parent, may have no children.
    """
    alone = threading.active_count() == 1 and not multiprocessing.current_process().daemon
    return cores() if alone else 1


def memory() -> int:
    """Bytes of memory that this process may use: the machine's, or what its control group is allowed."""
    total: int = psutil.virtual_memory().total
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        limit = _number(CGROUP / name)
        if limit:
            return min(total, limit)
    return total


def pages_at_once() -> int:
    """How many pages this machine can well run at once: one a core, while there is memory for each."""
    return max(1, min(cores(), int(memory() / PAGE_MEMORY)))


@cache
def gpus() -> tuple[str, ...]:
    """The GPUs that a page may use, as CUDA_VISIBLE_DEVICES names them."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        names = (name.strip() for name in visible.split(","))
        return tuple(takewhile(lambda name: name and not name.startswith("-"), names))  # as CUDA reads it
    if shutil.which("nvidia-smi") is None:
        return ()
    try:
        done = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(re.findall(r"^GPU (\d+):", done.stdout, re.M))


def peak_memory(process: int) -> int:
    """The most bytes of memory that a process ever held at once; what it holds now where the system does not tell."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return _resident(process)
    match = re.search(r"^VmHWM:\s*(\d+) kB", status, re.M)
    return int(match[1]) * 1024 if match else 0


def out_of_memory_kills(folder: Path = CGROUP) -> int:
    """How often the system has killed a process of our group because memory ran out; 0 where it does not tell."""
    for name, key in (("memory.events", "oom_kill"), ("memory/memory.oom_control", "oom_kill")):
        try:
            text = (folder / name).read_text(encoding="ascii")
        except OSError:
            continue
        match = re.search(rf"^{key} (\d+)$", text, re.M)
        if match:
            return int(match[1])
    return 0


def _resident(process: int) -> int:
    try:
        return int(psutil.Process(process).memory_info().rss)
    except psutil.Error:
        return 0


def _number(path: Path) -> int:
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return 0
    return int(text) if text.isdigit() else 0
