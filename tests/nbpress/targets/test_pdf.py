"""The printed book: messages about TeX's log, and a tiny book through the real command line."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from nbpress.errors import BookError, Place, UsageError
from nbpress.targets import pdf, tex_log

BOOKS = Path(__file__).parents[2] / "books"
TEX = r"""head
%% nbpress: notebooks/a.ipynb|1|one
\x
%% nbpress: notebooks/b.ipynb|2|two
\y
\z
%% nbpress:
\w
"""

# one worker for all tests that share the printed book
pytestmark = pytest.mark.xdist_group("paper")


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


@pytest.fixture
def fake_tex(tmp_path, monkeypatch):
    """`fake_tex(script)` puts a latexmk of our own before all programs."""

    def write(script):
        program = tmp_path / "bin" / "latexmk"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")

    return write


def test_tex_is_stopped_when_its_time_is_over(fake_tex, monkeypatch, tmp_path):
    fake_tex("sleep 60 & wait")
    monkeypatch.setattr(pdf, "TIMEOUT", 0.2)
    with pytest.raises(BookError, match="had not finished"):
        pdf._run_tex(tmp_path / "book.tex")


def test_tex_that_fails(fake_tex, tmp_path):
    fake_tex("exit 12")
    assert pdf._run_tex(tmp_path / "book.tex")


def test_a_published_pdf_leaves_nothing_beside_it(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    pdf._publish(tmp_path / "a.pdf", tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.pdf"]


def test_what_the_book_no_longer_has_is_not_overlaid(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "preamble.tex").touch()
    pdf._overlay(tmp_path / "conf", tmp_path / "book")
    assert not (tmp_path / "book").exists()


def test_require(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="xelatex and latexmk and rsvg-convert"):
        pdf.require()


@pytest.fixture(scope="session")
def paper(print_book):
    """The folder of tests/books/paper, printed."""
    return print_book("paper").root


@pytest.fixture(scope="session")
def file(paper):
    return paper / "build" / "pdf" / "paper-ink.pdf"


@pytest.fixture(scope="session")
def pages(print_book):
    """The text of each page, lines joined."""
    return [" ".join(page.split()) for page in print_book("paper").paper]


@pytest.fixture(scope="session")
def body(pages):
    """The text after the contents."""
    return " ".join(pages[4:])


@pytest.fixture(scope="session")
def log(paper):
    return (paper / "build" / "sphinx" / "latex" / "paper-ink.log").read_text(encoding="utf-8", errors="replace")


def test_the_title_page(pages):
    assert pages[0] == "Paper & Ink A book to be printed Ada Example, Bob Example"


def test_the_imprint_names_the_licence(pages):
    assert "CC BY-SA 4.0" in pages[2]


def test_the_contents(pages):
    assert re.search(r"1 The Two Sheets 2 1\.1 Text and Code [. ]+2 ", pages[3])


def test_metadata(file):
    info = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^(?:Title|Author): +(.*)$", info, re.M) == ["Paper & Ink", "Ada Example, Bob Example"]


def test_titles_in_order(body):
    titles = ("Foreword", "1 The Two Sheets", "1.1 Text and Code", "1.1.1 Long lines", "1.2 An Exercise", "References")
    places = [body.index(title) for title in titles]
    assert places == sorted(places)


def test_a_chapter_opens_on_a_page_of_its_own(pages):
    assert [page[:20] for page in pages if "on a page of its own" in page] == ["1 The Two Sheets Thi"]


def test_a_running_head(pages):
    assert any(page.startswith("4 1 The Two Sheets 1.2 An Exercise") for page in pages)


def test_numbers_are_resolved(body):
    assert "text and code (Section 1.1, page 2) and Figure 1.1 on page 3, see" in body


def test_nothing_is_unresolved(log):
    assert not re.search("(reference|Reference|Citation) .* undefined", log)


def test_the_number_of_an_equation(body):
    assert "computes (1.1)" in body


def test_the_caption_of_a_figure(body):
    assert "Figure 1.1 A neuron with" in body


def test_figures_are_drawn_and_not_painted(file):
    done = subprocess.run(["pdfimages", "-list", file], capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 2  # its head


def test_chinese_in_text_code_and_output(body):
    assert body.replace(" ", "").count("深度学习动手实践") == 4


def test_no_character_is_missing(log):
    assert "Missing character" not in log


def test_signs_in_an_output(body):
    assert "× → ≤ … “ ” ┌──┐ │0O│ 1lI └──┘" in body


def test_latin_quotes_are_not_chinese(file):
    page = subprocess.run(["pdftotext", "-f", "6", "-l", "6", file, "-"], capture_output=True, text=True, check=True)
    assert "“quotes”, a dash – and dots … in" in " ".join(page.stdout.split())


def test_long_lines_are_broken_with_a_mark(body):
    assert "twelve ↪thirteen" in body or "twelve →thirteen" in body


def test_nothing_runs_off_the_page(log):
    assert "Overfull \\hbox" not in log


def test_a_solution_with_an_executed_cell(body):
    assert "Solution to Exercise 1.1 page 4 The computer knows: 1 + 2 3 That is all." in body


def test_the_list_of_works_has_no_labels(body):
    assert "References Charles R. Harris, K. Jarrod Millman" in body


def test_the_contents_mark_no_index(body):
    assert "Index" not in body


def test_bold_vectors_and_other_alphabets(file):
    raw = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    assert {"𝐰", "𝐱", "𝖡", "ℝ", "𝜷"} <= set(raw)


def test_a_printed_book_remains_whole_when_the_next_one_fails(paper, press, tmp_path):
    root = shutil.copytree(paper, tmp_path / "book")
    (root / "conf" / "latex").mkdir()
    (root / "conf" / "latex" / "preamble.tex").write_text("\\undefinedbythebook\n", encoding="utf-8")
    done = press(root, "build", "pdf")
    printed = (root / "build" / "pdf" / "paper-ink.pdf").read_bytes()
    assert (done.returncode, "conf/latex/preamble.tex, line 1" in done.stderr, printed[:4]) == (1, True, b"%PDF")


def test_a_style_that_was_mended_is_tried_again(make_book, press):
    root = make_book({"page": ["# Page\n\n{index}`a term`"]})
    (root / "conf" / "latex").mkdir()
    style = root / "conf" / "latex" / "mine.sty"
    (root / "conf" / "latex" / "preamble.tex").write_text("\\usepackage{mine}\n", encoding="utf-8")
    style.write_text("\\AtEndDocument{\\undefinedbythebook}\n", encoding="utf-8")  # when the index is begun
    assert press(root, "build", "pdf").returncode == 1
    style.write_text("% mended\n", encoding="utf-8")
    done = press(root, "build", "pdf")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def broken(tmp_path_factory, press):
    """What the press says about a book with a raw cell that TeX does not understand."""
    root = tmp_path_factory.mktemp("broken") / "book"
    shutil.copytree(BOOKS / "paper", root)
    page = root / "notebooks" / "sheets" / "second.ipynb"
    notebook = json.loads(page.read_text(encoding="utf-8"))
    metadata = {"raw_mimetype": "text/latex"}
    notebook["cells"].insert(1, {"cell_type": "raw", "id": "raw", "metadata": metadata, "source": r"\nosuchmacro"})
    page.write_text(json.dumps(notebook), encoding="utf-8")
    return press(root, "build", "pdf", "--no-run")


def test_broken_tex_is_the_books_problem(broken):
    assert broken.returncode == 1


def test_broken_tex_is_reported_with_its_cell(broken):
    head = "notebooks/sheets/second.ipynb, cell 2 (id raw): TeX: Undefined control sequence."
    assert head in broken.stderr


def test_without_tex_nothing_begins(press):
    done = press(BOOKS / "paper", "build", "pdf", PATH="/nowhere")
    assert (done.returncode, "the PDF needs xelatex" in done.stderr) == (2, True)


def test_an_argument_that_never_ends_has_the_cell_where_it_began():
    tex = "%% nbpress: notebooks/c/p.ipynb|2|b\nwords\n%% nbpress: notebooks/c/p.ipynb|3|d\ntext \\(\\frac{1}{2\\) and more\n"
    log = "Runaway argument?\n{1}{2\\) and more \\par \\ETC.\n! File ended while scanning use of \\frac .\n"
    assert str(tex_log.tex_error(tex, log, "book.log").place) == "notebooks/c/p.ipynb, cell 3 (id d)"
