"""Synthetic books: their pages are made from a number, so that no two are equal."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from itertools import groupby
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


def write_textbook(root: Path, count: int) -> list[Path]:
    """A book to print: prose, lists, formulas, links and a picture between short cells with small outputs."""
    paths = write(root, count, textbook)
    for folder in dict.fromkeys(path.parent for path in paths):
        (folder / "img").mkdir()
        (folder / "img" / "curve.svg").write_text(CURVE, encoding="utf-8")
    return paths


def textbook(number: int) -> Cells:
    """26 cells of Markdown and 20 of code; words, formulas and numbers are the page's own."""
    words = random.Random(number)
    picture = f"![{_prose(words, 5)}](img/curve.svg)"
    cells: list[str | tuple[str, ...]] = [f"# Page {number}\n\n{_prose(words, 40)}\n\n{picture}"]
    for section in range(5):
        title = " ".join(words.sample(WORDS, 3))
        code = _text_code(words, number) if section else SETUP
        cells += [f"## {title.capitalize()}\n\n{_prose(words, 60)}", (code,)]
        cells += [_formula_text(words, number, section), (_text_code(words, number),)]
        cells += [_list_text(words, number), (_text_code(words, number),)]
        cells += [f"{_prose(words, 30)} {_link(number, section)}:", (PICTURES[section].format(seed=number + section),)]
        cells += [f"{_prose(words, 50)} We see $x_{{{section}}} = {number}$."]
    return cells


def _prose(words: random.Random, count: int) -> str:
    chosen = [words.choice(WORDS) for _ in range(count)]
    text = " ".join(word for word, _ in groupby(chosen))  # none twice in a row, which is a mistake in prose
    return f"{text.capitalize()} is *{words.choice(WORDS)}* and `{words.choice(WORDS)}`."


def _formula_text(words: random.Random, number: int, section: int) -> str:
    """Inline formulas in a paragraph, and one on lines of its own."""
    inline = (
        rf"With $\mathbf{{w}}_{{{number}}} \in \mathbb{{R}}^{{{section + 2}}}$ and $\lambda = {number}/{section + 3}$"
    )
    display = (
        rf"L_{{{number},{section}}}(\mathbf{{w}}, b) = \frac{{1}}{{n}} \sum_{{i=1}}^n"
        r" \left(\mathbf{w}^\top \mathbf{x}^{(i)} + b - y^{(i)}\right)^2 + \frac{\lambda}{2} \|\mathbf{w}\|^2"
    )
    return f"{_prose(words, 25)} {inline}:\n\n$$\n{display}\n$$\n\n{_prose(words, 25)}"


def _list_text(words: random.Random, number: int) -> str:
    items = "\n".join(f"{item}. {_prose(words, 12)}" for item in range(1, 4))
    return f"{_prose(words, 20)}\n\n{items}\n\n> {_prose(words, 15)} $f_{{{number}}}(x) = x^2$\n\n{_prose(words, 10)}"


def _link(number: int, section: int) -> str:
    """To a page that was before, or to an address outside."""
    other = max(0, number - section * 4)
    page = f"../chapter{other // CHAPTER:02}/page{other:03}.ipynb"
    return f"as on [page {other}]({page}) or [elsewhere](https://example.org/{number})"


def _text_code(words: random.Random, number: int) -> str:
    name, size = f"{words.choice(WORDS)}s", words.randrange(10, 90)
    return (
        f"# {_prose(words, 4)}\n{name} = [math.sin(step * {number} / {size}) for step in range({size})]\n"
        f"for step, value in enumerate({name}[:4]):\n"
        f'    print(f"step {{step}}: {{value:.4f}}")\n'
        f'print("mean", round(sum({name}) / len({name}), 4))'
    )


SETUP = '''\
import math
import struct
import zlib

from IPython.display import HTML, SVG, Image


def png(width, height, seed):
    """A picture in which each pixel is computed."""
    rows = (bytes([0, *((x * y + seed * x) % 251 // 8 for x in range(width))]) for y in range(height))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"".join(rows)))]
    body = b"".join(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
                    for name, data in [*chunks, (b"IEND", b"")])
    return Image(b"\\x89PNG\\r\\n\\x1a\\n" + body)'''
TABLE = """\
rows = "".join(f"<tr><th>{{n}}</th><td>{{n * {seed}}}</td><td>{{math.sqrt(n * {seed}):.3f}}</td></tr>" for n in range(8))
HTML(f'<table class="dataframe"><thead><tr><th></th><th>a</th><th>b</th></tr></thead><tbody>{{rows}}</tbody></table>')"""
PLOT = """\
points = " ".join(f"{{x}},{{60 + 50 * math.sin(x * {seed} / 300):.2f}}" for x in range(0, 400, 2))
line = f'<polyline points="{{points}}" fill="none" stroke="teal"/>'
SVG(f'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="120" viewBox="0 0 400 120">{{line}}</svg>')"""
PICTURES = (TABLE, "png(240, 160, {seed})", PLOT, TABLE, "png(200, 200, {seed})")
CURVE = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="80"><path d="M10 70 Q100 -40 190 70" fill="none" stroke="black"/></svg>'
VOCABULARY = """\
line slope point sum square distance model weight bias error loss gradient step rate epoch batch sample label feature
vector matrix tensor product norm angle basis rank trace value mean variance noise signal filter kernel window layer unit
network depth width input output hidden state gate memory query key score attention token sequence sentence word image
pixel edge texture channel pool stride padding patch class margin boundary region cluster center neighbor tree graph node
path cycle flow cost bound limit rule chain order degree curve surface volume scale shift mask copy index"""
WORDS = VOCABULARY.split()
