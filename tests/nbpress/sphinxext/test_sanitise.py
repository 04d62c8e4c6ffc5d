import io
import json
import re
import time

import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure

from factory import code, display, markdown, stored
from nbpress.sphinxext.sanitise import clean

SAFE = [
    "<kbd>Enter</kbd>",
    "<kbd>",
    "</kbd>",
    "<details open><summary>More</summary>\n",
    "a & b < c <b>bold</b>",
    '<table class="dataframe" border="1"><tr style="text-align: right;"><td colspan=2>1</td></tr></table>',
    "<style scoped>\n .dataframe tbody > tr th { vertical-align: top }\n</style>",
    '<img src="data:image/png;base64,iVBORw0KGgo=" alt="A dot">',
    '<svg viewBox="0 0 1 1"><path d="M0 0" stroke-width="2"/></svg>',
    '<a href="page.html#x" target="_blank">there</a>',
    "<input type='checkbox' checked disabled>",
    "<html><body class=x><p>A page</p></body></html>",
    "<video controls autoplay loop><source type='video/mp4' src='data:video/mp4;base64,AAAA'></video>",
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="#a"/></svg>',
    "<svg><title>a &lt; b</title></svg>",
    '<svg><image xlink:href="data:image/png;base64,iVBORw0KGgo=" width="4" height="3" transform="scale(1)"/></svg>',
    "<style>@media (width < 40em) { .x > td { color: red } }</style>",
    "<p style='position: relative; background: url(data:image/png;base64,AA); table-layout: fixed'>x</p>",
]
UNSAFE = {
    "<script>alert(1)</script>": "<script>",
    "<img src='https://example.org/x.png'>": "src of <img>",
    "<img src='x.png' srcset='x.png 1x, https://example.org/x.png 2x'>": "srcset of <img>",
    "<video src='//example.org/x.mp4'></video>": "src of <video>",
    "<svg><image xlink:href='https://example.org/x.png'/></svg>": "xlink:href of <image>",
    "<svg><use href='https://example.org/x.svg#a'/></svg>": "href of <use>",
    "<svg><path fill='url(https://example.org/x.svg#a)'/></svg>": "fill of <path>",
    "<div style='position: fixed; inset: 0'>x</div>": "style of <div>",
    "<div style='--p: sticky; position: var(--p)'></div>": "style of <div>",
    "<div style='background: u\\72l(https://example.org)'></div>": "style of <div>",
    "<style>@import url(https://example.org/x.css);</style>": "<style>",
    "<style>p { background: image-set('https://example.org/x.png' 1x) }</style>": "<style>",
    "<style>p { position: fixed }</style>": "<style>",
    "<style>p { } } .bd-header { content: 'alert' }</style>": "<style>",
    "<svg><image href='javascript:alert(1)'/></svg>": "href of <image>",
    "<SCRIPT SRC=//x></SCRIPT>": "<script>",
    "<img src=x onerror=alert(1)>": "onerror of <img>",
    "<a href='javascript:alert(1)'>x</a>": "href of <a>",
    "<a href='java&#115;cript:alert(1)'>x</a>": "href of <a>",
    "<a href='java\tscript:alert(1)'>x</a>": "href of <a>",
    "<a href='data:text/html,<script>1</script>'>x</a>": "href of <a>",
    "<iframe src='https://example.org'></iframe>": "<iframe>",
    "<object data=x></object>": "<object>",
    "<base href='https://example.org'>": "<base>",
    "<meta http-equiv=refresh content=0>": "<meta>",
    "<link rel=stylesheet href='https://example.org'>": "<link>",
    "<form action='https://example.org'></form>": "<form>",
    "<x-mine onclick=1>": "<x-mine>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>": "<animate>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>": "an element",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>": "<math>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">': "<noscript>",
}


PIECES = {  # harmless each by itself; with what may stand before or behind it a browser runs its `alert`
    '<div title="': (),
    "<!-- ": (),
    "<p title=\"<img alt='onclick=alert(1) ' src=x>\">": (),
    "<style><!--</style><img src=x onerror=alert(1)>-->": ("svg",),
    "<style><a title='</style><img src=x onerror=alert(1)>'>": ("svg",),
    "<![CDATA[><img src=x onerror=alert(1)>]]>": ("svg",),
    "<img src=x onerror=alert(1)>": ("style",),
    '<title><img src="x" onerror="alert(1)"></title>': (),
}


@pytest.mark.parametrize("text", SAFE)
def test_harmless_html_stays_as_it_is(text):
    assert clean(text) == (text, ())
    assert clean(text, ()) == (text, ())


@pytest.mark.parametrize("text", PIECES)
def test_a_piece_is_safe_whatever_stands_around_it(text):
    cleaned = clean(text, PIECES[text])
    assert cleaned.text != text
    assert not any(word in cleaned.text for word in ("<img src=x onerror", 'title="<', "<!"))


def test_whole_html_is_written_anew_where_browsers_could_read_it_otherwise():
    assert clean("<!DOCTYPE html><p title='a<b>'>x") == ('<p title="a&lt;b&gt;">x</p>', ())


def test_a_drawing_of_matplotlib_stays_whole():
    figure = Figure()
    axes = figure.subplots()
    axes.imshow([[1, 2]])
    axes.plot([0, 1], label="$x^2$", marker="o")
    axes.legend()
    file = io.StringIO()
    figure.savefig(file, format="svg")
    cleaned = clean(file.getvalue())
    assert cleaned.removed == ()
    assert all(
        cleaned.text.count(f"<{name} ") == file.getvalue().count(f"<{name} ") for name in ("path", "use", "image")
    )


def test_comments_are_for_authors():
    assert clean("<!-- <script>alert(1)</script> --><b>x</b>") == ("<b>x</b>", ())


def test_a_large_output_is_soon_judged():
    text = f"<audio controls><source src='data:audio/wav;base64,{'A' * 1_000_000}'></audio>"
    start = time.perf_counter()
    assert clean(text) == (text, ())
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize("text", UNSAFE)
def test_what_could_act_is_taken_out_and_named(text):
    cleaned = clean(text)
    assert UNSAFE[text] in cleaned.removed
    assert not any(word in cleaned.text for word in ("alert", "<script", "javascript", "example.org", "<x-mine"))


def test_the_rest_of_a_piece_is_kept():
    assert clean("<p>Some <b onclick=x>bold</b> words.</p>").text == "<p>Some <b>bold</b> words.</p>"


PARTS = {  # of HTML that is read piece by piece, in the elements that are open, and what is left of each
    ("<script>alert(1)</script>", ()): "",
    ("</script>", ("script",)): "",
    ("</iframe>", ("iframe",)): "",
    ('<a href="javascript:1">', ("b",)): "<a>",
    ("<td onclick=1>", ("table", "tr")): "<td>",
    ("<img onerror=1>", ()): "",
    ("<input onclick=1>", ()): "",
    ("<style>", ()): "",
}


@pytest.mark.parametrize(("text", "opened"), PARTS)
def test_nothing_remains_of_what_is_cut_but_its_own_part(text, opened):
    assert clean(text, opened).text == PARTS[text, opened]


def test_style_sheets_count_within_their_scope_alone():
    cleaned = clean("<style type='text/css'>.bd-header { display: none }</style><p>x</p>", scope="#output-1")
    sheet = "@scope (#output-1) {\n.bd-header { display: none }\n}"
    assert cleaned == (f"<style type='text/css'>{sheet}</style><p>x</p>", ())


def test_a_piece_of_an_element_is_judged_where_it_stands():
    assert clean("<td class=x>", ("table",)).removed == ()


def test_tables_and_inner_markdown_keep_their_looks(published):
    article = published.page("chapter/one").article
    assert article.select_one("table.x td[style='color:red'][data-n]")
    assert article.select_one("details em").get_text() == "Markdown"


def test_a_trusted_page_keeps_its_scripts(published):
    assert published.page("chapter/trusted").article.script


CELLS = [
    "# Page\n\n<p onclick='1'>One.</p>\n\nIn a line <img src='x.png' onerror='2'>.",
    ("from IPython.display import HTML\n\nHTML(\"<iframe src='https://example.org'></iframe>\")",),
    "```{raw} html\n<script>3</script>\n```",
    "```{eval-rst}\n.. role:: mine(raw)\n   :format: html\n\nA :mine:`<b onclick=4>x</b>` and `this <javascript:5>`_.\n```",
    "```{image} x.png\n:target: javascript:6\n:alt: There\n```",
    "![There](https://example.org/7.png)\n\n<img src='https://example.org/8.png' alt='There'>",
    "[Here](javascript:9) and ![there](data:text/html,10)",
]


def test_each_thing_that_is_taken_out_is_a_problem_with_its_place(make_book, press):
    root = make_book({"page": CELLS})
    (root / "notebooks" / "chapter" / "x.png").write_bytes(b"")
    done = press(root, "build", "html")
    assert done.returncode == 1
    for place, what in (
        ("cell 1 (id c1), line 3", "onclick of <p>"),
        ("cell 1 (id c1), line 5", "onerror of <img>"),
        ("cell 2 (id c2), line 1", "<iframe>"),
        ("cell 3 (id c3)", "<script>"),
        ("cell 4 (id c4)", "onclick of <b>"),
        ("cell 4 (id c4)", "javascript:5"),
        ("cell 5 (id c5)", "javascript:6"),
        ("cell 6 (id c6), line 1", "https://example.org/7.png"),
        ("cell 6 (id c6), line 3", "src of <img>"),
        ("cell 7 (id c7), line 1", "javascript:9"),
        ("cell 7 (id c7), line 1", "data:text/html,10"),
    ):
        [line] = [line for line in done.stderr.splitlines() if what in line]
        assert f"notebooks/chapter/page.ipynb, {place}" in line
    assert len(done.stderr.splitlines()) < 30
    assert 'trusted = ["chapter/page"]' in done.stderr
    article = BeautifulSoup((root / "build/html/chapter/page.html").read_text(), "lxml").article
    for input_ in article.select(".highlight"):  # the code of the page
        input_.decompose()
    assert not re.search("script|onclick|onerror|example.org|src=.x.png", str(article))


def test_of_a_line_that_is_cut_the_words_remain(make_book, press):
    line = 'Hi <script>alert(1)</script> <a href="javascript:1">there</a> <iframe src=x></iframe> <input onclick=1>.'
    root = make_book({"page": [f"# Page\n\n{line}"]})
    assert press(root, "build", "html").returncode == 1
    article = BeautifulSoup((root / "build/html/chapter/page.html").read_text(), "lxml").article
    assert " ".join(article.p.decode_contents().split()) == "Hi <a>there</a> ."


def test_a_style_sheet_counts_in_its_own_output_alone(make_book, press):
    styled = code("x", display({"text/html": "<style>b { color: red }</style><b>x</b>"}))
    text = markdown("# Page\n\n<style>\ni { color: red }\n</style>")
    root = make_book({"page": json.dumps(stored(text, styled))}, toml="[execution]\nenabled = false")
    assert press(root, "build", "html").returncode == 0
    article = BeautifulSoup((root / "build/html/chapter/page.html").read_text(), "lxml").article
    assert article.select_one(".rendered_html > #output-c2-0 > b")
    sheets = [sheet.string.partition("{")[0].strip() for sheet in article.select("style")]
    assert sheets == ["@scope (article)", "@scope (#output-c2-0)"]


def test_a_page_of_the_handbook_is_no_safer(make_book, press):
    root = make_book({"page": ["# Page"]}, toml='handbook = { path = "docs" }')
    (root / "docs").mkdir()
    (root / "docs" / "index.md").write_text("# Handbook\n\n<p onclick=1>Press <kbd>A</kbd>.</p>\n\n<kbd>B</kbd>\n")
    done = press(root, "build", "html")
    assert "docs/index.md, line 3: the HTML holds" in done.stderr
    page = (root / "build/html/docs/index.html").read_text()
    assert "<p>Press <kbd>A</kbd>.</p>" in page
    assert "<kbd>B</kbd>" in page


def test_trust_is_lost_at_once(make_book, press):
    root = make_book({"page": ["# Page\n\n<p onclick='1'>One.</p>"]}, toml='trusted = ["chapter/page"]')
    assert press(root, "build", "html").returncode == 0
    toml = root / "conf" / "book.toml"
    toml.write_text(toml.read_text().replace('trusted = ["chapter/page"]', ""))
    assert "onclick of <p>" in press(root, "build", "html").stderr
