"""Values in the text, as HTML and LaTeX print them."""

import pytest


def test_a_string_stands_without_quotes(prose, prose_tex):
    sentence = "The accuracy is 0.99, of 1000000 images by Söhne"
    assert sentence in prose("text/values").get_text()
    assert sentence in prose_tex


def test_the_value_of_a_later_cell(prose, prose_tex):
    assert "The accuracy is now 0.50" in prose("text/values").get_text()
    assert "The accuracy is now 0.50" in prose_tex


@pytest.mark.parametrize(
    "where", ["table td:last-child", ".admonition-title", ".admonition p:last-child", ".footnote p"]
)
def test_wherever_text_stands(prose, where):
    assert any(text in prose("text/values").select_one(f".bd-article {where}").text for text in ("0.9", "1.0", "True"))


def test_a_formula(prose, prose_tex):
    assert prose("text/values").select(".math annotation")[-1].text == r"\frac{1}{2}"
    assert r"\(\frac{1}{2}\)" in prose_tex


def test_markdown(prose, prose_tex):
    assert "<strong>loud</strong> and <code" in str(prose("text/values"))
    assert r"\sphinxstylestrong{loud} and \sphinxcode" in prose_tex


def test_the_syntax_in_a_code_span_is_left_alone(prose):
    assert "{eval}`accuracy`" in [code.text.strip() for code in prose("text/values").select("code")]


def test_without_a_run_the_expression_is_shown_and_marked(make_book, press):
    root = make_book({"page": ["# Page", "It is {eval}`1 + 1`."]})
    done = press(root, "build", "html", "--no-run", NBPRESS_STORE=str(root / "store"))
    assert done.returncode == 0
    assert "printed without outputs: chapter/page" in done.stderr
    assert '<code class="no-value' in (root / "build" / "html" / "chapter" / "page.html").read_text()


def test_a_value_in_the_caption_of_a_code_cell_is_not_computed(make_book, press):
    svg = "from IPython.display import SVG\nSVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')"
    cell = f"#| label: fig-a\n#| caption: It is {{eval}}`1 + 1`.\n{svg}"
    done = press(make_book({"page": ["# Page", (cell,)]}), "build", "html")
    assert done.returncode == 1
    assert "line 1: {eval}`1 + 1` is not computed: values stand in the text of Markdown cells" in done.stderr
