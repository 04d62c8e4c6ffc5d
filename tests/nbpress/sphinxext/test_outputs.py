"""Outputs of every kind as they are stored, on the site and on paper."""

import base64
import json
import re
import subprocess

import pytest
from bs4 import BeautifulSoup

from factory import SVG, code, display, markdown, picture, stored, stream

PNG = picture("PNG")
PDF = base64.b64encode(
    subprocess.run(["rsvg-convert", "-f", "pdf"], input=SVG.encode(), capture_output=True, check=True).stdout
).decode()
TABLE = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
PLOTLY = {"application/vnd.plotly.v1+json": {"data": []}, "text/html": "<div></div><script>1</script>"}
WIDGET = {"application/vnd.jupyter.widget-view+json": {"model_id": "m"}, "text/plain": "Slider(value=3)"}
LABEL = "#| label: {}\n#| caption: The caption, $x^2$.\n#| alt: In words.\n"
CELLS = {
    "streams": code("1", stream("one\n"), stream("two\n"), stream("oh\n", "stderr"), stream("three\n")),
    "colours": code("2", stream("\x1b[38;5;99m256\x1b[0m \x1b[38;2;1;2;3mtrue\x1b[0m \x1b[41mground\x1b[0m")),
    "progress": code("3", stream("\r 10%\r100%\nbell\x07\n")),
    "traceback": code("4", {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mE\x1b[0m: v"]}),
    "words": code("5", display({"text/html": "<p>Some <b>bold</b> words.</p>", "text/plain": "<HTML object>"})),
    "script": code("6", display({"text/html": "<div></div><script>1</script>", "text/plain": "<HTML object>"})),
    "both": code("7", display({"text/html": "<i>fit</i>", "text/plain": "Fit()"})),
    "sized": code("8", display({"image/png": PNG}, **{"image/png": {"width": 60, "height": 40, "alt": "A dot."}})),
    "jpeg": code("9", display({"image/jpeg": picture("JPEG")})),
    "gif": code("10", display({"image/gif": picture("GIF")})),
    "webp": code("11", display({"image/webp": picture("WEBP")})),
    "pdf": code("12", display({"application/pdf": PDF, "text/plain": "<Drawing object>"})),
    "mixed": code("13", display({"text/latex": "The value $x$ is $\\pi$."})),
    "tabular": code(
        "14", display({"text/latex": "\\begin{tabular}{l}only TeX\\end{tabular}", "text/plain": "plain form"})
    ),
    "markdown": code("15", display({"text/markdown": "# Heading\n\n$y^2$\n\n```python\nin_markdown = 1\n```"})),
    "json": code("16", display({"application/json": {"ü": [1]}, "text/plain": "<IPython.core.display.JSON object>"})),
    "javascript": code("17", display({"application/javascript": "1", "text/plain": "<Javascript object>"})),
    "widget": code("18", display(WIDGET)),
    "plotly": code(LABEL.format("fig-plotly") + "19", display({**PLOTLY, "image/png": PNG})),
    "repr": code("20", display({"text/plain": "<Legend at 0x7f3a>"})),
    "width": code("#| width: 50%\n21", display({"image/svg+xml": SVG})),
    "long": code("22", stream("line\n" * 99)),
    "wide": code(LABEL.format("fig-wide") + "23", display({"image/svg+xml": SVG}), tags=["full-width"]),
    "several": code(LABEL.format("fig-first") + "24", display({"image/png": PNG}), display({"image/svg+xml": SVG})),
    "unclosed": code("25", display({"text/html": "<b>open</div></div>", "text/plain": "<HTML object>"})),
    "bar": code("26", display({**WIDGET, "application/vnd.jupyter.widget-view+json": {"model_id": "bar"}})),
    "not-long": code("27", stream("line\n" * 24)),
    "long-table": code("28", display({"text/html": f"<table>{'<tr><td>1</td></tr>' * 30}</table>"})),
    "rest": {"cell_type": "raw", "metadata": {"raw_mimetype": "text/restructuredtext"}, "source": "A ``reST`` text."},
    "tex": {"cell_type": "raw", "metadata": {"format": "text/latex"}, "source": "\\emph{only paper}"},
    "raw": {"cell_type": "raw", "metadata": {}, "source": "a_b & c"},
    "attached": markdown(
        "![Its caption.](attachment:a%20b.png){#fig-attached}",
        attachments={"a b.png": {"image/png": [PNG]}},
    ),
}


STATE = {"state": {"bar": {"model_name": "HTMLModel", "state": {"value": "<b>100%</b> done"}}}}


def write(root, *cells):
    notebook = stored(*cells, widgets={"application/vnd.jupyter.widget-state+json": STATE})
    (root / "notebooks" / "chapter" / "page.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory, press):
    root = tmp_path_factory.mktemp("outputs")
    (root / "notebooks" / "chapter").mkdir(parents=True)
    (root / "conf").mkdir()
    parts = '[[parts]]\ntitle = "Part"\n[[parts.chapters]]\npath = "chapter"\npages = ["page"]\n'
    (root / "conf" / "book.toml").write_text(
        f'title = "Book"\nauthors = ["A"]\ntrusted = ["chapter/page"]\n[execution]\nenabled = false\n{parts}',
        encoding="utf-8",
    )
    head = markdown("# Page\n\n" + ", ".join(f"[](#{label})" for label in ("fig-plotly", "fig-wide", "fig-attached")))
    done = press(write(root, head, *CELLS.values()), "build", "html", "pdf")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def site(root):
    """`site("name")` is the HTML of that cell's outputs: what stands between its code and that of the next cell."""
    article = BeautifulSoup((root / "build/html/chapter/page.html").read_text(encoding="utf-8"), "html.parser").article

    def outputs(name):
        number = str(list(CELLS).index(name) + 1)
        inputs = [div for div in article.select(".nbinput") if div.get_text().strip() == number]
        rest = inputs[0].find_next_siblings()
        stop = next(
            (i for i, tag in enumerate(rest) if "nbinput" in tag.get("class", []) or tag.select(".nbinput")), None
        )
        return BeautifulSoup("".join(map(str, rest[:stop])), "html.parser")

    outputs.article = article
    return outputs


@pytest.fixture(scope="module")
def paper(root):
    """`paper("name")` is the TeX of that cell."""
    text = (root / "build/sphinx/latex/book.tex").read_text(encoding="utf-8")
    parts = dict(
        re.findall(r"%% nbpress: notebooks/chapter/page\.ipynb\|(\d+)\|\w+\n(.*?)(?=%% nbpress|\Z)", text, re.S)
    )
    return lambda name: parts[str(list(CELLS).index(name) + 2)]


def test_streams_stay_in_order(site, paper):
    assert [area.get_text().strip() for area in site("streams").select(".output_area")] == ["one\ntwo", "oh", "three"]
    assert re.findall(r"\n(one|two|oh|three)\n", paper("streams").replace("\n", "\n\n")) == [
        "one",
        "two",
        "oh",
        "three",
    ]


def test_all_colours_of_a_terminal(site, paper):
    assert "rgb(135,95,255)" in str(site("colours"))
    assert "ansi-red-bg" in str(site("colours"))
    assert r"{1,2,3}" in paper("colours")


def test_a_progress_bar_shows_its_end(site, paper):
    assert site("progress").get_text().strip() == "100%\nbell^G"
    assert "10\\%\n" not in paper("progress")


def test_tracebacks(site, paper):
    assert site("traceback").select_one(".error .ansi-red-fg")
    assert r"\textcolor{ansi-red}{E}: v" in paper("traceback")


def test_words_in_html_are_on_paper(site, paper):
    assert site("words").b
    assert r"Some \sphinxstylestrong{bold} words." in paper("words")


def test_what_only_a_browser_shows_is_a_note_on_paper(site, paper):
    assert site("script").script
    assert "This output can be seen only on the web site." in paper("script")


def test_text_stands_for_html_on_paper(site, paper):
    assert site("both").i
    assert "Fit()" in paper("both")


def test_a_picture_has_the_size_that_its_output_names(site, paper):
    assert (site("sized").img["width"], site("sized").img["height"]) == ("60", "40")
    assert "width=60\\sphinxpxdimen" in paper("sized")


def test_a_picture_has_the_description_that_its_output_names(site):
    assert site("sized").img["alt"] == "A dot."


@pytest.mark.parametrize(("name", "suffix"), [("jpeg", "jpg"), ("gif", "gif"), ("webp", "webp")])
def test_pictures_on_the_site(site, root, name, suffix):
    source = site(name).img["src"]
    assert (root / "build/html/chapter" / source).resolve().is_file()
    assert source.endswith(suffix)


@pytest.mark.parametrize(("name", "suffix"), [("jpeg", "jpg"), ("gif", "png"), ("webp", "png"), ("pdf", "pdf")])
def test_pictures_on_paper(paper, name, suffix):
    assert re.search(rf"\\sphinxincludegraphics(\[.*\])?\{{\{{[^}}]*\}}\.{suffix}\}}", paper(name))


def test_a_pdf_is_a_link_on_the_site(site, root):
    link = site("pdf").a["href"]
    assert (root / "build/html/chapter" / link).resolve().read_bytes().startswith(b"%PDF")


def test_words_with_formulas(site, paper):
    assert len(site("mixed").select(".katex")) == 2
    assert r"The value \(x\) is \(\pi\)." in paper("mixed")


def test_latex_that_is_no_formula(site, paper):
    assert site("tabular").get_text().strip() == "plain form"
    assert r"\begin{tabular}{l}only TeX" in paper("tabular")


def test_markdown_with_all_that_it_can_hold(site, paper):
    shown = site("markdown")
    assert shown.select_one(".rubric").get_text().startswith("Heading")
    assert shown.select(".katex")
    assert shown.select(".highlight-python")
    assert "in\\PYGZus{}markdown" in paper("markdown")


def test_json(site, paper):
    assert site("json").select_one(".highlight-json").get_text().strip() == '{\n  "ü": [\n    1\n  ]\n}'
    assert "ü" in paper("json")


def test_scripts_are_not_run(site, paper):
    assert site("javascript").get_text().strip() == "This output can be seen only in the notebook."
    assert "This output can be seen only in the notebook." in paper("javascript")


def test_widgets_show_what_they_are(site, paper):
    assert site("widget").get_text().strip().startswith("Slider(value=3)")
    assert "Interactive in the notebook." in site("widget").get_text()
    assert "Interactive in the notebook." in paper("widget")


def test_widgets_show_what_was_saved_of_them(site, paper):
    assert site("bar").get_text().split()[:6] == ["100%", "done", "Interactive", "in", "the", "notebook."]
    assert "Slider" not in paper("bar")
    assert "\\sphinxstylestrong{100\\%} done" in paper("bar")


def test_an_interactive_figure_is_its_picture(site, paper):
    figure = site.article.select_one("figure#fig-plotly")
    assert figure.img["src"].endswith(".png")
    assert not figure.script
    assert r"\sphinxincludegraphics" in paper("plotly")


def test_the_name_of_an_object_where_there_is_nothing_else(site, paper):
    assert site("repr").get_text().strip() == "<Legend at 0x7f3a>"
    assert "Legend at 0x7f3a" in paper("repr")


def test_the_option_width(site, paper):
    assert site("width").img["style"] == "width: 50%;"
    assert r"width=0.500\linewidth" in paper("width")


@pytest.mark.parametrize("name", ["long", "long-table"])
def test_long_outputs_scroll_and_can_be_reached_by_keyboard(site, name):
    box = site(name).select_one("div.long-output")
    assert (box["tabindex"], box["role"], box["aria-label"]) == ("0", "group", "Output")


def test_short_outputs_stand_on_the_page(site):
    assert not site("not-long").select_one("div.long-output")


def test_paper_shows_all_of_what_scrolls(paper):
    assert paper("long").count("line\n") == 99


def test_full_width(site, paper):
    assert site.article.select_one("div.full-width figure#fig-wide")
    assert r"\begin{sphinxuseclass}{full-width}" in paper("wide")
    assert r"\nbpresswide{" in paper("wide")


def test_the_first_picture_carries_the_label(site, paper):
    figure = site.article.select_one("figure#fig-first")
    assert figure.img["src"].endswith(".png")
    assert figure.img["alt"] == "In words."
    assert paper("several").count(r"\caption") == 1
    assert paper("several").count(r"\sphinxincludegraphics") == 2


def test_html_that_is_not_closed_ends_with_its_output(site):
    assert site("unclosed").b.get_text() == "open"
    assert site.article.find("code", string="reST")


def test_rest(site, paper):
    assert "\\sphinxcode{\\sphinxupquote{reST}}" in paper("rest")


def test_raw_tex_is_for_paper_only(site, paper):
    assert "only paper" not in site.article.get_text()
    assert "\\emph{only paper}" in paper("tex")


def test_a_raw_cell_without_format_is_shown_as_it_is(site, paper):
    assert "a_b & c" in site.article.get_text()
    assert "a\\PYGZus{}b \\PYGZam{} c" in paper("raw")


def test_an_attached_picture_can_be_a_figure(site, paper):
    figure = site.article.select_one("figure#fig-attached")
    assert figure.img["src"].endswith(".png")
    assert "\\caption{Its caption.}" in paper("attached")


def test_figures_are_numbered_alike(site, root):
    pdf = subprocess.run(
        ["pdftotext", root / "build/pdf/book.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    shown = ["Figure 1.1", "Figure 1.2", "Figure 1.4"]
    assert [link.get_text() for link in site.article.select("h1 + p a")] == shown
    assert ", ".join(shown) in pdf


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (
            code("x", display(PLOTLY)),
            "there is no picture of this output for paper; have one stored: pio.renderers.default",
        ),
        (code("x", display({"image/png": "x"})), "the picture is not base64"),
        (code("x", display({"image/png": "aGVsbG8="})), "the picture is not of the type image/png"),
        (code("#| label: tbl-x\nx", display({"image/png": PNG})), 'the cell shows no table for its label "tbl-x"'),
        (code("#| label: fig-x\nx", display({"text/html": TABLE})), 'the cell shows no picture for its label "fig-x"'),
        (code("#| label: tbl-x\nx", display({"text/html": TABLE})), 'the table "tbl-x" has no caption'),
        (markdown("![](attachment:no.png)", attachments={}), 'the cell has no attachment "no.png"'),
        (code("x", {"no": "output"}), "this is not a cell of a Jupyter notebook"),
    ],
)
def test_what_cannot_be_printed_is_a_problem_with_its_cell(make_book, press, cell, said):
    root = make_book({"page": "{}"}, toml="[execution]\nenabled = false")
    done = press(write(root, markdown("# Page"), cell), "build", "html")
    assert re.search(rf"notebooks/chapter/page.ipynb, cell 2[^:]*: {re.escape(said)}", done.stderr), done.stderr
    assert done.returncode == 1


def test_a_missing_picture_in_markdown_that_code_shows_has_its_cell(make_book, press):
    shown = code("x", display({"text/markdown": "| a |\n|---|\n| ![](no.png) |\n\n```{image} none.png\n```"}))
    notebook = json.dumps(stored(markdown("# Page"), shown))
    root = make_book({"page": notebook}, toml="[execution]\nenabled = false")
    said = press(root, "build", "html").stderr
    for name in ("no.png", "none.png"):
        assert re.search(rf'page.ipynb, cell 2 \(id c2\), line \d: the picture "chapter/{name}" does not', said)
