"""Rules on prose."""

import json
import shutil

import pytest

from nbpress import book
from nbpress.check import check
from nbpress.check.prose import space_scripts


@pytest.fixture
def said(make_book, tmp_path):
    def run(text, toml="", words=""):
        shutil.rmtree(tmp_path / "book", ignore_errors=True)  # of the call before
        root = make_book({"page": ["# Page", text]}, toml=toml)
        if words:
            (root / "conf" / "words.txt").write_text(words)
        loaded = book.load(root)
        return [f"{p.place.cell}:{p.place.line} {p.message} {p.hint}" for p in check(loaded, loaded.pages)]

    return run


@pytest.mark.parametrize("text", ["Here the the end.", "The the end.", ":::{note}\nthe the\n:::"])
def test_a_word_twice(said, text):
    assert len(said(text)) == 1
    assert "the word stands twice." in said(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "He had had enough. So-so so.",
        "`the the` and $a a$ and ```the the```",
        "```python\nthe the\n```",
        "$$\na a\n$$",
        "\\begin{align}\na a\n\\end{align}",
        "[x](the/the) <b b>",
        "a. A a-a",
    ],
)
def test_what_may_stand_twice(said, text):
    assert not [line for line in said(text) if "twice" in line]


def test_a_misspelling_with_its_place(said):
    assert said("Fine.\n\nYou recieve `teh` end.", "[check]\nspelling = true\n") == [
        '2:3 "recieve" is misspelled. it is: receive; or add it to conf/words.txt'
    ]


def test_spelling_is_asked_for(said):
    assert not said("You recieve it.")
    assert not said("You recieve it.", "[check]\nspelling = true\n", "recieve\n")


def test_terms_of_the_book(said):
    toml = '[check.terms]\n"data set" = "dataset"\n"神经网路" = "神经网络"\n'
    assert said("A Data set and 神经网路.\n\nA dataset, data sets, `data set`.", toml) == [
        '2:1 the book does not say "Data set". it says "dataset"',
        '2:1 the book does not say "神经网路". it says "神经网络"',
    ]


def test_spaces_between_scripts(said):
    assert said("卷积核K的大小") == [
        '2:1 "卷积核K的大小": a space is missing between the scripts. nbpress check --fix puts it there'
    ]
    assert not said("卷积核 K 的大小，`x`是 $x$ 和3。".replace("和3", "和 3"))


def test_spaces_are_put_where_prose_is(make_book, press):
    root = make_book({"page": ["# 页", "用PyTorch训练3个模型，见`a中b`和$x$。", ("s = '中a'",)]})
    assert press(root, "check", "--fix").returncode == 0
    raw = json.loads((root / "notebooks/chapter/page.ipynb").read_text(encoding="utf-8"))
    assert ["".join(cell["source"]) for cell in raw["cells"]] == [
        "# 页",
        "用 PyTorch 训练 3 个模型，见`a中b`和$x$。",
        "s = '中a'",
    ]
    assert space_scripts(raw) == raw
