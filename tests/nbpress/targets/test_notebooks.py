"""The notebooks of readers as a folder and as an archive, and each of them executed with what its first cell installs."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from factory import notebook_text
from reader import Reader

ARCHIVE = "book-notebooks.zip"
PAGES = {
    "one": ["# One\n\nSee [the other page](two.ipynb).", ("from tool import answer\nassert answer() == 42\nanswer()",)],
    "two": ["# Two\n\nIt is {eval}`1 + 1`.", ("import tool\nassert tool.answer() == 42",)],
}


@pytest.fixture(scope="module")
def root(tmp_path_factory, press):
    root = tmp_path_factory.mktemp("notebooks") / "book"
    (root / "notebooks/chapter").mkdir(parents=True)
    (root / "src/tool").mkdir(parents=True)
    (root / "conf").mkdir()
    for name, cells in PAGES.items():
        (root / "notebooks/chapter" / f"{name}.ipynb").write_text(notebook_text(*cells))
    (root / "src/tool/__init__.py").write_text("def answer():\n    return 42\n")
    (root / "conf/book.toml").write_text(
        'title = "Book"\nauthors = ["A"]\n[execution]\ntrack = ["tool"]\n[[parts]]\ntitle = "P"\n'
        '[[parts.chapters]]\npath = "chapter"\npages = ["one", "two"]\n'
    )
    done = press(root, "build", "notebooks")
    assert (done.returncode, done.stdout) == (0, f"build/notebooks/{ARCHIVE}\n"), done.stderr
    return root


def cells(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))["cells"]


def test_each_page_with_outputs_and_without(root):
    folder = root / "build/notebooks"
    assert cells(folder / "chapter/one.ipynb")[2]["outputs"][0]["data"]["text/plain"] == "42"
    assert cells(folder / "empty/chapter/one.ipynb")[2]["outputs"] == []
    assert cells(folder / "chapter/two.ipynb")[0]["source"].endswith("It is 2.")


def test_what_they_need_is_in_the_archive(root):
    with zipfile.ZipFile(root / "build/notebooks" / ARCHIVE) as packed:
        names = {name.partition("/")[2] for name in packed.namelist()}
        environment = packed.read("book-notebooks/environment.yml").decode()
    needed = {"README.md", "environment.yml", "pyproject.toml", "requirements.txt", "src/tool/__init__.py"}
    assert needed | {"chapter/one.ipynb", "chapter/two.ipynb"} <= names
    assert environment.startswith("name: book\nchannels: [conda-forge]\n")
    assert "      - -r requirements.txt\n" in environment


def test_every_notebook_runs_with_what_its_first_cell_installs(root, tmp_path):
    for name in PAGES:
        reader = Reader(tmp_path / name, root / "build/notebooks" / ARCHIVE)
        assert "No module named 'tool'" in reader.run("-c", "import tool").stderr
        done = reader.execute(f"chapter/{name}.ipynb", tmp_path / f"{name}.ipynb")
        assert done.returncode == 0, done.stderr
        assert reader.run("-c", "import tool").returncode == 0


def test_the_same_book_makes_the_same_bytes(root, press):
    folder = root / "build/notebooks"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    shutil.rmtree(root / "build/stamps")
    assert press(root, "build", "notebooks").returncode == 0
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_page_that_is_gone_leaves_the_folder(root, press, tmp_path):
    root = shutil.copytree(root, tmp_path / "book")
    toml = root / "conf/book.toml"
    toml.write_text(toml.read_text().replace('"one", ', ""))
    (root / "notebooks/chapter/one.ipynb").unlink()
    done = press(root, "build", "notebooks")
    assert done.returncode == 0, done.stderr
    assert not list((root / "build/notebooks").rglob("one.ipynb"))
    assert list((root / "build/notebooks").rglob("two.ipynb"))


def test_an_edition_has_its_own(root, press):
    done = press(root, "build", "notebooks", "--edition", "student")
    assert done.stdout == f"build/notebooks/student/{ARCHIVE}\n", done.stderr
    assert (root / "build/notebooks/chapter/one.ipynb").exists()
    assert (root / "build/notebooks/student/chapter/one.ipynb").exists()
    done = press(root, "build", "notebooks")
    assert (root / "build/notebooks/student/chapter/one.ipynb").exists()
