"""The shared code: importing it, drawing samples of data, and comparing it with the notebooks."""

from __future__ import annotations

import subprocess
from pathlib import Path

from rich.console import Console

from bench import books, processes, table
from bench.processes import BIN
from bench.table import Row
from factory import Cells

PAGES = 140
TIMES = 5
MODULES = 10
LIBRARY = "handson.training, handson.inspection, handson.nn.mlp, handson.data.images, handson.data.text"
IMPORT = f"""\
import time, torch, pandas, matplotlib.pyplot
start = time.perf_counter()
import {LIBRARY}
print(time.perf_counter() - start)
"""
DRAW = """\
import time
from handson.data.registry import ENTRIES
start = time.perf_counter()
ENTRIES["fashion_mnist"].sample("train", 12_000, 0)
print(time.perf_counter() - start)
"""
IMPORTED, DRAWN, COMPARED = 0.05, 3.0, 1.0  # seconds, at most


def measure(folder: Path, pages: int | None, console: Console) -> list[Row]:
    """Each of the three, several times."""
    count = pages or PAGES
    bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}  # as users have it
    root = folder / "book"
    env = processes.environment(folder, {"HANDSON_CACHE": str(folder / "data"), **bytecode})
    books.write(root, count, _page, 'track = ["lib"]')
    (root / "src" / "lib").mkdir(parents=True)
    for number in range(MODULES):
        (root / "src" / "lib" / f"module{number}.py").write_text('"""Functions."""\n')
    (root / "src" / "lib" / "__init__.py").write_text("")
    console.print("  importing, drawing, comparing …")
    processes.call(processes.nbpress(root, "sync"), env)
    check = processes.nbpress(root, "sync", "--check")
    imported = min(_said(IMPORT, env) for _ in range(TIMES))
    drawn = min(_said(DRAW, env) for _ in range(2))
    compared = min(processes.timed(check, env) for _ in range(TIMES))
    return [
        _row("import of handson, besides torch, pandas and matplotlib", imported, IMPORTED),
        _row("12,000 images like those of Fashion-MNIST", drawn, DRAWN),
        _row(f"nbpress sync --check, {count} pages that save", compared, COMPARED),
    ]


def _page(number: int) -> Cells:
    return (f"# Page {number}", (f"#@save lib.module{number % MODULES}\ndef f{number}(x):\n    return x + {number}",))


def _row(what: str, seconds: float, most: float) -> Row:
    return table.seconds(what, seconds, target=f"≤ {most:g} s", met=seconds <= most)


def _said(code: str, env: dict[str, str]) -> float:
    done = subprocess.run([BIN / "python", "-c", code], env=env, capture_output=True, text=True, check=True)
    return float(done.stdout)
