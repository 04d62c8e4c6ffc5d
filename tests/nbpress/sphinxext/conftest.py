"""The book of formulas, printed once."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

BOOKS = Path(__file__).parents[2] / "books"


@pytest.fixture(scope="session")
def formulas(tmp_path_factory: pytest.TempPathFactory, press) -> Path:
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
