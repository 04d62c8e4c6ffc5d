"""Each kind of edit: what may change an output causes a run, what cannot does not."""

import json
import os
import shutil
import subprocess
import sys

import pytest

import edits

pytestmark = pytest.mark.xdist_group("matrix")  # the book is executed once


def nbpress(root, store, *arguments, **environment):
    start = ["-c", edits.OTHER_VERSION] if "NBPRESS_TEST_VERSION" in environment else ["-m", "nbpress"]
    env = {**os.environ, "NBPRESS_STORE": str(store), **edits.environment(root), **environment}
    command = [sys.executable, *start, "-C", str(root), *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=300)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The folder of the book after its first run, and the store of that run."""
    root, store = tmp_path_factory.mktemp("edits") / "book", tmp_path_factory.mktemp("store")
    edits.write_book(root)
    nbpress(root, store, "run")
    return root, store


@pytest.mark.parametrize("edit", edits.EDITS, ids=lambda edit: edit.name)
def test_an_edit_causes_a_run_exactly_when_it_may_change_an_output(edit, executed, tmp_path):
    root, store = executed
    shutil.copytree(root, tmp_path / "book")
    edit.apply(tmp_path / "book")
    said = nbpress(tmp_path / "book", store, "why", "--format", "json", **edit.environment).stdout
    [verdict] = json.loads(said)
    assert verdict["run"] == edit.must_run, verdict["reasons"]


def test_the_book_shows_what_it_should(executed):
    _, store = executed
    outputs = json.loads(next((store / "runs").rglob("*.json")).read_text())["outputs"]
    texts = ["".join(output.get("text", "") for output in cell) for cell in outputs]
    assert texts == ["", "", "142\n", "4\nX!\n", "1,2\n\na table\n\n", "sample fakedist\n", "", "", "", ""]
    values = [[output["data"]["text/plain"] for output in outputs[cell]] for cell in (7, 9)]
    assert values == [["2.000", "2"], ["'5,6\\n'", "'latedist'"]]
