"""What two kernels with torch take, with everything that runs them; shared memory counts once."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from bench import books, light, processes
from bench.table import Row

LIMIT = 1.2  # GiB
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
        sizes = processes.watched(command, env).sizes
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
