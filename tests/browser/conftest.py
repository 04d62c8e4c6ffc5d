"""A real browser on the real book, printed once."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from printed import Printed

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class Quiet(SimpleHTTPRequestHandler):
    """A file server that does not write to stderr."""

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory, press) -> Path:
    """A copy of this repository's book with its web site, that as one file, its PDF and its EPUB."""
    root = tmp_path_factory.mktemp("hands-on") / "book"
    for folder in ("conf", "notebooks", "src", "docs"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    done = press(root, "build", "html", "pdf", "epub", "offline", HANDSON_DATA="sample")
    assert done.returncode == 0, done.stderr
    return root


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def site(printed: Path) -> Iterator[str]:
    """The address of the book's site on this machine."""
    with served(printed / "build" / "html") as address:
        yield address


@pytest.fixture(scope="session")
def chinese(tmp_path_factory: pytest.TempPathFactory, press) -> Iterator[str]:
    """The address of the site of a book in Chinese."""
    root = tmp_path_factory.mktemp("chinese") / "book"
    shutil.copytree(ROOT / "tests" / "books" / "chinese", root)
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    with served(root / "build" / "html") as address:
        yield address


@pytest.fixture(scope="session")
def published_site(published: Printed) -> Iterator[str]:
    """The address of the site of tests/books/published on this machine."""
    with served(published.root / "build" / "html") as address:
        yield address


@pytest.fixture(scope="session")
def library_site(library: Printed) -> Iterator[str]:
    """The address of the site of tests/books/library on this machine."""
    with served(library.root / "build" / "html") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def tab(browser: Browser, site: str) -> Iterator[Page]:
    """A fresh tab; anything on its console, and any request that leaves the site, fails the test."""
    context = browser.new_context(base_url=site, viewport={"width": 1400, "height": 1000}, color_scheme="light")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "requestfailed",  # unless the reader went on before it was there
        lambda request: None if request.failure == "net::ERR_ABORTED" else complaints.append(f"failed: {request.url}"),
    )
    opened.on(
        "request", lambda request: None if request.url.startswith((site, "data:")) else complaints.append(request.url)
    )
    yield opened
    context.close()
    assert complaints == []
