"""The same bytes twice, through the real command line."""

import json

import pytest

RANDOM = "import uuid\nprint(uuid.uuid4())"


def declare(root, **values):
    path = root / "notebooks" / "chapter" / "page.ipynb"
    raw = json.loads(path.read_text())
    raw["metadata"]["nbpress"] = values
    path.write_text(json.dumps(raw))


def test_a_difference_is_shown(make_book, press):
    done = press(make_book({"page": ["# Page", (RANDOM,)]}), "run", "--check-reproducible")
    assert done.returncode == 1
    assert "cell 2 (id c2): the cell shows something else when the page is run again.\n    --- first run" in done.stderr


@pytest.mark.parametrize(
    "cell",
    [
        "object()",
        "print({'a', 'b', 'c', 'd'})",
        "import random\nrandom.random()",
        "import numpy\nnumpy.random.rand()",
        "import tempfile\ntempfile.mkdtemp()",
        "import warnings\nwarnings.warn('careful')",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "for _ in range(3): print('x', flush=True)",
    ],
)
def test_what_is_normalised_is_no_difference(make_book, press, cell):
    done = press(make_book({"page": ["# Page", (cell,)]}), "run", "--check-reproducible")
    assert (done.returncode, done.stdout) == (0, "1 page compared, no differences.\n"), done.stderr


def test_a_cell_that_shows_times_is_excused(make_book, press):
    root = make_book({"page": ["# Page", (RANDOM, "timing")]})
    assert press(root, "run", "--check-reproducible").returncode == 0


def test_a_page_may_be_excused_with_a_reason(make_book, press):
    root = make_book({"page": ["# Page", (RANDOM,)]})
    declare(root, reproducible=False, reason="it shows what changes")
    done = press(root, "run", "--check-reproducible")
    assert done.returncode == 0
    assert "chapter/page is not compared: it shows what changes" in done.stderr


def test_nothing_is_stored(make_book, press, tmp_path):
    root = make_book({"page": ["# Page", ("'not stored'",)]})
    press(root, "run", "--check-reproducible", NBPRESS_STORE=str(tmp_path))
    assert press(root, "why", NBPRESS_STORE=str(tmp_path)).stdout == "chapter/page: never run\n"


def test_a_page_that_cannot_run_here_is_not_compared(make_book, press):
    root = make_book({"page": ["# Page", ("1",)]})
    declare(root, memory="900 TiB")
    assert press(root, "run", "--check-reproducible").stdout == "0 pages compared, no differences.\n"
