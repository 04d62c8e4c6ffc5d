"""The live preview: a saved notebook is in the browser in about a second."""

from __future__ import annotations

import asyncio
import gc
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from socket import socket

from filelock import FileLock, Timeout
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from nbpress.errors import Problem, UsageError
from nbpress.execute.interrupt import until_interrupted
from nbpress.serve.printer import FOLDER
from nbpress.serve.server import application
from nbpress.serve.session import Session
from nbpress.serve.state import State
from nbpress.targets import html
from nbpress.terminal import Terminal

ADDRESS = "127.0.0.1"  # this machine and no other


def serve(root: Path, pages: Sequence[str], port: int, *, browser: bool) -> None:
    """Serve a preview of the book in `root` until interrupted.

    Raises:
        UsageError: the book's settings are wrong, the port is in use, or there is a preview of the book already.
        KeyboardInterrupt: Ctrl-C.
    """
    html.require()
    gc.enable()  # it may take hours
    asyncio.run(until_interrupted(_serve(root, pages, port, browser)))


async def _serve(root: Path, pages: Sequence[str], port: int, browser: bool) -> None:
    session = Session(root, pages, State(Terminal()))
    with _alone(session.book.build / FOLDER):
        sockets = _sockets(port)
        server = HTTPServer(application(session))
        server.add_sockets(sockets)
        address = f"http://{ADDRESS}:{sockets[0].getsockname()[1]}/{session.first}"
        print(address, flush=True)
        if browser:
            webbrowser.open(address)
        await session.run()


def _sockets(port: int) -> list[socket]:
    try:
        return bind_sockets(port, ADDRESS)
    except OSError as error:
        hint = "name another with --port, or take a free one: --port 0"
        raise UsageError(Problem(f"the port {port} cannot be used: {error.strerror}.", hint=hint)) from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """See to it that there is one preview of the book: two would write into one folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(Problem(f"{folder} cannot be written: {error.strerror}.")) from error
    try:
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout:
        raise UsageError(Problem("there is a preview of this book already.", hint="use it, or end it first")) from None
