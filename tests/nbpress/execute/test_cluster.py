"""Pages on workers that share nothing with the book but the network: real schedulers and real workers."""

import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

import processes
from processes import Cluster, alive, wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

shared = pytest.mark.xdist_group("cluster")  # these use one cluster, which is started once
WORKER = "import psutil\nworker = psutil.Process().parent().parent()"  # above the kernel and the fork server


@pytest.fixture
def new_cluster(tmp_path):
    """`new_cluster()` starts a scheduler."""
    clusters = []

    def start(**environment):
        clusters.append(Cluster(tmp_path / f"cluster-{len(clusters)}", **environment))
        return clusters[-1]

    yield start
    for cluster in clusters:
        cluster.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A scheduler with one worker, whose home, working folder, variables and packages are not the book's."""
    folder = tmp_path_factory.mktemp("elsewhere")
    distribution(folder / "packages", "travels", "2.0")
    at_start(folder / "packages", "import nbpress.execute.worker\n    nbpress.execute.worker.IDLE_SECONDS = 0.5")
    (folder / "home" / "data").mkdir(parents=True)
    (folder / "home" / "data" / "table.csv").write_text("the worker's")
    cluster = Cluster(folder / "cluster")
    place = {
        "HOME": str(folder / "home"),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
    }
    paths = [str(folder / "packages"), os.environ.get("PYTHONPATH", "")]
    cluster.worker(PYTHONPATH=os.pathsep.join(filter(None, paths)), SIDE="worker", UNSET="worker", **place)
    yield cluster.address
    cluster.close()


@pytest.fixture
def run(press, tmp_path):
    """`run(root, …)` is `nbpress run …` with a store of this test; `why` is there as well."""

    def call(root, *arguments, verb="run", **environment):
        return press(root, verb, *arguments, NBPRESS_STORE=str(tmp_path / "store"), **environment)

    return call


@pytest.fixture
def running(tmp_path):
    """`running(root, …)` is `nbpress run …` that goes on while the test does; it ends with the block."""

    def start(root, *arguments):
        return processes.press(root, tmp_path / "store", "run", *arguments)

    return start


def distribution(folder, name, version):
    """A package as pip would install it."""
    (folder / f"{name}-{version}.dist-info").mkdir(parents=True)
    (folder / f"{name}-{version}.dist-info" / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    (folder / f"{name}-{version}.dist-info" / "top_level.txt").write_text(name)
    (folder / f"{name}.py").write_text("")


def at_start(folder, code):
    """Have workers that find this folder on their path run `code` first."""
    text = f"import sys\nif 'distributed.cli.dask_worker' in sys.orig_argv:\n    {code}\n"
    (folder / "sitecustomize.py").write_text(text)


def declare(root, page="page", **needs):
    path = root / "notebooks" / "chapter" / f"{page}.ipynb"
    notebook = json.loads(path.read_text())
    notebook["metadata"]["nbpress"] = needs
    path.write_text(json.dumps(notebook))


def shown(tmp_path):
    """All outputs in the store of this test."""
    return "".join(path.read_text() for path in (tmp_path / "store" / "runs").rglob("*.json"))


@shared
def test_a_page_takes_along_what_it_needs_of_the_project(make_book, run, address, tmp_path):
    cells = [
        ("import os",),
        ("from tools.names import NAME\nprint(NAME)",),
        ("print('there', os.path.exists('flag'))",),
        ("print(open('data.csv').read(), len(os.listdir('many')))",),
        ("print(os.environ['SIDE'], os.environ.get('UNSET'))",),
        ("print(open(os.environ['MATPLOTLIBRC']).read())",),
    ]
    toml = '[execution]\ntrack = ["tools"]\nenvironment = ["SIDE", "UNSET"]'
    root = make_book({"page": ["# Page", *cells]}, toml=toml)
    (root / "src" / "tools").mkdir(parents=True)
    (root / "src" / "tools" / "names.py").write_text("NAME = 'tracked'")
    (root / "conf" / "book.mplstyle").write_text("lines.linewidth: 7.5")
    (root / "notebooks" / "chapter" / "data.csv").write_text("a,b")
    (root / "notebooks" / "chapter" / "flag").touch()
    (root / "notebooks" / "chapter" / "many").mkdir()
    for name in "xyz":
        (root / "notebooks" / "chapter" / "many" / name).write_text(name)
    done = run(root, "--scheduler", address, SIDE="book")
    assert done.returncode == 0, done.stderr
    assert all(text in shown(tmp_path) for text in ("tracked", "there True", "a,b 3", "book None", "7.5"))
    assert "executing" not in run(root, SIDE="book").stderr


@shared
def test_values_in_the_text_are_computed_there(make_book, run, address, tmp_path):
    done = run(make_book({"page": ["# Page", ("x = 6",), "It is {eval}`7 * x`."]}), "--scheduler", address)
    assert done.returncode == 0, done.stderr
    assert '"42"' in shown(tmp_path)


@shared
def test_a_page_runs_in_a_folder_of_the_worker(make_book, run, address, tmp_path):
    cell = f"import os\nprint(os.path.realpath('.').startswith({os.path.realpath(tmp_path)!r}))"
    run(make_book({"page": ["# Page", (cell,)]}), "--scheduler", address)
    assert "False" in shown(tmp_path)


@shared
def test_a_cell_that_fails_is_not_tried_again(make_book, run, address, tmp_path):
    cell = f"with open({str(tmp_path / 'tries')!r}, 'a') as file:\n    file.write('x')\n1 / 0"
    done = run(make_book({"page": ["# Page", (cell,)]}), "--scheduler", address)
    assert done.returncode == 1
    assert "chapter/page.ipynb, cell 2 (id c2), line 3: ZeroDivisionError: division by zero" in done.stderr
    assert (tmp_path / "tries").read_text() == "x"


@shared
def test_a_run_with_another_version_of_a_package_is_not_kept(make_book, run, address, tmp_path):
    distribution(tmp_path / "packages", "travels", "1.0")
    root = make_book({"page": ["# Page", ("import travels",)]})
    done = run(root, "--scheduler", address, PYTHONPATH=str(tmp_path / "packages"))
    assert done.returncode == 0, done.stderr
    assert "the run of chapter/page is not kept" in done.stderr
    assert "travels changed from 2.0 to 1.0" in done.stderr
    assert run(root, verb="why").stdout == "chapter/page: never run\n"


@pytest.fixture
def reads_data(make_book):
    cell = "from pathlib import Path\nprint(Path('~/data/table.csv').expanduser().read_text())"
    return make_book({"page": ["# Page", (cell,)]}, toml='[execution]\ndata = ["~/data"]')


@pytest.fixture
def home(tmp_path):
    """A home with data of its own."""
    (tmp_path / "home" / "data").mkdir(parents=True)
    (tmp_path / "home" / "data" / "table.csv").write_text("the client's")
    return tmp_path / "home"


@shared
def test_data_that_a_worker_read_are_observed(reads_data, run, address, home, tmp_path):
    assert run(reads_data, "--scheduler", address).returncode == 0
    assert "the worker's" in shown(tmp_path)
    assert "data table.csv changed" in run(reads_data, verb="why", HOME=str(home)).stdout


@shared
def test_a_worker_with_other_data_refuses(reads_data, run, address, home):
    run(reads_data, HOME=str(home))
    done = run(reads_data, "--force", "--scheduler", address, HOME=str(home))
    assert done.returncode == 1
    assert "chapter/page.ipynb: the worker has another version of the data table.csv." in done.stderr


@shared
def test_two_books_at_once(make_book, run, address):
    root = make_book({"one": ["# One", ("1",)], "two": ["# Two", ("2",)]})
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda page: run(root, page, "--scheduler", address), ["chapter/one", "chapter/two"]))
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
    assert "executing" not in run(root).stderr


@shared
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_page_ends_when_the_one_who_asked_is_gone(make_book, running, run, address, tmp_path, number):
    file = tmp_path / "started"
    cell = f"import os, time\nopen({str(file)!r}, 'w').write(f'{{os.getpid()}}.')\ntime.sleep(600)"
    root = make_book({"page": ["# Page", (cell,)], "next": ["# Next", ("1",)]})
    with running(root, "chapter/page", "--scheduler", address) as press:
        wait_for(lambda: file.exists() and file.read_text().endswith("."))
        kernel = int(file.read_text()[:-1])
        family = [kernel, psutil.Process(kernel).ppid()]
        press.send_signal(number)
        assert press.wait(60) == {signal.SIGINT: 130, signal.SIGKILL: -9}[number]
        wait_for(lambda: not any(map(alive, family)), "the end of kernel and fork server")
    assert run(root, "chapter/next", "--scheduler", address).returncode == 0


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense"])
def test_no_scheduler(make_book, run, address):
    done = run(make_book({"page": ["# Page", ("1",)]}), "--scheduler", address)
    assert done.returncode == 2
    assert f"there is no scheduler at {address}" in done.stderr
    assert (
        done.stderr.splitlines()[-1].strip() == "start one with: dask scheduler; then workers with: dask worker ADDRESS"
    )


def test_pages_wait_for_the_first_worker(make_book, running, new_cluster):
    cluster = new_cluster()
    with running(make_book({"page": ["# Page", ("1",)]}), "--scheduler", cluster.address) as press:
        assert "executing" in press.stderr.readline()
        assert "has no workers; waiting for one" in press.stderr.readline()
        cluster.worker()
        assert press.wait(60) == 0


def test_a_worker_without_this_nbpress(make_book, run, new_cluster, tmp_path):
    (tmp_path / "nbpress").mkdir()
    (tmp_path / "nbpress" / "__init__.py").touch()
    cluster = new_cluster()
    cluster.worker(PYTHONPATH=str(tmp_path))
    cluster.ready(1)
    done = run(make_book({"page": ["# Page", ("1",)]}), "--scheduler", cluster.address)
    assert done.returncode == 2
    assert "a worker cannot run nbpress: " in done.stderr


def test_a_worker_with_another_nbpress(make_book, run, new_cluster, tmp_path):
    at_start(tmp_path, "import nbpress\n    nbpress.__version__ = '0.0.1'")
    cluster = new_cluster()
    cluster.worker(PYTHONPATH=str(tmp_path))
    cluster.ready(1)
    done = run(make_book({"page": ["# Page", ("1",)]}), "--scheduler", cluster.address)
    assert done.returncode == 1
    assert "has nbpress 0.0.1 on Python 3." in done.stderr


def test_a_worker_is_killed(make_book, running, run, new_cluster, tmp_path):
    cluster = new_cluster()
    cluster.worker(), cluster.worker()
    cluster.ready(2)
    file, go = tmp_path / "worker", tmp_path / "go"
    slow = f"{WORKER}\nimport os, time\nopen({str(file)!r}, 'a').write(f'{{worker.pid}}.')"
    slow += f"\nwhile not os.path.exists({str(go)!r}): time.sleep(0.02)"
    names = [f"page{number}" for number in range(6)]
    root = make_book({name: [f"# {name}", (slow if name == "page1" else f"print('{name}')",)] for name in names})
    with running(root, "--scheduler", cluster.address) as press:
        wait_for(lambda: file.exists() and file.read_text().endswith("."))
        os.kill(int(file.read_text()[:-1]), signal.SIGKILL)
        go.touch()
        said = press.communicate(timeout=60)[1]
    assert press.returncode == 0, said
    assert [said.count(f"chapter/{name}") for name in names] == [1] * 6
    assert file.read_text().count(".") == 2
    assert "executing" not in run(root).stderr


def test_a_page_that_kills_its_workers_fails_alone(make_book, run, new_cluster):
    cluster = new_cluster(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    cluster.worker(nanny=True)
    pages = {f"other{number}": ["# Other", (f"{number}",)] for number in range(3)}
    root = make_book({"killer": ["# Killer", (f"{WORKER}\nworker.kill()",)], **pages})
    done = run(root, "--scheduler", cluster.address)
    assert done.returncode == 1
    assert "chapter/killer.ipynb: the worker died while running this page." in done.stderr
    assert "executing 1 page, 3 up to date" in run(root, "--scheduler", "nonsense").stderr


def test_the_scheduler_is_killed(make_book, running, run, new_cluster, tmp_path):
    cluster = new_cluster()
    cluster.worker()
    file = tmp_path / "started"
    slow = f"import time\nopen({str(file)!r}, 'w').close()\ntime.sleep(100)"
    root = make_book({"first": ["# First", ("1",)], "second": ["# Second", (slow,)]})
    with running(root, "--scheduler", cluster.address) as press:
        wait_for(file.exists)
        cluster.scheduler.kill()
        said = press.communicate(timeout=60)[1]
    assert press.returncode == 2
    assert f"lost the scheduler at {cluster.address}." in said
    assert "executing" not in run(root, "chapter/first").stderr


@pytest.fixture
def mixed(new_cluster):
    """Two workers: one has a GPU, or so it is told, and the other little memory."""
    cluster = new_cluster()
    cluster.worker("--resources", "MEMORY=1000", SIDE="small", CUDA_VISIBLE_DEVICES="")
    cluster.worker(SIDE="large", CUDA_VISIBLE_DEVICES="0")
    cluster.ready(2)
    return cluster


@pytest.mark.parametrize("needs", [{"gpus": 1}, {"memory": "1 MB"}])
def test_pages_run_where_there_is_what_they_need(make_book, run, mixed, tmp_path, needs):
    cell = "import os\nprint(f\"{os.environ['SIDE']}-{os.environ['CUDA_VISIBLE_DEVICES']}-{}\")"
    names = ["page", "other", "third"]
    root = make_book({name: ["# Page", (cell.replace("{}", name),)] for name in names})
    for name in names:
        declare(root, name, **needs)
    assert run(root, "--scheduler", mixed.address).returncode == 0
    visible = "0" if "gpus" in needs else ""
    assert all(f"large-{visible}-{name}" in shown(tmp_path) for name in names)


def test_pages_that_no_worker_can_run_are_printed_as_they_were(make_book, run, press, mixed, tmp_path):
    root = make_book({"page": ["# Page", ("print('first ' + 'cell')",), ("print('second ' + 'cell')",)]})
    declare(root, gpus=1)
    run(root, "--scheduler", mixed.address)
    path = root / "notebooks" / "chapter" / "page.ipynb"
    path.write_text(path.read_text().replace("second", "third"))
    declare(root, gpus=2)
    done = run(root, "--scheduler", mixed.address)
    assert (
        done.returncode,
        "not run, because there are not the GPUs or the memory that they declare: chapter/page" in done.stderr,
    ) == (
        0,
        True,
    )
    done = run(root, "html", verb="build", CUDA_VISIBLE_DEVICES="")
    assert "printed with the outputs of an earlier run: chapter/page" in done.stderr
    html = (root / "build" / "html" / "chapter" / "page.html").read_text()
    assert ("first cell" in html, "second cell" in html, "third cell" in html) == (True, False, False)
