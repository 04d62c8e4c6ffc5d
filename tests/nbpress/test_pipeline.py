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
