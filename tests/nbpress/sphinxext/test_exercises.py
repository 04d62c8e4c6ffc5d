import pytest


def test_exercises_are_numbered_by_chapter(page):
    titles = [title.get_text() for title in page("basics/syntax").select(".exercise-title")]
    assert [title.split("#")[0].split() for title in titles] == [["Exercise", "1.1", "Doubling"], ["Exercise", "1.2"]]


def test_solutions_are_folded(page):
    assert [s.summary.get_text() for s in page("basics/syntax").select("details.solution")] == ["Solution", "Solution"]


def test_a_solution_holds_executed_cells(page):
    assert page("basics/syntax").select_one("details.solution .nboutput").get_text().strip() == "42"


def test_on_paper_the_solution_follows(pdf_text):
    text = " ".join(pdf_text.split())
    assert text.index("Exercise 1.1") < text.index("We compute it") < text.index("Exercise 1.2")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([":::{solution} ex-none\nx\n:::"], 'the page has no exercise "ex-none" for this solution'),
        ([":::{solution-start} ex-a\n:::"], 'the solution of "ex-a" does not end before the next section'),
        ([":::{solution-end}\n:::"], "no solution begins before this end"),
    ],
)
def test_what_does_not_fit_together_is_a_problem(make_book, press, cells, said):
    exercise = ":::{exercise}\n:label: ex-a\n\nText.\n:::"
    done = press(make_book({"page": ["# Page", exercise, *cells]}), "build", "html")
    assert "cell 3 (id c3), line 1: " + said in done.stderr
    assert done.returncode == 1
