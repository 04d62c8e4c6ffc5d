import shutil
import subprocess

import pytest
from bs4 import BeautifulSoup

from factory import notebook_text
from nbpress import book, editions, notebook
from nbpress.errors import BookError, UsageError


def sources(*cells):
    page = editions.without_solutions(notebook.parse(notebook_text(*cells), "page"))
    return [cell.source for cell in page.cells]


@pytest.fixture
def small(make_book):
    return book.load(make_book({"page": ["# Page"]}, toml="[editions.teachers]\nsolutions = true\n"))


@pytest.mark.parametrize(("name", "solutions"), [("", True), ("student", False), ("teachers", True)])
def test_an_edition_says_whether_it_has_solutions(small, name, solutions):
    assert editions.find(small, name).solutions == solutions


def test_an_unknown_edition_names_the_nearest(small):
    with pytest.raises(UsageError, match=r'there is no edition "studnt"\.\n    did you mean "student"'):
        editions.find(small, "studnt")


def test_the_name_of_an_edition_is_a_name(make_book):
    small = book.load(make_book({"page": ["# Page"]}, toml='[editions."../a"]\n'))
    with pytest.raises(UsageError, match=r'"\.\./a" is not a name'):
        editions.find(small, "../a")


def test_an_edition_is_not_printed_over_a_chapter(make_book):
    small = book.load(make_book({"page": ["# Page"]}, toml="[editions.chapter]\n"))
    with pytest.raises(UsageError, match='into the folder of the chapter "chapter"'):
        editions.find(small, "chapter")


def test_the_command_line_says_so_too(make_book, press):
    done = press(make_book({"page": ["# Page"]}), "build", "html", "--edition", "studnt")
    assert (done.returncode, 'did you mean "student"?' in done.stderr) == (2, True)


def test_a_solution_leaves_its_lines_empty():
    assert sources("a\n\n:::{solution} ex\nx\n:::\n\nb") == ["a\n\n\n\n\n\nb"]


def test_a_solution_of_several_cells_leaves_them_empty():
    opened, closed = "a\n\n:::{solution-start} ex\n:::\nx", "y\n\n:::{solution-end}\n:::\nb"
    assert sources(opened, ("1",), "z", closed, ("2",)) == ["a\n\n\n\n", "", "", "\n\n\n\nb", "2"]


def test_a_solution_may_begin_in_the_cell_in_which_another_ends():
    begin, between = ":::{solution-start} ex\n:::", ":::{solution-end}\n:::\nb\n\n:::{solution-start} ex\n:::"
    assert sources(begin, between, "x", ":::{solution-end}\n:::") == ["\n", "\n\nb\n\n\n", "", "\n"]


def test_a_solution_inside_another_block_is_found():
    assert sources("::::{exercise}\na\n:::{solution} ex\nx\n:::\nb\n::::") == ["::::{exercise}\na\n\n\n\nb\n::::"]


def test_what_only_looks_like_a_solution_stays():
    shown = "````text\n:::{solution} ex\nx\n:::\n````"
    assert sources(shown) == [shown]


def test_a_solution_without_end_is_a_problem():
    with pytest.raises(BookError, match=r"page, cell 2 \(id c2\): the solution that begins here does not end"):
        sources("# A", ":::{solution-start} ex\n:::", "x")


def test_names_are_labels_and_sections():
    assert editions.names(notebook.parse(notebook_text("# A b\n\n$$x$$ (eq-x)"), "page")) == {"a-b", "eq-x"}


@pytest.mark.parametrize("left", ["solution-", "A solved neuron", "fig-solved", "21", "42"])
def test_the_site_for_students_has_nothing_of_a_solution(student_book, left):
    text = (student_book / "build/html/student/statements/tasks.html").read_text()
    main = BeautifulSoup(text, "html.parser").main
    assert left not in str(main)


def test_neither_has_its_search(student_book):
    index = student_book / "build/html/student/_static/search-text.js"
    whole = student_book / "build/html/_static/search-text.js"
    assert ("A solved neuron" in whole.read_text(), "A solved neuron" in index.read_text()) == (True, False)


def test_links_into_solutions_are_words(student_book):
    text = (student_book / "build/html/student/statements/tasks.html").read_text()
    words = [" ".join(p.get_text().split()) for p in BeautifulSoup(text, "html.parser").find_all("p")]
    assert (
        "Figure 1.1 and (1.2) stand in the text; the solution, the solution and a solved neuron in a solution of "
        "Exercise 1.1. So do Table 1.1 and Listing 1.1, and the solution and the solution in the solution." in words
    )


def test_paper_for_students_has_the_numbers_of_the_whole_book_and_no_solutions(student_book):
    pdf = student_book / "build/pdf/student/a-book-of-blocks.pdf"
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    line = " ".join(text.split())
    assert "Figure 1.1 and (1.2) stand in the text; the solution, the solution and a solved neuron" in line
    assert not [word for word in ("Solution to", "Solution on", "Solutions", "Figure 1.2", "42", "??") if word in line]


def test_the_title_page_says_which_edition_it_is(student_book):
    tex = (student_book / "build/sphinx/student/latex/a-book-of-blocks.tex").read_text()
    assert r"\renewcommand*{\nbpresssubtitle}{Student edition}" in tex


def test_the_editions_do_not_make_each_other_rebuild(student_book, press, tmp_path):
    root = shutil.copytree(student_book, tmp_path / "book")
    press(root, "build", "html")
    page = root / "build/html/statements/tasks.html"
    before = page.stat().st_mtime_ns
    press(root, "build", "html", "--edition", "student")
    press(root, "build", "html")
    assert page.stat().st_mtime_ns == before


def test_a_table_with_an_unknown_key_is_refused(make_book, press):
    done = press(make_book({"page": ["# Page"]}, toml="[editions.student]\nsolution = true\n"), "check")
    assert 'unknown key "solution".\n    did you mean "solutions"?' in done.stderr


TAGGED = (
    "# Page\n\nFor all.",
    ("secret = 1\nprint('for teachers')", "instructor"),
    ("print('hard')", "advanced"),
    ("print('for a course')", "course"),
    "See [](#fig-hard).",
)
EDITIONS = (
    '[editions.preview]\nexclude = ["advanced"]\ntargets = ["notebooks"]\n[editions.course]\ninclude = ["course"]\n'
)


@pytest.mark.parametrize(
    ("edition", "kept"),
    [
        ("", {"hard"}),
        ("student", {"hard"}),
        ("instructor", {"for teachers", "hard"}),
        ("preview", set()),
        ("course", {"hard", "for a course"}),
    ],
)
def test_tags_say_which_edition_has_a_cell(make_book, edition, kept):
    loaded = book.load(make_book({"page": TAGGED}, toml=EDITIONS))
    page = notebook.load(loaded.pages[0].path, "page")
    made = editions.edited(loaded, page, edition)
    assert [cell.id for cell in made.cells] == [cell.id for cell in page.cells]
    text = " ".join(cell.source for cell in made.cells)
    assert {word for word in ("for teachers", "hard", "for a course") if f"'{word}'" in text} == kept


def test_editions_share_what_was_executed_and_are_printed_with_their_cells(make_book, press):
    root = make_book({"page": TAGGED[:4]}, toml=EDITIONS)
    assert press(root, "build", "html").returncode == 0
    done = press(root, "build", "html", "--edition", "instructor")
    assert done.returncode == 0, done.stderr
    assert "executing" not in done.stderr
    whole = (root / "build/html/chapter/page.html").read_text()
    own = (root / "build/html/instructor/chapter/page.html").read_text()
    assert "for teachers" in own
    assert "for teachers" not in whole
    assert "for a course" not in whole + own
    assert "hard" in whole


def test_an_edition_says_what_is_printed_of_it(make_book, press):
    root = make_book({"page": TAGGED[:4]}, toml=EDITIONS)
    done = press(root, "build", "--edition", "preview")
    assert done.stdout == "build/notebooks/preview/book-notebooks.zip\n", done.stderr
    done = press(root, "build", "--edition", "course")
    assert (done.returncode, "no target is named." in done.stderr) == (2, True)
    assert "targets = [...] under [editions.course]" in done.stderr
    assert press(root, "build").returncode == 2


def test_a_tag_that_no_cell_has_is_a_problem(make_book, press):
    done = press(make_book({"page": TAGGED[:2]}, toml='[editions.own]\ninclude = ["instructr"]\n'), "check")
    assert 'no cell has the tag "instructr" of the edition "own".  [edition-tags-used]' in done.stderr
    assert 'did you mean "instructor"?' in done.stderr


@pytest.mark.parametrize(
    ("toml", "has"),
    [
        ('[editions.instructor]\ntargets = ["html"]\n', True),
        ('[editions.instructor]\ntitle = "For us"\n', True),
        ('[editions.instructor]\ninclude = ["advanced"]\n', False),
        ("[editions.instructor]\ninclude = []\n", False),
    ],
)
def test_a_table_of_the_presss_own_edition_makes_nothing_public(make_book, toml, has):
    loaded = book.load(make_book({"page": TAGGED}, toml=toml))
    page = notebook.load(loaded.pages[0].path, "page")
    made = {name: editions.edited(loaded, page, name) for name in ("", "student", "print", "instructor")}
    found = {name: any("for teachers" in cell.source for cell in one.cells) for name, one in made.items()}
    assert found == {"": False, "student": False, "print": False, "instructor": has}


def test_a_table_of_the_presss_own_edition_changes_only_what_it_says(make_book):
    toml = '[editions.instructor]\nsolutions = false\n[editions.print]\ntitle = "Paper"\n[editions.student]\npaper = true\n'
    loaded = book.load(make_book({"page": TAGGED}, toml=toml))
    own, paper, student = (editions.find(loaded, name) for name in ("instructor", "print", "student"))
    assert (own.solutions, own.title, own.include) == (False, "Instructor edition", ("instructor",))
    assert (paper.solutions, paper.paper, paper.title) == (True, True, "Paper")
    assert (student.solutions, student.paper, student.title) == (False, True, "Student edition")
