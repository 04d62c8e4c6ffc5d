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


LINKED = (
    "h1, h2, h3, h2.rubric, figure, table:has(caption), .displaymath:has(.eqno), .block:not(details), dl.glossary dt"
)
UNREACHED = """(selector) => [...document.querySelectorAll('.bd-article')].flatMap(
  article => [...article.querySelectorAll(selector)]).filter(part => {
    if (part.closest('details:not([open]) > :not(summary), .demo .demo-printed :is(h1, h2)')) return false;
    const link = [...part.querySelectorAll('a.headerlink')].find(link => link.checkVisibility());
    if (!link || !link.title || link.hash.length < 2 || !document.getElementById(decodeURIComponent(link.hash.slice(1)))) return true;
    link.focus();
    return document.activeElement !== link;
  }).map(part => part.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("address", [LINEAR_ALGEBRA, "/preliminaries/index.html", "/docs/writing.html"])
def test_what_can_be_referred_to_has_a_link_to_itself(tab, address):
    tab.goto(address)
    assert tab.locator(LINKED).count() > 2
    assert tab.evaluate(UNREACHED, LINKED) == []


def test_a_link_to_itself_is_seen_by_mouse_by_keyboard_and_by_touch(browser, site, tab):
    tab.goto(TENSORS)
    link = tab.locator("#getting-started > h2 > a.headerlink")
    expect(link).to_have_css("opacity", "0")
    tab.locator("#getting-started > h2").hover()
    expect(link).to_have_css("opacity", "1")
    tab.mouse.move(0, 0)
    expect(link).to_have_css("opacity", "0")
    tab.keyboard.press("Tab")  # from now on the focus is the keyboard's
    link.focus()
    expect(link).to_have_css("opacity", "1")
    context = browser.new_context(base_url=site, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    phone = context.new_page()
    phone.goto(LINEAR_ALGEBRA)
    expect(phone.locator("h2 > a.headerlink").first).to_have_css("opacity", "1")
    phone.locator(".displaymath .eqno").first.tap()
    expect(phone).to_have_url(re.compile("#equation-"))
    context.close()


def test_a_chapters_card_leads_to_it_wherever_it_is_clicked(tab):
    tab.goto("/")
    tab.locator(".chapter-card > img").first.click(force=True)  # which its link covers
    expect(tab.locator("h1")).to_contain_text("Preliminaries")


def test_nothing_moves_when_the_pictures_of_cards_come(tab):
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.goto("/", wait_until="domcontentloaded")
    below = tab.locator(".chapter-card .chapter-title").first
    before = below.evaluate("title => title.getBoundingClientRect().top + scrollY")
    picture = tab.locator(".chapter-card > img").first
    picture.scroll_into_view_if_needed()
    picture.evaluate("image => image.decode()")
    assert below.evaluate("title => title.getBoundingClientRect().top + scrollY") == before


def test_a_phone_lays_out_what_it_shows_and_a_link_into_the_rest_leads_there(browser, site):
    context = browser.new_context(base_url=site, viewport={"width": 390, "height": 800})
    tab = context.new_page()
    tab.goto(TENSORS)
    last = tab.locator(".bd-article > section > section").last
    expect(last).to_have_css("content-visibility", "auto")
    assert not last.locator("p").first.evaluate("text => text.checkVisibility({contentVisibilityAuto: true})")
    tab.goto(f"{TENSORS}#exercises")
    expect(last.locator("h2")).to_be_in_viewport()
    expect(last.locator("p").first).to_be_visible()
    context.close()


def test_the_picture_of_the_cover_stands_beside_the_title(tab):
    tab.goto("/")
    title, picture = (tab.locator(name).first.bounding_box() for name in ("h1", "main img"))
    assert picture["x"] > title["x"] + title["width"]
    assert picture["y"] < title["y"] + title["height"]


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
    tab.evaluate("""() => { // as a reader has come to all of it: a phone has not laid out the rest, nor loaded its fonts
        for (const part of document.querySelectorAll('.bd-article section')) part.style.contentVisibility = 'visible';
        document.body.offsetHeight;
        return document.fonts.ready.then(() => true);
    }""")
    assert tab.evaluate(TORN) == []


def test_the_reader_can_choose_dark(tab):
    tab.goto(TENSORS)
    assert luminance(background(tab)) > 200
    tab.get_by_role("button", name="Colours").click()
    tab.get_by_role("button", name="Dark").click()
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


@pytest.mark.parametrize("target", ["der-writing-bound", "equation-eq-writing-tangent"])
def test_a_link_opens_what_is_folded(tab, target):
    tab.goto("/docs/writing.html")
    derivation = tab.locator("details.derivation")
    expect(derivation.locator(".displaymath")).not_to_be_visible()
    tab.evaluate("target => { location.hash = target }", target)
    expect(derivation.locator(".displaymath")).to_be_in_viewport()
    tab.goto(f"/docs/writing.html?again#{target}")
    expect(derivation.locator(".displaymath")).to_be_in_viewport()


def test_what_is_folded_is_printed(tab):
    tab.goto("/docs/writing.html")
    tab.emulate_media(media="print")
    for folded in ("details.derivation .displaymath", "details.solution .math", "details.fold pre"):
        assert tab.locator(folded).first.bounding_box()["height"] > 5


def test_the_chosen_colours_are_remembered(tab):
    tab.goto(TENSORS)
    tab.get_by_role("button", name="Colours").click()
    tab.get_by_role("button", name="Dark").click()
    tab.goto(LINEAR_ALGEBRA)
    assert luminance(background(tab)) < 60


def results(tab):
    return tab.locator(".search-results a")


def test_search_answers_while_one_types(tab):
    tab.goto(TENSORS)
    tab.keyboard.press("/")
    tab.keyboard.type("broadc")
    expect(results(tab).first).to_contain_text("Broadcasting, and how it hides bugs")
    expect(results(tab).first).to_contain_text("1.1 Tensors")
    tab.keyboard.press("Enter")
    expect(tab).to_have_url(re.compile(r"/preliminaries/tensors\.html#broadcasting"))
    expect(tab.locator("dialog.search")).not_to_be_visible()


def test_search_finds_a_name_of_the_library(tab):
    tab.goto("/search.html?q=token_cross_entropy")
    expect(results(tab).first).to_have_attribute(
        "href", re.compile(r"library\.html#handson\.losses\.token_cross_entropy")
    )


def test_search_says_that_nothing_was_found(tab):
    tab.goto("/")
    tab.locator("a.search-button").click()
    tab.keyboard.type("xyzzyplugh")
    expect(tab.get_by_role("status")).to_have_text("Nothing found for “xyzzyplugh”")
    tab.keyboard.press("Escape")
    expect(tab.locator("dialog.search")).not_to_be_visible()


def test_search_without_a_server(browser, printed):
    context = browser.new_context()
    tab = context.new_page()
    tab.goto((printed / "build" / "html" / "preliminaries" / "tensors.html").as_uri())
    tab.keyboard.press("Control+k")
    tab.keyboard.type("broadcasting")
    expect(results(tab).first).to_contain_text("Broadcasting, and how it hides bugs")
    expect(results(tab).first.locator("mark").first).to_have_text("Broadcasting", ignore_case=True)
    results(tab).first.click()
    expect(tab).to_have_url(re.compile(r"tensors\.html#broadcasting"))
    context.close()


def test_arrows_turn_pages(tab):
    tab.goto(TENSORS)
    tab.keyboard.press("ArrowRight")
    expect(tab.locator("h1")).to_contain_text("Data Preprocessing")
    tab.keyboard.press("ArrowLeft")
    expect(tab.locator("h1")).to_contain_text("Tensors")


def test_a_long_output_is_scrolled_by_itself_and_printed_whole(tab):
    tab.goto("/docs/writing.html")
    output = tab.locator(".long-output")
    output.focus()
    before = tab.evaluate("scrollY")
    tab.keyboard.press("End")
    tab.wait_for_function("output => output.scrollTop > 100", arg=output.element_handle())
    assert tab.evaluate("scrollY") == before
    tab.emulate_media(media="print")
    assert output.evaluate("output => output.scrollHeight - output.clientHeight") <= 1


def test_arrows_scroll_code_that_is_too_wide(tab):
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.goto(TENSORS)
    wide = tab.locator("pre").filter(has_text="def measure")
    wide.evaluate("pre => { pre.tabIndex = 0; pre.focus() }")
    tab.keyboard.press("ArrowRight")
    tab.wait_for_timeout(200)
    expect(tab).to_have_url(re.compile(TENSORS))


def test_the_contents_of_the_page_follow_the_reader(tab):
    tab.goto(f"{TENSORS}#saving-memory")
    current = tab.locator(".page-toc a[aria-current=location]")
    expect(current).to_contain_text("Saving memory")
    tab.locator("#getting-started").scroll_into_view_if_needed()
    tab.evaluate("scrollTo(0, 0)")
    expect(current).to_have_count(0)


def test_the_contents_open_on_a_phone(tab):
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.goto(TENSORS)
    contents = tab.locator(".book-contents")
    expect(contents).not_to_be_visible()
    tab.get_by_role("button", name="Table of Contents").click()
    expect(contents).to_be_visible()
    contents.get_by_text("Data Preprocessing").click()
    expect(tab.locator("h1")).to_contain_text("Data Preprocessing")
    expect(contents).not_to_be_visible()


def test_code_is_copied_without_prompts(browser, site):
    context = browser.new_context(base_url=site, permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.goto("/docs/library.html")
    opened.locator("[id='handson.metrics.perplexity'] + dd .highlight").hover()
    opened.locator("[id='handson.metrics.perplexity'] + dd button.copy").click()
    copied = opened.evaluate("navigator.clipboard.readText()")
    assert copied == "round(perplexity(math.log(27)), 9)"
    context.close()


def test_a_picture_is_enlarged_and_put_back(tab):
    tab.goto(TENSORS)
    picture = tab.locator("figure img").first
    before = picture.bounding_box()["width"]
    picture.click()
    large = tab.locator("dialog.enlarged img")
    expect(large).to_be_visible()
    assert large.bounding_box()["width"] > before
    tab.keyboard.press("Escape")
    expect(large).not_to_be_visible()


PREVIEWS = {"#fig-broadcasting": "An axis of length 1", "#equation-eq-distances": "", "../references.html#": "Harris"}


@pytest.mark.parametrize(("target", "shown"), PREVIEWS.items())
def test_a_reference_is_previewed(tab, target, shown):
    tab.goto(TENSORS)
    tab.locator(f".bd-article a.reference.internal[href^='{target}']").first.hover()
    preview = tab.locator("#preview")
    expect(preview).to_be_visible()
    expect(preview).to_contain_text(shown)
    tab.keyboard.press("Escape")
    expect(preview).not_to_be_visible()


def test_a_preview_by_keyboard_and_by_touch(browser, site):
    context = browser.new_context(base_url=site, has_touch=True)
    opened = context.new_page()
    opened.goto(TENSORS)
    link = opened.locator(".bd-article a.reference.internal[href='#fig-broadcasting']").first
    link.tap()
    expect(opened.locator("#preview figure")).to_be_visible()
    assert "#" not in opened.url
    link.tap()
    expect(opened).to_have_url(re.compile("#fig-broadcasting"))
    opened.goto(TENSORS)
    opened.locator("article").click(position={"x": 1, "y": 1})
    for _ in range(12):
        opened.keyboard.press("Tab")
        if opened.evaluate("document.activeElement.matches('a.reference.internal')"):
            break
    expect(opened.locator("#preview")).to_be_visible()
    context.close()


def test_the_front_page_remembers_the_place(tab):
    tab.goto(f"{TENSORS}#saving-memory")
    expect(tab.locator(".page-toc a[aria-current=location]")).to_be_visible()
    tab.goto("/")
    expect(tab.locator("a.book-resume")).to_have_text("Continue: 1.1 Tensors")
    tab.locator("a.book-resume").click()
    expect(tab).to_have_url(re.compile(r"tensors\.html#saving-memory"))


@pytest.mark.parametrize("address", ["/", TENSORS, "/search.html"])
def test_nothing_is_asked_of_others_and_nothing_fails(tab, site, address):
    asked, failed = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    tab.on("pageerror", lambda error: failed.append(str(error)))
    tab.goto(address, wait_until="networkidle")
    assert [url for url in asked if not url.startswith(site)] == []
    assert failed == []


def test_without_scripts_everything_can_be_read(browser, site):
    context = browser.new_context(base_url=site, java_script_enabled=False, viewport={"width": 390, "height": 800})
    opened = context.new_page()
    opened.goto(LINEAR_ALGEBRA)
    assert opened.locator(".katex-html").count() > 50
    expect(opened.get_by_role("button", name="Colours")).not_to_be_visible()
    opened.get_by_role("button", name="Table of Contents").click()
    opened.locator("#book-contents a", has_text="Tensors").click()
    solution = opened.locator("details.solution").first
    solution.locator("summary").click()
    expect(solution.locator(".solution-body")).to_be_visible()
    context.close()
