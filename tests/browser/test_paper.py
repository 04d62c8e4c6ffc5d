"""The book's PDF, and its pages as pictures for the eye."""

import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("book")

PICTURES = Path(__file__).parents[2] / "build" / "pictures"


@pytest.fixture(scope="session")
def pdf(printed):
    return printed / "build" / "pdf" / "hands-on-deep-learning.pdf"


@pytest.fixture(scope="session")
def text(pdf):
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def test_titles_in_order(text):
    body = text[text.index("Preliminaries") :]
    places = [
        body.index(title)
        for title in ("Preliminaries", "1.1 Tensors", "1.2 Data Preprocessing", "1.3 Linear Algebra", "References")
    ]
    assert places == sorted(places)


def test_numbers_are_resolved(text):
    assert not re.search(r"\?\?|Section \)|Figure \.", text)


def test_pictures_of_the_pages_for_the_eye(pdf):
    PICTURES.mkdir(parents=True, exist_ok=True)
    subprocess.run(["pdftoppm", "-r", "60", "-png", "-l", "12", pdf, PICTURES / "page"], check=True)
    assert len(list(PICTURES.glob("page-*.png"))) >= 12
