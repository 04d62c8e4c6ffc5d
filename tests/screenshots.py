"""The pictures of the site in the README, taken of the printed book: `make screenshots`."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).parents[1]
SITE = ROOT / "build" / "html"
FOLDER = ROOT / "docs" / "img"
WIDE, PHONE = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=844)


def nothing(tab: Page) -> None:
    """Leave the page as it is."""


def to_a_picture(tab: Page) -> None:
    """Scroll to where text, code and a drawing meet."""
    tab.locator("#broadcasting-and-how-it-hides-bugs").evaluate("section => section.scrollIntoView()")
    tab.mouse.move(0, 0)


def search(tab: Page) -> None:
    """Look for something."""
    tab.keyboard.press("/")
    tab.keyboard.type("distance")
    expect(tab.locator(".search-results a").nth(3)).to_be_visible()


class Shot(NamedTuple):
    """A picture: its name, the page, the screen, the colours, and what the reader does first."""

    name: str
    page: str
    screen: ViewportSize
    colours: str = "light"
    act: Callable[[Page], None] = nothing


SHOTS = (
    Shot("site-front", "index", WIDE),
    Shot("site-page", "preliminaries/tensors", WIDE, "dark", to_a_picture),
    Shot("site-search", "preliminaries/linear-algebra", WIDE, "light", search),
    Shot("site-phone", "preliminaries/linear-algebra", PHONE),
    Shot("site-phone-dark", "preliminaries/tensors", PHONE, "dark", to_a_picture),
)


def take(browser: Browser, site: Path, folder: Path) -> None:
    """Write pictures of the site in a folder into another."""
    for shot in SHOTS:
        colours = "dark" if shot.colours == "dark" else "light"
        context = browser.new_context(viewport=shot.screen, color_scheme=colours, device_scale_factor=1.5)
        tab = context.new_page()
        tab.goto((site / f"{shot.page}.html").as_uri())
        shot.act(tab)
        tab.evaluate("document.fonts.ready")
        tab.wait_for_timeout(500)  # until what moves has come to rest
        with Image.open(io.BytesIO(tab.screenshot())) as picture:
            picture.save(folder / f"{shot.name}.webp", quality=82, method=6)
        context.close()


if __name__ == "__main__":
    if not (SITE / "index.html").exists():
        sys.exit("there is no site to take pictures of; make html prints it")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        take(started, SITE, FOLDER)
        started.close()
    print(*(f"docs/img/{shot.name}.webp" for shot in SHOTS), sep="\n")
