"""The way of a reader through the book, from the front page to a notebook that runs."""

import re
import zipfile

import pytest
from playwright.sync_api import expect

from reader import Reader

pytestmark = pytest.mark.xdist_group("book")

VIEWS = {
    "wide and light": {"viewport": {"width": 1400, "height": 1000}, "color_scheme": "light"},
    "wide and dark": {"viewport": {"width": 1400, "height": 1000}, "color_scheme": "dark"},
    "phone and light": {"viewport": {"width": 390, "height": 800}, "color_scheme": "light", "has_touch": True},
    "phone and dark": {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark", "has_touch": True},
}


@pytest.fixture
def walk(browser, site, request):
    context = browser.new_context(base_url=site, permissions=["clipboard-read", "clipboard-write"], **request.param)
    tab = context.new_page()
    complaints = []
    tab.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    context.close()
    assert complaints == []


def find(tab, words, result):
    tab.locator("a.search-button").click()
    tab.keyboard.type(words)
    tab.locator(".search-results a", has_text=result).first.click()


def preview(tab, target, touch):
    link = tab.locator(f".bd-article a.reference.internal[href='{target}']").first
    if touch:
        link.tap()
    else:
        link.hover()
    expect(tab.locator("#preview figure")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator("#preview")).not_to_be_visible()


def copy(tab):
    code = tab.locator(".nbinput").first
    code.hover()
    code.get_by_role("button", name="Copy").click()
    return tab.evaluate("navigator.clipboard.readText()")


def download(tab, name, folder):
    tab.get_by_role("button", name="Run this page").click()
    with tab.expect_download() as started:
        tab.locator("#launch-menu a", has_text=name).click()
    file = folder / started.value.suggested_filename
    started.value.save_as(file)
    tab.keyboard.press("Escape")
    return file


@pytest.mark.parametrize("walk", VIEWS.values(), ids=VIEWS, indirect=True)
def test_a_reader_walks_through_the_book(walk, request, tmp_path, printed):
    touch = "has_touch" in request.node.callspec.params["walk"]
    walk.goto("/")
    find(walk, "broadcasting hides", "Broadcasting, and how it hides bugs")
    expect(walk.locator("h1")).to_contain_text("Tensors")
    preview(walk, "#fig-broadcasting", touch)
    solution = walk.locator("details.solution").first
    solution.locator("summary").click()
    expect(solution.locator(".solution-body")).to_be_visible()
    solution.locator("summary").click()
    expect(solution.locator(".solution-body")).not_to_be_visible()
    assert copy(walk).startswith("import itertools\n")
    notebook = download(walk, "This notebook, empty", tmp_path)
    assert notebook.read_bytes() == (printed / "build/html/_notebooks/preliminaries/tensors.ipynb").read_bytes()
    walk.locator("a.right-next").click()
    expect(walk.locator("h1")).to_contain_text("Data Preprocessing")
    assert walk.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("walk", [VIEWS["wide and light"]], ids=["wide"], indirect=True)
def test_what_is_downloaded_runs_elsewhere(walk, tmp_path):
    walk.goto("/preliminaries/data-preprocessing.html")
    reader = Reader(tmp_path / "machine", download(walk, "All notebooks", tmp_path))
    notebook = download(walk, "This notebook, empty", tmp_path)
    done = reader.install()
    assert done.returncode == 0, done.stderr
    done = reader.execute(notebook, tmp_path / "done.ipynb")
    assert done.returncode == 0, done.stderr
    assert (
        "image/svg+xml" in (tmp_path / "done.ipynb").read_text() or "image/png" in (tmp_path / "done.ipynb").read_text()
    )


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_offline_from_the_archive(browser, printed, tmp_path, view):
    with zipfile.ZipFile(printed / "build" / "site-offline.zip") as packed:
        packed.extractall(tmp_path)
    context = browser.new_context(**view)
    tab = context.new_page()
    failed = []
    tab.on(
        "requestfailed",  # unless the reader went on before it was there
        lambda request: None if request.failure == "net::ERR_ABORTED" else failed.append(request.url),
    )
    tab.on("console", lambda said: failed.append(said.text) if said.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: failed.append(str(error)))
    tab.goto((tmp_path / "hands-on-deep-learning-offline" / "index.html").as_uri())
    find(tab, "broadcasting hides", "Broadcasting, and how it hides bugs")
    expect(tab).to_have_url(re.compile(r"tensors\.html#broadcasting"))
    assert tab.locator(".katex-html").count() > 50
    fonts = tab.evaluate("[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)")
    assert {"Source Serif 4", "KaTeX_Main"} <= {font.strip('"') for font in fonts}
    for picture in tab.locator("main img").all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    for link in tab.locator("#launch-menu a").all():
        assert (tmp_path / "hands-on-deep-learning-offline" / "preliminaries" / link.get_attribute("href")).exists()
    tab.locator("a.right-next").click()
    expect(tab.locator("h1")).to_contain_text("Data Preprocessing")
    assert failed == []
    context.close()
