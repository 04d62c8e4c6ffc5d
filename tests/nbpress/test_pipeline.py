from concurrent.futures import ThreadPoolExecutor


def test_build_stops_before_execution_where_the_check_finds_something(make_book, press):
    done = press(make_book({"page": ["# Page", ("print('run')",), "[a](#no)"]}), "build", "html")
    assert done.returncode == 1
    assert "executing" not in done.stderr


def test_build_says_what_it_made(make_book, press):
    assert press(make_book({"page": ["# Page"]}), "build", "html").stdout == "build/html/index.html\n"


def test_nothing_is_printed_where_a_page_fails(make_book, press):
    root = make_book({"page": ["# Page", ("1 / 0",)]})
    assert press(root, "build", "html").returncode == 1
    assert not (root / "build" / "html").exists()


def test_no_run_prints_with_what_is_stored_and_says_what_is_not(make_book, press):
    root = make_book({"page": ["# Page", ("print('from ' + 'code')",)]})
    done = press(root, "build", "html", "--no-run")
    assert "printed without outputs: chapter/page" in done.stderr
    assert "from code" not in (root / "build" / "html" / "chapter" / "page.html").read_text()


def test_an_edit_reaches_the_page(make_book, press):
    root = make_book({"page": ["# Page", "old words"]})
    press(root, "build", "html")
    path = root / "notebooks" / "chapter" / "page.ipynb"
    path.write_text(path.read_text().replace("old words", "new words"))
    press(root, "build", "html")
    assert "new words" in (root / "build" / "html" / "chapter" / "page.html").read_text()


def test_a_page_that_was_mended_is_no_longer_kept_as_failed(make_book, press):
    root = make_book({"page": ["# Page", ("1 / 0",)]})
    press(root, "run")
    path = root / "notebooks" / "chapter" / "page.ipynb"
    path.write_text(path.read_text().replace("1 / 0", "1 / 1"))
    press(root, "run")
    assert not list((root / "build" / "failed").rglob("*.ipynb"))


def test_warnings_of_sphinx_are_problems(make_book, press):
    done = press(make_book({"page": ["# Page", "{unknownrole}`x`"]}), "build", "html")
    assert done.returncode == 1
    assert "notebooks/chapter/page.ipynb, cell 2 (id c2), line 1: " in done.stderr


def test_build_of_a_page_executes_only_this_page(make_book, press):
    root = make_book({"one": ["# One", ("'only ' + 'this'",)], "two": ["# Two", ("'not ' + 'that'",)]})
    done = press(root, "build", "html", "chapter/one")
    assert "printed without outputs: chapter/two" in done.stderr
    assert "only this" in (root / "build" / "html" / "chapter" / "one.html").read_text()


def test_a_book_with_problems_does_not_get_better_by_repeating(make_book, press):
    root = make_book({"page": ["# Page", "{unknownrole}`x`"]})
    assert [press(root, "build", "html").returncode for _ in range(2)] == [1, 1]


def test_two_at_once_wait_for_each_other(make_book, press):
    root = make_book({"page": ["# Page", "words"]})
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda target: press(root, "build", target), ["html", "html"]))
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]


def test_pages_without_code_are_not_executed(make_book, press):
    assert "executing" not in press(make_book({"page": ["# Page"]}), "build", "html").stderr


def test_pictures_may_have_any_name(make_book, press):
    root = make_book({"page": ["# Page", "![A.](my%20图.svg){#fig-a}"]})
    (root / "notebooks" / "chapter" / "my 图.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    )
    done = press(root, "build", "html", "pdf")
    assert done.returncode == 0, done.stderr


def test_other_files_among_the_notebooks_are_no_pages(make_book, press):
    root = make_book({"page": ["# Page", "[the data](data.csv)"]})
    (root / "notebooks" / "README.md").write_text("# Notes\n")
    (root / "notebooks" / "chapter" / "data.csv").write_text("1,2\n")
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    assert list((root / "build" / "html").rglob("data.csv"))


def test_a_folder_that_cannot_be_written(make_book, press):
    root = make_book({"page": ["# Page"]})
    (root / "build").write_text("a file, not a folder")
    done = press(root, "build", "html")
    assert (done.returncode, "cannot be written" in done.stderr) == (2, True)
