"""What goes wrong on one machine: dead kernels, killed presses, full disks, damaged stores; with real processes."""

import json
import os
import pty
import resource
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

import processes
from factory import notebook_text
from processes import alive, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the system's own ways to end a process")

crash = pytest.mark.xdist_group("crashed")  # these look at one book, which is run once

# root may write everywhere, unless it gives that up
AS_OTHERS = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []


def waiting(file):
    """A cell that writes the kernel's process id into a file and then waits for ever."""
    return (
        f"import os, time\nwith open({str(file)!r}, 'w') as file:\n    file.write(f'{{os.getpid()}}.')\ntime.sleep(600)"
    )


def kernel_in(file):
    """The process id that such a cell has written."""
    return int(wait_for(lambda: file.exists() and file.read_text().endswith(".") and file.read_text())[:-1])


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def run(press, store):
    """`run(root, …)` is `nbpress run …` with a store of this test; another verb if it is named."""

    def call(root, *arguments, verb="run", **environment):
        return press(root, verb, *arguments, **{"NBPRESS_STORE": str(store), **environment})

    return call


@pytest.fixture(scope="module")
def crashed(tmp_path_factory):
    """A book whose pages end in all ways that there are: its folder, and what `nbpress run` said."""
    root = tmp_path_factory.mktemp("crashed")
    file = root / "started"
    pages = {
        "fine": ["1"],
        "killed": [waiting(file)],
        "exits": ["import os\nos._exit(3)"],
        "leaves": ["import sys\nsys.exit()"],
        "segfault": ["import ctypes\nctypes.string_at(0)"],
        "memory": ["bytearray(10**15)"],
        "endless": ["while True: print('x' * 100)"],
        "much": ["for number in range(10_000): print('x' * 100)"],
    }
    (root / "notebooks" / "chapter").mkdir(parents=True)
    (root / "conf").mkdir()
    for name, cells in pages.items():
        text = notebook_text("# Page", *[(cell,) for cell in cells])
        (root / "notebooks" / "chapter" / f"{name}.ipynb").write_text(text)
    toml = 'title = "Book"\nauthors = ["Author"]\n[execution]\ncell_timeout = 3\noutput_limit = 1000\n'
    toml += f'[[parts]]\ntitle = "Part"\n[[parts.chapters]]\npath = "chapter"\npages = {json.dumps(list(pages))}\n'
    (root / "conf" / "book.toml").write_text(toml)
    with processes.press(root, root / "store", "run") as press:
        os.kill(kernel_in(file), signal.SIGKILL)
        said = press.communicate(timeout=120)[1]
    assert press.returncode == 1, said
    return root, said


@crash
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("killed", "the kernel died, killed by signal 9 (SIGKILL)."),
        ("exits", "the kernel ended by itself with exit code 3."),
        ("leaves", "SystemExit"),
        ("segfault", "the kernel died, killed by signal 11 (SIGSEGV).\n    Fatal Python error: Segmentation fault"),
        ("memory", "MemoryError"),
        ("endless", "not finished after 3 s."),
    ],
)
def test_how_a_page_ended(crashed, page, words):
    lines = crashed[1]
    assert f"\nnotebooks/chapter/{page}.ipynb, cell 2 (id c2)" in lines
    assert words in lines.partition(f"\nnotebooks/chapter/{page}.ipynb, cell 2")[2].partition("\nnotebooks/")[0]


@crash
def test_the_others_are_stored(crashed):
    root, said = crashed
    assert "Traceback" not in said
    with processes.press(root, root / "store", "why") as press:
        lines = press.communicate(timeout=60)[0].splitlines()
    assert [line for line in lines if "up to date" in line] == ["chapter/fine: up to date", "chapter/much: up to date"]


@crash
def test_endless_output_is_cut_with_a_notice(crashed):
    kept = json.loads((crashed[0] / "build" / "failed" / "chapter" / "endless.ipynb").read_text())
    shown = "".join("".join(output["text"]) for output in kept["cells"][1]["outputs"])
    assert len(shown) < 2000
    assert "… cut here: the cell showed more than 1,000 characters" in shown


@crash
def test_the_report_for_ci(crashed):
    suite = ET.parse(crashed[0] / "build" / "report" / "execution.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("8", "6", "0")
    failed = {case.get("name") for case in suite if case.find("failure") is not None}
    assert failed == {f"chapter/{name}" for name in ("killed", "exits", "leaves", "segfault", "memory", "endless")}


@crash
def test_the_report_for_programs(crashed):
    lines = json.loads((crashed[0] / "build" / "report" / "execution.json").read_text())
    states = {line["page"]: line["state"] for line in lines}
    assert (states["chapter/fine"], states["chapter/exits"]) == ("executed", "failed")
    assert all(line["memory"] > 1_000_000 for line in lines if line["page"] in {"chapter/fine", "chapter/endless"})


def test_a_killed_press_leaves_no_process(make_book, store, tmp_path):
    root = make_book({"page": ["# Page", (waiting(tmp_path / "started"),)]})
    with processes.press(root, store, "run") as press:
        kernel = kernel_in(tmp_path / "started")
        family = [kernel, psutil.Process(kernel).ppid()]
        assert press.pid not in family
        press.kill()
        wait_for(lambda: not any(map(alive, family)), "the end of kernel and fork server")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_all_and_loses_nothing(make_book, store, run, tmp_path, number, code):
    cell = f"import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n{waiting(tmp_path / 'started')}"
    root = make_book({"first": ["# First", ("1",)], "second": ["# Second", (cell,)]})
    with processes.press(root, store, "run", "-j", "1") as press:
        kernel_in(tmp_path / "started")
        family = psutil.Process(press.pid).children(recursive=True)
        press.send_signal(number)
        said = press.communicate(timeout=60)[1]
    assert (press.returncode, "Traceback" in said) == (code, False)
    assert not [one for one in family if alive(one.pid)]
    assert run(root, "chapter/first", verb="why").stdout == "chapter/first: up to date\n"


def test_a_second_signal_ends_what_hangs(make_book, store, tmp_path):
    root = make_book({"page": ["# Page", (waiting(tmp_path / "started"),)]})
    with processes.press(root, store, "run") as press:
        kernel = kernel_in(tmp_path / "started")
        server = psutil.Process(kernel).ppid()
        os.kill(server, signal.SIGSTOP)  # it will not end its kernel now
        press.send_signal(signal.SIGINT)
        wait_for(lambda: "ending the kernels" in press.stderr.readline())
        press.send_signal(signal.SIGINT)
        assert press.wait(60) == 130
        assert "interrupted." not in press.stderr.read()  # as it says when it has waited and ended in good order
        wait_for(lambda: not alive(kernel) and not alive(server))


def test_a_full_disk(make_book, store):
    root = make_book({"page": ["# Page", ("for _ in range(2000): print('x' * 100)",)], "small": ["# Small", ("1",)]})
    limit = 100_000  # bytes of a file: the same error as that of a full disk, but for its number
    full = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))}
    with processes.press(root, store, "run", **full) as press:
        said = press.communicate(timeout=60)[1]
    assert (press.returncode, "Traceback" in said) == (2, False)
    assert "the run of chapter/page could not be stored: " in said
    assert not list(store.rglob(".new-*"))


def test_a_page_is_printed_although_it_cannot_be_stored(make_book, run, tmp_path):
    (tmp_path / "file").touch()
    root = make_book({"page": ["# Page", ("print('shown ' * 2)",)]})
    done = run(root, "html", verb="build", NBPRESS_STORE=str(tmp_path / "file" / "store"))
    assert done.returncode == 0, done.stderr
    assert "the run of chapter/page could not be stored" in done.stderr
    assert "shown shown" in (root / "build" / "html" / "chapter" / "page.html").read_text()


def damage(store, kind):
    """Damage the three files of a kind in three ways."""
    truncated, garbled, emptied = (store / kind).rglob("*.json")
    truncated.write_bytes(truncated.read_bytes()[:-20])
    garbled.write_bytes(os.urandom(1000))
    emptied.write_bytes(b"")


@pytest.fixture
def three_pages(make_book, run):
    root = make_book({"one": ["# One", ("1",)], "two": ["# Two", ("2",)], "three": ["# Three", ("3",)]})
    run(root)
    return root


def test_damaged_manifests_and_pages(three_pages, run, store):
    damage(store, "manifests")
    damage(store, "pages")
    done = run(three_pages)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("is damaged and was set aside") == 6
    assert "executing 3 pages …" in done.stderr
    assert "executing" not in run(three_pages).stderr


def test_damaged_runs(three_pages, run, store):
    damage(store, "runs")
    done = run(three_pages, "html", verb="build")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("is damaged and was set aside") == 3
    assert "executing 3 pages …" in done.stderr
    assert "executing" not in run(three_pages).stderr


@pytest.mark.skipif(AS_OTHERS and not shutil.which("setpriv"), reason="root may write everywhere")
def test_a_checkout_that_cannot_be_written(make_book, store):
    root = make_book({"page": ["# Page", ("1",)], "bad": ["# Bad", ("print('before')",), ("1 / 0",)]})
    subprocess.run(["chmod", "-R", "a-w", root], check=True)

    def call(*arguments):
        command = [*AS_OTHERS, sys.executable, "-m", "nbpress", "-C", root, *arguments]
        env = {**os.environ, "NBPRESS_STORE": str(store)}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)

    try:
        done = [call("run"), call("run", "chapter/page"), call("why", "chapter/page")]
    finally:
        subprocess.run(["chmod", "-R", "u+w", root], check=True)
    assert [one.returncode for one in done] == [1, 0, 0], done
    assert "ZeroDivisionError" in done[0].stderr
    assert done[2].stdout == "chapter/page: up to date\n"
    assert not (root / "build").exists()


def test_two_presses_at_once(make_book, run, store):
    root = make_book({f"page{number}": [f"# {number}", (f"print({number})",)] for number in range(3)})
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda _: run(root, "--force"), range(2)))
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
    assert "executing" not in run(root).stderr
    assert not list(store.rglob(".new-*")) + list(store.rglob("*.damaged"))


def test_a_clock_that_went_backwards(make_book, run, store):
    root = make_book({"page": ["# Page", ("1",)]})
    run(root)
    future = time.time() + 10 * 24 * 3600
    for path in [*store.rglob("*"), *root.rglob("*")]:
        os.utime(path, (future, future))
    assert "executing" not in run(root).stderr
    assert run(root, "--store", "--older-than", "1", verb="clean").returncode == 0
    assert run(root, verb="why").stdout == "chapter/page: up to date\n"


def test_a_library_that_is_edited_while_a_page_runs(make_book, run):
    root = make_book({"page": ["# Page"]}, toml='[execution]\ntrack = ["tools"]')
    tools = root / "src" / "tools.py"
    tools.parent.mkdir()
    tools.write_text("NAME = 'old'\n")
    cell = f"from pathlib import Path\nimport tools\nPath({str(tools)!r}).write_text(\"NAME = 'new'\\n\")\ntools.NAME"
    (root / "notebooks" / "chapter" / "page.ipynb").write_text(notebook_text("# Page", (cell,)))
    done = run(root)
    assert done.returncode == 0, done.stderr
    assert "the run of chapter/page is not kept, for meanwhile or where it ran: tools.NAME changed" in done.stderr
    assert run(root, verb="why").stdout == "chapter/page: never run\n"


def test_a_terminal_shows_a_bar_with_the_pages_names(make_book, store, tmp_path):
    root = make_book(
        {
            "page": [
                "# Page",
                ("1",),
                (f"import time, os\nwhile not os.path.exists({str(tmp_path / 'go')!r}): time.sleep(0.02)",),
            ]
        }
    )
    screen, terminal = pty.openpty()
    shown = b""
    with processes.press(root, store, "run", stderr=terminal, stdout=terminal) as press:
        os.close(terminal)
        while "━".encode() not in shown or shown.count(b"chapter/page") == 0:
            shown += os.read(screen, 10_000)
        (tmp_path / "go").touch()
        while press.poll() is None:
            shown += read(screen)
    os.close(screen)
    assert press.returncode == 0
    assert b"\x1b[" in shown


def read(screen):
    try:
        return os.read(screen, 10_000)
    except OSError:  # whoever wrote there has ended
        return b""


@crash
def test_no_escape_codes_where_there_is_no_terminal(crashed):
    assert "\x1b" not in crashed[1]
