"""HTML of notebooks on paper, and what its author forgot to end."""

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from nbpress.sphinxext import html, table_nodes, tables


def picture(source, attributes):
    return nodes.image("", uri=source, **{key: attributes[key] for key in ("alt",) if key in attributes})


def blocks(text):
    return html.blocks(text, picture)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("<p>a</p><p>b</p>", ["paragraph", "paragraph"]),
        ("a<br>b", ["paragraph"]),
        ("<h2>a</h2>b", ["rubric", "paragraph"]),
        ("<ul><li>a<li>b</ul>", ["bullet_list"]),
        ("<div><div>a</div>b</div>", ["paragraph", "paragraph"]),
        ("<pre>a\n b</pre>", ["literal_block"]),
        ("<div><table><tr><td>1</table></div>", ["html_table"]),
        ("<center><img src=a.png></center>", ["paragraph"]),
        ("<script>a</script><style>b</style><!-- c -->", []),
        ("</details>", []),
        ("", []),
    ],
)
def test_blocks(text, tags):
    assert [block.tagname for block in blocks(text)] == tags


@pytest.mark.parametrize("tag", ["b", "i", "code", "sup", "sub"])
def test_styles(tag):
    (paragraph,) = blocks(f"x <{tag}>y</{tag}> z")
    assert paragraph.astext() == "x y z"
    assert isinstance(paragraph[1], html.STYLES[tag])


def test_links():
    (paragraph,) = blocks("<a href='https://example.com'>there</a> <a href='x.html'>here</a>")
    assert paragraph[0]["refuri"] == "https://example.com"
    assert paragraph.astext() == "there here"


def test_nested_lists_keep_their_items():
    (outer,) = blocks("<ul><li>a<ul><li>b</li></ul></li></ul>")
    assert outer.astext().split() == ["a", "b"]


def test_the_site_gets_the_html_around_pictures():
    made = html.for_site("<center><img src=a.png></center>", picture)
    assert [node.astext() for node in made if isinstance(node, nodes.raw)] == ["<center>", "</center>"]
    assert made[1]["uri"] == "a.png"


@pytest.mark.parametrize(
    ("written", "ended"),
    [
        ("<b>a", "<b>a</b>"),
        ("a</div></div>", "a"),
        ("<div><b>a</div>", "<div><b>a</div>"),
        ("<p>a<br><img src=x>", "<p>a<br><img src=x>"),
        ("<!-- <b> -->", "<!-- <b> -->"),
        ("<script>'<b>'</script>", "<script>'<b>'</script>"),
    ],
)
def test_closed(written, ended):
    assert html.closed(written) == ended


@pytest.mark.parametrize(
    ("text", "siblings", "latex"),
    [
        ("<sub>", ["<sub>", "</sub>"], r"\textsubscript{"),
        ("</sub>", ["<sub>", "</sub>"], "}"),
        ("<b>", ["<b>"], ""),
        ("<span>", ["<span>", "</span>"], ""),
    ],
)
def test_tags_in_a_line_of_text(text, siblings, latex):
    assert html.tag(text, siblings) == latex


TAGS = st.sampled_from(
    ["<table>", "</table>", "<tr>", "<td colspan=2>", "<th rowspan=9>", "<b>", "</b>", "<p>", "<ul>"]
)
SOUP = st.lists(TAGS | st.sampled_from(["<li>", "<br>", "<img>", "<!--", "-->", "<", ">"]) | st.text(max_size=5))


@given(SOUP.map("".join))
def test_html_of_any_kind_can_be_read(text):
    blocks(text)
    for part in tables.parts(html.closed(text)):
        if isinstance(part, tables.Grid):
            assert "".join(table_nodes.latex(part, tables.layout(part), "", str)).count("\\begin{nbpresstable}") == 1
