"""Messages about TeX's log."""

import json

import pytest

from factory import notebook_text
from nbpress.errors import Place
from nbpress.targets import tex_log

TEX = r"""head
%% nbpress: notebooks/a.ipynb|1|one
\x
%% nbpress: notebooks/b.ipynb|2|two
\y
\z
%% nbpress:
\w
"""


def error_at(line, message="Undefined control sequence.", file="./b.tex"):
    return tex_log.tex_error(TEX, f"This is XeTeX\n{file}:{line}: {message}\nl.{line} \\y\n", "b.log")


@pytest.mark.parametrize(
    ("line", "place"),
    [(1, None), (3, Place("notebooks/a.ipynb", 1, "one")), (6, Place("notebooks/b.ipynb", 2, "two")), (8, None)],
)
def test_the_cell_before_a_line(line, place):
    assert tex_log.cell_before(TEX, line) == place


def test_an_error_is_led_back_to_its_cell():
    assert error_at(5).place == Place("notebooks/b.ipynb", 2, "two")


def test_an_error_says_what_tex_says():
    assert error_at(5).message == "TeX: Undefined control sequence."


def test_an_error_shows_where_tex_stopped():
    assert error_at(5).hint == "TeX stopped at: \\y\nthe whole log: b.log"


def test_an_error_in_an_old_form():
    problem = tex_log.tex_error(TEX, "! LaTeX Error: Something.\n\nl.3 \\x\n", "b.log")
    assert (problem.message, problem.place) == ("TeX: Something.", Place("notebooks/a.ipynb", 1, "one"))


def test_an_environment_without_an_end_is_where_it_began():
    message = r"LaTeX Error: \begin{center} on input line 3 ended by \end{document}."
    assert error_at(8, message).place == Place("notebooks/a.ipynb", 1, "one")


def test_only_the_first_error_counts():
    log = "./b.tex:3: First.\nl.3 \\x\n./b.tex:5: Second.\nl.5 \\y\n"
    assert tex_log.tex_error(TEX, log, "b.log").message == "TeX: First."


def test_an_error_of_the_books_own_preamble():
    assert error_at(5, file="./book/preamble.tex").place == Place("conf/latex/preamble.tex", line=5)


def test_an_error_in_a_style_file_has_no_cell():
    assert error_at(5, file="./sphinx.sty").place is None


def test_a_log_without_an_error():
    assert tex_log.tex_error(TEX, "", "b.log").message == "TeX failed without naming an error."


def test_missing_characters():
    log = 'Missing character: There is no 深 ("6DF1) in font [lmroman10-regular]:mapping=tex-text;!\n' * 2
    assert [problem.message for problem in tex_log.missing_characters(TEX, log)] == [
        "the character 深 is not in the font [lmroman10-regular]."
    ]


def test_missing_characters_of_one_cell_are_told_together():
    log = "".join(f"Missing character: There is no {char} in font A!\n" for char in "qz")
    tex = TEX.replace("z", "z q")
    assert [problem.message for problem in tex_log.missing_characters(tex, log)] == [
        "the characters q z are not in the font A."
    ]


def test_missing_characters_in_a_font_with_spaces():
    log = 'Missing character: There is no ✗ ("2717) in font TeX Gyre Pagella/OT:script=latn;!\n'
    assert "in the font TeX Gyre Pagella/OT." in tex_log.missing_characters(TEX, log)[0].message


@pytest.mark.parametrize(("char", "place"), [("z", Place("notebooks/b.ipynb", 2, "two")), ("n", None)])
def test_a_missing_character_is_in_the_only_cell_that_has_it(char, place):
    log = f"Missing character: There is no {char} in font A!\n"
    assert tex_log.missing_characters(TEX, log)[0].place == place


def test_nothing_is_missing_in_no_font():
    assert tex_log.missing_characters(TEX, "Missing character: There is no x in font nullfont!\n") == []


def test_an_argument_that_never_ends_has_the_cell_where_it_began():
    tex = "%% nbpress: notebooks/c/p.ipynb|2|b\nwords\n%% nbpress: notebooks/c/p.ipynb|3|d\ntext \\(\\frac{1}{2\\) and more\n"
    log = "Runaway argument?\n{1}{2\\) and more \\par \\ETC.\n! File ended while scanning use of \\frac .\n"
    assert str(tex_log.tex_error(tex, log, "book.log").place) == "notebooks/c/p.ipynb, cell 3 (id d)"


def overfull(log):
    return [(str(problem.place or ""), problem.message, problem.hint) for problem in tex_log.overfull_boxes(TEX, log)]


def test_a_line_that_is_too_wide_is_led_back_to_its_cell():
    log = "Overfull \\hbox (30.4pt too wide) in paragraph at lines 5--6\n[]\\TU/Font(0)/m/n/10 see thelongword\n []\n"
    [(place, message, hint)] = overfull(log)
    assert (place, message) == ("notebooks/b.ipynb, cell 2 (id two)", "PDF: a line is 30 pt wider than the page.")
    assert hint.startswith("it ends with: see thelongword\nshorten the word")


@pytest.mark.parametrize("where", ["detected at line 3", "in alignment at lines 3--9"])
def test_so_are_formulas_and_tables(where):
    [(place, *_)] = overfull(f"Overfull \\hbox (30.4pt too wide) {where}\n[]\n")
    assert place == "notebooks/a.ipynb, cell 1 (id one)"


@pytest.mark.parametrize("box", ["Overfull \\hbox (1.9pt too wide) detected at line 3", "Underfull \\hbox (badness 1)"])
def test_what_nobody_sees_is_no_problem(box):
    assert overfull(f"{box}\n[]\n") == []


def test_of_a_cell_the_widest_is_told():
    log = "".join(f"Overfull \\hbox ({points}pt too wide) detected at line 3\n[]\n\n" for points in (3.0, 80.0, 5.0))
    assert [message for _, message, _ in overfull(log)] == ["PDF: a line is 80 pt wider than the page."]


def test_a_title_that_is_too_wide_for_the_contents():
    log = "nbpress: begin ./b.toc\nOverfull \\hbox (9.0pt too wide) in paragraph at lines 3--3\n[]\n\nnbpress: end ./b.toc\n"
    assert overfull(log) == [("", "PDF: a line of the contents or the index is 9 pt too wide.", "shorten the title")]


def test_a_file_that_was_read_before_does_not_count():
    log = "nbpress: begin ./b.toc\nnbpress: end ./b.toc\nOverfull \\hbox (9.0pt too wide) detected at line 3\n[]\n"
    assert overfull(log)[0][0] == "notebooks/a.ipynb, cell 1 (id one)"


def test_a_running_head_that_is_too_wide():
    log = "Overfull \\hbox (9.0pt too wide) has occurred while \\output is active\n[]\n\n [41]\n"
    assert overfull(log)[0][1] == "PDF: a line of the head of page 41 is 9 pt too wide."


def test_a_page_that_holds_too_much():
    log = "Overfull \\vbox (40.0pt too high) has occurred while \\output is active []\n\n [7]\n"
    assert overfull(log)[0][1] == "PDF: page 7 holds 40 pt more than it has room for."


def test_the_press_refuses_what_runs_off_the_page(make_book, press):
    root = make_book({"page": ["# Page", "Short.", f"A formula: ${'x' * 150}$"]})
    done = press(root, "build", "pdf")
    assert done.returncode == 1
    assert "notebooks/chapter/page.ipynb, cell 3 (id c3): PDF: a line is " in done.stderr
    assert (root / "build" / "pdf" / "book.pdf").exists()


def test_a_long_title_stays_in_the_contents_and_in_the_running_head(make_book, press):
    title = "A title that is so long that it has to be broken into several lines wherever the printed book shows it"
    pages = {"page": [f"# {title}", *["Words and words and words.\n\n" * 30] * 2]}
    root = make_book(pages)
    path = root / "notebooks" / "chapter" / "index.ipynb"
    path.write_text(json.dumps(json.loads(notebook_text(f"# {title}"))), encoding="utf-8")
    done = press(root, "build", "pdf")
    assert done.returncode == 0, done.stderr
