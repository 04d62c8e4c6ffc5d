import os
import signal
import subprocess
import sys
import time

import pytest


def test_a_second_run_executes_nothing(make_book, press):
    root = make_book({"page": ["# Page", ("1",)]})
    press(root, "run")
    assert "executing" not in press(root, "run").stderr


def test_force_executes_all(make_book, press):
    root = make_book({"page": ["# Page", ("1",)]})
    press(root, "run")
    assert "executing 1 page …" in press(root, "run", "--force").stderr


def test_only_what_changed_is_executed(make_book, press):
    root = make_book({"one": ["# One", ("1",)], "two": ["# Two", ("2",)]})
    press(root, "run")
    path = root / "notebooks" / "chapter" / "two.ipynb"
    path.write_text(path.read_text().replace('"source": "2"', '"source": "3"'))
    assert "executing 1 page, 1 up to date …" in press(root, "run").stderr


def test_only_chosen_pages_are_executed(make_book, press):
    root = make_book({"one": ["# One", ("'chosen'",)], "two": ["# Two", ("'left'",)]})
    assert "executing 1 page …" in press(root, "run", "chapter/one").stderr


def test_several_pages_run_at_once(make_book, press):
    wait = "import pathlib, time\npathlib.Path('{}').touch()\nwhile not pathlib.Path('{}').exists(): time.sleep(0.01)"
    pages = {"one": ["# One", (wait.format("a.flag", "b.flag"),)], "two": ["# Two", (wait.format("b.flag", "a.flag"),)]}
    root = make_book(pages, toml="[execution]\ncell_timeout = 60")
    assert press(root, "run", "-j", "2").returncode == 0


def test_fail_fast_begins_no_further_page(make_book, press):
    root = make_book({"one": ["# One", ("1 / 0",)], "two": ["# Two", ("'not tried'",)]})
    done = press(root, "run", "-j", "1", "--fail-fast")
    assert "not tried after the first failure: chapter/two." in done.stderr


def kernels_below(folder):
    listing = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if "ipykernel" in line and folder in line]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_with_130_and_leaves_no_kernel(make_book, tmp_path):
    root = make_book({"page": ["# Page", ("import pathlib, time\npathlib.Path('started').touch()\ntime.sleep(100)",)]})
    env = {**os.environ, "NBPRESS_STORE": str(tmp_path / "store"), "TMPDIR": str(tmp_path)}
    # what runs the tests may ignore SIGINT, and a child would inherit that
    command = ["env", "--default-signal=INT", sys.executable, "-m", "nbpress", "-C", root, "run"]
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
    started = root / "notebooks" / "chapter" / "started"
    deadline = time.monotonic() + 60
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert (process.returncode, said.splitlines()[-1]) == (130, "interrupted.")
    assert kernels_below(str(tmp_path)) == []
    assert list((tmp_path / "store").rglob("*.json")) == []
