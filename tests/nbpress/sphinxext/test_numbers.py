"""What solutions hold is numbered after the rest of its chapter, alike on the site and on paper."""

import json
import re
import shutil

import pytest


def test_the_site_numbers_solutions_last(block_page):
    captions = block_page("statements/tasks").select(".caption-number")
    assert [caption.get_text().strip() for caption in captions] == [
        "Figure 1.2",
        "Table 1.2",
        "Listing 1.2",
        "Figure 1.1",
        "Table 1.1",
        "Listing 1.1",
    ]


def test_so_are_equations(block_page):
    numbers = [number.get_text().rstrip("#") for number in block_page("statements/tasks").select(".eqno")]
    assert numbers == ["(1.3)", "(1.2)"]


@pytest.mark.parametrize(
    "caption",
    [
        "Figure 1.1 A neuron in the text.",
        "Figure 1.2 A solved neuron.",
        "Table 1.1 In the text.",
        "Table 1.2 Solved.",
        "Listing 1.1 In the text.",
        "Listing 1.2 Solved.",
        "Figure 2.1 Another neuron.",
    ],
)
def test_paper_has_the_same_numbers(blocks_text, caption):
    assert caption in blocks_text


def test_references_on_paper_agree(blocks_text):
    assert "Figure 1.1 and (1.2) stand in the text; Figure 1.2, (1.3) and a solved neuron in a solution" in blocks_text


def test_tex_is_told_the_numbers(blocks_tex):
    told = re.findall(r"\\nbpresssetnumber\{figure\}\{(.*?)\}.*?\\caption\{(.*?)\}", blocks_tex, re.S)
    assert told == [("1.1", "A neuron in the text."), ("2.1", "Another neuron."), ("1.2", "A solved neuron.")]


def test_a_formula_stays_in_its_paragraph(blocks_tex):
    assert "\\nbpresssetnumber{equation}{1.1}\n\\begin{equation}" in blocks_tex


def test_pages_are_not_written_again_for_nothing(blocks_book, press, tmp_path):
    root = shutil.copytree(blocks_book, tmp_path / "book")
    pages = [root / "build/html/statements/tasks.html", root / "build/html/short/nothing.html"]
    press(root, "build", "html")
    before = [page.stat().st_mtime_ns for page in pages]
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    assert [page.stat().st_mtime_ns for page in pages] == before


def test_a_figure_that_leaves_its_solution_changes_the_numbers_of_other_pages(make_book, press):
    figure = "![A.](a.svg){#fig-a}"
    opened, closed = ":::{solution-start} ex-a\n:::", ":::{solution-end}\n:::"
    exercise = ":::{exercise}\n:label: ex-a\n\nText.\n:::"
    root = make_book({"one": ["# One", exercise, opened, figure, closed], "two": ["# Two", "![B.](a.svg){#fig-b}"]})
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    (root / "notebooks/chapter/a.svg").write_text(picture)
    assert press(root, "build", "html").returncode == 0
    page = root / "notebooks/chapter/one.ipynb"
    raw = json.loads(page.read_text())
    raw["cells"][3], raw["cells"][4] = raw["cells"][4], raw["cells"][3]
    page.write_text(json.dumps(raw))
    assert press(root, "build", "html").returncode == 0
    assert "Figure 1.2" in (root / "build/html/chapter/two.html").read_text()
