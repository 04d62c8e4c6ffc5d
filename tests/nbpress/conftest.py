"""The book of blocks, whole and for students."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from conftest import BOOKS, Press


@pytest.fixture(scope="session")
def blocks_book(tmp_path_factory: pytest.TempPathFactory, press: Press) -> Path:
    """The folder of tests/books/blocks, printed as a web site and as a PDF."""
    root = tmp_path_factory.mktemp("blocks") / "book"
    shutil.copytree(BOOKS / "blocks", root)
    done = press(root, "build", "html", "pdf")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="session")
def block_page(blocks_book: Path) -> Callable[[str], BeautifulSoup]:
    """`block_page("statements/tasks")` is that page of its web site, parsed."""

    def parsed(name: str) -> BeautifulSoup:
        return BeautifulSoup((blocks_book / "build/html" / f"{name}.html").read_text(encoding="utf-8"), "html.parser")

    return parsed


@pytest.fixture(scope="session")
def blocks_tex(blocks_book: Path) -> str:
    """Its TeX source."""
    return (blocks_book / "build/sphinx/latex/a-book-of-blocks.tex").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def blocks_pages(blocks_book: Path) -> list[str]:
    """The pages of its PDF as text."""
    pdf = blocks_book / "build/pdf/a-book-of-blocks.pdf"
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    return text.split("\f")


@pytest.fixture(scope="session")
def blocks_text(blocks_pages: list[str]) -> str:
    """Its PDF as text in one line."""
    return " ".join(" ".join(blocks_pages).split())


@pytest.fixture(scope="session")
def student_book(blocks_book: Path, press: Press) -> Path:
    """The folder of the same book, where its student edition has been printed too."""
    done = press(blocks_book, "build", "html", "pdf", "--edition", "student")
    assert done.returncode == 0, done.stderr
    return blocks_book
