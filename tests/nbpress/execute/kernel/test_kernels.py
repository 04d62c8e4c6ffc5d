"""Where the kernels of pages come from, through the real command line."""

import json
import sys

import pytest

from nbpress.execute import machine

linux = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

DISTURB = """\
import decimal, os, random, sys, threading, time, warnings
decimal.getcontext = None
os.environ["LEFT"] = "behind"
os.chdir("/")
random.seed(99)
sys.path.insert(0, "/left")
warnings.simplefilter("error")
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
builtins = __import__("builtins")
builtins.left = 1
"""
CALM = """\
import builtins, decimal, os, random, sys, threading, warnings
assert decimal.getcontext is not None
assert "LEFT" not in os.environ and not hasattr(builtins, "left")
assert os.path.basename(os.getcwd()) == "chapter"
assert "/left" not in sys.path
assert not any(thread.name.startswith("Thread-") and "sleep" in thread.name for thread in threading.enumerate())
print(random.random())
"""


def test_a_page_leaves_nothing_behind(make_book, press):
    root = make_book(
        {"one": ["# One", (DISTURB,)], "two": ["# Two", (CALM,)]},
        toml='[execution]\npreload = ["decimal"]\ncell_timeout = 20',
    )
    done = press(root, "run", "-j", "1")
    assert done.returncode == 0, done.stderr


def install_kernel(folder, **changes):
    """A kernel of the name `mine`, in a data folder of Jupyter."""
    kernel = folder / "kernels" / "mine"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Mine", "language": "python", **changes}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    return {"JUPYTER_PATH": str(folder)}


def ask_for_mine(root):
    path = root / "notebooks" / "chapter" / "page.ipynb"
    path.write_text(path.read_text().replace('"name": "python3"', '"name": "mine"'))


IS_FORKED = "import os, pathlib\nprint('fork' in pathlib.Path(f'/proc/{os.getppid()}/cmdline').read_text())"


def shown(press, root, tmp_path, **environment):
    """The text of the page's only output."""
    done = press(root, "run", NBPRESS_STORE=str(tmp_path / "store"), **environment)
    assert done.returncode == 0, done.stderr
    [file] = (tmp_path / "store" / "runs").rglob("*.json")
    return json.loads(file.read_text())["outputs"][0][0]["text"]


@pytest.mark.parametrize("own", ["lines.linewidth: 3\n", "lines.linewidth: 3\nsvg.hashsalt: own\n"])
def test_the_style_of_the_book_and_that_of_the_press_do_not_collide(make_book, press, tmp_path, own):
    code = "import matplotlib\nprint(matplotlib.rcParams['svg.hashsalt'], matplotlib.rcParams['lines.linewidth'])"
    root = make_book({"page": ["# Page", (code,)]})
    (root / "conf" / "book.mplstyle").write_text(own)
    assert shown(press, root, tmp_path) == f"{'own' if 'own' in own else 'nbpress'} 3.0\n"


@linux
def test_kernels_are_forked(make_book, press, tmp_path):
    assert shown(press, make_book({"page": ["# Page", (IS_FORKED,)]}), tmp_path) == "True\n"


@linux
@pytest.mark.parametrize(
    "changes",
    [{"env": {"OWN": "1"}}, {"argv": ["env", sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]}],
)
def test_a_kernel_with_an_environment_of_its_own_is_not(make_book, press, tmp_path, changes):
    root = make_book({"page": ["# Page", (IS_FORKED,)]})
    ask_for_mine(root)
    assert shown(press, root, tmp_path, **install_kernel(tmp_path / "jupyter", **changes)) == "False\n"


@linux
def test_a_module_that_cannot_be_preloaded_is_told(make_book, press):
    root = make_book({"page": ["# Page", ("try: import nonsense\nexcept ImportError: print('none')",)]})
    toml = root / "conf" / "book.toml"
    toml.write_text(toml.read_text().replace("[[parts]]", '[execution]\npreload = ["nonsense"]\n[[parts]]', 1))
    done = press(root, "run")
    assert (done.returncode, "kernels are started one by one: " in done.stderr) == (0, True), done.stderr


def test_a_kernel_that_cannot_be_observed_depends_on_all_files(make_book, press, tmp_path):
    root = make_book({"page": ["# Page", ("1",)]})
    ask_for_mine(root)
    argv = ["env", sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    environment = {**install_kernel(tmp_path / "jupyter", argv=argv), "NBPRESS_STORE": str(tmp_path / "store")}
    press(root, "run", **environment)
    assert press(root, "why", **environment).stdout == "chapter/page: up to date\n"
    (root / "notebooks" / "chapter" / "data.csv").write_text("1")
    assert "a file of the book or of its packages changed" in press(root, "why", **environment).stdout


@pytest.mark.skipif(machine.cores() < 2, reason="one core cannot be shared")
@pytest.mark.parametrize("jobs", [1, 2])
def test_pages_at_once_share_the_cores(make_book, press, tmp_path, monkeypatch, jobs):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    cell = "import os\nprint(os.environ['OMP_NUM_THREADS'])"
    root = make_book({"page": ["# Page", (cell,)], "other": ["# Other", (cell,)]})
    press(root, "run", "-j", str(jobs), NBPRESS_STORE=str(tmp_path / "store"))
    [file] = (tmp_path / "store" / "runs").rglob("*.json")
    assert json.loads(file.read_text())["outputs"][0][0]["text"] == f"{machine.cores() // jobs}\n"


def test_a_kernel_whose_program_is_not_there(make_book, press, tmp_path):
    root = make_book({"page": ["# Page", ("1",)], "good": ["# Good", ("2",)]})
    ask_for_mine(root)
    environment = install_kernel(tmp_path / "jupyter", argv=["/nowhere/program", "{connection_file}"])
    done = press(root, "run", **environment)
    assert (done.returncode, "the kernel could not be started" in done.stderr) == (1, True), done.stderr
    assert "done" in done.stderr


def test_a_kernel_whose_description_is_none(make_book, press, tmp_path):
    root = make_book({"page": ["# Page", ("1",)]})
    ask_for_mine(root)
    environment = install_kernel(tmp_path / "jupyter")
    (tmp_path / "jupyter" / "kernels" / "mine" / "kernel.json").write_text("{")
    done = press(root, "run", **environment)
    assert (done.returncode, "the kernel could not be started" in done.stderr) == (1, True), done.stderr
