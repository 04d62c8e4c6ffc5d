"""Pages of the EPUB in a browser, on the grounds that e-readers have: everything is read on each, and nothing is cut."""

import zipfile

import pytest

GROUNDS = {"white": ("#ffffff", "#000000"), "sepia": ("#f4ecd8", "#3b2f1e"), "night": ("#000000", "#d0d0d0")}
CONTRAST = """() => {
    const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(Number)
            .map((one) => one / 255).map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
        const own = getComputedStyle(element).backgroundColor;
        return element.parentElement && /, 0\\)$/.test(own) ? ground(element.parentElement) : own;
    };
    return Math.min(...[...document.querySelectorAll("body *")]
        .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .map((element) => [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a))
        .map(([high, low]) => (high + 0.05) / (low + 0.05)));
}"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory, printed):
    folder = tmp_path_factory.mktemp("epub")
    with zipfile.ZipFile(printed / "build/epub/hands-on-deep-learning.epub") as packed:
        packed.extractall(folder)
    return folder / "EPUB"


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_page_is_read_on_every_ground(browser, unpacked, ground):
    back, ink = GROUNDS[ground]
    tab = browser.new_page(viewport={"width": 390, "height": 800})
    pages = sorted(unpacked.rglob("*.xhtml"))
    assert len(pages) > 5
    for page in pages:
        tab.goto(page.as_uri())
        assert tab.locator("parsererror").count() == 0, page
        tab.add_style_tag(content=f"body {{ background: {back}; color: {ink}; }}")
        assert tab.evaluate(CONTRAST) >= 4.5, page
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390, page
        broken = "[...document.images].filter((image) => !image.complete || !image.naturalWidth).length"
        assert tab.evaluate(broken) == 0, page
    tab.close()


def test_letters_of_formulas_are_those_of_their_alphabet(browser, unpacked):
    tab = browser.new_page()
    tab.goto((unpacked / "preliminaries/linear-algebra.xhtml").as_uri())
    assert "ℝ" in tab.locator("math").first.text_content()
    tab.close()
