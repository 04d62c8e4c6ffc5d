"""The archive of notebooks, executed as a reader would: in an environment that has only what the archive installs."""

import shutil
import sys
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import nbformat
import pytest

from nbpress.book import FOR_READERS
from reader import Reader


@pytest.fixture(scope="module")
def archive(runnable):
    return runnable.root / "build" / "html" / "a-book-that-runs-notebooks.zip"


@pytest.fixture(scope="module")
def reader(tmp_path_factory, archive):
    reader = Reader(tmp_path_factory.mktemp("reader"), archive)
    assert "No module named 'tools'" in reader.run("-c", "import tools").stderr
    done = reader.install()
    assert done.returncode == 0, done.stderr
    return reader


def test_notebooks_run_with_what_the_archive_installs(reader, tmp_path):
    done = reader.execute("chapter/first.ipynb", tmp_path / "done.ipynb")
    assert done.returncode == 0, done.stderr
    cells = {cell.id: cell for cell in nbformat.read(tmp_path / "done.ipynb", as_version=4).cells}
    assert cells["install"].outputs == []  # it is there
    assert "image/svg+xml" in cells["square"].outputs[0].data


def test_cells_that_fail_or_are_not_executed_stop_nobody(reader, tmp_path):
    done = reader.execute("chapter/second.ipynb", tmp_path / "done.ipynb")
    assert done.returncode == 0, done.stderr


def test_the_first_cell_installs_the_library_from_the_site(make_book, press, tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=tmp_path / "site"))
    toml = f'url = "http://127.0.0.1:{server.server_port}/book"\n[execution]\ntrack = ["tool"]'
    root = make_book({"one": ["# One", ("from tool import answer\nassert answer == 42",)]}, toml)
    (root / "src" / "tool").mkdir(parents=True)
    (root / "src" / "tool" / "__init__.py").write_text("answer = 42\n")
    assert press(root, "build", "html").returncode == 0
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "book").symlink_to(root / "build" / "html")
    reader = Reader(tmp_path, root / "build" / "html" / "book-notebooks.zip")
    with server:
        Thread(target=server.serve_forever).start()
        done = reader.execute("chapter/one.ipynb", tmp_path / "done.ipynb")
        server.shutdown()
    assert done.returncode == 0, done.stderr
    assert reader.run("-c", "import tool").returncode == 0


def test_the_same_book_makes_the_same_archive(runnable, archive, press):
    before = archive.read_bytes()
    shutil.rmtree(runnable.root / "build" / "stamps")
    archive.unlink()
    done = press(runnable.root, "build", "html")
    assert done.returncode == 0, done.stderr
    assert archive.read_bytes() == before


def test_the_archive_says_how_to_begin(archive):
    with zipfile.ZipFile(archive) as packed:
        text = packed.read("a-book-that-runs-notebooks/README.md").decode()
    assert "pip install -r requirements.txt" in text
    assert f"Python {sys.version_info.major}.{sys.version_info.minor} or newer" in text


def test_what_the_library_loses_leaves_the_folder(make_book, press):
    root = make_book({"one": ["# One", ("import tool",)]}, '[execution]\ntrack = ["tool"]')
    (root / "src" / "tool").mkdir(parents=True)
    for name in ("__init__", "more"):
        (root / "src" / "tool" / f"{name}.py").write_text(f'"""{name}."""\n')
    press(root, "build", "html")
    folder = root / "build" / "html" / FOR_READERS / "src" / "tool"
    assert (folder / "more.py").exists()
    (root / "src" / "tool" / "more.py").unlink()
    press(root, "build", "html")
    assert [path.name for path in folder.iterdir()] == ["__init__.py"]
