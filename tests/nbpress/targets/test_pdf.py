"""The printed book: a tiny one through the real command line."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from nbpress.errors import BookError, UsageError
from nbpress.targets import pdf

BOOKS = Path(__file__).parents[2] / "books"
# one worker for all tests that share the printed book
pytestmark = pytest.mark.xdist_group("paper")


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
