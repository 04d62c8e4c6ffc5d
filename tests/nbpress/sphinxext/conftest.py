"""Books of one subject each, printed once for all tests."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from conftest import BOOKS, Press


@pytest.fixture(scope="session")
def formulas(tmp_path_factory: pytest.TempPathFactory, press: Press) -> Path:
    """The folder of tests/books/formulas, printed as a web site and as a PDF."""
    root = tmp_path_factory.mktemp("formulas") / "book"
    shutil.copytree(BOOKS / "formulas", root)
    done = press(root, "build", "html", "pdf")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="session")
def formulas_page(formulas: Path) -> Callable[[str], BeautifulSoup]:
    """`formulas_page("sets/lines")` is that page of its web site, parsed."""

    def parsed(name: str) -> BeautifulSoup:
        return BeautifulSoup((formulas / "build" / "html" / f"{name}.html").read_text(encoding="utf-8"), "html.parser")

    return parsed


@pytest.fixture(scope="session")
def formulas_tex(formulas: Path) -> str:
    """Its TeX source."""
    return (formulas / "build" / "sphinx" / "latex" / "formulas.tex").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def formulas_pdf(formulas: Path) -> str:
    """The text of its PDF, with single spaces."""
    pdf = formulas / "build" / "pdf" / "formulas.pdf"
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


@pytest.fixture(scope="session")
def prose_book(tmp_path_factory: pytest.TempPathFactory, press: Press) -> Path:
    """The folder of tests/books/prose, printed as a web site and as a PDF."""
    root = tmp_path_factory.mktemp("prose") / "book"
    shutil.copytree(BOOKS / "prose", root)
    done = press(root, "build", "html", "pdf")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="session")
def prose(prose_book: Path) -> Callable[[str], BeautifulSoup]:
    """`prose("text/values")` is that page of its web site, parsed."""

    def parsed(name: str) -> BeautifulSoup:
        text = (prose_book / "build" / "html" / f"{name}.html").read_text(encoding="utf-8")
        return BeautifulSoup(text, "html.parser")

    return parsed


@pytest.fixture(scope="session")
def prose_tex(prose_book: Path) -> str:
    """Its TeX source."""
    return (prose_book / "build" / "sphinx" / "latex" / "prose.tex").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def prose_pdf(prose_book: Path) -> str:
    """The text of its PDF, in reading order."""
    pdf = prose_book / "build" / "pdf" / "prose.pdf"
    return subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
