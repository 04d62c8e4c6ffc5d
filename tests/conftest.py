"""Tiny real books, and the real command line to print them with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from factory import Cells, notebook_text
from printed import Printed

BOOKS = Path(__file__).parent / "books"

Press = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The store of this test run: what a test finds must not depend on what the user has run."""
    folder = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NBPRESS_STORE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def press() -> Press:
    """`press(folder, "build", "html")` runs nbpress in a process of its own."""

    def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "nbpress", "-C", str(folder), *arguments]
        env = {**os.environ, "COLUMNS": "100", **environment}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=300)

    return run


@pytest.fixture
def make_book(tmp_path: Path) -> Callable[..., Path]:
    """`make_book({"page": [cells …]}, toml="…")` writes a book with one chapter `chapter` and returns its folder."""

    def make(pages: Mapping[str, Cells | str], toml: str = "", listed: Sequence[str] | None = None) -> Path:
        root = tmp_path / "book"
        chapter = root / "notebooks" / "chapter"
        chapter.mkdir(parents=True)
        (root / "conf").mkdir()
        for name, cells in pages.items():
            text = cells if isinstance(cells, str) else notebook_text(*cells)
            (chapter / f"{name}.ipynb").write_text(text, encoding="utf-8")
        names = json.dumps(list(pages if listed is None else listed))
        head = f'title = "Book"\nauthors = ["Author"]\n{toml}\n'
        parts = f'[[parts]]\ntitle = "Part"\n[[parts.chapters]]\npath = "chapter"\npages = {names}\n'
        (root / "conf" / "book.toml").write_text(head + parts, encoding="utf-8")
        return root

    return make


@pytest.fixture(scope="session")
def print_book(tmp_path_factory: pytest.TempPathFactory, press: Press) -> Callable[[str], Printed]:
    """`print_book("small")` is the book tests/books/small, printed as a web site and as a PDF, once for all tests."""

    @cache
    def printed(name: str) -> Printed:
        root = shutil.copytree(BOOKS / name, tmp_path_factory.mktemp(name) / "book")
        done = press(root, "build", "html", "pdf")
        assert done.returncode == 0, done.stderr
        return Printed(root)

    return printed


@pytest.fixture(scope="session")
def small_book(print_book: Callable[[str], Printed]) -> Path:
    """The folder of the small book."""
    return print_book("small").root


@pytest.fixture(scope="session")
def page(print_book: Callable[[str], Printed]) -> Callable[[str], BeautifulSoup]:
    """`page("basics/syntax")` is that page of the small book's web site, parsed."""
    return print_book("small").page


@pytest.fixture(scope="session")
def tex(print_book: Callable[[str], Printed]) -> str:
    """The TeX source of the small book."""
    return print_book("small").tex


@pytest.fixture(scope="session")
def pdf_text(print_book: Callable[[str], Printed]) -> str:
    """The text of the small book's PDF, in reading order."""
    return "\f".join(print_book("small").paper)


def _commit(root: Path, day: str) -> None:
    """Commit everything in a folder on that day."""
    git = ["git", "-C", str(root), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", day, f"--date={day}T12:00:00Z"], check=True)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, press: Press) -> Printed:
    """The web site of tests/books/published, which lies in a repository of git."""
    root = shutil.copytree(BOOKS / "published", tmp_path_factory.mktemp("published") / "book")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    _commit(root, "2026-11-03")
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    return Printed(root)


@pytest.fixture(scope="session")
def runnable(print_book: Callable[[str], Printed]) -> Printed:
    """The book tests/books/runnable."""
    return print_book("runnable")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, press: Press) -> Printed:
    """The web site of tests/books/library, which has a reference, a glossary and a list of works."""
    root = shutil.copytree(BOOKS / "library", tmp_path_factory.mktemp("library") / "book")
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    return Printed(root)
