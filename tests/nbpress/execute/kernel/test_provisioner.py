"""Pages in forked kernels, through nbclient and jupyter_client as they are."""

import os
import select
import sys
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from nbpress.execute.kernel.forkserver import ForkServer
from processes import in_a_loop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

CONFIG = """
c = get_config()
c.HistoryManager.enabled = False
c.InteractiveShellApp.exec_lines = ["configured = True"]
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
"""
STATE = """
import decimal, os, random, sys, threading, time
import numpy, matplotlib
print(decimal.getcontext().prec, decimal.ROUND_UP, random.random(), numpy.random.rand(), os.getcwd(), sys.path)
print(sorted(os.environ), len(os.listdir("/proc/self/fd")), sorted(map(type(threading).__repr__, [])))
print(sorted(thread.name for thread in threading.enumerate()), matplotlib.rcParams, sorted(globals()), time.tzname)
"""
CHANGES = """
import decimal, os, random, sys, threading, time
import numpy, matplotlib
decimal.getcontext().prec, decimal.ROUND_UP = 3, "changed"
random.seed(1); numpy.random.seed(1)
os.environ["CHANGED"] = "1"; os.environ["TZ"] = "Asia/Tokyo"; time.tzset()
os.chdir("/"); sys.path.append("/changed")
matplotlib.rcParams["lines.linewidth"] = 99
threading.Thread(target=time.sleep, args=[600], daemon=True).start()
file = open(os.devnull)
"""
ANY_PAGE = (
    "import sys\nprint(__name__, sys.modules['__main__'], sorted(globals()), configured)",
    "print(sys.path, sys.flags, sys.executable, sys.argv[0], len(sys.argv))",
    "import os\nprint({name: value for name, value in os.environ.items() if name != 'JPY_PARENT_PID'}, os.getcwd())",
    "print('JPY_PARENT_PID' in os.environ, os.getpgid(0) == os.getpid())",
    "import threading\nprint(sorted(thread.name for thread in threading.enumerate()))",
    "import signal\nprint([(n, signal.getsignal(n)) for n in range(1, 65) if n in signal.valid_signals() and n != 2])",
    "import decimal, numpy, random, wave\nrandom.seed(3)\nnumpy.random.seed(3)\nprint('seeded')",
    "print(random.random(), numpy.random.rand(), hash('a'))",
    "import matplotlib.pyplot as plt\nprint(plt.rcParams, plt.get_backend())",
    "import warnings, logging\nprint(sorted(map(str, warnings.filters)), logging.getLogger().handlers)",
    "plt.plot([1, 3, 2])\nplt.title('Title');",
    "plt.bar([1, 2], [3, 4])\nplt.show()",
    "%matplotlib inline\nplt.plot([1, 3, 2]);",
    "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(1) as pool:\n    print(pool.map(abs, [-1]))",
    "import pickle\nclass Own: pass\nprint(pickle.dumps(Own()))",
    "%config InlineBackend",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder for sockets, logs and IPython's configuration."""
    made = tmp_path_factory.mktemp("fork")
    (made / "profile_default").mkdir()
    (made / "profile_default" / "ipython_kernel_config.py").write_text(CONFIG)
    (made / "matplotlibrc").write_text("svg.hashsalt: nbpress\nlines.linewidth: 3\n")
    return made


@pytest.fixture(scope="module")
def env(folder):
    return {
        **os.environ,
        "IPYTHONDIR": str(folder),
        "MATPLOTLIBRC": str(folder / "matplotlibrc"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    }


@pytest.fixture(scope="module")
def server(folder, env):
    with ForkServer(sys.executable, ["decimal", "numpy", "matplotlib.pyplot", "wave"], env, folder) as started:
        yield started


@pytest.fixture
def client(tmp_path, folder, env):
    """`client(server, "x = 1", …)` is nbclient's with these cells; without a server its kernel is a cold one."""

    def made(server, *cells, **options):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        resources = {"metadata": {"path": str(tmp_path)}}
        options = {"shutdown_kernel": "immediate", **options}
        client = NotebookClient(notebook, kernel_name="python3", resources=resources, **options)
        manager = client.create_kernel_manager()
        manager.transport, manager.ip = "ipc", str(folder / f"kernel-{id(client)}")
        manager.connection_file = f"{manager.ip}.json"
        if server:
            config = {"provisioner_name": "nbpress-forkserver", "config": {"socket": str(server.socket)}}
            manager.kernel_spec.metadata = {"kernel_provisioner": config}
        return client

    return made


@pytest.fixture
def show(client, env):
    """`show(server, "1 + 1", …)` runs these cells and returns their outputs as texts."""

    def shown(server, *cells, variables=env, **options):
        made = client(server, *cells, **options).execute(env=dict(variables))
        return [text(output) for cell in made.cells for output in cell.outputs]

    return shown


def text(output):
    if "data" in output:
        return output.data.get("image/svg+xml", output.data["text/plain"])
    return output.get("text") or output.ename


def last_words(client, env):
    """Run a page that kills its kernel; return how the kernel ended, and its log."""
    manager = client.km
    with pytest.raises(DeadKernelError):
        client.execute(env=dict(env))
    return manager.provisioner.returncode, manager.provisioner.log_file.read_text()


def memory(pid):
    """The MiB that are a process's part of the machine's memory."""
    return int(Path(f"/proc/{pid}/smaps_rollup").read_text().split("Pss:")[1].split()[0]) / 1024


def test_a_page_runs(show, server):
    assert show(server, "x = 6", "print(x * 7)", "x") == ["42\n", "6"]


def test_what_is_preloaded_is_there(show, server):
    assert show(server, "import sys\n'wave' in sys.modules") == ["True"]


def test_a_page_leaves_nothing_behind(show, server):
    before = show(server, STATE)
    assert show(server, CHANGES, STATE)[0] != before[0]
    assert show(server, STATE) == before


def test_a_forked_kernel_shows_what_a_cold_one_shows(show, server):
    forked = show(server, *ANY_PAGE)
    assert len(forked) == len(ANY_PAGE)
    assert forked == show(None, *ANY_PAGE)


@pytest.fixture
def other_server(tmp_path, env):
    """`with other_server("torch", …) as server` is a server that preloads these modules."""

    def made(*preload, **changes):
        return ForkServer(sys.executable, preload, {**env, **changes}, tmp_path)

    return made


def test_figures_where_the_backend_was_preloaded(show, other_server):
    cell = "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);"
    with other_server("matplotlib_inline.backend_inline") as server:
        assert show(server, cell) == show(None, cell)


def test_numpy_has_its_threads_again(show, other_server, env):
    cell = "import numpy, os\nx = numpy.ones((500, 500))\nnumpy.dot(x, x).sum(), len(os.listdir('/proc/self/task'))"
    with other_server("numpy", OMP_NUM_THREADS="2") as server:
        variables = {**env, "OMP_NUM_THREADS": "2"}
        assert show(server, cell, variables=variables) == show(None, cell, variables=variables)


def test_torch_computes_as_in_a_cold_kernel(show, other_server):
    cell = (
        "import torch\ntorch.manual_seed(1)\nx = torch.rand(300, 300, requires_grad=True)\n(x @ x).sum().backward()\n"
        "print(x.grad.sum(), torch.get_num_threads(), torch.get_num_interop_threads())"
    )
    with other_server("torch") as server:
        assert show(server, cell) == show(None, cell)


def test_random_numbers_are_those_of_every_server(show, other_server, server):
    cell = "import random, numpy\nprint(random.random(), numpy.random.rand())"
    with other_server("numpy") as other:
        assert show(server, cell) == show(other, cell)


def test_random_numbers_of_torch_are_those_of_every_server(show, other_server):
    with other_server("torch") as server:
        assert show(server, "import torch\nprint(torch.initial_seed())") == ["0\n"]


def test_the_signal_that_killed_a_kernel(client, server, env):
    assert last_words(client(server, "import os\nos.kill(os.getpid(), 9)"), env)[0] == -9


def test_a_kernel_that_exits(client, server, env):
    assert last_words(client(server, "import os\nos._exit(3)"), env)[0] == 3


def test_the_last_words_of_a_crash(client, server, env):
    assert (
        "Fatal Python error: Segmentation fault"
        in last_words(client(server, "import ctypes\nctypes.string_at(0)"), env)[1]
    )


def test_a_kernel_that_is_asked_to_end_does(client, server, env):
    asked = client(server, "1", shutdown_kernel="graceful")
    provisioner = asked.km
    asked.execute(env=dict(env))
    assert provisioner.provisioner.returncode == 0
    assert provisioner.provisioner.log_file.read_text() == ""


def test_a_cell_can_be_interrupted(show, server):
    cell = "import time\ntime.sleep(600)"
    assert show(server, cell, "'next'", timeout=1, interrupt_on_timeout=True, allow_errors=True) == [
        "KeyboardInterrupt",
        "'next'",
    ]


def test_subprocesses_of_a_page_end_with_it(show, server):
    cell = "import subprocess\nsubprocess.Popen(['sleep', '600']).pid"
    (number,) = show(server, cell, shutdown_kernel="graceful")
    with suppress(ProcessLookupError):  # it has ended already
        assert select.select([os.pidfd_open(int(number))], [], [], 60)[0]


def test_memory_is_given_back(show, server):
    show(server, "1")
    before = memory(server._process.pid)
    for _ in range(5):
        show(server, "large = b'x' * (200 << 20)")
    assert memory(server._process.pid) < before + 10


def test_no_server(client, env, other_server):
    server = other_server()
    server.close()
    with pytest.raises(RuntimeError, match="no kernel from the fork server at"):
        client(server, "1").execute(env=dict(env))


def test_a_server_that_refuses(client, env, other_server):
    refusal = "the fork server refuses: cannot import torhc"
    with other_server("torhc") as server, pytest.raises(RuntimeError, match=refusal):
        client(server, "1").execute(env=dict(env))


def test_a_kernel_of_another_language(client, server, env):
    made = client(server, "1")
    made.km.kernel_spec.argv = ["ruby", "-f", "{connection_file}"]
    with pytest.raises(RuntimeError, match='runs "-m ipykernel_launcher" only, not: ruby -f'):
        made.execute(env=dict(env))


def test_a_kernel_can_be_restarted(client, server, env):
    async def numbers():
        manager = client(server).km
        await manager.start_kernel(env=dict(env))
        first = manager.provisioner.pid
        await manager.restart_kernel(now=True)
        second = manager.provisioner.pid
        await manager.shutdown_kernel(now=True)
        return first, second

    first, second = in_a_loop(numbers())
    assert first != second
