"""The live preview in a real browser: one server, and a page of the book for each test to edit."""

import json
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Error, expect

from factory import notebook_text
from processes import alive, press, wait_for

pytestmark = pytest.mark.xdist_group("serve")
expect.set_options(timeout=30_000)  # ms; a busy machine is slow, not wrong

TOML = """\
title = "Preview"
authors = ["Author"]

[execution]
track = ["lib"]

[[parts]]
title = "Part"

[[parts.chapters]]
path = "chapter"
pages = {pages}
"""
LONG = [f"Paragraph {number}. " + "Words that fill the line and those after it. " * 8 for number in range(40)]
PAGES = {
    "prose": ("# Prose", *LONG, ("folded = 1", "hide-input")),
    "code": ("# Code", ("print(6 * 7)",)),
    "failing": ("# Failing", ("x = 1",), ("print('whole')",)),
    "slow": ("# Slow", ("print('quick')",)),
    "broken": ("# Broken", "Sound."),
    "library": ("# Library", ("import lib\nprint('value', lib.value())",)),
    "figure": (
        "# Figure\n\nSee [](#fig-line).",
        ("#| label: fig-line\n#| caption: A line.\nfrom IPython.display import SVG\nimport time\n"
         "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><title>one</title></svg>')",),
    ),
}  # fmt: skip


@dataclass
class Preview:
    """A preview that runs, and the book that it shows."""

    root: Path
    address: str
    log: Path

    def page(self, name: str) -> Path:
        return self.root / "notebooks" / "chapter" / f"{name}.ipynb"

    def write(self, name: str, *cells) -> None:
        self.page(name).write_text(notebook_text(*cells), encoding="utf-8")

    def list(self, *pages: str) -> None:
        (self.root / "conf" / "book.toml").write_text(TOML.format(pages=json.dumps(pages)), encoding="utf-8")


def write_book(root: Path, pages) -> Preview:
    (root / "notebooks" / "chapter").mkdir(parents=True)
    (root / "conf").mkdir()
    (root / "src" / "lib").mkdir(parents=True)
    (root / "src" / "lib" / "__init__.py").write_text("def value():\n    return 41\n")
    book = Preview(root, "", root / "log")
    for name, cells in pages.items():
        book.write(name, *cells)
    book.list(*pages)
    return book


@pytest.fixture(scope="module")
def preview(tmp_path_factory):
    book = write_book(tmp_path_factory.mktemp("preview") / "book", PAGES)
    with (
        book.log.open("w") as log,
        press(book.root, tmp_path_factory.mktemp("store"), "serve", "--port", "0", stderr=log) as process,
    ):
        book.address = process.stdout.readline().strip()
        assert book.address, book.log.read_text()
        wait_for(lambda: "the book" in book.log.read_text(), "the printed book")
        yield book
        assert process.poll() is None, book.log.read_text()


@pytest.fixture
def see(browser, preview):
    """`see("code")` opens that page of the preview."""
    context = browser.new_context(base_url=preview.address, viewport={"width": 1200, "height": 800})
    errors = []

    def opened(name):
        tab = context.new_page()
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.goto(f"/chapter/{name}.html")
        return tab

    yield opened
    context.set_offline(True)  # no page hears of a build from now on
    for tab in context.pages:
        leave(tab)
    context.close()
    assert errors == []


def leave(tab):
    """Show an empty page: one that is just being loaded again can keep a browser from closing it."""
    while tab.url != "about:blank":
        with suppress(Error):  # it began to load itself anew at that moment; offline, it does so once
            tab.goto("about:blank")


def problems(tab):
    return tab.locator("nbpress-preview #problems")


def test_an_edit_of_prose_appears_where_the_reader_is(preview, see):
    tab = see("prose")
    reading = tab.get_by_text("Paragraph 30.")
    reading.evaluate("element => window.scrollTo({top: element.offsetTop, behavior: 'instant'})")
    before = reading.bounding_box()["y"]
    preview.write("prose", "# Prose", *LONG[:5], "New. " * 500, *LONG[5:], ("folded = 1", "hide-input"))
    expect(tab.get_by_text("New. New.")).to_be_attached()
    wait_for(lambda: abs(reading.bounding_box()["y"] - before) < 3, "the place where the reader was")


def test_what_is_unfolded_stays_so(preview, see):
    tab = see("prose")
    tab.locator("article details summary").first.click()
    preview.write("prose", "# Prose", "Other words.", ("folded = 1", "hide-input"))
    expect(tab.get_by_text("Other words.")).to_be_attached()
    expect(tab.locator("article details").first).to_have_attribute("open", "")


def test_an_edit_of_code_runs_it(preview, see):
    tab = see("code")
    expect(tab.get_by_text("42")).to_be_visible()
    preview.write("code", "# Code", ("print(6 * 8)",))
    expect(tab.get_by_text("48")).to_be_visible()


def test_a_failing_cell_shows_its_error_until_the_next_save(preview, see):
    tab = see("failing")
    preview.write("failing", "# Failing", ("x = 1 / 0",), ("print('whole')",))
    expect(problems(tab)).to_contain_text("notebooks/chapter/failing.ipynb, cell 2 (id c2), line 1")
    expect(problems(tab)).to_contain_text("ZeroDivisionError")
    preview.write("failing", "# Failing", ("x = 1 / 1",), ("print('mended')",))
    expect(tab.get_by_text("mended", exact=True)).to_be_visible()
    expect(problems(tab)).to_be_hidden()


def test_a_newer_save_ends_a_run(preview, see):
    tab = see("slow")
    preview.write("slow", "# Slow", ("import time\ntime.sleep(1000)",))
    expect(tab.locator("nbpress-preview #status")).to_contain_text("running cell 1 of 1")
    preview.write("slow", "# Slow", ("print('quick again')",))
    expect(tab.get_by_text("quick again", exact=True)).to_be_visible()
    expect(tab.locator("nbpress-preview #status")).to_be_hidden()


def test_a_run_does_not_keep_another_page_waiting(preview, see):
    tab = see("broken")
    preview.write("slow", "# Slow", ("import time\ntime.sleep(999)",))
    preview.write("broken", "# Broken", "Not waiting.")
    expect(tab.get_by_text("Not waiting.")).to_be_visible()
    preview.write("slow", "# Slow", ("print('quick')",))


def test_broken_json_is_shown_and_the_page_stays(preview, see):
    tab = see("broken")
    preview.page("broken").write_text('{"cells": [\n<<<<<<< ours\n')
    expect(problems(tab)).to_contain_text("notebooks/chapter/broken.ipynb, line 2: not valid JSON")
    expect(problems(tab)).to_contain_text("a git merge conflict is left in the file")
    expect(tab.locator("h1")).to_contain_text("Broken")
    preview.write("broken", "# Broken", "Mended.")
    expect(tab.get_by_text("Mended.")).to_be_visible()
    expect(problems(tab)).to_be_hidden()


def test_a_half_written_notebook_is_no_problem(preview, see):
    tab = see("broken")
    before = len(preview.log.read_text())
    whole = notebook_text("# Broken", "Written in two steps.")
    preview.page("broken").write_text(whole[: len(whole) // 2])
    tab.wait_for_timeout(150)  # longer than changes are gathered, shorter than a second look takes
    preview.page("broken").write_text(whole)
    expect(tab.get_by_text("Written in two steps.")).to_be_visible()
    assert "not valid JSON" not in preview.log.read_text()[before:]


def test_a_deleted_page_is_told_of(preview, see):
    tab = see("broken")
    preview.page("broken").unlink()
    expect(problems(tab)).to_contain_text("there is no such notebook")
    preview.write("broken", "# Broken", "Here again.")
    expect(tab.get_by_text("Here again.")).to_be_visible()
    expect(problems(tab)).to_be_hidden()


def test_a_rule_that_is_broken_is_shown(preview, see):
    tab = see("broken")
    preview.write("broken", "# Broken", "# Again")
    expect(problems(tab)).to_contain_text("a second title")
    preview.write("broken", "# Broken", "Sound.")
    expect(problems(tab)).to_be_hidden()


def test_a_link_that_leads_nowhere_is_said_once(preview, see):
    tab = see("broken")
    preview.write("broken", "# Broken", "See [](#fig-lime).")
    expect(problems(tab)).to_contain_text('did you mean "fig-line"')
    expect(problems(tab).locator("summary")).to_have_text("1 problem")
    preview.write("broken", "# Broken", "Sound.")
    expect(problems(tab)).to_be_hidden()


def test_a_changed_function_reruns_the_page_that_uses_it(preview, see):
    tab = see("library")
    expect(tab.get_by_text("value 41")).to_be_visible()
    (preview.root / "src" / "lib" / "__init__.py").write_text("def value():\n    return 43\n")
    expect(tab.get_by_text("value 43")).to_be_visible()


def test_a_figure_keeps_its_number_while_its_code_runs(preview, see):
    tab = see("figure")
    cells = PAGES["figure"]
    before = len(preview.log.read_text())
    preview.write("figure", cells[0], (cells[1][0].replace("one", "two") + "\n", *cells[1][1:]))
    expect(tab.locator("figcaption")).to_contain_text("Figure 1")
    wait_for(lambda: "done" in preview.log.read_text()[before:], "the run")
    assert "is not defined" not in preview.log.read_text()[before:]


def test_another_page_that_changed_is_a_quiet_link_also_the_second_time(preview, see):
    preview.write("broken", "# Broken", "Changed before.")
    html = preview.root / "build/serve/html/chapter/broken.html"
    wait_for(lambda: "Changed before." in html.read_text(), "the first change")
    tab = see("code")
    expect(tab.locator("html")).to_have_attribute("data-preview", "live")
    preview.write("broken", "# Broken", "Changed elsewhere.")
    link = tab.locator("nbpress-preview #edited")
    expect(link).to_have_text("broken changed")
    link.click()
    expect(tab.get_by_text("Changed elsewhere.")).to_be_visible()


def test_a_page_added_to_the_book_appears(preview, see):
    tab = see("new")
    expect(tab.get_by_text("has not been printed yet")).to_be_visible()
    preview.write("new", "# New", "Fresh.")
    preview.list(*PAGES, "new")
    expect(tab.get_by_text("Fresh.")).to_be_visible()
    preview.page("new").unlink()
    preview.list(*PAGES)
    wait_for(lambda: not (preview.root / "build/serve/html/chapter/new.html").exists(), "the end of the page")


def test_a_wrong_configuration_is_shown(preview, see):
    tab = see("code")
    toml = preview.root / "conf" / "book.toml"
    whole = toml.read_text()
    toml.write_text("titel = 1\n" + whole)
    expect(problems(tab)).to_contain_text('unknown key "titel"')
    toml.write_text(whole)
    expect(problems(tab)).to_be_hidden()


def test_a_broken_conf_py_is_shown_and_mended(preview, see):
    tab = see("code")
    conf = preview.root / "conf" / "sphinx" / "conf.py"
    conf.parent.mkdir()
    conf.write_text('extensions = ["nbpress.sphinxext"]\n1 / 0\n')
    expect(problems(tab)).to_contain_text("ZeroDivisionError")
    conf.write_text('extensions = ["nbpress.sphinxext"]\n')
    expect(problems(tab)).to_be_hidden()


def test_no_printed_file_has_the_script(preview):
    pages = list((preview.root / "build" / "serve" / "html").rglob("*.html"))
    assert pages
    assert not [page for page in pages if "_preview" in page.read_text(encoding="utf-8")]


def test_ctrl_c_ends_it_with_everything_that_it_started(tmp_path):
    book = write_book(tmp_path / "book", {"slow": ("# Slow", ("import time\ntime.sleep(1000)",))})
    with (
        book.log.open("w") as log,
        press(book.root, tmp_path / "store", "serve", "--port", "0", stderr=log, start_new_session=True) as process,
    ):
        assert process.stdout.readline(), book.log.read_text()
        started = wait_for(lambda: kernels(process.pid), "a kernel")
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 130
        wait_for(lambda: not any(map(alive, started)), "the end of what it started")


def kernels(process: int) -> list[int]:
    """All processes below one, when a kernel is among them."""
    below = psutil.Process(process).children(recursive=True)
    with suppress(psutil.NoSuchProcess):  # one that ended meanwhile: look again
        forked = any("forkserver.py" in " ".join(one.cmdline()) and one.children() for one in below)
        return [one.pid for one in below] if forked else []
    return []
