"""The command line as a contract: exit codes and messages."""

import subprocess
import sys

import pytest

HEAVY = ("sphinx", "torch", "nbclient", "rich", "msgspec", "docutils")


def test_help_imports_nothing_heavy():
    code = "import sys; sys.argv = ['nbpress', '--help']\nfrom nbpress.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    code += f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("verb", ["check", "run", "build", "serve", "doctor", "clean"])
def test_every_verb_shows_an_example(press, tmp_path, verb):
    assert f"Example:\n    nbpress {verb}" in press(tmp_path, verb, "--help").stdout


def test_fine_is_0(make_book, press):
    done = press(make_book({"page": ["# Page"]}), "check")
    assert (done.returncode, done.stdout) == (0, "1 page, no problems.\n")


def test_a_problem_of_the_book_is_1(make_book, press):
    assert press(make_book({"page": ["no title"]}), "check").returncode == 1


@pytest.mark.parametrize("arguments", [("fly",), ("check", "--fly"), ("build", "papyrus"), ("check", "chapter/none")])
def test_wrong_usage_is_2(make_book, press, arguments):
    assert press(make_book({"page": ["# Page"]}), *arguments).returncode == 2


def test_no_book_is_2(press, tmp_path):
    done = press(tmp_path, "check")
    assert done.returncode == 2
    assert "run nbpress in the folder of a book" in done.stderr


def test_a_mistyped_key_is_2(make_book, press):
    done = press(make_book({"page": ["# Page"]}, toml='subtitel = "S"'), "build", "html")
    assert done.returncode == 2
    assert 'conf/book.toml, line 3: unknown key "subtitel".\n    did you mean "subtitle"?' in done.stderr


def test_a_bug_is_3_with_a_log(make_book, press, tmp_path):
    root = make_book({"page": ["# Page"]})
    (root / "src").mkdir()
    (root / "src" / "sitecustomize.py").write_text("import nbpress.book\nnbpress.book.load = lambda root: 1 / 0\n")
    done = press(root, "check", PYTHONPATH=str(root / "src"), TMPDIR=str(tmp_path))
    assert done.returncode == 3
    assert "ZeroDivisionError: division by zero" in next(tmp_path.glob("nbpress-*.log")).read_text()


def test_an_empty_book_is_1(make_book, press):
    done = press(make_book({}, listed=[]), "check")
    assert done.returncode == 1
    assert "the book has no pages." in done.stderr


@pytest.mark.parametrize("text", ["{", '{"nbformat": 3}'])
def test_unreadable_notebooks_give_no_traceback(make_book, press, text):
    done = press(make_book({"page": text}), "build", "html")
    assert done.returncode == 1
    assert done.stderr.startswith("checking …\nnotebooks/chapter/page.ipynb")


def test_an_unknown_target_names_the_nearest(make_book, press):
    done = press(make_book({"page": ["# Page"]}), "build", "htm")
    assert (done.returncode, done.stderr) == (2, 'nbpress: there is no target "htm".\n    did you mean "html"?\n')


def test_a_store_that_cannot_be_written_is_2(make_book, press, tmp_path):
    (tmp_path / "file").write_text("no folder")
    done = press(make_book({"page": ["# Page", ("1",)]}), "run", NBPRESS_STORE=str(tmp_path / "file"))
    assert done.returncode == 2
    assert "the run of chapter/page could not be stored" in done.stderr


def test_a_configuration_that_is_a_folder_is_2(press, tmp_path):
    (tmp_path / "conf" / "book.toml").mkdir(parents=True)
    assert press(tmp_path, "check").returncode == 2


def test_clean_deletes_what_was_generated(make_book, press):
    root = make_book({"page": ["# Page"]})
    press(root, "build", "html")
    assert press(root, "clean").stdout == "build/ is gone.\n"
    assert not (root / "build").exists()


def test_clean_store_deletes_all_runs(make_book, press, tmp_path):
    root = make_book({"page": ["# Page", ("1",)]})
    press(root, "run", NBPRESS_STORE=str(tmp_path / "store"))
    press(root, "clean", "--store", NBPRESS_STORE=str(tmp_path / "store"))
    assert press(root, "why", NBPRESS_STORE=str(tmp_path / "store")).stdout == "chapter/page: never run\n"


@pytest.mark.parametrize("limit", [("--older-than", "1"), ("--larger-than", "1 GB")])
def test_clean_store_keeps_what_is_within_its_limits(make_book, press, tmp_path, limit):
    root = make_book({"page": ["# Page", ("1",)]})
    press(root, "run", NBPRESS_STORE=str(tmp_path / "store"))
    said = press(root, "clean", "--store", *limit, NBPRESS_STORE=str(tmp_path / "store")).stdout
    assert said == "deleted 0 files of stored runs, 0.0 MB.\n"


@pytest.mark.parametrize("arguments", [("--older-than", "1"), ("--store", "--larger-than", "much")])
def test_limits_that_cannot_be_understood_are_2(press, tmp_path, arguments):
    assert press(tmp_path, "clean", *arguments).returncode == 2


def test_a_page_that_needs_what_is_not_here_is_left_out(make_book, press):
    root = make_book({"one": ["# One", ("1",)], "two": ["# Two", ("900 * 2**40",)]})  # which no other test has stored
    path = root / "notebooks" / "chapter" / "two.ipynb"
    path.write_text(path.read_text().replace('"kernelspec"', '"nbpress": {"memory": "900 TiB"}, "kernelspec"'))
    done = press(root, "run")
    assert (done.returncode, done.stdout) == (0, "1 of 2 pages up to date.\n")
    assert "not run, because there are not the GPUs or the memory that they declare: chapter/two" in done.stderr


def test_looking_imports_nothing_heavy(make_book, press, tmp_path):
    root = make_book({"page": ["# Page", ("1",)]})
    press(root, "run")
    done = press(root, "run", PYTHONPROFILEIMPORTTIME="1")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "nbpress.execute.present" in imported
    assert not imported & {"torch", "sphinx", "distributed", "nbclient", "IPython", "rich", "fsspec", "jupyter_client"}
