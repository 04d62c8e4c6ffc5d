"""What helps while one reads: previews, keys, the place where one was."""

import re
import subprocess

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("library")
PAGE = "/chapter/page.html"


@pytest.fixture
def reader(browser, library_site):
    context = browser.new_context(base_url=library_site)
    tab = context.new_page()
    tab.goto(PAGE)
    yield tab
    context.close()


def test_a_folded_derivation_is_previewed_open(reader):
    reader.locator("article a[href='#der-share']").hover()
    expect(reader.locator("#preview").get_by_text("Two halves make one.")).to_be_visible()


@pytest.mark.parametrize("begin", ["hover", "focus"])
def test_a_page_is_previewed_with_its_title_and_first_paragraph(reader, begin):
    reader.keyboard.press("Tab")
    getattr(reader.locator("article a[href='terms.html']").last, begin)()
    preview = reader.locator("#preview")
    expect(preview.locator("h1")).to_contain_text("The Terms")
    expect(preview).to_contain_text("All words that have a meaning.")


@pytest.mark.parametrize(
    ("address", "shown"), [("terms.html#term-share", "A part of a whole."), ("terms.html#rows", "90 lines")]
)
@pytest.mark.parametrize("begin", ["hover", "focus"])
def test_a_term_and_a_section_are_previewed_with_what_they_say(reader, address, shown, begin):
    reader.keyboard.press("Tab")
    getattr(reader.locator(f"article a[href='{address}']"), begin)()
    expect(reader.locator("#preview")).to_contain_text(shown)


def test_arrows_do_not_turn_the_page_of_who_is_busy(reader):
    reader.get_by_role("button", name="Colours").click()
    reader.locator("body").press("ArrowRight")
    expect(reader).to_have_url(re.compile(PAGE))
    reader.keyboard.press("Escape")
    reader.locator("article p").first.select_text()
    reader.keyboard.press("ArrowRight")
    expect(reader).to_have_url(re.compile(PAGE))
    reader.evaluate("getSelection().removeAllRanges()")
    reader.keyboard.press("ArrowRight")
    expect(reader).to_have_url(re.compile("terms.html"))


def test_the_cover_says_where_to_continue(reader):
    reader.goto("/")
    expect(reader.locator("article p", has_text="Begin with").locator("a.book-resume")).to_have_text(
        "Continue: 1.1 Page"
    )


def test_a_word_and_its_number_stay_in_one_line(reader):
    expect(reader.locator("article a[href='terms.html'] span").last).to_have_css("white-space", "nowrap")


def test_code_in_a_title_looks_alike_wherever_the_title_stands(reader):
    looks = "code => ['fontWeight', 'backgroundColor', 'borderTopWidth', 'paddingLeft'].map(name => getComputedStyle(code)[name])"
    below = reader.locator(".prev-next-title code").evaluate(looks)
    reader.goto("/chapter/terms.html")
    weight, *others = reader.locator("h1 code").evaluate(looks)
    assert weight == "600"
    assert below[1:] == others == ["rgba(0, 0, 0, 0)", "0px", "0px"]


def test_a_discussion_unfolds_as_everything_does(reader, published_site):
    reader.goto(f"{published_site}/chapter/one.html")
    summary = reader.locator(".book-discussion summary")
    expect(summary).to_have_css("list-style-type", "none")
    assert summary.evaluate("summary => getComputedStyle(summary, '::before').borderRightStyle") == "solid"


def printed_pages(tab, tmp_path):
    tab.pdf(path=tmp_path / "page.pdf", format="A4")
    done = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True
    )
    return done.stdout.split("\f")


@pytest.mark.parametrize(("lines", "begins_on_first"), [(90, True), (14, False)])
def test_printed_code_breaks_across_pages_only_where_it_is_long(reader, tmp_path, lines, begins_on_first):
    reader.goto("/chapter/terms.html")
    code = reader.locator(".highlight-text", has_text=f"{lines} lines")
    code.evaluate("code => code.closest('section').replaceChildren(code)")
    code.evaluate("code => code.before(Object.assign(document.createElement('div'), { style: 'height: 760px' }))")
    first, *_ = printed_pages(reader, tmp_path)
    assert ("row 1\n" in first) == begins_on_first


def test_a_breadcrumb_can_be_touched(reader):
    assert reader.locator(".book-trail a").first.bounding_box()["height"] >= 24


def test_a_cover_without_a_picture_is_one_column(reader):
    reader.goto("/")
    lead, then = (reader.locator("article section > p").nth(place).bounding_box()["x"] for place in (0, 1))
    assert lead == then
