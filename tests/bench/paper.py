"""An executed book of 100 pages printed as a PDF: cold, against TeX alone, and after one edit; one chapter of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from rich.console import Console

from bench import books, processes, table
from bench.table import Row
from nbpress.targets import pdf

PAGES = 100
TEX, EDIT = 1.15, 0.6  # the most that printing may take: of what TeX alone takes, and an edit of what all takes
MEMORY = 1.5  # GiB
CHAPTER = 15  # seconds
LEFT = ("aux", "fdb_latexmk", "fls", "idx", "ilg", "ind", "log", "out", "pdf", "toc", "xdv")  # by TeX


def measure(folder: Path, pages: int | None, console: Console) -> list[Row]:
    """Execute a book once, print it, let latexmk alone do the same from the TeX file, then edit a word."""
    count = pages or PAGES
    env = processes.environment(folder)
    root = folder / "book"
    books.write_textbook(root, count)
    console.print(f"  executing {count} pages once …")
    processes.call(processes.nbpress(root, "run"), env)
    console.print("  nbpress build pdf …")
    cold = processes.watched(processes.nbpress(root, "build", "pdf"), env)
    console.print(f"  {cold.seconds:.1f} s; latexmk alone …")
    alone, passes = _alone(root / "build" / "sphinx" / "latex", folder / "alone")
    console.print(f"  {alone:.1f} s in {passes} passes; after one edit …")
    _edit(root)
    edited = processes.timed(processes.nbpress(root, "build", "pdf"), env)
    console.print(f"  {edited:.1f} s; one chapter …")
    chapter = processes.timed(processes.nbpress(root, "build", "pdf", "chapter00"), env)
    size = cold.memory / 2**30
    leaves = _leaves(root / "build" / "pdf" / "synthetic.pdf")
    return [
        table.seconds(f"latexmk alone, {leaves} pages of paper, {passes} passes", alone),
        table.seconds(
            f"nbpress build pdf, {count} pages, cold",
            cold.seconds,
            ratio=f"{cold.seconds / alone:.2f}",
            target=f"≤ {TEX}",
            met=cold.seconds <= TEX * alone,
        ),
        table.seconds(
            "one edit of prose",
            edited,
            ratio=f"{edited / cold.seconds:.2f}",
            target=f"≤ {EDIT}",
            met=edited <= EDIT * cold.seconds,
        ),
        table.seconds("one chapter", chapter, target=f"≤ {CHAPTER} s", met=chapter <= CHAPTER),
        Row("peak memory, PSS of all processes", f"{size:.2f} GiB", target=f"≤ {MEMORY} GiB", met=size <= MEMORY),
    ]


def _alone(latex: Path, copy: Path) -> tuple[float, int]:
    """The seconds and the passes that latexmk needs for the TeX file alone, with nothing left of an earlier run."""
    shutil.copytree(latex, copy)
    [tex] = copy.glob("synthetic.tex")
    for suffix in LEFT:
        tex.with_suffix(f".{suffix}").unlink(missing_ok=True)
    command = [option for option in pdf.command(tex) if option != "-silent"]
    start = time.perf_counter()
    said = processes.call(["env", "-C", copy, *command], {**os.environ, **pdf.environment()})
    return time.perf_counter() - start, len(re.findall(r"^Run number \d+ of rule 'xelatex'", said, re.M))


def _edit(root: Path) -> None:
    """Add a word to the prose of one page."""
    [page] = (root / "notebooks").rglob("page007.ipynb")
    notebook = json.loads(page.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"][2:] if cell["cell_type"] == "markdown")
    cell["source"] = ["".join(cell["source"]), "\n\nEdited."]
    page.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def _leaves(file: Path) -> int:
    done = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True)
    return int(re.search(r"^Pages: +(\d+)", done.stdout, re.M)[1])  # type: ignore[index]
