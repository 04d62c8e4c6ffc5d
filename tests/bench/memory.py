"""What two kernels with torch take, with everything that runs them; shared memory counts once."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil
from rich.console import Console

from bench import books, light, processes
from bench.table import Row

LIMIT = 1.2  # GiB
PAUSE = 0.1  # seconds between two looks
PRELOAD = 'preload = ["torch", "pandas", "matplotlib.pyplot"]\ncell_timeout = 120'


def measure(folder: Path, pages: int | None, console: Console) -> list[Row]:
    """Run two pages that wait for each other, and add up the memory of all processes again and again."""
    rows = []
    for tool in ("nbpress", "jcache"):
        console.print(f"  {tool}, two pages at once …")
        place = folder / tool
        flags = place / "flags"
        flags.mkdir(parents=True)
        env = processes.environment(place)
        paths = books.write(place / "book", 2, books.together(flags), PRELOAD)
        if tool == "nbpress":
            command = processes.nbpress(place / "book", "run", "-j", "2")
        else:
            light.add_to_cache(place / "cache", paths, env)
            command = light.execute(place / "cache")
        sizes = _most(command, env)
        ours = tool == "nbpress"
        rows.append(
            Row(
                f"{'nbpress run -j 2' if ours else 'jcache project execute --executor local-parallel'}, PSS",
                f"{sum(sizes) / 2**30:.2f} GiB",
                target=f"≤ {LIMIT} GiB" if ours else "",
                met=sum(sizes) / 2**30 <= LIMIT if ours else None,
                note=f"of {len(sizes)} processes, MiB: {', '.join(f'{size / 2**20:.0f}' for size in sizes)}",
                value=sum(sizes) / 2**30,
            )
        )
    return rows


def _most(command: Sequence[str | Path], env: Mapping[str, str]) -> list[int]:
    """The bytes that each process of a command held when all of them together held most, the largest first."""
    most: list[int] = []
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=env, stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            while process.poll() is None:
                sizes = _sizes(psutil.Process(process.pid))
                most = max(most, sizes, key=sum)
                time.sleep(PAUSE)
        finally:
            process.kill()
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return sorted(most, reverse=True)


def _sizes(process: psutil.Process) -> list[int]:
    found = []
    with suppress(psutil.Error):
        for one in (process, *process.children(recursive=True)):
            with suppress(OSError):  # it has ended
                text = Path(f"/proc/{one.pid}/smaps_rollup").read_text(encoding="ascii")
                match = re.search(r"^Pss:\s*(\d+) kB", text, re.M)
                found.append(int(match[1]) * 1024 if match else 0)
    return found
