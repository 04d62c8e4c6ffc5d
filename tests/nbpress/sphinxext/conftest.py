"""Books of one subject each, printed once for all tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from printed import Printed


@pytest.fixture(scope="session")
def formulas(print_book: Callable[[str], Printed]) -> Path:
    """The folder of tests/books/formulas."""
    return print_book("formulas").root


@pytest.fixture(scope="session")
def formulas_page(print_book: Callable[[str], Printed]) -> Callable[[str], BeautifulSoup]:
    """`formulas_page("sets/lines")` is that page of its web site, parsed."""
    return print_book("formulas").page


@pytest.fixture(scope="session")
def formulas_tex(print_book: Callable[[str], Printed]) -> str:
    """Its TeX source."""
    return print_book("formulas").tex


@pytest.fixture(scope="session")
def formulas_pdf(print_book: Callable[[str], Printed]) -> str:
    """The text of its PDF, with single spaces."""
    return print_book("formulas").words


@pytest.fixture(scope="session")
def prose_book(print_book: Callable[[str], Printed]) -> Path:
    """The folder of tests/books/prose."""
    return print_book("prose").root


@pytest.fixture(scope="session")
def prose(print_book: Callable[[str], Printed]) -> Callable[[str], BeautifulSoup]:
    """`prose("text/values")` is that page of its web site, parsed."""
    return print_book("prose").page


@pytest.fixture(scope="session")
def prose_tex(print_book: Callable[[str], Printed]) -> str:
    """Its TeX source."""
    return print_book("prose").tex


@pytest.fixture(scope="session")
def prose_pdf(print_book: Callable[[str], Printed]) -> str:
    """The text of its PDF, in reading order."""
    return "\f".join(print_book("prose").paper)
