"""Pages that go wrong, through the real command line and real kernels."""

import json

import pytest


@pytest.fixture
def said(make_book, press):
    """What `nbpress run` says of one page with these cells; it must fail with exit code 1."""

    def run(*cells, toml="", **pages):
        root = make_book({"page": ["# Page", *cells], **pages}, toml=toml)
        done = press(root, "run", "-j", "1")
        assert done.returncode == 1, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    return run


def test_a_cell_that_raises(said):
    text = said(("x = 1",), ("y = 2\n1 / 0",))
    assert (
        "notebooks/chapter/page.ipynb, cell 3 (id c3), line 2: ZeroDivisionError: division by zero\n    1 / 0" in text
    )


def test_a_cell_with_a_syntax_error(said):
    assert "cell 2 (id c2), line 1: SyntaxError:" in said(("for x in",))


def test_a_cell_that_raises_in_a_function_of_another_cell(said):
    text = said(("def f():\n    return [][0]",), ("f()",))
    assert "cell 3 (id c3), line 1: IndexError: list index out of range" in text


def test_an_error_inside_the_books_package(make_book, press):
    root = make_book({"page": ["# Page", ("import lib\nlib.f()",)]})
    (root / "src").mkdir()
    (root / "src" / "lib.py").write_text("def f():\n    return g()\n\n\ndef g():\n    return 1 / 0\n")
    said = press(root, "run").stderr
    assert "line 2: ZeroDivisionError: division by zero\n    lib.f()\n    raised in src/lib.py, line 6, in g\n" in said


def test_a_limit_may_be_a_part_of_a_second(said):
    assert "not finished after 0.5 s." in said(("import time\ntime.sleep(60)",), toml="[execution]\ncell_timeout = 0.5")


def test_a_kernel_that_dies(said):
    assert "cell 2 (id c2): the kernel died, killed by signal 9 (SIGKILL)." in said(
        ("import os\nos.kill(os.getpid(), 9)",)
    )


def test_a_cell_that_never_ends(said):
    text = said(("import time\ntime.sleep(100)",), toml="[execution]\ncell_timeout = 1")
    assert "cell 2 (id c2): not finished after 1 s.\n    make it faster, or raise cell_timeout" in text


def test_a_page_that_never_ends(said):
    text = said(*[("import time\ntime.sleep(1)",)] * 9, toml="[execution]\npage_timeout = 3")
    assert "not finished after 3 s.\n    make it faster, or raise page_timeout" in text


def test_an_output_that_is_none(said):
    text = said(("from IPython.display import display\ndisplay({'application/x-odd': 1}, raw=True)",))
    assert "cell 2 (id c2): the cell shows something that a notebook cannot hold" in text


def test_the_other_pages_run_all_the_same(said):
    assert "done" in said(("1 / 0",), other=["# Other", ("1",)])


def test_an_unknown_kernel(make_book, press):
    root = make_book({"page": ["# Page", ("1",)]})
    path = root / "notebooks" / "chapter" / "page.ipynb"
    path.write_text(path.read_text().replace('"name": "python3"', '"name": "klingon"'))
    assert 'there is no kernel "klingon" here.' in press(root, "run").stderr


def test_the_partly_executed_notebook_is_kept(make_book, press):
    root = make_book({"page": ["# Page", ("print('before')",), ("1 / 0",)]})
    press(root, "run")
    kept = json.loads((root / "build" / "failed" / "chapter" / "page.ipynb").read_text())
    assert kept["cells"][1]["outputs"][0]["text"] == "before\n"


def test_an_expected_exception_is_no_failure(make_book, press):
    assert press(make_book({"page": ["# Page", ("1 / 0", "raises-exception")]}), "run").returncode == 0


def test_the_callers_settings_play_no_part(make_book, press, tmp_path):
    (tmp_path / "startup.py").write_text("leaked = 1\n")
    cell = "import os\nassert 'leaked' not in globals()\nassert 'inline' in os.environ['MPLBACKEND']"
    done = press(
        make_book({"page": ["# Page", (cell,)]}), "run", MPLBACKEND="Agg", PYTHONSTARTUP=str(tmp_path / "startup.py")
    )
    assert done.returncode == 0, done.stderr


def test_a_long_temporary_folder(make_book, press, tmp_path):
    folder = tmp_path / ("x" * 90)
    folder.mkdir()
    assert press(make_book({"page": ["# Page", ("1",)]}), "run", "--force", TMPDIR=str(folder)).returncode == 0
