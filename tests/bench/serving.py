"""The live preview of a large book: from a saved notebook to the new page in a browser."""

from __future__ import annotations

import json
import re
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from rich.console import Console

from bench import books, processes, table
from bench.table import Row

PAGES = 400
TIMES = 7
TARGET = 1.0  # seconds
PATIENCE = 900  # seconds; the first time all pages are printed
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PROSE, CODE = "markdown", "code"


def measure(folder: Path, pages: int | None, console: Console) -> list[Row]:
    """Print everything once, then edit prose and code of one page again and again, and look at it in Chromium."""
    count = pages or PAGES
    root, log = folder / "book", folder / "serve.log"
    path = books.write_textbook(root, count)[count // 2]
    name = path.relative_to(root / "notebooks").with_suffix("").as_posix()
    env = processes.environment(folder)
    command = processes.nbpress(root, "serve", "--port", "0", name)
    console.print(f"  printing {count} pages once …")
    start = time.perf_counter()
    with processes.started(command, env, log):
        _wait_for(lambda: "printed" in log.read_text(), log)
        first = time.perf_counter() - start
        _wait_for(lambda: re.search(rf"done .*{name}[\s\S]*printed", log.read_text()), log)
        address = re.search(r"http://\S+", log.read_text())
        assert address
        with _tab(address[0]) as tab:
            console.print("  edits of prose, edits of code …")
            prose = [_edited(path, PROSE, f"Edit{number}", tab) for number in range(TIMES)]
            code = [_edited(path, CODE, f"Output{number}", tab) for number in range(TIMES)]
    middle = statistics.median(prose)
    return [
        table.seconds(
            f"nbpress serve, {count} pages, an edit of prose, median of {TIMES}",
            middle,
            target=f"≤ {TARGET} s",
            met=middle <= TARGET,
            note=f"from the save to the words in Chromium; {min(prose):.2f} s to {max(prose):.2f} s",
        ),
        table.seconds(
            f"an edit of code, median of {TIMES}",
            statistics.median(code),
            note=f"from the save to the output in Chromium; the first {code[0]:.2f} s",
        ),
        table.seconds("start of nbpress serve, nothing printed yet", first),
    ]


def _edited(path: Path, kind: str, words: str, tab: Page) -> float:
    """The seconds from a save of new words, or of code that prints them, until they are in the page."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = [cell for cell in notebook["cells"] if cell["cell_type"] == kind][-1]
    # the words are put together by the code, so that they are in the page only when it has been run
    added = f"\n\n{words} of prose." if kind == PROSE else f"\nprint('{words}', 'of', 'code.', sep=' ')"
    cell["source"] = "".join(cell["source"]) + added
    text = json.dumps(notebook)
    start = time.perf_counter()
    path.write_text(text, encoding="utf-8")
    shown = f"{words} of {'prose' if kind == PROSE else 'code'}."
    tab.wait_for_function("words => document.body?.innerText.includes(words)", arg=shown, polling=10)
    return time.perf_counter() - start


@contextmanager
def _tab(address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        tab = browser.new_page()
        tab.goto(address)
        yield tab
        browser.close()


def _wait_for(true: Callable[[], object], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise RuntimeError("\n".join(log.read_text().splitlines()[-15:]))
        time.sleep(0.1)
