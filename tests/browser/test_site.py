"""The book as a reader meets it."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("book")

TENSORS = "/preliminaries/tensors.html"
LINEAR_ALGEBRA = "/preliminaries/linear-algebra.html"


def background(tab):
    return tab.evaluate("getComputedStyle(document.body).backgroundColor")


def luminance(colour):
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_from_the_front_page_to_a_section(tab):
    tab.goto("/")
    expect(tab.locator("h1").first).to_contain_text("Hands-On Deep Learning")
    tab.locator("main a", has_text="Preliminaries").first.click()
    expect(tab.locator("h1")).to_contain_text("Preliminaries")
    tab.locator(".book-contents a", has_text="Tensors").click()
    tab.locator(".bd-sidebar-secondary a", has_text="Indexing and slicing").click()
    expect(tab.locator("#indexing-and-slicing h2")).to_be_in_viewport()


def test_the_contents_mark_the_current_page(tab):
    tab.goto(TENSORS)
    expect(tab.locator('.bd-sidebar-primary .book-contents [aria-current="page"]')).to_contain_text("Tensors")


@pytest.mark.parametrize("address", [TENSORS, LINEAR_ALGEBRA, "/preliminaries/data-preprocessing.html", "/"])
def test_every_picture_is_there(tab, address):
    tab.goto(address)
    for picture in tab.locator("main img").all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_formulas_are_set(tab):
    tab.goto(LINEAR_ALGEBRA)
    assert tab.locator(".katex-html").count() > 50
    family = tab.locator(".katex-html .mathnormal").first.evaluate("node => getComputedStyle(node).fontFamily")
    assert "KaTeX" in family
    assert tab.evaluate("document.fonts.ready.then(fonts => fonts.check('16px KaTeX_Math'))")


@pytest.mark.parametrize("address", ["/", TENSORS, LINEAR_ALGEBRA, "/preliminaries/data-preprocessing.html"])
def test_no_page_is_wider_than_a_phone(tab, address):
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.goto(address)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


TORN = """() => [...document.querySelectorAll('.kept')].filter(kept => {
  const behind = document.createRange();
  const last = [...kept.querySelectorAll('.katex-base')].pop();
  behind.setStartAfter(kept.querySelector('.math'));
  behind.setEndAfter(kept.lastChild);
  const [formula, after] = [last.getBoundingClientRect(), behind.getBoundingClientRect()];
  return after.width && after.left < formula.right - 1;
}).map(kept => kept.textContent)"""


@pytest.mark.parametrize("width", [390, 360, 340, 320])
def test_no_line_begins_with_the_comma_behind_a_formula(tab, width):
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto(LINEAR_ALGEBRA)
    assert tab.locator(".kept").count() > 10
    assert tab.evaluate(TORN) == []


def test_the_reader_can_choose_dark(tab):
    tab.goto(TENSORS)
    assert luminance(background(tab)) > 200
    tab.locator(".theme-switch-button").first.click()
    tab.locator(".dropdown-menu.show").get_by_text("Dark").click()
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    assert luminance(background(tab)) < 60


def test_the_systems_choice_of_dark_is_followed(browser, site):
    context = browser.new_context(base_url=site, color_scheme="dark")
    opened = context.new_page()
    opened.goto(TENSORS)
    assert luminance(background(opened)) < 60
    context.close()


def test_a_solution_unfolds(tab):
    tab.goto(TENSORS)
    solution = tab.locator("details.solution").first
    expect(solution.locator(".solution-body")).not_to_be_visible()
    solution.locator("summary").click()
    expect(solution.locator(".solution-body")).to_be_visible()


def test_search_finds_a_word(tab):
    tab.goto("/search.html?q=broadcasting")
    expect(tab.locator("#search-results a", has_text="Tensors").first).to_be_visible(timeout=15_000)
