"""A process that has imported what is slow to import, and forks a fresh IPython kernel for whoever asks.

This file is two things: the handle `ForkServer`, and, run by its path, the server itself. The server runs in the
kernels' interpreter, where nbpress need not be installed, so only the standard library is imported here.

A client connects to the server's Unix socket and sends a request, one packet of JSON: `{}` asks whether kernels can be
forked and is answered `{"refusal": ""}`, or why not; `{"argv": …, "cwd": …, "env": …, "log": …}` asks for a kernel and
is answered `{"pid": …}`, and later, when the kernel has ended, `{"returncode": …}`. Meanwhile `{"signal": …}` sends the
kernel's process group a signal. A kernel lives no longer than the connection that asked for it, and none outlives the
server; the server lives no longer than its owner, who holds the other end of its standard input.
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]  # the folder of this file, whose modules are nobody's to import by these names

import asyncio
import ctypes
import faulthandler
import functools
import gc
import importlib
import json
import os
import random
import runpy
import select
import selectors
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

if sys.platform != "win32":
    import fcntl

Message = dict[str, Any]

LARGEST_PACKET = 1 << 20  # bytes; the system's own limit on a packet is lower
OWNER = 0  # the descriptor whose other end the owner holds
PR_SET_PDEATHSIG = 1  # from linux/prctl.h
KERNEL = "ipykernel.kernelapp"
INLINE = "matplotlib_inline.backend_inline"


class ForkServer:
    """The owner's handle of a server process, which is started at once and preloads while the owner goes on."""

    def __init__(self, python: str, preload: Sequence[str], env: Mapping[str, str], folder: Path) -> None:
        """Start `python` with the environment `env`; the socket and the logs will be in `folder`, nobody else's."""
        self.socket = folder.absolute() / "fork.sock"
        self._log = folder.absolute() / "fork.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._refusal = ""
        if sys.platform != "linux":
            self._refusal = f"kernels are forked on Linux only, not on {sys.platform}"
            return
        try:
            self._process = self._start(python, preload, env)
        except OSError as error:  # no such interpreter, a path too long for a socket
            self._refusal = f"cannot start {python} with the socket {self.socket}: {error}"

    def _start(self, python: str, preload: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        # The listening socket is made here, so that whoever connects before the server is ready waits for it.
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener, self._log.open("wb") as log:
            listener.bind(str(self.socket))
            listener.listen()
            return subprocess.Popen(
                [python, __file__, str(listener.fileno()), *preload],
                env=env,
                cwd=self.socket.parent,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[listener.fileno()],
                start_new_session=True,  # Ctrl-C is for the owner
            )

    async def ready(self) -> str:
        """Wait until everything is imported; return "" if kernels can be forked, or else in words why not."""
        if self._refusal:
            return self._refusal
        try:
            answer, connection = await ask(self.socket, {})
        except OSError:
            return f"the fork server ended: {self._last_words()}"
        connection.close()
        return str(answer["refusal"])

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1].strip() if lines else "it said nothing"

    def close(self) -> None:
        """End the server and all its kernels, at once."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.socket.unlink(missing_ok=True)

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


async def ask(path: Path, request: Message) -> tuple[Message, socket.socket]:
    """Send a request to the server at `path`; return its answer and the connection, over which there may come more.

    Raises OSError where there is no server, or it ends without an answer.
    """
    loop = asyncio.get_running_loop()
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.setblocking(False)
        await loop.sock_connect(connection, str(path))
        await loop.sock_sendall(connection, json.dumps(request).encode())
        packet = await loop.sock_recv(connection, LARGEST_PACKET)
        if not packet:
            raise ConnectionResetError("the fork server ended without an answer")
    except BaseException:
        connection.close()
        raise
    return json.loads(packet), connection


class _Client:
    """A connection, and the kernel that was asked for over it."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.pid = 0

    def tell(self, **message: Any) -> None:
        with suppress(OSError):  # it may be gone
            self.connection.send(json.dumps(message).encode())

    def signal(self, number: int) -> None:
        """Send the kernel and its own subprocesses a signal; the process must not have been reaped yet."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:  # so young that it has no group yet
            os.kill(self.pid, number)


class _Server:
    def __init__(self, listener: socket.socket, refusal: str) -> None:
        self._refusal = refusal
        self._kernels: set[_Client] = set()
        # not epoll, whose state would be shared with the forked processes
        self._selector = selectors.PollSelector()
        self._selector.register(OWNER, selectors.EVENT_READ)
        self._selector.register(listener, selectors.EVENT_READ, functools.partial(self._accept, listener))

    def serve(self) -> Message | None:
        """Answer until the owner is gone, then return None; in a forked process, return what it was asked to be."""
        while True:
            for key, _ in self._selector.select()[:1]:  # the others keep: this one may close what they are about
                if key.fileobj == OWNER:
                    self._end()
                    return None
                if request := key.data():
                    return dict(request)

    def _end(self) -> None:
        for client in self._kernels:
            client.signal(signal.SIGKILL)
        for client in self._kernels:
            os.waitpid(client.pid, 0)

    def _accept(self, listener: socket.socket) -> None:
        client = _Client(listener.accept()[0])
        self._selector.register(client.connection, selectors.EVENT_READ, functools.partial(self._hear, client))

    def _hear(self, client: _Client) -> Message | None:
        try:
            request = json.loads(client.connection.recv(LARGEST_PACKET))
        except (OSError, ValueError):  # an empty packet is the end
            self._leave(client)
            return None
        if "signal" in request:
            if client in self._kernels:
                client.signal(request["signal"])
        elif "argv" in request and not self._refusal:
            return self._fork(client, request)
        else:
            client.tell(refusal=self._refusal)
        return None

    def _leave(self, client: _Client) -> None:
        if client in self._kernels:
            client.signal(signal.SIGKILL)
        self._selector.unregister(client.connection)
        client.connection.close()

    def _fork(self, client: _Client, request: Message) -> Message | None:
        server = os.getpid()
        try:
            client.pid = os.fork()
        except OSError as error:  # out of memory, or of processes
            client.tell(refusal=f"cannot fork: {error}")
            return None
        if client.pid == 0:
            _die_with(server)
            self._let_go()
            return request
        self._kernels.add(client)
        ended = os.pidfd_open(client.pid)
        self._selector.register(ended, selectors.EVENT_READ, functools.partial(self._reap, client, ended))
        client.tell(pid=client.pid)
        return None

    def _let_go(self) -> None:
        """Close, in a forked process, everything that is the server's; standard input will be replaced."""
        for key in self._selector.get_map().values():
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()  # and not its number, which it would close again when somebody else has it
            elif key.fd != OWNER:
                os.close(key.fd)

    def _reap(self, client: _Client, ended: int) -> None:
        client.signal(signal.SIGKILL)  # subprocesses that it has left running
        self._kernels.remove(client)
        status = os.waitpid(client.pid, 0)[1]
        client.tell(returncode=os.waitstatus_to_exitcode(status))
        self._selector.unregister(ended)
        os.close(ended)


def _die_with(server: int) -> None:
    """Have the system kill this process as soon as the server ends, in whatever way."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os._exit(1)


def _preload(names: Sequence[str]) -> str:
    """Import modules; return "" if the process can be forked afterwards, or else why not."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return "this system cannot tell when a forked process ends (pidfd_open)"
    for name in names:
        try:
            importlib.import_module(name)
        except (Exception, SystemExit) as error:
            return f"cannot import {name}: {error}"
        if threads := _lasting_threads():
            return f"importing {name} started {threads} thread{'s' if threads > 1 else ''}"
        if "torch" in sys.modules and sys.modules["torch"].cuda.is_initialized():
            return f"importing {name} initialised CUDA, which does not work in forked processes"
    if sys.modules.pop(INLINE, None):
        # It ties figures to the IPython shell when it is imported, so each kernel must import it for itself.
        del sys.modules["matplotlib_inline"].backend_inline
    return ""


def _lasting_threads() -> int:
    """Count the threads that a forked process would miss.

    Only the thread that forks lives on in the new process. Libraries that know of forks end their threads before each
    one and start them anew when next they are needed, in both processes: so does OpenBLAS, whose threads are there from
    the import of numpy on if it may use more than one. Others, such as OpenMP's, which torch starts at its first large
    operation, stay, and a forked process would wait for them for ever. So fork once, and see which threads are left.
    """
    if threading.active_count() > 1:
        return threading.active_count() - 1
    if _threads() > 1:
        if (pid := os.fork()) == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        for _ in range(100):  # a thread that has ended is listed for a moment more
            if _threads() == 1:
                break
            time.sleep(0.005)
    return _threads() - 1


def _threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def _become_kernel(request: Message, installed: list[str]) -> None:
    """Turn this process, just forked, into what `python -m ipykernel_launcher …` would be, and run until it ends."""
    os.setsid()
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    _redirect(request["log"])
    os.environ.clear()
    os.environ.update(request["env"], JPY_PARENT_PID=str(os.getppid()))
    os.chdir(request["cwd"])
    time.tzset()
    tempfile.tempdir = None
    importlib.invalidate_caches()
    _seed()
    sys.orig_argv = request["argv"]
    sys.argv = request["argv"][request["argv"].index("-m") + 1 :]
    first = [] if sys.flags.safe_path else [str(Path.cwd())]  # the launcher expects it, as `python -m` puts it there
    sys.path[:] = [*first, *dict.fromkeys([*_python_path(), *installed])]
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)


def _redirect(log: str) -> None:
    """Read from nowhere, and write to the kernel's own log."""
    null = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(null, 0)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.close(null)
    # not to 2, which ipykernel makes a pipe to itself: last words would be lost
    faulthandler.enable(written, all_threads=False)


def _seed() -> None:
    """Begin all kernels alike, whichever server they are from; torch, too, takes its first seed from the system."""
    random.seed(0)
    if "numpy" in sys.modules:
        importlib.import_module("numpy.random").seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.manual_seed(0)


def _python_path() -> list[str]:
    """Return what Python puts into sys.path for PYTHONPATH."""
    entries = os.environ.get("PYTHONPATH", "")
    return [os.path.abspath(entry) for entry in entries.split(os.pathsep)] if entries else []  # noqa: PTH100


def _watch_owner(on: bool) -> None:
    """Have the system end this process with its owner, while nobody is listening because modules are imported."""
    fcntl.fcntl(OWNER, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(OWNER, fcntl.F_GETFL)
    fcntl.fcntl(OWNER, fcntl.F_SETFL, flags | os.O_ASYNC if on else flags & ~os.O_ASYNC)  # SIGIO, which kills
    if select.select([OWNER], [], [], 0)[0]:
        os._exit(1)


def main() -> None:
    """Run the server: its arguments are the descriptor of a listening socket and the modules to import."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    names = [KERNEL, *sys.argv[2:]]
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # ipykernel asks when it is imported whose end is the kernels' end
    installed = sys.path[len(dict.fromkeys(_python_path())) :]
    del sys.argv[1:]
    _watch_owner(True)
    refusal = _preload(names)
    _watch_owner(False)
    gc.collect()
    gc.freeze()  # the collector writes to what it looks at, and written pages are no longer shared
    request = _Server(listener, refusal).serve()
    if request is None:
        os._exit(0)  # at once: nothing needs to be tidied
    _become_kernel(request, installed)


if __name__ == "__main__":
    main()
