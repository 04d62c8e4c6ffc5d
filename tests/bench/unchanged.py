"""A large book of which nothing changed: how soon that is known, and what is imported to know it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench import books, processes, table
from bench.processes import BIN
from bench.table import Row

PAGES = 140
TIMES = 5
TARGET = 0.5  # seconds
HEAVY = ("torch", "sphinx", "distributed")  # that must not be imported
OTHERS = ("nbclient", "IPython", "ast", "rich")
ASK = """\
import sys
from nbpress.cli import entry_point
try:
    entry_point()
finally:
    print("modules:", *(name for name in {names} if name in sys.modules))
"""


def measure(folder: Path, pages: int | None, console: Console) -> list[Row]:
    """Execute everything once, then ask again and again."""
    count = pages or PAGES
    root, env = folder / "book", processes.environment(folder)
    books.write_cheap(root, count)
    console.print(f"  executing {count} cheap pages once …")
    processes.call(processes.nbpress(root, "run"), env)
    console.print("  nothing changed …")
    run, why = processes.nbpress(root, "run"), processes.nbpress(root, "why")
    python = _times([BIN / "python", "-c", ""], env)
    runs, reasons = _times(run, env), _times(why, env)
    (root / "build" / "memo.msgpack").unlink()
    first = processes.timed(run, env)
    middle = statistics.median(runs)
    modules = {verb: _imported(root, verb, env) for verb in ("run", "why")}
    heavy = sorted({name for found in modules.values() for name in found if name in HEAVY})
    target = f"≤ {TARGET} s"
    return [
        table.seconds(
            f"nbpress run, {count} pages, best of {TIMES}", min(runs), target=target, met=min(runs) <= TARGET
        ),
        table.seconds(f"nbpress run, median of {TIMES}", middle, target=target, met=middle <= TARGET),
        table.seconds("nbpress run, without build/memo.msgpack", first),
        table.seconds(f"nbpress why, best of {TIMES}", min(reasons), note=f"median {statistics.median(reasons):.2f} s"),
        table.seconds("for comparison: python -c ''", min(python)),
        Row(
            f"imported of {', '.join(HEAVY)}",
            ", ".join(heavy) or "none",
            target="none",
            met=not heavy,
            note=f"of {', '.join(OTHERS)}: "
            + "; ".join(
                f"{verb}: {', '.join(name for name in found if name in OTHERS) or 'none'}"
                for verb, found in modules.items()
            ),
        ),
    ]


def _times(command: Sequence[str | Path], env: dict[str, str]) -> list[float]:
    return [processes.timed(command, env) for _ in range(TIMES)]


def _imported(root: Path, verb: str, env: dict[str, str]) -> list[str]:
    """Those of the modules that a verb has imported when it ends."""
    code = ASK.format(names=[*HEAVY, *OTHERS])
    said = processes.call([BIN / "python", "-c", code, "-C", root, verb], env)
    return said.splitlines()[-1].removeprefix("modules:").split()
