"""What the site and the paper say without a notebook, in the language of the book."""

import ast
import re
from pathlib import Path

import pytest

from nbpress import convert, sphinxext, targets
from nbpress.sphinxext.blocks import KINDS
from nbpress.sphinxext.language import SAID
from nbpress.words import CHINESE, words

FOLDER = Path(sphinxext.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").rglob("*.html"))
SCRIPTS = sorted((FOLDER / "static").glob("*.js"))
BY_NAME = {"the repository"}  # of a variable in a template
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.S)


def said_in_python(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if called in ("_", "_said") and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


def said():
    for path in [*FOLDER.glob("*.py"), Path(convert.__file__), *Path(targets.__file__).parent.rglob("*.py")]:
        yield from said_in_python(path)
    for path in TEMPLATES:
        yield from (word for _, word in re.findall(r"""\b_\(\s*(['"])(.*?)\1""", path.read_text(encoding="utf-8")))
    for path in SCRIPTS:
        yield from SAID.findall(path.read_text(encoding="utf-8"))
    yield from map(str.capitalize, KINDS)


def test_every_word_has_its_chinese_one_and_none_is_left_over():
    assert set(said()) | BY_NAME == set(CHINESE)


@pytest.mark.parametrize("word", CHINESE)
def test_a_translation_keeps_the_place_of_what_is_put_in(word):
    assert word.count("%s") == CHINESE[word].count("%s")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_say_nothing_in_english_alone(path):
    text = JINJA.sub("", path.read_text(encoding="utf-8"))
    text = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.S)
    attributes = re.findall(r"""\b(?:aria-label|title|alt|placeholder)=["']([^"']*)""", text)
    words = re.findall(r"[A-Za-z]+", " ".join([*attributes, re.sub(r"<[^>]*>", "", text)]))
    assert words == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_say_nothing_in_english_alone(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"""\b(?:ariaLabel|title|placeholder|textContent)\s*[:=]\s*["'`][A-Za-z]""", text) == []


def test_a_language_that_the_press_does_not_know_is_served_in_english():
    assert words("fr") == words("en") == {}
    assert words("zh-CN") == words("zh_CN") == words("zh") == CHINESE


@pytest.mark.parametrize("name", ["index", "basics/index", "basics/networks", "basics/words", "genindex", "search"])
def test_a_chinese_site_says_nothing_in_english(print_book, name):
    page = print_book("chinese").page(name)
    for element in page.select("script, style, pre, code, .katex"):
        element.decompose()
    attributes = [
        element[name]
        for element in page.find_all(True)
        for name in ("title", "aria-label", "alt", "placeholder")
        if name in element.attrs
    ]
    found = re.findall(r"[A-Za-z]{2,}", " ".join([page.get_text(" "), *attributes]))
    assert set(found) <= {"PyTorch", "JavaScript"}


def test_a_chinese_site_refers_in_chinese(print_book):
    text = print_book("chinese").page("basics/words").article.get_text()
    assert "见定理 1.1、图 1.1、表 1.1、(1.1)，以及神经网络（第 1.1 节）。" in text
    assert "定理 1.1（存在性）" in text


def test_chinese_paper_says_nothing_in_english(print_book):
    words = print_book("chinese").words
    assert "目录" in words
    assert "证明：显然。" in words.replace(" ", "")
    assert not re.search(r"Contents|Solution|Printed|Theorem|Section|Part\b", words)
