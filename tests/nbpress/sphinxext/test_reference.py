"""The reference of a book's library, with links to the pages that teach it, and back."""

import pytest
from bs4 import BeautifulSoup

TOML = '[execution]\ntrack = ["lib"]\n[handbook]\npath = "docs"\npages = ["library"]\n'
MODULE = '''"""Losses of the book."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["RATE", "Pair", "Rows", "squared"]

Loss = Callable[[Iterable[float]], float]

RATE = 0.1
"""How fast. Taught in: chapter/page."""


class Pair(NamedTuple):
    """Two numbers."""

    first: int
    second: int


@dataclass
class Rows:
    """What `fit` showed."""

    rows: list[int] = field(default_factory=list)

    def last(self, of: Loss = max) -> float:
        """The last `row`."""
        assert self.rows, """
there are none"""
        return of(self.rows)

    @staticmethod
    def made(count: int) -> int:
        """Many."""
        return count


def squared(output: Loss, *, scale: float = 1 / 2) -> Loss:
    """Return `scale` times the square.

    >>> squared(3)
    4.5

    Taught in: chapter/page, chapter/unwritten.
    """
    return output


def helper():
    """Not public."""
'''
SQUARED = MODULE[MODULE.index("def squared") : MODULE.index("\n\n\ndef helper")]
CELL = f"Loss = object\n\n#@save lib.losses\n{SQUARED}\n\n#@save lib.losses\nRATE = 0.1"


@pytest.fixture
def make(make_book):
    def write(directive="lib.losses", page=("# Page", (CELL,)), module=MODULE):
        root = make_book({"page": page}, toml=TOML)
        (root / "docs").mkdir()
        (root / "docs" / "index.md").write_text("# Handbook\n")
        (root / "docs" / "library.md").write_text(f"# Library\n\n:::{{reference}} {directive}\n:::\n")
        (root / "src" / "lib").mkdir(parents=True)
        (root / "src" / "lib" / "__init__.py").write_text("")
        (root / "src" / "lib" / "losses.py").write_text(module)
        return root

    return write


def html(root, name):
    return BeautifulSoup((root / "build" / "html" / name).read_text(), "html.parser")


@pytest.fixture
def printed(make, press):
    root = make()
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    return root


def test_what_the_reference_says(printed):
    """One build for all that is looked at: the entries, their links, and the links back."""
    reference = html(printed, "docs/library.html")
    assert [one["id"] for one in reference.select("dl.py > dt")] == [
        *("lib.losses.RATE", "lib.losses.Pair", "lib.losses.Rows", "lib.losses.Rows.last"),
        *("lib.losses.Rows.made", "lib.losses.squared"),
    ]
    text = " ".join(reference.select_one("article").get_text().split())
    assert "Losses of the book." in text
    signatures = {one["id"]: one.get_text().strip("\n#") for one in reference.select("dl.py > dt")}
    assert signatures["lib.losses.squared"] == "squared(output: Loss, *, scale: float = 1 / 2) → Loss"
    assert signatures["lib.losses.Rows.last"] == "last(of: Loss = max) → float"
    assert signatures["lib.losses.Rows.made"] == "static made(count: int) → int"
    assert signatures["lib.losses.Rows"] == "class Rows(rows: list[int] = ...)"
    entry = reference.find(id="lib.losses.squared").find_next_sibling("dd")
    assert entry.select_one("code").get_text() == "scale"
    assert entry.select_one(".doctest .gp").get_text() == ">>> "
    taught = entry.find_all("p")[-1]
    assert taught.a["href"] == "../chapter/page.html"
    assert taught.get_text() == "Taught in: Section 1.1, chapter/unwritten."

    notes = html(printed, "chapter/page.html").select(".saved")
    assert [note.get_text().strip() for note in notes] == ["In the library: lib.losses.squared, lib.losses.RATE"]
    assert [link["href"] for link in notes[0].select("a")] == [
        *("../docs/library.html#lib.losses.squared", "../docs/library.html#lib.losses.RATE"),
    ]


def test_a_page_without_a_reference_to_link_to(make, press):
    root = make()
    (root / "docs" / "library.md").write_text("# Library\n")
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    note = html(root, "chapter/page.html").select_one(".saved")
    assert note.get_text().strip() == "In the library: lib.losses.squared, lib.losses.RATE"
    assert not note.select("a")


def test_on_paper_the_mark_says_enough(make, press):
    root = make()
    done = press(root, "build", "pdf")
    assert done.returncode == 0, done.stderr
    assert "In the library" not in (root / "build" / "sphinx" / "latex" / "book.tex").read_text()


def test_a_changed_docstring_is_printed(printed, press):
    file = printed / "src" / "lib" / "losses.py"
    file.write_text(MODULE.replace("Losses of the book.", "Losses, rewritten."))
    done = press(printed, "build", "html")
    assert done.returncode == 0, done.stderr
    assert "Losses, rewritten." in html(printed, "docs/library.html").get_text()


@pytest.mark.parametrize(
    ("directive", "module", "said"),
    [
        ("lib.gone", MODULE, "ModuleNotFoundError: No module named 'lib.gone'"),
        (
            "lib.losses",
            "\nimport lib.nothing",
            "ModuleNotFoundError: No module named 'lib.nothing' (losses.py, line 2)",
        ),
        ("lib.losses", "raise SystemExit(3)", "SystemExit: 3 (losses.py, line 1)"),
        ("lib.losses", "def f(:", "SyntaxError: invalid syntax (losses.py, line 1)"),
    ],
)
def test_a_module_that_cannot_be_imported(make, press, directive, module, said):
    done = press(make(directive, ("# Page",), module), "build", "html")
    assert done.returncode == 1
    assert f"docs/library.md, line 3: {directive} cannot be imported: {said}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistake_in_a_docstring_is_told_with_its_place(make, press):
    done = press(make(module=MODULE.replace("Two numbers.", "Two |numbers|.")), "build", "html")
    assert done.returncode == 1
    assert "\nsrc/lib/losses.py: docstring of lib.losses.Pair, line 1: " in done.stderr
