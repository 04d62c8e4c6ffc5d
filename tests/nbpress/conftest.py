"""The book of blocks, whole and for students."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from conftest import Press
from printed import Printed


@pytest.fixture(scope="session")
def blocks(print_book: Callable[[str], Printed]) -> Printed:
    """The book tests/books/blocks."""
    return print_book("blocks")


@pytest.fixture(scope="session")
def blocks_book(blocks: Printed) -> Path:
    """Its folder."""
    return blocks.root


@pytest.fixture(scope="session")
def block_page(blocks: Printed) -> Callable[[str], BeautifulSoup]:
    """`block_page("statements/tasks")` is that page of its web site, parsed."""
    return blocks.page


@pytest.fixture(scope="session")
def blocks_tex(blocks: Printed) -> str:
    """Its TeX source."""
    return blocks.tex


@pytest.fixture(scope="session")
def blocks_pages(blocks: Printed) -> list[str]:
    """The pages of its PDF as text."""
    return blocks.paper


@pytest.fixture(scope="session")
def blocks_text(blocks: Printed) -> str:
    """Its PDF as text in one line."""
    return blocks.words


@pytest.fixture(scope="session")
def student_book(blocks_book: Path, press: Press) -> Path:
    """The folder of the same book, where its student edition has been printed too."""
    done = press(blocks_book, "build", "html", "pdf", "--edition", "student")
    assert done.returncode == 0, done.stderr
    return blocks_book
