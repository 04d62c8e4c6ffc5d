"""Light pages, all of which have to run: nbpress and its peers."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console

from bench import books, processes, table
from bench.processes import BIN
from bench.table import Row

PAGES = 20
WARM = "import torch, pandas, matplotlib.pyplot, ipykernel.kernelapp"


def measure(folder: Path, pages: int | None, console: Console) -> list[Row]:
    """Run the same pages with each tool; before that, import once what all of them import."""
    count = pages or PAGES
    root, env = folder / "book", processes.environment(folder)
    paths = books.write(root, count, books.light, 'preload = ["torch", "pandas", "matplotlib.pyplot"]')
    console.print("  reading torch, pandas and matplotlib from the disk …")
    processes.call([BIN / "python", "-c", WARM], env)
    console.print(f"  nbpress, {count} pages …")
    ours = processes.timed(processes.nbpress(root, "run", "--force", "-j", "2"), env)
    console.print(f"  {ours:.1f} s; jupyter-cache, {count} pages …")
    parallel = execute_with_cache(folder / "cache", paths, env)
    console.print(f"  {parallel:.1f} s; nbclient, {count} pages one after the other …")
    serial = processes.timed([BIN / "jupyter-execute", "--timeout=300", *paths], env)
    console.print(f"  {serial:.1f} s")
    return [
        table.seconds(f"nbpress run --force -j 2, {count} pages", ours),
        table.seconds(
            "nbclient: jupyter execute, one after the other",
            serial,
            ratio=table.share(ours, serial),
            target="≤ 1/6",
            met=ours <= serial / 6,
        ),
        table.seconds(
            "jcache project execute --executor local-parallel",
            parallel,
            ratio=table.share(ours, parallel),
            target="≤ 1/3",
            met=ours <= parallel / 3,
        ),
    ]


def execute_with_cache(cache: Path, paths: list[Path], env: dict[str, str]) -> float:
    """The seconds that jupyter-cache takes for pages that are not in its cache.

    Raises:
        RuntimeError: it did not execute all of them; it says so and ends well.
    """
    add_to_cache(cache, paths, env)
    start = time.perf_counter()
    said = processes.call(execute(cache), env)
    seconds = time.perf_counter() - start
    if "excepted: []" not in said or "errored: []" not in said:
        raise RuntimeError(f"jupyter-cache failed:\n{said}")
    return seconds


def add_to_cache(cache: Path, paths: list[Path], env: dict[str, str]) -> None:
    """Make pages known to a new jupyter-cache."""
    cache.mkdir()  # or else it asks whether it may
    processes.call([BIN / "jcache", "notebook", "-p", cache, "add", *paths], env)


def execute(cache: Path) -> list[str | Path]:
    """The command that executes them."""
    return [BIN / "jcache", "project", "-p", cache, "execute", "--executor", "local-parallel", "--timeout", "300"]
