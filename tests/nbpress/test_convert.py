import json

import pytest

from factory import notebook_text
from nbpress import book, convert, notebook
from nbpress.execute.run import Run


def stream(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


@pytest.fixture
def two(make_book):
    return book.load(make_book({"one": ["# One", ("1",)], "two": ["# Two"]}))


@pytest.fixture
def out(two, tmp_path):
    """The Sphinx source folder of a book with two pages."""
    folder = tmp_path / "source"
    write(two, folder)
    return folder


def write(two, folder, runs=None):
    pages = {page.name: notebook.load(page.path, page.name) for page in two.pages}
    convert.write_source(two, pages, runs or {}, folder)


def test_outputs_go_into_the_executed_cells_in_order():
    source = notebook.parse(notebook_text("# P", ("1",), ("2", "skip-execution"), ("3",)), "p")
    merged = convert.merge(source, Run(([stream("a")], [stream("b")])))
    assert [cell.get("outputs") for cell in merged["cells"]] == [None, [stream("a")], [], [stream("b")]]


def test_merging_changes_nothing_it_was_given():
    source = notebook.parse(notebook_text(("1",)), "p")
    before = json.dumps(source.raw)
    convert.merge(source, Run(([stream("a")],)))
    assert json.dumps(source.raw) == before


def test_tracebacks_show_no_path_of_this_machine():
    frames = ["-----", "Error  Traceback", "Cell In[1], line 1", "File /home/me/x.py:3, in f", "Error: no"]
    error = {"output_type": "error", "ename": "Error", "evalue": "no", "traceback": frames}
    merged = convert.merge(notebook.parse(notebook_text(("1",)), "p"), Run(([error],)))
    assert merged["cells"][0]["outputs"][0]["traceback"] == ["Error  Traceback", "Cell In[1], line 1", "Error: no"]


def test_the_order_of_the_book_becomes_toctrees(out):
    opener = (out / "chapter" / "index.ipynb").read_text()
    assert opener.index("/chapter/one") < opener.index("/chapter/two")


def test_what_is_the_same_is_not_written_again(two, out):
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    write(two, out)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()} == before


def test_only_what_changed_is_written(two, out):
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    write(two, out, {"chapter/one": Run(([stream("new")],))})
    assert [path.name for path, time in before.items() if path.stat().st_mtime_ns != time] == ["one.ipynb"]


def test_what_is_gone_is_removed(two, out):
    (out / "old").mkdir()
    (out / "old" / "page.ipynb").write_text("{}")
    write(two, out)
    assert not (out / "old").exists()


def test_data_and_pictures_are_taken_along(two, tmp_path):
    (two.notebooks / "chapter" / "img").mkdir()
    (two.notebooks / "chapter" / "img" / "a.svg").write_text("<svg/>")
    write(two, tmp_path / "source")
    assert (tmp_path / "source" / "chapter" / "img" / "a.svg").read_text() == "<svg/>"


def test_a_long_line_of_output_takes_no_time_to_speak_of():
    long = stream("x" * 3_000_000)  # minutes, where a pattern begins anew at every letter
    merged = convert.merge(notebook.parse(notebook_text(("1",)), "p"), Run(([long],)))
    assert merged["cells"][0]["outputs"][0] == long
