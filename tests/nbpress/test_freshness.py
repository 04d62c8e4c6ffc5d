"""What is up to date is not printed again, and everything that may change a page causes a build."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import nbpress
from factory import notebook_text
from nbpress import book as books
from nbpress import freshness

pytestmark = pytest.mark.xdist_group("freshness")  # one book, printed once

HTML, STUDENT = freshness.Target("html"), freshness.Target("html", "student")
TOML = """\
title = "Fresh"
authors = ["Author"]

[execution]
track = ["lib"]
environment = ["BOOK_SETTING"]
data = ["../data"]

[[parts]]
title = "Part"
[[parts.chapters]]
path = "chapter"
pages = ["page", "other"]
"""
CODE = "import os\nimport lib\nprint(lib.answer())\nprint(open(os.environ['BOOK_DATA']).read(), open('../../more.txt').read())"
FILES = {
    "conf/book.toml": TOML,
    "conf/sphinx/conf.py": 'extensions = ["nbpress.sphinxext"]\ntemplates_path = ["../html"]\nhtml_static_path = ["../html"]\nhtml_css_files = ["own.css"]\n',
    "conf/html/own.css": "p { color: red }",
    "conf/html/nbpress-footer.html": "<p>footer</p>",
    "src/lib/__init__.py": "def answer():\n    return 42\n",
    "notebooks/chapter/page.ipynb": notebook_text("# Page", "Prose {cite}`one`.\n\n![A](a.svg)", (CODE,)),
    "notebooks/chapter/other.ipynb": notebook_text("# Other"),
    "notebooks/chapter/a.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "notebooks/references.bib": "@book{one, author={Ada A}, title={One}, year={2001}, publisher={P}}\n",
    "more.txt": "more",
    "../data/numbers.csv": "1,2",
}
EDITS = {
    "prose": ("notebooks/chapter/page.ipynb", "Prose", "Words"),
    "code": ("notebooks/chapter/page.ipynb", "import os", "import os, sys"),
    "library function": ("src/lib/__init__.py", "42", "43"),
    "file read by a run": ("more.txt", "more", "less"),
    "data file": ("../data/numbers.csv", "1", "7"),
    "conf.py": ("conf/sphinx/conf.py", "extensions", "html_title = 'x'\nextensions"),
    "css": ("conf/html/own.css", "red", "tan"),
    "book.toml": ("conf/book.toml", "Author", "Writer"),
    "template": ("conf/html/nbpress-footer.html", "footer", "bottom"),
    "bib file": ("notebooks/references.bib", "2001", "2002"),
    "picture": ("notebooks/chapter/a.svg", "9", "8"),
}


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    """The environment in which the book is printed, in every process."""
    folder = tmp_path_factory.mktemp("fresh")
    env = {"NBPRESS_STORE": str(folder / "store"), "BOOK_SETTING": "one", "BOOK_DATA": str(folder / "data/numbers.csv")}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in env.items():
            patch.setenv(name, value)
        yield folder


@pytest.fixture(scope="module")
def book(setting):
    root = setting / "book"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert not is_fresh(build(root))
    return books.load(root)


def build(root, *arguments, **environment):
    command = [sys.executable, "-m", "nbpress", "-C", str(root), "build", "html", *arguments]
    env = {**os.environ, **environment}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "build/html/index.html\n"
    return done


def is_fresh(done):
    return "printing" not in done.stderr


@pytest.fixture
def fresh(book):
    """The book as it was printed."""
    if freshness.made(book, HTML) is None:
        build(book.root)
    assert freshness.made(book, HTML) == book.build / "html" / "index.html"
    return book


@pytest.mark.parametrize(("file", "old", "new"), EDITS.values(), ids=EDITS)
def test_an_edit_is_seen_and_taking_it_back_too(fresh, file, old, new):
    path = fresh.root / file
    before = path.read_text()
    path.write_text(before.replace(old, new))
    assert freshness.made(books.load(fresh.root), HTML) is None
    path.write_text(before)
    assert freshness.made(books.load(fresh.root), HTML)


def test_an_edit_of_the_same_length_within_the_clocks_tick_is_seen(fresh):
    path = fresh.root / "conf/html/own.css"
    old = path.stat()
    path.write_text("p { color: tan }")
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert freshness.made(fresh, HTML) is None
    path.write_text("p { color: red }")


def test_what_looks_the_same_is_not_read_again(fresh, monkeypatch):
    then = time.time_ns() + freshness.YOUNG
    monkeypatch.setattr(time, "time_ns", lambda: then)
    freshness.made(fresh, HTML)  # notes that all files are older than that
    monkeypatch.setattr(hashlib, "file_digest", None)
    assert freshness.made(fresh, HTML)


def test_a_file_that_is_as_young_as_the_stamp_is_read(tmp_path):
    file = tmp_path / "file"
    file.write_text("old")
    taken = freshness.take([str(file)])
    known = freshness.Files(
        taken.taken, {path: one and freshness.Content(*one_glance(one), "lie") for path, one in taken.contents.items()}
    )
    assert freshness.again(known).digests == taken.digests


def one_glance(content):
    return content.size, content.modified, content.changed, content.inode


@pytest.mark.parametrize("name", ["notebooks/chapter/new.png", "conf/html/new.html", "src/lib/new.py"])
def test_a_new_file_is_seen(fresh, name):
    (fresh.root / name).write_text("")
    assert freshness.made(fresh, HTML) is None
    (fresh.root / name).unlink()


def test_a_deleted_page_is_made_again(fresh):
    page = fresh.build / "html" / "chapter" / "page.html"
    page.unlink()
    assert not is_fresh(build(fresh.root))
    assert page.exists()


@pytest.mark.parametrize("pattern", ["_images/*.svg", "_static/own.css"])
def test_a_deleted_picture_or_style_is_made_again(fresh, pattern):
    [file] = (fresh.build / "html").glob(pattern)
    file.unlink()
    assert not is_fresh(build(fresh.root))
    assert file.exists()


def test_a_page_that_somebody_wrote_to_is_made_again(fresh):
    page = fresh.build / "html" / "chapter" / "page.html"
    page.write_text("spoiled")
    assert not is_fresh(build(fresh.root))
    assert "42" in page.read_text()


def test_a_declared_variable_counts(fresh, monkeypatch):
    monkeypatch.setenv("BOOK_SETTING", "two")
    assert freshness.made(fresh, HTML) is None


def test_another_package_counts(fresh, monkeypatch):
    monkeypatch.setattr(freshness, "installed", lambda: {"new": "1.0"})
    assert freshness.made(fresh, HTML) is None


def test_a_run_that_is_made_again_or_deleted_counts(fresh, setting):
    for manifest in (setting / "store" / "manifests").rglob("*.json"):
        manifest.unlink()
    assert freshness.made(fresh, HTML) is None


def test_a_stamp_holds_for_a_day(fresh, monkeypatch):
    tomorrow = time.time_ns() + freshness.HOLDS
    monkeypatch.setattr(time, "time_ns", lambda: tomorrow)
    assert freshness.made(fresh, HTML) is None


def test_a_damaged_stamp_is_none(fresh):
    stamp = fresh.build / "stamps" / "html.msgpack"
    stamp.write_bytes(stamp.read_bytes()[:-100])
    assert freshness.made(fresh, HTML) is None


def test_nothing_is_done_where_nothing_changed(fresh):
    assert build(fresh.root).stderr == ""


def test_what_holds_for_all_pages_holds_for_some_and_without_execution(fresh):
    assert is_fresh(build(fresh.root, "chapter/page"))
    assert is_fresh(build(fresh.root, "--no-run"))


def test_nothing_heavy_is_imported_where_nothing_changed(fresh):
    code = "import sys\nfrom nbpress.cli import main\nmain(sys.argv[1:], standalone_mode=False)\nprint(*sys.modules)"
    command = [sys.executable, "-c", code, "-C", str(fresh.root), "build", "html"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    heavy = {
        "sphinx",
        "docutils",
        "jupyter_client",
        "nbconvert",
        "torch",
        "myst_parser",
        "markdown_it",
        "distributed",
        "rich",
    }
    assert heavy.isdisjoint(done.stdout.split())


def test_a_copy_of_all_files_is_as_good(fresh):
    notebooks = fresh.root / "notebooks"
    shutil.copytree(notebooks, fresh.root / "copy", copy_function=shutil.copyfile)
    shutil.rmtree(notebooks)
    (fresh.root / "copy").rename(notebooks)
    assert is_fresh(build(fresh.root))


def test_another_nbpress_prints_anew(make_book, tmp_path):
    own = tmp_path / "own"
    shutil.copytree(Path(nbpress.__file__).parent, own / "nbpress", ignore=shutil.ignore_patterns("__pycache__"))
    root = make_book({"page": ["# Page"]})
    build(root, PYTHONPATH=str(own))
    assert is_fresh(build(root, PYTHONPATH=str(own)))
    with (own / "nbpress" / "sphinxext" / "static" / "nbpress.css").open("a") as css:
        css.write("\n")
    assert not is_fresh(build(root, PYTHONPATH=str(own)))


def test_a_build_with_problems_leaves_no_stamp(make_book, press):
    root = make_book({"page": ["# Page"]})
    press(root, "build", "html")
    page = root / "notebooks" / "chapter" / "page.ipynb"
    text = page.read_text()
    page.write_text(text.replace("# Page", "# Page\\n\\n{unknownrole}`x`"))
    assert press(root, "build", "html").returncode == 1
    page.write_text(text)
    assert "printing" in press(root, "build", "html").stderr


def test_a_build_that_was_interrupted_leaves_no_stamp(make_book, press):
    root = make_book({"page": ["# Page"]})
    press(root, "build", "html")
    page = root / "notebooks" / "chapter" / "page.ipynb"
    text = page.read_text()
    page.write_text(text.replace("# Page", "# Paper"))
    (root / "conf" / "sphinx").mkdir()
    conf = root / "conf" / "sphinx" / "conf.py"
    conf.write_text(
        f'import os, signal\nos.kill(os.getpid(), {int(signal.SIGINT)})\nextensions = ["nbpress.sphinxext"]\n'
    )
    assert press(root, "build", "html").returncode == 130
    conf.unlink()
    page.write_text(text)
    assert "printing" in press(root, "build", "html").stderr


def test_outputs_of_an_earlier_run_are_told_of_each_time(make_book, press):
    root = make_book({"page": ["# Page", ("print(1)",)]})
    said = [press(root, "build", "html", "--no-run").stderr for _ in range(2)]
    assert all("printed without outputs: chapter/page" in text for text in said)


def test_an_edition_has_a_stamp_of_its_own(fresh):
    command = [sys.executable, "-m", "nbpress", "-C", str(fresh.root), "build", "html", "--edition", "student"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    assert freshness.made(fresh, STUDENT) == fresh.build / "html" / "student" / "index.html"
    assert freshness.made(fresh, HTML)


def test_printing_the_book_leaves_its_editions_alone(fresh):
    file = fresh.build / "html" / "student" / "index.html"
    file.parent.mkdir(exist_ok=True)
    file.write_text("an edition")
    (fresh.build / "html" / "index.html").unlink()
    build(fresh.root)
    assert file.read_text() == "an edition"
