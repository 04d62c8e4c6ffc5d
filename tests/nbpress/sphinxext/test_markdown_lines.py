from types import SimpleNamespace

import pytest
from docutils import nodes

from nbpress.sphinxext import markdown_lines
from nbpress.sphinxext.markdown_lines import Target, line


@pytest.fixture
def target():
    links = {"other": "other.md"}
    return Target(SimpleNamespace(), "a/page", lambda document, anchor: f"{document}#{anchor}", str, {**links})


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("5 * 3 * 2", r"5 \* 3 \* 2"),
        ("a_b and _c_", r"a_b and \_c\_"),
        ("it costs $5", r"it costs \$5"),
        ("a < b, <b> and &amp;", r"a < b, \<b> and \&amp;"),
        ("[x] and `y`", r"\[x\] and \`y\`"),
        ("# no title", r"\# no title"),
        ("1. no list", r"1\. no list"),
        ("- none either", r"\- none either"),
        ("#1 is first - always", "#1 is first - always"),
    ],
)
def test_text_means_itself(target, text, written):
    assert line(nodes.paragraph("", text), target) == written


@pytest.mark.parametrize(("code", "written"), [("x", "`x`"), ("a`b", "``a`b``"), ("`a`", "`` `a` ``")])
def test_code_has_as_many_backquotes_as_it_needs(code, written):
    assert markdown_lines.code(code) == written


def test_emphasis_stands_at_its_words(target):
    node = nodes.paragraph("", "", nodes.emphasis("", "so "), nodes.strong("", "it is"))
    assert line(node, target) == "*so* **it is**"


@pytest.mark.parametrize(
    ("uri", "written"),
    [
        ("#here", "words"),
        ("other.html#there", "[words](a/other#there)"),
        ("../b/other.html", "[words](b/other#)"),
        ("page.html#here", "words"),
    ],
)
def test_links_in_the_book_lead_where_the_target_says(target, uri, written):
    reference = nodes.reference("", "words", refuri=uri, internal=True)
    assert line(nodes.paragraph("", "", reference), target) == written


def test_links_to_elsewhere_stay(target):
    reference = nodes.reference("", "words", refuri="https://example.org/a_(b)")
    assert line(nodes.paragraph("", "", reference), target) == "[words](<https://example.org/a_(b)>)"
