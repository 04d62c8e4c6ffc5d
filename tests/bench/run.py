"""`make bench`: how nbpress executes and prints, side by side with its peers in one run. Only ratios within one run count.

This is no test: whatever is missed is said, and the exit code is 0.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # tests/, with edits.py and factory.py

from rich.console import Console
from rich.markup import escape

from bench import cluster, library, light, matrix, memory, paper, printing, processes, serving, site, table, unchanged
from bench.table import Row

REPORT = Path(__file__).resolve().parents[2] / "build" / "report" / "bench.json"
MEASUREMENTS = {
    "light": light,
    "unchanged": unchanged,
    "edits": matrix,
    "cluster": cluster,
    "memory": memory,
    "printing": printing,
    "paper": paper,
    "serving": serving,
    "library": library,
    "site": site,
}
EXAMPLE = "example:\n  python tests/bench/run.py --only light edits --pages 4"


def main() -> None:
    """Measure, print the table, and leave nothing running."""
    arguments = _arguments()
    if arguments.list:
        print("\n".join(f"{name:10} {module.__doc__.splitlines()[0]}" for name, module in MEASUREMENTS.items()))
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exception, so that all processes are ended
    processes.adopt_orphans()
    console, machine = Console(stderr=True, highlight=False), _machine()
    console.print(", ".join(f"{key} {value}" for key, value in machine.items()), soft_wrap=True)
    results: dict[str, list[Row]] = {}
    try:
        with tempfile.TemporaryDirectory(prefix="nbpress-bench-", ignore_cleanup_errors=True) as folder:
            try:
                for name in arguments.only or MEASUREMENTS:
                    results[name] = _measure(name, Path(folder) / name, arguments.pages, console)
            finally:
                processes.end_all()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        if results:
            table.show(results)
            table.write(REPORT, machine, results)


def _measure(name: str, folder: Path, pages: int | None, console: Console) -> list[Row]:
    """One measurement; what fails is a row of its own, so that the others are not lost."""
    console.print(f"[bold]{name}[/bold] …")
    folder.mkdir()
    try:
        rows = MEASUREMENTS[name].measure(folder, pages, console)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        console.print(f"[red]failed[/red]: {escape(str(error))}", soft_wrap=True)
        rows = [Row(name, "failed", target="to work", met=False)]
    left = processes.end_all()
    return [*rows, Row("processes that were left over, and were ended", f"{left}")] if left else rows


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=MEASUREMENTS, help="some of the measurements")
    parser.add_argument(
        "--pages", type=int, metavar="N", help="smaller or larger books: N pages instead of 20, 140, 64, 100, 400"
    )
    parser.add_argument("--list", action="store_true", help="name the measurements and end")
    return parser.parse_args()


def _machine() -> dict[str, object]:
    return {
        "Python": platform.python_version(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "nbpress": version("hands-on-deep-learning"),
        "nbclient": version("nbclient"),
        "jupyter-cache": version("jupyter-cache"),
        "nbsphinx": version("nbsphinx"),
        "MyST-NB": version("myst-nb"),
        "torch": version("torch"),
    }


if __name__ == "__main__":
    main()
