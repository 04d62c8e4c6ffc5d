"""Code cells and outputs of every kind, in HTML and LaTeX."""

import re

import pytest


@pytest.fixture
def outputs(page):
    return page("basics/outputs").select_one("main")


def area(outputs, text):
    return next(area for area in outputs.select(".nboutput .output_area") if text in area.get_text())


def test_code_is_highlighted(outputs):
    assert outputs.select(".nbinput .highlight-python .kn")


def test_options_are_not_part_of_the_code(outputs):
    assert "#|" not in outputs.get_text()


def test_stdout(outputs):
    assert area(outputs, "first line").get_text().strip() == "first line\nred and plain <angle> & 100%"


def test_ansi_colours(outputs):
    assert outputs.select_one(".ansi-red-fg").get_text() == "red"


def test_stderr_can_be_told_apart(outputs):
    assert "stderr" in area(outputs, "to stderr")["class"]


def test_the_result_of_the_shared_code(outputs):
    assert area(outputs, "42").get_text().strip() == "42"


def test_a_page_runs_in_its_own_folder(outputs):
    assert area(outputs, "not set").get_text().strip() == "('not set', 'basics')"


def test_a_traceback(outputs):
    text = area(outputs, "ZeroDivisionError").get_text()
    assert "Cell In[4], line 1" in text
    assert "error" in area(outputs, "ZeroDivisionError")["class"]


def test_html_tables(outputs):
    assert outputs.select_one("table.dataframe td").get_text() == "42"


def test_latex(outputs):
    assert outputs.select_one(".nboutput .katex annotation").get_text() == r"\frac{1}{2}"


def test_markdown(outputs):
    assert outputs.select_one(".nboutput em").get_text() == "emphasis"


def test_a_figure_from_code(outputs):
    figure = outputs.select_one("figure#fig-square")
    assert figure.img["alt"] == "One blue square."
    assert figure.figcaption.get_text().strip().startswith("Figure 1.2 A square of side")


def test_png(outputs, small_book):
    pictures = [img["src"] for img in outputs.select("img") if img["src"].endswith(".png")]
    assert (small_book / "build" / "html" / "basics" / pictures[0]).resolve().exists()


def test_several_outputs(outputs):
    texts = [area.get_text().strip() for area in outputs.select(".nboutput .output_area")]
    assert texts.index("2") == texts.index("1") + 1


def test_remove_cell(outputs):
    assert "nobody sees this" not in outputs.get_text()


def test_remove_input(outputs):
    assert outputs.get_text().count("only the output") == 1


def test_remove_output(outputs):
    assert outputs.get_text().count("never printed") == 1


def test_hide_input(outputs):
    fold = outputs.select_one("details.fold")
    assert "input folded" in fold.get_text()
    assert fold.summary.get_text() == "Show the code"


def test_skipped_cells_show_their_code(outputs):
    assert "SystemExit" in outputs.get_text()


def test_text_on_paper(pdf_text):
    for said in (
        "first line",
        "red and plain <angle> & 100%",
        "to stderr",
        "ZeroDivisionError: division by zero",
        "42",
    ):
        assert said in pdf_text


def test_colours_on_paper(tex):
    assert r"\textcolor{ansi-red}{red}" in tex


def test_pictures_on_paper(tex):
    assert len(re.findall(r"\\sphinxincludegraphics.*\{\{[^}]*\}\.pdf\}", tex)) == 2


def test_html_tables_are_tables_on_paper(tex):
    assert "\\toprule\n\\nbpresstablehead{a} \\\\\n\\midrule\n{42} \\\\\n\\bottomrule" in tex


def test_each_cell_is_marked_for_tex_errors(tex):
    assert "%% nbpress: notebooks/basics/outputs.ipynb|2|setup\n" in tex


def test_removed_cells_are_not_on_paper(pdf_text):
    assert "nobody sees this" not in pdf_text


def test_an_output_that_nothing_can_show_is_a_problem(make_book, press):
    code = "from IPython.display import display\ndisplay({'application/x-odd': 'x'}, raw=True)"
    done = press(make_book({"page": ["# Page", (code,)]}), "build", "html")
    said = (
        "notebooks/chapter/page.ipynb, cell 2 (id c2), line 1: no form of this output can be printed: application/x-odd"
    )
    assert said in done.stderr
    assert done.returncode == 1


def test_a_label_without_picture_is_a_problem(make_book, press):
    done = press(make_book({"page": ["# Page", ("#| label: fig-x\n#| caption: C.\n1",)]}), "build", "html")
    assert 'cell 2 (id c2), line 1: the cell shows no picture for its label "fig-x"' in done.stderr


def test_lines_for_the_shell_can_be_printed(make_book, press):
    done = press(make_book({"page": ["# Page", ("!echo hi\n%time 1\nlen?",)]}), "build", "html")
    assert done.returncode == 0, done.stderr
