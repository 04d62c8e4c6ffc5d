def test_a_second_run_executes_nothing(make_book, press):
    root = make_book({"page": ["# Page", ("1",)]})
    press(root, "run")
    assert "executing" not in press(root, "run").stderr


def test_force_executes_all(make_book, press):
    root = make_book({"page": ["# Page", ("1",)]})
    press(root, "run")
    assert "executing 1 page …" in press(root, "run", "--force").stderr


def test_only_what_changed_is_executed(make_book, press):
    root = make_book({"one": ["# One", ("1",)], "two": ["# Two", ("2",)]})
    press(root, "run")
    path = root / "notebooks" / "chapter" / "two.ipynb"
    path.write_text(path.read_text().replace('"source": "2"', '"source": "3"'))
    assert "executing 1 page, 1 up to date …" in press(root, "run").stderr


def test_only_chosen_pages_are_executed(make_book, press):
    root = make_book({"one": ["# One", ("'chosen'",)], "two": ["# Two", ("'left'",)]})
    assert "executing 1 page …" in press(root, "run", "chapter/one").stderr


def test_several_pages_run_at_once(make_book, press):
    wait = "import pathlib, time\npathlib.Path('{}').touch()\nwhile not pathlib.Path('{}').exists(): time.sleep(0.01)"
    pages = {"one": ["# One", (wait.format("a.flag", "b.flag"),)], "two": ["# Two", (wait.format("b.flag", "a.flag"),)]}
    root = make_book(pages, toml="[execution]\ncell_timeout = 60")
    assert press(root, "run", "-j", "2").returncode == 0


def test_fail_fast_ends_with_the_first_failure(make_book, press, tmp_path):
    root = make_book({"one": ["# One", ("1 / 0",)], "two": ["# Two", ("'not tried'",)]})
    done = press(root, "run", "-j", "1", "--fail-fast", NBPRESS_STORE=str(tmp_path))  # no page is known to be longer
    assert "not run after the first failure: chapter/two." in done.stderr
