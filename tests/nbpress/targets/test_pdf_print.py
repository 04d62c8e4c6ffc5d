"""A book fit for print: on the screen, for a printer, and one chapter of it."""

import re
import shutil
import subprocess
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from nbpress import book as books
from nbpress import freshness
from nbpress.errors import UsageError
from nbpress.targets import pdf

BOOKS = Path(__file__).parents[2] / "books"

pytestmark = pytest.mark.xdist_group("bound")


def text(file, *options):
    done = subprocess.run(["pdftotext", *options, file, "-"], capture_output=True, text=True, check=True)
    return [" ".join(page.split()) for page in done.stdout.split("\f")]


def info(file, *options):
    done = subprocess.run(["pdfinfo", *options, file], capture_output=True, text=True, check=True)
    return dict(re.findall(r"^([^:\n]+): +(.*)$", done.stdout, re.M))


def catalogue(file):
    """The objects of a PDF as text, those that are compressed too."""
    content = file.read_bytes()
    pieces = [content]
    for start in re.finditer(rb"stream\r?\n", content):
        with suppress(zlib.error):
            pieces.append(zlib.decompressobj().decompress(content[start.end() :]))
    return b"".join(pieces).decode("latin-1")


def page_of(pages, words):
    """The number of the only page with these words: cover, half-title, imprint and contents are before page 1."""
    [found] = [number for number, page in enumerate(pages) if words in page]
    return found - 3


@pytest.fixture(scope="session")
def bound(tmp_path_factory, press):
    """The folder of tests/books/bound, printed as a PDF, for a printer, and one chapter of it."""
    root = shutil.copytree(BOOKS / "bound", tmp_path_factory.mktemp("bound") / "book")
    for arguments in (["pdf"], ["pdf", "--edition", "print"], ["pdf", "loops"]):
        done = press(root, "build", *arguments)
        assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="session")
def screen(bound):
    return bound / "build" / "pdf" / "bound-sheets.pdf"


@pytest.fixture(scope="session")
def pages(screen):
    return text(screen)


@pytest.fixture(scope="session")
def words(pages):
    return " ".join(pages)


@pytest.fixture(scope="session")
def printed(bound):
    return bound / "build" / "pdf" / "print" / "bound-sheets.pdf"


@pytest.fixture(scope="session")
def paper(printed):
    return text(printed, "-layout")


@pytest.fixture(scope="session")
def excerpt(bound):
    return bound / "build" / "pdf" / "bound-sheets-loops.pdf"


@pytest.fixture(scope="session")
def chapter(excerpt):
    return " ".join(text(excerpt))


def test_nothing_runs_off_the_page(bound):
    for folder in ("sphinx", "sphinx/print"):
        log = (bound / "build" / folder / "latex" / "bound-sheets.log").read_text(encoding="utf-8", errors="replace")
        wide = [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
        assert not [points for points in wide if points > 2]


def test_all_fonts_are_embedded(screen):
    done = subprocess.run(["pdffonts", screen], capture_output=True, text=True, check=True)
    rows = [line.split() for line in done.stdout.splitlines()[2:]]
    assert rows
    assert {row[-5] for row in rows} == {"yes"}


def test_the_file_says_what_it_is(screen):
    found = info(screen)
    assert [found[name] for name in ("Title", "Subject", "Keywords", "Author")] == [
        "Bound Sheets",
        "What a printer wants of a book.",
        "Threads, Needles",
        "Ada Example",
    ]


def test_its_language_and_its_title_are_for_the_reader(screen):
    assert "/Lang(en)" in catalogue(screen)
    assert "/DisplayDocTitle true" in catalogue(screen)


def test_the_same_book_gives_the_same_file(screen, press, tmp_path):
    root = shutil.copytree(BOOKS / "bound", tmp_path / "book")
    assert press(root, "build", "pdf").returncode == 0
    assert (root / "build" / "pdf" / screen.name).read_bytes() == screen.read_bytes()


def test_cover_half_title_imprint_and_contents(pages):
    starts = ["Bound Sheets A book for a printer Ada Example", "Bound Sheets", "Bound Sheets. A book for", "Contents"]
    assert [page[: len(start)] for page, start in zip(pages, starts, strict=False)] == starts


def test_a_reference_names_the_page(pages, words):
    prose, picture = page_of(pages, "1.1 Prose"), page_of(pages, "Figure 1.1 A thread")
    assert f"As prose (Section 1.1, page {prose}) says, and Section 1.1 on page {prose} too." in words
    assert f"Figure 1.1 on page {picture} is the picture (page {picture})" in words
    assert re.search(r"\(1\.1\) on page \d is the equation \(page \d\), Theorem 1\.1 on page \d is a theorem", words)
    assert "The foreword (page 1) came first" in words


def test_a_reference_within_a_page_of_the_book_does_not(words):
    assert "In this page, Figure 1.1 and (1.1) have no page." in words


def test_no_line_ends_between_a_word_and_its_number(bound):
    tex = (bound / "build" / "sphinx" / "latex" / "bound-sheets.tex").read_text(encoding="utf-8")
    assert "{Figure\u00a0\\ref" in tex
    assert "page\u00a0\\pageref" in tex


def test_a_question_is_on_the_page_of_its_code_and_short_code_on_one(pages):
    for number in range(1, 19):
        question, end = re.compile(rf"question {number}: # answer {number} "), f"end of answer {number} "
        [page] = [page for page in pages if question.search(page)]
        assert page.count(end.strip()) >= 2  # in the code, and in what it prints


def test_no_page_begins_or_ends_with_a_single_line_of_a_question(pages):
    assert not [page for page in pages if re.match(r"(\d+ 1 Lines|1\.2 Code \d+) \d+: # answer", page)]


def test_long_words_of_code_outputs_and_tracebacks_are_broken(words):
    joined = re.sub(r"[\s↪→]", "", words)
    assert "https://example.org/" + "very-long-address/" * 12 in joined
    assert "x" * 300 in joined
    assert "ValueError:" + "y" * 200 in joined


def test_the_head_of_a_long_table_is_repeated(pages):
    assert len([page for page in pages if "column 0 column 1 column 2 row" in page]) == 3
    assert sum("Table 2.1" in page for page in pages) == 1


def test_a_wide_table_is_whole(words):
    assert all(f"column {number}" in words for number in range(24))


def test_pages_are_called_as_on_paper(screen):
    cover = "".join(f"{ord(letter):04x}" for letter in "Cover")
    assert f"/PageLabels<</Nums[0<</P<feff{cover}>>>1<</S/r>>4<</S/D>>]>>" in catalogue(screen)


def test_bookmarks_lead_to_everything(screen):
    done = subprocess.run(["pdftohtml", "-xml", "-stdout", "-i", screen], capture_output=True, text=True, check=True)
    outline = BeautifulSoup(done.stdout[done.stdout.index("<outline>") :], "html.parser").outline
    found = [item.get_text() for item in outline.find_all("item")]
    wanted = ["Foreword", "I Threads", "1 Lines", "1.1 Prose", "2 Loops", "Solutions", "References", "Index"]
    assert [title for title in dict.fromkeys(found) if title in wanted] == wanted
    top = [item.get_text() for item in outline.find_all("item", recursive=False)]
    assert top == ["Foreword", "I Threads", "II Needles", "Solutions", "References", "Index"]


def test_for_a_printer_addresses_stand_at_the_foot(paper):
    page = next(page for page in paper if "An author’s own note" in page)
    notes = ["https://example.org/its-site", "https://example.org/far/away", "Written by the author."]
    notes += ["https://example.org/more", "https://example.org/heading"]
    assert " ".join(f"{number} {note}" for number, note in enumerate(notes, start=1)) in page


def test_for_a_printer_frames_captions_and_cells_keep_their_footnotes(paper):
    words = " ".join(paper)
    names = ["caption", "title", "theorem", "box", "margin", "item", "cell"]
    notes = " ".join(f"{number} https://example.org/{name}" for number, name in enumerate(names, start=6))
    assert notes in words


def test_for_a_printer_what_is_shown_needs_no_footnote(paper):
    words = " ".join(paper)
    assert words.count("example.org/shown") == words.count("10.1000/xyz") == words.count("example.org/far/away") == 1


def test_on_a_screen_there_are_no_addresses(words):
    assert "example.org/far/away" not in words


def test_for_a_printer_chapters_open_on_the_right(paper, printed):
    opened = [
        number for number, page in enumerate(paper, start=1) if re.match(r"(\d )?(Lines|Loops|Solutions|Part I)", page)
    ]
    assert opened
    assert all(number % 2 for number in opened)


def test_for_a_printer_links_have_no_colour(bound):
    log = (bound / "build" / "sphinx" / "print" / "latex" / "bound-sheets.log").read_text(errors="replace")
    assert "Link coloring OFF" in log


def test_a_chapter_alone_has_its_numbers(chapter):
    assert chapter.startswith("2 Loops Loops come after the lines (Chapter 1).")
    assert all(words in chapter for words in ("2.1 Back", "2.2 Tables", "Exercise 2.1", "Table 2.1 A long table."))


def test_a_chapter_alone_refers_to_others_in_words(chapter):
    assert (
        "As prose (Section 1.1) says, and Section 1.1 too. Figure 1.1 is the picture, (1.1) is the equation" in chapter
    )
    assert "Theorem 1.1 is a theorem. The foreword came first." in chapter
    assert "??" not in chapter


def test_a_chapter_alone_has_its_solutions_and_references(chapter):
    assert "Solutions 2 Loops Solution to Exercise 2.1" in chapter
    assert "References Charles R. Harris" in chapter


def test_a_chapter_alone_leaves_the_book_as_it_is(bound, screen, press):
    before = screen.stat().st_mtime_ns
    done = press(bound, "build", "pdf")
    assert (done.stdout, screen.stat().st_mtime_ns) == ("build/pdf/bound-sheets.pdf\n", before)


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (["loops"], {"loops": ["loops/index", "loops/index", "loops/back", "loops/tables"]}),
        (["loops/back"], {"loops/back": ["loops/index", "loops/back"]}),
        (
            ["foreword", "lines/prose"],
            {"foreword": ["foreword/index"] * 2, "lines/prose": ["lines/index", "lines/prose"]},
        ),
    ],
)
def test_pages_alone_come_with_the_opening_of_their_chapter(wanted, chosen):
    book = books.load(BOOKS / "bound")
    assert dict(pdf._chosen(book, books.select(book, wanted))) == chosen


def test_what_is_not_on_paper_cannot_be_printed_alone(make_book, press):
    root = make_book({"page": ["# Page"]}, toml='[handbook]\npath = "docs"\n')
    (root / "docs").mkdir()
    shutil.copy(root / "notebooks" / "chapter" / "page.ipynb", root / "docs" / "index.ipynb")
    done = press(root, "build", "pdf", "docs")
    assert (done.returncode, "the PDF does not have docs/index." in done.stderr) == (2, True)
    with pytest.raises(UsageError, match="cover and handbook"):
        pdf.require_pages(books.load(root), [])


def test_excerpts_are_no_part_of_what_the_book_was_printed_to(bound):
    files = freshness.Target("pdf").files(books.load(bound))
    assert [Path(file).name for file in files] == ["bound-sheets.pdf"]


def test_a_cover_of_the_books_own(make_book, press):
    root = make_book({"page": ["# Page"]})
    cover = root / "conf" / "latex" / "cover.pdf"
    cover.parent.mkdir()
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="190" height="250"><text y="90">FRONT</text></svg>'
    subprocess.run(["rsvg-convert", "--format=pdf", f"--output={cover}"], input=drawing.encode(), check=True)
    done = press(root, "build", "pdf")
    assert done.returncode == 0, done.stderr
    assert text(root / "build" / "pdf" / "book.pdf")[:2] == ["FRONT", "Book"]
