"""The site of this book on a phone, as Lighthouse judges it, and what a reader's first page weighs."""

from __future__ import annotations

import gzip
import json
import shutil
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright
from rich.console import Console

from bench import processes
from bench.processes import BIN
from bench.table import Row
from nbpress.node import node_program

ROOT = Path(__file__).resolve().parents[2]
TOOLS = BIN.parent / "lighthouse"  # where npm puts it, once
VERSION = "13"
PAGES = ("tensors", "data-preprocessing", "linear-algebra")
SCORES = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
WEIGHT, LATER, SHIFT, BLOCKED = 200, 60, 0.02, 50  # KiB twice, share of the view, milliseconds: at most


class Compressed(SimpleHTTPRequestHandler):
    """Files as a web server sends them; notes what it has sent."""

    protocol_version = "HTTP/1.1"

    def __init__(self, sent: list[tuple[str, int]], *arguments: Any, **more: Any) -> None:
        self.sent = sent
        super().__init__(*arguments, **more)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """The file, compressed where that is worth it."""
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if not file.exists():
            self.send_error(404)
            return
        kind = self.guess_type(str(file))
        is_text = kind.startswith("text/") or any(word in kind for word in ("javascript", "json", "svg"))
        body = gzip.compress(file.read_bytes()) if is_text else file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")  # as the hosts of many books do
        if is_text:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)
        self.sent.append((self.path, len(body)))


def measure(folder: Path, pages: int | None, console: Console) -> list[Row]:
    """Print this book, serve it, and let Lighthouse look at the three pages."""
    env = processes.environment(folder, {"HANDSON_DATA": "sample", "CHROME_PATH": shutil.which("chromium") or ""})
    root = folder / "book"
    for name in ("conf", "notebooks", "src", "docs"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    console.print("  printing …")
    processes.call(processes.nbpress(root, "build", "html"), env)
    lighthouse = _lighthouse(env, console)
    sent: list[tuple[str, int]] = []
    with _served(root / "build" / "html", sent) as address:
        reports = []
        for page in PAGES:
            console.print(f"  Lighthouse looks at {page} …")
            flags = ["--quiet", "--output=json", f"--output-path={folder / page}.json"]
            chromium = "--chrome-flags=--headless=new --no-sandbox"
            command = [*lighthouse, f"{address}/preliminaries/{page}.html", *flags, chromium]
            processes.call(command, env)
            reports.append(json.loads((folder / f"{page}.json").read_text(encoding="utf-8")))
        later = [_later(address, page, sent) for page in PAGES]
    return [*_scores(reports), *_numbers(reports), _elsewhere(reports), _later_row(later)]


def _later(address: str, page: str, sent: list[tuple[str, int]]) -> float:
    """What the server sends, in KiB, to a phone that comes to `page` from another one and reads it to its end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 390, "height": 844})
        tab.goto(f"{address}/preliminaries/{PAGES[PAGES.index(page) - 1]}.html", wait_until="networkidle")
        sent.clear()
        tab.goto(f"{address}/preliminaries/{page}.html", wait_until="networkidle")
        browser.close()
    return sum(size for _, size in sent) / 1024


def _later_row(weights: list[float]) -> Row:
    middle = statistics.median(weights)
    note = ", ".join(f"{page} {weight:.0f}" for page, weight in zip(PAGES, weights, strict=True))
    return Row(
        "bytes of later pages, median", f"{middle:.3g} KiB", target=f"≤ {LATER} KiB", met=middle <= LATER, note=note
    )


def _elsewhere(reports: list[dict[str, Any]]) -> Row:
    """Requests that leave the site."""
    asked = [item["url"] for report in reports for item in report["audits"]["network-requests"]["details"]["items"]]
    others = {urlsplit(url).netloc for url in asked if url.startswith("http")} - {urlsplit(asked[0]).netloc}
    return Row("requests to others", str(len(others)), target="0", met=not others)


def _lighthouse(env: dict[str, str], console: Console) -> list[str | Path]:
    node = node_program()
    script = TOOLS / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not script.exists():
        console.print("  installing Lighthouse with npm …")
        npm = next(Path(node).parents[1].rglob("npm/bin/npm-cli.js"))
        TOOLS.mkdir(exist_ok=True)
        processes.call([node, npm, "install", "--prefix", TOOLS, "--silent", f"lighthouse@{VERSION}"], env)
    return [node, script]


@contextmanager
def _served(folder: Path, sent: list[tuple[str, int]]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressed, sent, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _scores(reports: list[dict[str, Any]]) -> Iterator[Row]:
    for name, least in SCORES.items():
        found = [round(100 * report["categories"][name]["score"]) for report in reports]
        middle = statistics.median(found)
        note = ", ".join(f"{page} {score}" for page, score in zip(PAGES, found, strict=True))
        yield Row(f"Lighthouse, phone: {name}", f"{middle:.0f}", target=f"≥ {least}", met=middle >= least, note=note)


def _numbers(reports: list[dict[str, Any]]) -> Iterator[Row]:
    audits = {
        "bytes of the first view": ("total-byte-weight", 1 / 1024, WEIGHT, "KiB"),
        "layout shift": ("cumulative-layout-shift", 1, SHIFT, ""),
        "blocking time": ("total-blocking-time", 1, BLOCKED, "ms"),
    }
    for what, (audit, unit, most, name) in audits.items():
        middle = statistics.median(report["audits"][audit]["numericValue"] * unit for report in reports)
        yield Row(f"{what}, median", f"{middle:.3g} {name}", target=f"≤ {most} {name}", met=middle <= most)
