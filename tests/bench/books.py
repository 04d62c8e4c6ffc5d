"""Synthetic books: their pages are made from a number, so that no two are equal."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from factory import Cells, notebook_text

CHAPTER = 10  # pages
WAIT = 5  # seconds; a page takes about 0.4 s besides, on any number of workers
PROSE = "The line through the points has the slope that makes the sum of the squared distances smallest. " * 8
MODULES, FUNCTIONS = 30, 15

PagesOf = Callable[[int], Cells]


def write(root: Path, count: int, page: PagesOf, execution: str = "") -> list[Path]:
    """Write a book of `count` pages, and return the paths of their notebooks."""
    paths = []
    for number in range(count):
        path = root / "notebooks" / f"chapter{number // CHAPTER:02}" / f"page{number:03}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook_text(*page(number)), encoding="utf-8")
        paths.append(path)
    (root / "conf").mkdir()
    (root / "conf" / "book.toml").write_text(_toml(paths, execution), encoding="utf-8")
    return paths


def _toml(paths: Sequence[Path], execution: str) -> str:
    text = f'title = "Synthetic"\nauthors = ["Author"]\n\n[execution]\n{execution}\n\n[[parts]]\ntitle = "Part"\n'
    for chapter in dict.fromkeys(path.parent for path in paths):
        pages = json.dumps([path.stem for path in paths if path.parent == chapter])
        text += f'\n[[parts.chapters]]\npath = "{chapter.name}"\npages = {pages}\n'
    return text


def light(number: int) -> Cells:
    """What most pages of a textbook do: import the three, compute a little, show a table, draw a figure."""
    return (
        f"# Light {number}",
        ("import matplotlib.pyplot as plt\nimport pandas as pd\nimport torch",),
        PROSE,
        (f"torch.manual_seed({number})\nx = torch.linspace(0, 6, 200)\ny = torch.sin(x + {number}) + x / 5",),
        (f"weights = torch.randn(64, 64) / 8\n(weights @ weights).trace() * {number}",),
        (
            "a = torch.zeros(1, requires_grad=True)\n"
            "for step in range(100):\n"
            "    loss = ((a * x - y) ** 2).mean()\n"
            "    loss.backward()\n"
            "    with torch.no_grad():\n"
            "        a -= 0.05 * a.grad\n"
            "    a.grad.zero_()\n"
            "loss.item()",
        ),
        ("pd.DataFrame({'x': x.numpy(), 'y': y.numpy()}).describe()",),
        ("plt.plot(x, y)\nplt.plot(x, (a * x).detach())\nplt.xlabel('x');",),
    )


def waiting(number: int) -> Cells:
    """A page that computes nothing, as if a GPU or a download did the work."""
    return (f"# Waiting {number}", (f"import time\ntime.sleep({WAIT})",), (f"{number}",))


def together(flags: Path) -> PagesOf:
    """Two light pages that are in memory at once: each waits until the other has drawn its figure."""

    def page(number: int) -> Cells:
        mine, other = flags / f"{number}", flags / f"{1 - number}"
        wait = f"mine, other = pathlib.Path({str(mine)!r}), pathlib.Path({str(other)!r})\nmine.touch()\n"
        wait += "while not other.exists():\n    time.sleep(0.05)\ntime.sleep(3)"
        return (*light(number), (f"import pathlib, time\n{wait}",))

    return page


def write_cheap(root: Path, count: int) -> list[Path]:
    """A book of cheap pages with a library and a data file for each page."""
    (root / "src" / "lib").mkdir(parents=True)
    (root / "src" / "lib" / "__init__.py").write_text("")
    for module in range(MODULES):
        (root / "src" / "lib" / f"part{module:02}.py").write_text(_module(module))
    paths = write(root, count, cheap, 'track = ["lib"]')
    for path in paths:
        path.with_suffix(".csv").write_text("".join(f"{row},{row * row}\n" for row in range(50)))
    return paths


def _module(number: int) -> str:
    """Each function calls the one before it, the first of five one in a module further down."""
    below = number // 2
    text = f'"""Part {number}."""\n\nfrom lib import part{below:02} as below\n\n' if number else '"""Part 0."""\n\n'
    text += f"SCALE = {number + 1}\n"
    for index in range(FUNCTIONS):
        first = f"below.step{index:02}(x)" if number else "x"
        called = f"step{index - 1:02}(x)" if index % 5 else first
        text += (
            f"\n\ndef step{index:02}(x: float, offset: float = {index}) -> float:\n"
            f'    """Return step {index} of part {number}: scaled, shifted and kept in bounds."""\n'
            f"    value = {called} * SCALE + offset\n"
            "    while value > 1000:\n        value /= 10\n    return value\n"
        )
    return text


def cheap(number: int) -> Cells:
    """About 25 short cells with prose between them; two of three pages use the library."""
    cells: list[str | tuple[str, ...]] = [f"# Cheap {number}", ("import csv\nimport math\nfrom pathlib import Path",)]
    if number % 3:
        one, two = number % MODULES, (number * 7 + 3) % MODULES
        step = number % FUNCTIONS
        cells += [(f"from lib import part{one:02}\nfrom lib.part{two:02} import step{step:02}",)]
        cells += [(f"part{one:02}.step{FUNCTIONS - 1}({number}), step{step:02}(2.5)",)]
    cells += [(f"rows = list(csv.reader(Path('page{number:03}.csv').open()))\nlen(rows)",)]
    for index in range(21):
        cells += [PROSE, (f"values = [math.sqrt(n + {number}) for n in range({index + 2})]\nsum(values)  # a sum",)]
    return cells
