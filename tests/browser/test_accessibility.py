"""The site as axe-core judges it, in both colours, on wide screens and phones."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.xdist_group("book")

PAGES = [
    "index.html",
    "preliminaries/index.html",
    "preliminaries/tensors.html",
    "preliminaries/data-preprocessing.html",
    "preliminaries/linear-algebra.html",
    "references.html",
    "genindex.html",
    "search.html?q=tensor",
    "docs/writing.html",
    "docs/library.html",
]


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_in_the_way(browser, site, address):
    context = browser.new_context(base_url=site, color_scheme="light", viewport={"width": 1400, "height": 1000})
    opened = context.new_page()
    opened.goto(f"/{address}", wait_until="networkidle")
    found = violations(opened)
    opened.set_viewport_size({"width": 390, "height": 1000})
    found += violations(opened)
    opened.emulate_media(color_scheme="dark", reduced_motion="reduce")  # colours do not change slowly
    opened.wait_for_timeout(100)
    found += violations(opened, runOnly={"type": "rule", "values": ["color-contrast", "link-in-text-block"]})
    context.close()
    assert found == []


def violations(opened, **options):
    broken = Axe().run(opened, options=options).response["violations"]
    return [(rule["id"], rule["help"], [node["target"] for node in rule["nodes"]][:3]) for rule in broken]


def test_what_opens_is_accessible_too(browser, site):
    context = browser.new_context(base_url=site, viewport={"width": 390, "height": 800})
    opened = context.new_page()
    opened.goto("/preliminaries/tensors.html")
    opened.get_by_role("button", name="Table of Contents").click()
    assert violations(opened) == []
    opened.keyboard.press("Escape")
    opened.keyboard.press("/")
    opened.keyboard.type("tensor")
    opened.locator(".search-results a").first.wait_for()
    assert violations(opened) == []
    context.close()
