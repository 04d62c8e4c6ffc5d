"""A small book whose page depends on everything a page can depend on, and edits of it: which of them must cause a run.

The tests ask nbpress, `make bench` asks other tools too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from factory import notebook_text

# runs the command line of a later nbpress
OTHER_VERSION = "import nbpress; nbpress.__version__ = '99.0'; from nbpress.cli import entry_point; entry_point()"
PAGE = "notebooks/chapter/page.ipynb"
TOML = """\
title = "Edits"
authors = ["Author"]

[execution]
track = ["lib"]
environment = ["BOOK_DATA"]
cell_timeout = 60

[execution.parameters]
epochs = 2

[[parts]]
title = "Part"

[[parts.chapters]]
path = "chapter"
pages = ["page"]
"""
CELLS = (
    "# Page\n\nProse.",
    ("import os\nimport fakedist\nimport lib\nfrom lib.shapes import Square\nimport lib.text as t", "hide-input"),
    ("epochs = 1", "parameters"),
    ("# a comment\nprint(lib.compute(epochs))",),
    ("print(Square(2).area())\nprint(t.shout('x'))",),
    ("print(open('data.csv').read())\nprint(lib.table())",),
    ("print(os.environ.get('BOOK_DATA'), fakedist.__name__)",),
    ("%precision 3\n1 / 3",),
    "It is {eval}`lib.core.halved(4)`, or {eval}`epochs`.",
    ("epochs = 5",),
    "At last {eval}`open('last.csv').read()`, {eval}`__import__('latedist').__name__`.",
)
FILES = {
    "src/lib/__init__.py": "from lib.core import compute, table\nfrom lib.shapes import *\n",
    "src/lib/core.py": '''\
"""Core."""
from functools import wraps
from pathlib import Path

from lib import deep as below

FACTOR = 10
UNUSED = 1


def doubled(function):
    @wraps(function)
    def inner(*arguments):
        return 2 * function(*arguments)
    return inner


@doubled
def compute(n, offset=1):
    """Return something."""
    return below.middle(n) * FACTOR + offset


def table():
    return (Path(__file__).parent / "table.txt").read_text()


def unrelated():
    return 1


def halved(n):
    return n / 2
''',
    "src/lib/deep.py": "def middle(n):\n    return inner(n) + 1\n\n\ndef inner(n):\n    return deepest(n)\n\n\ndef deepest(n):\n    return n * 3\n",
    "src/lib/shapes.py": """\
__all__ = ["Square"]


class Shape:
    name = "shape"

    def area(self):
        return self.side() ** 2

    def unused(self):
        return 1


class Square(Shape):
    def __init__(self, a):
        self.a = a

    def side(self):
        return self.a

    def diagonal(self):
        return self.a * 1.4
""",
    "src/lib/text.py": "def shout(text):\n    return text.upper() + '!'\n",
    "src/lib/table.txt": "a table\n",
    "notebooks/chapter/data.csv": "1,2\n",
    "notebooks/chapter/other.csv": "3,4\n",
    "conf/book.toml": TOML,
    "notebooks/chapter/last.csv": "5,6\n",
    "packages/fakedist.py": "",
    "packages/fakedist-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: fakedist\nVersion: 1.0\n",
    "packages/fakedist-1.0.dist-info/top_level.txt": "fakedist\n",
    "packages/latedist.py": "",
    "packages/latedist-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: latedist\nVersion: 1.0\n",
    "packages/latedist-1.0.dist-info/top_level.txt": "latedist\n",
}


def write_book(root: Path) -> None:
    """Write the book into the folder `root`."""
    for name, text in {**FILES, PAGE: notebook_text(*CELLS)}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def environment(root: Path) -> dict[str, str]:
    """The environment in which the book is executed, and asked about."""
    paths = (str(root / "packages"), os.environ.get("PYTHONPATH", ""))
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "BOOK_DATA": "sample"}


@dataclass(frozen=True)
class Edit:
    """A change of the book, and whether the page must be executed after it."""

    name: str
    must_run: bool
    apply: Callable[[Path], None]
    environment: Mapping[str, str] = field(default_factory=dict)


def _replace(file: str, old: str, new: str) -> Callable[[Path], None]:
    def apply(root: Path) -> None:
        text = (root / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        (root / file).write_text(text.replace(old, new), encoding="utf-8")

    return apply


def _page(change: Callable[[dict], None]) -> Callable[[Path], None]:
    def apply(root: Path) -> None:
        notebook = json.loads((root / PAGE).read_text(encoding="utf-8"))
        change(notebook)
        (root / PAGE).write_text(json.dumps(notebook), encoding="utf-8")

    return apply


def _source(number: int, text: str) -> Callable[[Path], None]:
    return _page(lambda notebook: notebook["cells"][number - 1].update(source=text))


def _tags(number: int, *tags: str) -> Callable[[Path], None]:
    return _page(lambda notebook: notebook["cells"][number - 1]["metadata"].update(tags=list(tags)))


def _insert(notebook: dict) -> None:
    notebook["cells"].insert(1, {"cell_type": "markdown", "id": "new", "metadata": {}, "source": "More prose."})


def _rename(root: Path) -> None:
    (root / PAGE).rename(root / "notebooks/chapter/renamed.ipynb")
    _replace("conf/book.toml", '"page"', '"renamed"')(root)


def _append(file: str, text: str) -> Callable[[Path], None]:
    return lambda root: (root / file).write_text((root / file).read_text() + text, encoding="utf-8")


def _upgrade(name: str) -> Callable[[Path], None]:
    def apply(root: Path) -> None:
        (root / f"packages/{name}-1.0.dist-info").rename(root / f"packages/{name}-1.1.dist-info")
        _replace(f"packages/{name}-1.1.dist-info/METADATA", "Version: 1.0", "Version: 1.1")(root)

    return apply


def _other_package(root: Path) -> None:
    folder = root / "packages/unrelated-2.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: unrelated\nVersion: 2.0\n")


def _nothing(root: Path) -> None:
    pass


EDITS = (
    # what changes no output
    Edit("nothing", False, _nothing),
    Edit("prose", False, _replace(PAGE, "Prose.", "Better prose.")),
    Edit("new prose cell", False, _page(_insert)),
    Edit("comment", False, _replace(PAGE, "# a comment", "# another comment")),
    Edit("formatting", False, _source(4, "print(\n    lib.compute( epochs )\n)\n")),
    Edit("style tag", False, _tags(2, "hide-output")),
    Edit("kernel display name", False, _replace(PAGE, '"Python 3"', '"My Python"')),
    Edit("rename", False, _rename),
    Edit("unrelated function", False, _replace("src/lib/core.py", "return 1", "return 2")),
    Edit("new unrelated function", False, _append("src/lib/core.py", "\n\ndef fresh():\n    return 3\n")),
    Edit("unused method", False, _replace("src/lib/shapes.py", "self.a * 1.4", "self.a * 1.41")),
    Edit("unused method of a base", False, _replace("src/lib/shapes.py", "return 1", "return 2")),
    Edit("unrelated constant", False, _replace("src/lib/core.py", "UNUSED = 1", "UNUSED = 2")),
    Edit("docstring only", False, _replace("src/lib/core.py", "Return something.", "Return something else.")),
    Edit("library comment", False, _append("src/lib/deep.py", "# the end\n")),
    Edit("unrelated data file", False, _replace("notebooks/chapter/other.csv", "3", "5")),
    Edit("unrelated variable", False, _nothing, {"SOMETHING": "else"}),
    Edit("unrelated package", False, _other_package),
    Edit("timeout setting", False, _replace("conf/book.toml", "cell_timeout = 60", "cell_timeout = 90")),
    Edit("nbpress upgrade", False, _nothing, {"NBPRESS_TEST_VERSION": "99.0"}),
    Edit("outputs left in", False, _page(lambda notebook: notebook["cells"][1].update(execution_count=7))),
    Edit("prose around a value", False, _replace(PAGE, "It is {eval}", "Now it is {eval}")),
    Edit("spelling of a value", False, _replace(PAGE, "halved(4)", "halved( 4 )")),
    Edit("code span with the sign of a value", False, _source(1, "# Page\n\nWrite `` {eval}`1 + 1` ``.")),
    Edit("value left in", False, _page(lambda notebook: notebook["cells"][8]["metadata"].update(user_expressions=[]))),
    # what may change one
    Edit("code", True, _source(4, "print(lib.compute(epochs) + 1)")),
    Edit("new code cell", True, _page(lambda notebook: notebook["cells"].append({**notebook["cells"][2], "id": "n"}))),
    Edit("order of cells", True, _page(lambda notebook: notebook["cells"].insert(3, notebook["cells"].pop(4)))),
    Edit("value", True, _replace(PAGE, "halved(4)", "halved(6)")),
    Edit("new value", True, _source(1, "# Page\n\nNow {eval}`1 + 1`.")),
    Edit("value taken out", True, _source(9, "It is {eval}`lib.core.halved(4)`.")),
    Edit("order of values", True, _source(9, "It is {eval}`epochs` or {eval}`lib.core.halved(4)`.")),
    Edit("value past a code cell", True, _page(lambda notebook: notebook["cells"].insert(8, notebook["cells"].pop(9)))),
    Edit("function used in a value", True, _replace("src/lib/core.py", "n / 2", "n / 3")),
    Edit("data file read in a value", True, _replace("notebooks/chapter/last.csv", "5", "7")),
    Edit("package imported in a value", True, _upgrade("latedist")),
    Edit("semicolon", True, _source(8, "%precision 3\n1 / 3;")),
    Edit("magic", True, _source(8, "%precision 4\n1 / 3")),
    Edit("raises-exception", True, _tags(4, "raises-exception")),
    Edit("skip-execution", True, _tags(4, "skip-execution")),
    Edit("used function three calls deep", True, _replace("src/lib/deep.py", "n * 3", "n * 4")),
    Edit("method", True, _replace("src/lib/shapes.py", "return self.a\n", "return self.a + 1\n")),
    Edit("method of a base class", True, _replace("src/lib/shapes.py", "** 2", "** 3")),
    Edit("base class", True, _replace("src/lib/shapes.py", "class Square(Shape)", "class Square(Shape, object)")),
    Edit("overriding method", True, _append("src/lib/shapes.py", "\n    def area(self):\n        return 0\n")),
    Edit("decorator", True, _replace("src/lib/core.py", "2 * function", "3 * function")),
    Edit("default argument", True, _replace("src/lib/core.py", "offset=1", "offset=2")),
    Edit("module constant", True, _replace("src/lib/core.py", "FACTOR = 10", "FACTOR = 11")),
    Edit("re-export", True, _replace("src/lib/__init__.py", "import compute,", "import unrelated as compute,")),
    Edit("module by another name", True, _replace("src/lib/text.py", "'!'", "'?'")),
    Edit("name that hides a builtin", True, _append("src/lib/deep.py", "\n\ndef deepest(n):\n    return 7\n")),
    Edit("data file", True, _replace("notebooks/chapter/data.csv", "1", "9")),
    Edit("file read inside the library", True, _replace("src/lib/table.txt", "a table", "another")),
    Edit("environment variable", True, _nothing, {"BOOK_DATA": "real"}),
    Edit("package version", True, _upgrade("fakedist")),
    Edit("parameters", True, _replace("conf/book.toml", "epochs = 2", "epochs = 3")),
    Edit("figure format", True, _replace("conf/book.toml", "cell_timeout = 60", 'figure_format = "png"')),
)
