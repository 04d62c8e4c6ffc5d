import re

import pytest

from nbpress.targets.tex_log import cell_before


def test_solutions_are_folded(page):
    assert [s.summary.get_text() for s in page("basics/syntax").select("details.solution")] == ["Solution", "Solution"]


def test_a_solution_holds_executed_cells(page):
    assert page("basics/syntax").select_one("details.solution .nboutput").get_text().strip() == "42"


def test_on_paper_solutions_stand_at_the_back_by_chapters(blocks_text):
    body = blocks_text[blocks_text.rindex("Exercises, some") :]
    said = ["Exercise 1.3", "The second of its chapter.", "A Short Chapter", "Solutions 1 Statements"]
    said += ["Solution to Exercise 1.1", "It looks like", "21 * 2", "Solution to Exercise 1.2", "It is 42"]
    places = [body.index(words) for words in said]
    assert places == sorted(places)


def test_a_chapter_without_solutions_has_no_section(blocks_tex):
    assert re.findall(r"\\nbpresssolutionsof\{(.*?)\}", blocks_tex) == ["1"]


def test_the_contents_list_the_section(blocks_text):
    contents = blocks_text[blocks_text.index("Contents") :]
    assert re.search(r"2 A Short Chapter .* Solutions \d+ 1 Statements [. ]+\d+", contents)


def test_an_exercise_says_on_which_page_its_solution_is(blocks_pages):
    exercise = re.search(r"Exercise 1\.2 +Solution on page (\d)", "\n".join(blocks_pages))
    (found,) = [text for text in blocks_pages if "Solution to Exercise 1.2" in text]
    head = found.strip().splitlines()[0].split()  # with the page's number at one of its ends
    assert exercise[1] in (head[0], head[-1])


def test_an_exercise_without_solution_says_nothing(blocks_tex):
    assert r"\nbpressblocktitle{ Nothing to see}" in blocks_tex


def test_a_solution_leads_back_to_its_exercise(blocks_tex):
    link = r"{\hyperref[\detokenize{statements/tasks:task-short}]{Solution to Exercise 1.2}}"
    assert r"\begin{nbpresssolution}{" + link in blocks_tex


def test_a_solution_says_on_which_page_its_exercise_is(blocks_pages):
    solution = re.search(r"Solution to Exercise 1\.2 +page (\d)", "\n".join(blocks_pages))
    (found,) = [text for text in blocks_pages if re.search(r"Exercise 1\.2 +Solution on", text)]
    head = found.strip().splitlines()[0].split()
    assert solution[1] in (head[0], head[-1])


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Draw a neuron.", "first"),
        (r"\caption{A solved neuron.}", "first-start"),
        (r"It is \(42\)", "first-end"),
        ("How much is it?", "first-end"),
        ("The second of its chapter.", "after"),
        (r"\nbpresssolutions", None),
    ],
)
def test_errors_of_tex_find_the_cell_wherever_its_text_went(blocks_tex, text, cell):
    place = cell_before(blocks_tex, blocks_tex[: blocks_tex.index(text)].count("\n") + 1)
    assert (place and place.cell_id) == cell


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([":::{solution} ex-none\nx\n:::"], 'the page has no exercise "ex-none" for this solution'),
        ([":::{solution-start} ex-a\n:::"], "the solution that begins here does not end before the next section"),
        ([":::{solution-end}\n:::"], "no solution begins before this end"),
    ],
)
def test_what_does_not_fit_together_is_a_problem(make_book, press, cells, said):
    exercise = ":::{exercise}\n:label: ex-a\n\nText.\n:::"
    done = press(make_book({"page": ["# Page", exercise, *cells]}), "build", "html")
    assert "cell 3 (id c3), line 1: " + said in done.stderr
    assert done.returncode == 1
