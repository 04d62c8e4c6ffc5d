"""A book in Chinese, where no space says where a word ends."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("chinese")

QUERIES = {
    "卷积": "图像",
    "注意力": "序列",
    "梯度下降": "优化",
    "小批量随机梯度": "优化",
    "损失下降": "优化",
    "神经网络": "神经网络",
}


@pytest.mark.parametrize(("query", "title"), QUERIES.items())
def test_a_page_is_found_by_a_word_that_is_in_it(browser, chinese, query, title):
    context = browser.new_context(base_url=chinese)
    tab = context.new_page()
    tab.goto(f"/search.html?q={query}")
    expect(tab.locator(".search-results a").first.locator(".search-title")).to_have_text(title)
    tab.locator(".search-results a").first.click()
    expect(tab.locator("h1")).to_contain_text("神经网络")
    context.close()


@pytest.fixture
def words(browser, chinese):
    context = browser.new_context(base_url=chinese, permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto("/basics/words.html")
    yield tab
    context.close()


def test_emphasis_is_dots_and_no_slant(words):
    emphasis = words.locator("article em").first
    expect(emphasis).to_have_css("font-style", "normal")
    expect(emphasis).to_have_css("text-emphasis-style", "dot")


def test_latin_words_in_emphasis_have_a_slant_and_no_dots(words):
    words.goto("/basics/works.html")
    for place, text in {
        "article section > p em .latin": "PyTorch",
        ".page-bibliography em .latin": "The Journal",
    }.items():
        latin = words.locator(place)
        expect(latin).to_have_text(text)
        expect(latin).to_have_css("font-style", "italic")
        expect(latin).to_have_css("text-emphasis-style", "none")
    expect(words.locator(".page-bibliography li p")).to_have_css("text-align", "start")


def test_citations_stand_in_the_brackets_of_the_text(words):
    words.goto("/basics/works.html")
    expect(words.locator("article section > p").first).to_contain_text("学习（LeCun, 2015），")
    expect(words.locator("article section > p").first).to_contain_text("LeCun (2015)")


def test_quotes_are_as_wide_as_characters(words):
    measure = """paragraph => {
      const width = text => { const span = Object.assign(document.createElement('span'), { textContent: text });
        paragraph.append(span); const { width } = span.getBoundingClientRect(); span.remove(); return width; };
      return width('中“中”中') / width('中中中中中');
    }"""
    assert words.locator("article p").first.evaluate(measure) == pytest.approx(1, abs=0.02)


def test_scripts_speak_chinese(words):
    words.keyboard.press("/")
    expect(words.get_by_role("searchbox", name="搜索本书")).to_be_visible()
    words.keyboard.type("卷积")
    expect(words.get_by_role("status")).to_have_text("1 个小节")
    words.keyboard.press("Escape")
    expect(words.get_by_role("button", name="复制").first).to_be_attached()
    expect(words.get_by_role("button", name="放大：一个蓝色的方块。")).to_be_attached()


def test_what_is_not_in_it_is_not_found(browser, chinese):
    context = browser.new_context(base_url=chinese)
    tab = context.new_page()
    tab.goto("/search.html?q=强化学习")
    expect(tab.get_by_role("status")).to_contain_text("没有找到")
    context.close()
