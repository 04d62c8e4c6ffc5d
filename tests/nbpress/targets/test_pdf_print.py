"""A book fit for print: on the screen, for a printer, and one chapter of it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

BOOKS = Path(__file__).parents[2] / "books"

pytestmark = pytest.mark.xdist_group("bound")


def text(file, *options):
    done = subprocess.run(["pdftotext", *options, file, "-"], capture_output=True, text=True, check=True)
    return [" ".join(page.split()) for page in done.stdout.split("\f")]


def info(file, *options):
    done = subprocess.run(["pdfinfo", *options, file], capture_output=True, text=True, check=True)
    return dict(re.findall(r"^([^:\n]+): +(.*)$", done.stdout, re.M))


def page_of(pages, words):
    """The only page with these words, as they are printed on it: the number in its head or foot."""
    [found] = [page for page in pages if words in page]
    head, foot = found.split()[0], found.split()[-1]
    return next(word for word in (head, foot, *found.split()[:12]) if word.isdecimal())


@pytest.fixture(scope="session")
def bound(tmp_path_factory, press):
    """The folder of tests/books/bound, printed as a PDF, for a printer, and one chapter of it."""
    root = shutil.copytree(BOOKS / "bound", tmp_path_factory.mktemp("bound") / "book")
    for arguments in (["pdf"], ["pdf", "--edition", "print"], ["pdf", "loops"]):
        done = press(root, "build", *arguments)
        assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="session")
def screen(bound):
    return bound / "build" / "pdf" / "bound-sheets.pdf"


@pytest.fixture(scope="session")
def pages(screen):
    return text(screen)


@pytest.fixture(scope="session")
def words(pages):
    return " ".join(pages)


@pytest.fixture(scope="session")
def printed(bound):
    return bound / "build" / "pdf" / "print" / "bound-sheets.pdf"


@pytest.fixture(scope="session")
def paper(printed):
    return text(printed)


@pytest.fixture(scope="session")
def excerpt(bound):
    return bound / "build" / "pdf" / "bound-sheets-loops.pdf"


@pytest.fixture(scope="session")
def chapter(excerpt):
    return " ".join(text(excerpt))
