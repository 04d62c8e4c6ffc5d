"""Pages that wait, on a cluster of real processes: what more workers are worth."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from rich.console import Console

from bench import books, processes, table
from bench.processes import BIN
from bench.table import Row

PAGES = 64
WORKERS = 8


def measure(folder: Path, pages: int | None, console: Console) -> list[Row]:
    """Run the same pages with one worker, then with eight; each cluster has been used once before."""
    count = pages or PAGES
    root = folder / "book"
    paths = books.write(root, count, books.waiting)
    names = [path.relative_to(root / "notebooks").with_suffix("").as_posix() for path in paths]
    took, note = {}, {}
    for workers in (1, WORKERS):
        console.print(f"  {count} pages that wait, {workers} worker{'s' if workers > 1 else ''} …")
        # a worker's profiler looks at it a hundred times a second, which idle workers feel on two cores
        env = {**processes.environment(folder / f"{workers}"), "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}
        with _cluster(folder / f"{workers}", workers, env) as address:
            run = processes.nbpress(root, "run", "--force", "--scheduler", address)
            processes.call([*run, *names[:workers]], env)  # so that the workers have imported nbpress
            psutil.cpu_percent()  # begins to count
            took[workers] = processes.timed(run, env)
            busy = psutil.cpu_percent()
        page = f"a page that waits for {books.WAIT} s took {_seconds_of_a_page(root):.2f} s"
        note[workers] = f"{page}; all cores of this machine were busy for {busy:.0f} %"
        console.print(f"  {took[workers]:.1f} s")
    ratio = took[1] / took[WORKERS]
    return [
        table.seconds(f"{count} pages, 1 worker process", took[1], note=note[1]),
        table.seconds(
            f"{count} pages, {WORKERS} worker processes",
            took[WORKERS],
            ratio=f"{ratio:.1f}×",
            target="≥ 7×",
            met=ratio >= 7,
            note=note[WORKERS],
        ),
    ]


@contextmanager
def _cluster(folder: Path, workers: int, env: dict[str, str]) -> Iterator[str]:
    """A scheduler and its workers on this machine; the address of the scheduler when all are there."""
    from distributed import Client

    folder.mkdir()
    file = folder / "scheduler.json"
    scheduler = [BIN / "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    with processes.started([*scheduler, "--scheduler-file", file], env, folder / "scheduler.log"):
        address = _address(file)
        worker = [BIN / "dask", "worker", address, "--nworkers", f"{workers}", "--nthreads", "1", "--no-dashboard"]
        more = ["--host", "127.0.0.1", "--local-directory", folder]
        with processes.started([*worker, *more], env, folder / "workers.log"):
            with Client(address, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=120)
            yield address


def _address(file: Path) -> str:
    """The address that a scheduler writes into a file."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            return str(json.loads(file.read_text())["address"])
        except (OSError, ValueError):  # not yet, or not yet all of it
            time.sleep(0.1)
    raise RuntimeError(f"the scheduler does not start: {file.with_name('scheduler.log').read_text()[-1000:]}")


def _seconds_of_a_page(root: Path) -> float:
    lines = json.loads((root / "build" / "report" / "execution.json").read_text())
    return sum(line["seconds"] for line in lines) / len(lines)
