"""`nbpress new`: a book of one's own that is right from the beginning."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nbpress
from nbpress import scaffold

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory, press):
    folder = tmp_path_factory.mktemp("new")
    done = press(folder, "new", "My first-book", "--title", 'The "first" \\ book', "--author", "Ada Author")
    assert (done.returncode, done.stdout) == (
        0,
        "My first-book: 15 files. Next: cd My first-book && make html\n",
    )
    return folder / "My first-book"


@pytest.fixture
def make(made):
    """`make("html")` there, where everything is installed already."""
    folder = made / ".venv" / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name, module in (("python", ""), ("nbpress", "-m nbpress")):
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        (folder / name).chmod(0o755)
    (made / ".venv" / ".installed").touch()

    def call(target):
        path = os.pathsep.join([str(REPOSITORY / "src"), str(made / "src")])
        return subprocess.run(
            ["make", target], cwd=made, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
        )

    return call


def test_its_words_are_the_authors(made):
    assert 'title = "The \\"first\\" \\\\ book"\nauthors = ["Ada Author"]' in (made / "conf/book.toml").read_text()
    assert (
        json.loads((made / "notebooks/index.ipynb").read_text())["cells"][0]["source"][0] == '# The "first" \\ book\n'
    )
    assert (made / "src/my_first_book/dice.py").is_file()
    text = "".join(path.read_text() for path in made.rglob("*") if path.is_file() and ".venv" not in path.parts)
    assert "bookpackage" not in text
    assert "@@" not in text


def test_files_that_begin_with_a_dot_are_there(made):
    assert {".gitignore", ".gitattributes", ".github"} <= {path.name for path in made.iterdir()}


def test_it_is_printed_and_tested(made, make):
    done = make("html")
    assert done.returncode == 0, done.stderr
    assert "Two dice" in (made / "build/html/chance/sums.html").read_text()
    done = make("test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 pages, no problems." in done.stdout
    assert "2 passed" in done.stdout
    assert "4 pages up to date." in done.stdout


def test_its_library_is_that_of_its_notebooks(made, press):
    done = press(made, "sync", "--check")
    assert done.stdout == "library and notebooks agree.\n", done.stderr


def test_a_folder_that_holds_something_is_left_alone(tmp_path, press):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "mine").write_text("mine")
    done = press(tmp_path, "new", "book")
    assert done.returncode == 2
    assert "book is not empty." in done.stderr
    assert [path.name for path in (tmp_path / "book").iterdir()] == ["mine"]
    assert [path.name for path in tmp_path.iterdir()] == ["book"]


def test_an_empty_folder_will_do(tmp_path, press):
    (tmp_path / "book").mkdir()
    assert press(tmp_path, "new", "book").returncode == 0
    assert (tmp_path / "book" / "Makefile").is_file()


@pytest.mark.parametrize(
    ("folder", "package"),
    [("my-book", "my_book"), ("2026", "book_2026"), ("class", "book_class"), ("统计学", "book")],
)
def test_the_library_has_a_name_that_python_can_import(tmp_path, folder, package):
    scaffold.make(tmp_path / folder, author="A")
    assert [path.name for path in (tmp_path / folder / "src").iterdir()] == [package]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"url": "file:///here", "dir_info": {"editable": True}}, " @ file:///here"),
        ({"url": "https://x.org/r", "vcs_info": {"vcs": "git", "commit_id": "3fa1"}}, " @ git+https://x.org/r@3fa1"),
        (None, f"=={nbpress.__version__}"),
    ],
)
def test_the_press_comes_from_where_it_was_installed(monkeypatch, said, asked):
    class Installed:
        version = nbpress.__version__

        def read_text(self, name):
            return json.dumps(said) if said else None

    monkeypatch.setattr(scaffold, "distribution", lambda name: Installed())
    assert scaffold.press() == scaffold.DISTRIBUTION + asked


def test_everything_of_the_template_is_packaged(tmp_path):
    source = shutil.copytree(REPOSITORY / "src/nbpress", tmp_path / "src/nbpress")
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, tmp_path)
    command = [sys.executable, "-c", "from setuptools import setup; setup()", "--quiet", "build", "--build-lib", "out"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

    def files(folder):
        return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix != ".pyc"}

    assert files(tmp_path / "out/nbpress/scaffold/book") == files(source / "scaffold/book")
