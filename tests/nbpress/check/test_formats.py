"""Problems for programs."""

import json

import pytest

from nbpress.notebook import dump


@pytest.fixture
def root(make_book):
    root = make_book({"page": ["# Page", "Words.\n\nMore: 50%, [x](#no).", ("1",)]})
    path = root / "notebooks/chapter/page.ipynb"
    raw = json.loads(path.read_text())
    for cell in raw["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    path.write_text(dump(raw))
    return root


def test_json(root, press):
    done = press(root, "check", "--format", "json")
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout) == [
        {
            "file": "notebooks/chapter/page.ipynb",
            "cell": 2,
            "id": "c2",
            "line": 3,
            "rule": "links-resolve",
            "message": 'the label "no" is not defined.',
            "hint": "",
        }
    ]


def test_annotations_lead_to_the_line_of_the_file(root, press):
    done = press(root, "check", "--format", "github")
    assert done.returncode == 1
    head, _, message = done.stdout.strip().partition("::error ")[2].partition("::")
    properties = dict(one.split("=") for one in head.split(","))
    assert properties["file"] == "notebooks/chapter/page.ipynb"
    assert properties["title"] == "links-resolve"
    assert message == 'cell 2: the label "no" is not defined.'
    lines = (root / "notebooks/chapter/page.ipynb").read_text().split("\n")
    assert "[x](#no)" in lines[int(properties["line"]) - 1]


def test_annotations_are_one_line_each(make_book, press):
    root = make_book({"page": ["No title 100%"]})
    done = press(root, "check", "--format", "github")
    assert done.stdout == (
        "::error file=notebooks/chapter/page.ipynb,title=one-title::"
        "the page has no title.%0Abegin its first cell with: # Title\n"
    )


@pytest.mark.parametrize(("form", "text"), [("json", "[]\n"), ("github", "")])
def test_nothing_is_wrong(make_book, press, form, text):
    done = press(make_book({"page": ["# Page"]}), "check", "--format", form)
    assert (done.returncode, done.stdout) == (0, text)
