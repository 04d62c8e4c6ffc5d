import json

import pytest

from factory import notebook_text
from nbpress import notebook
from nbpress.errors import BookError
from nbpress.needs import amount, needs


def declared(**values):
    raw = json.loads(notebook_text("# Page"))
    raw["metadata"]["nbpress"] = values
    return needs(notebook.read(raw, "page.ipynb"))


def test_nothing_is_needed_by_itself():
    assert (declared().gpus, declared().bytes, declared().reproducible) == (0, 0, True)


def test_a_page_declares_what_it_needs():
    found = declared(gpus=1, memory="4 GiB", minutes=10)
    assert (found.gpus, found.bytes, found.minutes) == (1, 4 * 2**30, 10)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"gpu": 1}, 'did you mean "gpus"'),
        ({"gpus": -1}, "gpus"),
        ({"memory": "much"}, '"much" is no amount of memory'),
        ({"reproducible": False}, "needs a reason"),
    ],
)
def test_what_cannot_be_declared_is_an_error(values, message):
    with pytest.raises(BookError, match=message):
        declared(**values)


@pytest.mark.parametrize(
    ("text", "size"), [("500 MB", 500_000_000), ("1.5GiB", 3 * 2**29), ("7", None), ("2 XB", None)]
)
def test_amounts(text, size):
    assert amount(text) == size


def test_what_is_no_table_is_an_error():
    raw = json.loads(notebook_text("# Page"))
    raw["metadata"]["nbpress"] = 5
    with pytest.raises(BookError, match="a table is expected"):
        needs(notebook.read(raw, "page.ipynb"))
