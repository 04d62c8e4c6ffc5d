"""An executed book printed as a web site: cold, after one edit, and with nothing changed; nbpress and its peers."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from bench import books, processes, table
from bench.processes import BIN, Watched
from bench.table import Row

PAGES = 100
LARGE = 4  # times as many pages
CONF = {
    "nbsphinx": 'extensions = ["nbsphinx"]\nnbsphinx_execute = "never"\n',
    "MyST-NB": 'extensions = ["myst_nb"]\nnb_execution_mode = "off"\nmyst_enable_extensions = ["dollarmath"]\n',
}
THEME = 'project = "Synthetic"\nhtml_theme = "pydata_sphinx_theme"\n'


class Took(NamedTuple):
    """What one tool took for the same things."""

    small: Watched
    large: Watched
    unchanged: float
    edit: float


@dataclass(frozen=True)
class Tool:
    """A tool with its two copies of the book: the folder of the project, the notebooks in it, and what prints it."""

    name: str
    small: Path
    large: Path

    def command(self, root: Path) -> list[str | Path]:
        """The command line that prints the site, as each tool's manual has it."""
        if self.name == "nbpress":
            return processes.nbpress(root, "build", "html")
        return [BIN / "sphinx-build", "-b", "html", root, root / "build" / "html"]

    def cold(self, root: Path, env: dict[str, str]) -> Watched:
        """Print a book of which nothing is printed yet."""
        shutil.rmtree(root / "build", ignore_errors=True)
        return processes.watched(self.command(root), env)


def measure(folder: Path, pages: int | None, console: Console) -> list[Row]:
    """Execute two books once, then print both with each tool, and the larger one again and again."""
    count = pages or PAGES
    env = {**processes.environment(folder), "PATH": f"{_pandoc().parent}:{os.environ['PATH']}"}
    tools = _tools(folder, count, env, console)
    took = {}
    for tool in tools:
        console.print(f"  {tool.name}, {count} pages …")
        small = tool.cold(tool.small, env)
        console.print(f"  {small.seconds:.1f} s; {tool.name}, {LARGE * count} pages …")
        large = tool.cold(tool.large, env)
        console.print(f"  {large.seconds:.1f} s, then nothing changed, then one edit …")
        unchanged = min(processes.timed(tool.command(tool.large), env) for _ in range(3))
        took[tool.name] = Took(small, large, unchanged, _edited(tool, env))
    return list(_rows(count, took))


def _tools(folder: Path, count: int, env: dict[str, str], console: Console) -> list[Tool]:
    """The same two books as projects of each tool, all executed."""
    ours = Tool("nbpress", folder / "small", folder / "large")
    tools = [ours, *(Tool(name, folder / name / "small", folder / name / "large") for name in CONF)]
    for book, size in (("large", LARGE * count), ("small", count)):  # the small one is the beginning of the large one
        root = folder / book
        paths = books.write_textbook(root, size)
        console.print(f"  executing {size} pages once …")
        processes.call(processes.nbpress(root, "build", "html"), env)
        for tool in tools[1:]:
            _write_project(folder / tool.name / book, CONF[tool.name], root, paths)
    return tools


def _write_project(project: Path, conf: str, root: Path, paths: Iterable[Path]) -> None:
    """A plain Sphinx project with the notebooks of the book in `root` as nbpress has executed them."""
    source = root / "build" / "sphinx" / "source"
    chapters: dict[str, list[str]] = {}
    for path in paths:
        name = path.relative_to(root / "notebooks")
        chapters.setdefault(name.parent.as_posix(), []).append(name.stem)
        (project / name.parent).mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, project / name)
    for chapter, pages in chapters.items():
        shutil.copytree(root / "notebooks" / chapter / "img", project / chapter / "img")
        (project / chapter / "index.rst").write_text(_toctree(chapter, pages), encoding="utf-8")
    (project / "index.rst").write_text(_toctree("Synthetic", [f"{name}/index" for name in chapters]), encoding="utf-8")
    (project / "conf.py").write_text(f'{conf}{THEME}exclude_patterns = ["build"]\n', encoding="utf-8")


def _toctree(title: str, pages: Iterable[str]) -> str:
    lines = "\n".join(f"   {page}" for page in pages)
    return f"{title}\n{'=' * len(title)}\n\n.. toctree::\n\n{lines}\n"


def _edited(tool: Tool, env: dict[str, str]) -> float:
    """The seconds after a word was added to the prose of one page."""
    [page] = [path for path in tool.large.rglob("page007.ipynb") if "build" not in path.relative_to(tool.large).parts]
    notebook = json.loads(page.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"][2:] if cell["cell_type"] == "markdown")
    cell["source"] = ["".join(cell["source"]), "\n\nEdited."]
    page.write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    seconds = processes.timed(tool.command(tool.large), env)
    printed = next((tool.large / "build" / "html").rglob("page007.html"))
    if "Edited." not in printed.read_text(encoding="utf-8"):
        raise RuntimeError(f"{tool.name} did not print the edit")
    return seconds


def _pandoc() -> Path:
    """The program that nbsphinx starts."""
    import pypandoc

    return Path(pypandoc.get_pandoc_path())


def _rows(count: int, took: dict[str, Took]) -> Iterable[Row]:
    ours = took["nbpress"]
    large = LARGE * count
    limit = 0.8
    for name, one in took.items():
        share = ours.small.seconds / one.small.seconds
        best = {"target": f"≤ {limit}", "met": share <= limit} if name == "MyST-NB" else {}
        ratio = "" if name == "nbpress" else f"{share:.2f}"
        yield table.seconds(f"{name}, {count} pages, cold", one.small.seconds, ratio=ratio, **best)
    for name, one in took.items():
        growth = one.large.seconds / one.small.seconds
        goal = {"target": "≤ 4.2×", "met": growth <= 4.2} if name == "nbpress" else {}
        yield table.seconds(f"{name}, {large} pages, cold", one.large.seconds, ratio=f"{growth:.1f}×", **goal)
    for what, limit, values in (
        ("nothing changed", 0.3, {name: one.unchanged for name, one in took.items()}),
        ("one edit of prose", 2.5, {name: one.edit for name, one in took.items()}),
    ):
        for name, value in values.items():
            goal = {"target": f"≤ {limit} s", "met": value <= limit} if name == "nbpress" else {}
            ratio = "" if name == "nbpress" else table.share(values["nbpress"], value)
            yield table.seconds(f"{name}, {large} pages, {what}", value, ratio=ratio, **goal)
    least = min(one.large.memory for name, one in took.items() if name != "nbpress")
    for name, one in took.items():
        size = one.large.memory / 2**20
        goal = {"target": "≤ both", "met": one.large.memory <= least} if name == "nbpress" else {}
        yield Row(f"{name}, {large} pages, peak memory, PSS of all processes", f"{size:.0f} MiB", value=size, **goal)
