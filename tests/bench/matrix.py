"""The edits of tests/edits.py: which tool runs a page again when it must, and only then."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

import edits
from bench import light, processes
from bench.processes import BIN
from bench.table import Row
from edits import Edit

SETTINGS = {"parameters", "figure format"}  # of nbpress; the other tool has no such thing, so nothing can be stale

Answers = list[tuple[Edit, bool]]  # whether the tool would run the page after that edit


def measure(folder: Path, pages: int | None, console: Console) -> list[Row]:
    """Execute the book once with each tool, then ask both after each edit whether they would run its page."""
    root = folder / "book"
    edits.write_book(root)
    env = processes.environment(folder, edits.environment(root))
    console.print(f"  nbpress, {len(edits.EDITS)} edits …")
    processes.call(processes.nbpress(root, "run"), env)
    with ThreadPoolExecutor(2) as pool:
        ours = list(pool.map(lambda edit: (edit, _nbpress(folder, edit)), edits.EDITS))
    console.print("  jupyter-cache, the same …")
    python_path = f"{env['PYTHONPATH']}:{root / 'src'}"  # it does not know that a book's packages are in src/
    light.execute_with_cache(folder / "cache", [root / edits.PAGE], {**env, "PYTHONPATH": python_path})
    asked = [edit for edit in edits.EDITS if edit.name not in SETTINGS]
    theirs = _jupyter_cache(folder, asked)
    left_out = f"not counted, for it has no such settings: {', '.join(sorted(SETTINGS))}"
    return [*_rows("nbpress why", ours), *_rows("jcache project execute", theirs, left_out)]


def _rows(tool: str, would_run: Answers, left_out: str = "") -> Iterable[Row]:
    """The edits after which the tool shows old outputs, and those after which it runs the page for nothing."""
    ours = tool.startswith("nbpress")
    stale = [edit.name for edit, run in would_run if edit.must_run and not run]
    needless = [edit.name for edit, run in would_run if run and not edit.must_run]
    for kind, names, all_names in (
        ("stale: should run, would not", stale, [edit for edit, _ in would_run if edit.must_run]),
        ("needless: would run, need not", needless, [edit for edit, _ in would_run if not edit.must_run]),
    ):
        note = ", ".join(names) + (f"\n{left_out}" if left_out and names is stale else "")
        yield Row(
            f"{tool}, {kind}",
            f"{len(names)} of {len(all_names)}",
            target="0" if ours else "",
            met=not names if ours else None,
            note=note,
            value=len(names),
        )


def _nbpress(folder: Path, edit: Edit) -> bool:
    root = _edited(folder, edit, "ours")
    env = processes.environment(folder, {**edits.environment(root), **edit.environment})
    start = [BIN / "python", "-c", edits.OTHER_VERSION, "-C", root]
    command = start if "NBPRESS_TEST_VERSION" in edit.environment else processes.nbpress(root)
    [verdict] = json.loads(processes.call([*command, "why", "--format", "json"], env))
    return bool(verdict["run"])


def _jupyter_cache(folder: Path, asked: list[Edit]) -> Answers:
    """What `jcache project execute` would execute: it asks its cache the same question."""
    from jupyter_cache import get_cache

    cache = get_cache(folder / "cache")
    found = []
    for edit in asked:
        root = _edited(folder, edit, "theirs")
        [page] = root.glob("notebooks/chapter/*.ipynb")
        cache.add_nb_to_project(str(page))
        found.append((edit, bool(cache.list_unexecuted(filter_uris=[str(page)]))))
    return found


def _edited(folder: Path, edit: Edit, tool: str) -> Path:
    """A copy of the book, edited."""
    root = folder / tool / edit.name.replace(" ", "-")
    shutil.copytree(folder / "book", root)
    edit.apply(root)
    return root
