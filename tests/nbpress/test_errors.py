from nbpress.errors import BookError, Place, Problem, UsageError, did_you_mean


def test_place_names_cell_id_and_line():
    place = Place("notebooks/attention/scoring.ipynb", 7, "3fa1", 4)
    assert str(place) == "notebooks/attention/scoring.ipynb, cell 7 (id 3fa1), line 4"


def test_place_of_a_file():
    assert str(Place("conf/book.toml", line=3)) == "conf/book.toml, line 3"


def test_problem_says_what_where_and_what_next():
    problem = Problem("it is broken.", Place("a.ipynb", 1), "mend it")
    assert str(problem) == "a.ipynb, cell 1: it is broken.\n    mend it"


def test_exit_codes():
    assert (BookError(Problem("x")).exit_code, UsageError(Problem("x")).exit_code) == (1, 2)


def test_an_error_holds_all_problems():
    assert len(BookError([Problem("a"), Problem("b")]).problems) == 2


def test_nearest_word():
    assert did_you_mean("eq-dot", ["eq-dots", "fig-loss"]) == 'did you mean "eq-dots"?'


def test_no_word_is_near():
    assert did_you_mean("zebra", ["title"]) == ""
