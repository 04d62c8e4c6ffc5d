"""Real servers and real forked processes; whether a process has ended is asked of the system (pidfd)."""

import os
import select
import signal
import subprocess
import sys

import pytest

from nbpress.execute.kernel.forkserver import ForkServer, ask
from processes import in_a_loop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

OWNER = """
import asyncio, os, sys
from pathlib import Path
from nbpress.execute.kernel.forkserver import ForkServer, ask

async def main():
    folder = Path(sys.argv[1])
    server = ForkServer(sys.executable, sys.argv[2:], os.environ, folder)
    print(server._process.pid, flush=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", str(folder / "kernel.json")]
    request = {"argv": command, "cwd": str(folder), "env": dict(os.environ), "log": str(folder / "kernel.log")}
    answer, connection = await ask(server.socket, request)
    print(answer["pid"], flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.fixture
def start(tmp_path):
    """`start("json", …)` starts a server that preloads these modules; modules of the test are found in `tmp_path`."""
    servers = []

    def started(*preload, python=sys.executable, folder=tmp_path, **environment):
        env = {**os.environ, "PYTHONPATH": str(tmp_path), "OMP_NUM_THREADS": "1", **environment}
        servers.append(ForkServer(python, preload, env, folder))
        return servers[-1]

    yield started
    for server in servers:
        server.close()


@pytest.fixture
def fork(tmp_path):
    """`fork(server)` has it fork a kernel that nobody talks to; returns its process number and the connection."""
    connections = []

    def forked(server, **changes):
        name = f"kernel-{len(connections)}"
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", str(tmp_path / f"{name}.json")]
        request = {"argv": command, "cwd": str(tmp_path), "env": dict(os.environ), "log": str(tmp_path / f"{name}.log")}
        answer, connection = in_a_loop(ask(server.socket, {**request, **changes}))
        connections.append(connection)
        return answer["pid"], connection

    yield forked
    for connection in connections:
        connection.close()


def ready(server):
    return in_a_loop(server.ready())


def ended(process):
    """Wait until the process of a pidfd has ended."""
    return bool(select.select([process], [], [], 60)[0])


def test_the_server_is_ready(start):
    assert ready(start("decimal", "wave")) == ""


def test_asking_twice_is_as_good(start):
    server = start("decimal")
    assert [ready(server), ready(server)] == ["", ""]


def test_a_module_that_there_is_not(start):
    assert ready(start("decimal", "torhc")) == "cannot import torhc: No module named 'torhc'"


def test_a_module_that_starts_threads(start, tmp_path):
    (tmp_path / "busy.py").write_text(
        "import threading, time\nfor _ in range(3):\n    threading.Thread(target=time.sleep, args=[600], daemon=True).start()"
    )
    assert ready(start("busy")) == "importing busy started 3 threads"


def test_a_module_that_starts_threads_which_python_does_not_know(start, tmp_path):
    (tmp_path / "parallel.py").write_text("import torch\ntorch.ones(1000, 1000) @ torch.ones(1000, 1000)")
    assert ready(start("parallel", OMP_NUM_THREADS="2")) == "importing parallel started 1 thread"


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="numpy starts threads only where there are processors for them")
def test_threads_that_know_of_forks_are_welcome(start):
    assert ready(start("numpy", OMP_NUM_THREADS="2")) == ""


def test_a_module_that_ends_the_server(start, tmp_path):
    (tmp_path / "fatal.py").write_text(
        "import os, sys\nsys.stderr.write('out of luck')\nsys.stderr.flush()\nos._exit(1)"
    )
    assert ready(start("fatal")) == "the fork server ended: out of luck"


def test_an_interpreter_that_there_is_not(start):
    assert ready(start(python="/nowhere/python")).startswith("cannot start /nowhere/python ")


def test_a_folder_with_too_long_a_name(start, tmp_path):
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    assert "AF_UNIX path too long" in ready(start(folder=folder))


def test_another_system(start, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert ready(start("decimal")) == "kernels are forked on Linux only, not on darwin"


def test_a_server_that_cannot_fork_safely_does_not(start, fork):
    with pytest.raises(KeyError, match="pid"):
        fork(start("torhc"))


def test_closing_ends_the_kernels(start, fork):
    server = start()
    kernels = [os.pidfd_open(fork(server)[0]) for _ in range(2)]
    server.close()
    assert all(map(ended, kernels))


def test_closing_twice(start):
    server = start()
    server.close()
    server.close()
    assert not server.socket.exists()


def test_closing_does_not_wait_for_imports(start, tmp_path):
    os.mkfifo(tmp_path / "begun")
    (tmp_path / "endless.py").write_text(f"import time\nopen({str(tmp_path / 'begun')!r}, 'w')\ntime.sleep(600)")
    server = start("endless")
    (tmp_path / "begun").read_text()
    server.close()
    assert server._process.returncode == -signal.SIGIO


def test_kernels_end_with_a_killed_server(start, fork):
    server = start()
    kernel = os.pidfd_open(fork(server)[0])
    server._process.kill()
    assert ended(kernel)


def test_a_kernel_ends_with_the_connection(start, fork):
    pid, connection = fork(start())
    kernel = os.pidfd_open(pid)
    connection.close()
    assert ended(kernel)


def test_the_server_outlives_clients_that_vanish(start, fork):
    server = start()
    fork(server)[1].close()
    fork(server)[1].send(b"this is no JSON")
    assert ready(server) == ""


@pytest.mark.parametrize("preload", ["decimal", "endless"])
def test_everything_ends_with_a_killed_owner(tmp_path, preload):
    (tmp_path / "endless.py").write_text("import time\nwhile True:\n    time.sleep(600)")
    command = [sys.executable, "-c", OWNER, str(tmp_path), preload]
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as owner:
        lines = [owner.stdout.readline() for _ in range(1 if preload == "endless" else 2)]
        processes = [os.pidfd_open(int(line)) for line in lines]
        owner.kill()
    assert all(map(ended, processes))


def test_the_exit_status_is_reported(start, fork):
    pid, connection = fork(start())
    os.kill(pid, signal.SIGTERM)
    connection.setblocking(True)
    assert connection.recv(100) == b'{"returncode": -15}'


def test_signals_are_passed_on(start, fork):
    _, connection = fork(start())
    connection.setblocking(True)
    connection.send(b'{"signal": 9}')
    assert connection.recv(100) == b'{"returncode": -9}'


def test_what_a_kernel_says_when_it_cannot_start(start, fork, tmp_path):
    _, connection = fork(start(), cwd=str(tmp_path / "nowhere"))
    connection.setblocking(True)
    assert connection.recv(100) == b'{"returncode": 1}'
    assert "FileNotFoundError" in (tmp_path / "kernel-0.log").read_text()


@pytest.fixture
def inside(start, fork, tmp_path):
    """`inside("print(…)")` is what this code says where the launcher of a second kernel would begin."""

    def said(code):
        (tmp_path / "ipykernel_launcher.py").write_text(code)
        server = start()
        fork(server)
        _, connection = fork(server)
        connection.setblocking(True)
        assert connection.recv(100) == b'{"returncode": 0}'
        return (tmp_path / "kernel-1.log").read_text().strip()

    return said


def test_a_kernel_has_a_session_of_its_own(inside):
    assert inside("import os\nprint(os.getsid(0) == os.getpgid(0) == os.getpid())") == "True"


def test_a_kernel_has_no_files_but_its_log(inside, tmp_path):
    said = inside(
        "import glob, os\n"
        "print(*sorted({os.readlink(file) for file in glob.glob('/proc/self/fd/*') if os.path.lexists(file)}))"
    )
    assert said == f"/dev/null {tmp_path / 'kernel-1.log'}"


def test_a_kernel_has_the_command_line_of_a_cold_one(inside, tmp_path):
    arguments = ["-f", str(tmp_path / "kernel-1.json")]
    said = inside("import sys\nprint([sys.argv, sys.orig_argv])")
    assert said == str(
        [
            [str(tmp_path / "ipykernel_launcher.py"), *arguments],
            [sys.executable, "-m", "ipykernel_launcher", *arguments],
        ]
    )


def test_a_kernel_handles_signals_as_a_cold_one(inside):
    code = "import signal as s\nprint(s.pthread_sigmask(s.SIG_BLOCK, ()), s.getsignal(s.SIGINT), s.getsignal(s.SIGIO))"
    cold = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert inside(code) == cold
