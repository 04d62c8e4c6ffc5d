import subprocess

import pytest

from nbpress import book, history


def git(root, *arguments):
    command = ["git", "-C", root, "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(root, day):
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", day, f"--date={day}T12:00:00Z")
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(make_book):
    root = make_book({"one": ["# One"], "two": ["# Two"]})
    git(root, "init", "-q")
    commit(root, "2026-01-01")
    return root


def changes(root):
    return history.of_pages(book.load(root))


def test_each_page_has_the_date_and_commit_of_its_own_last_change(root):
    (root / "notebooks/chapter/two.ipynb").write_text("{}")
    newest = commit(root, "2026-02-02")
    commit(root, "2026-03-03")
    assert changes(root)["chapter/one"]["date"] == "2026-01-01"
    assert changes(root)["chapter/two"] == {"date": "2026-02-02", "commit": newest}


def test_what_is_not_committed_has_no_date(root):
    (root / "notebooks/index.ipynb").write_text("{}")
    assert "index" not in changes(root)


def test_where_there_is_no_git_nothing_is_said(make_book, monkeypatch):
    root = make_book({"one": ["# One"]})
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(root.parent))
    assert changes(root) == {}


def test_where_a_shallow_clone_ends_nothing_is_known(root, tmp_path):
    (root / "notebooks/chapter/two.ipynb").write_text("{}")
    commit(root, "2026-02-02")
    commit(root, "2026-03-03")
    git(tmp_path, "clone", "-q", "--depth=2", f"file://{root}", "clone")
    assert changes(tmp_path / "clone") == {}
    git(tmp_path / "clone", "fetch", "-q", "--unshallow")
    assert changes(tmp_path / "clone")["chapter/two"]["date"] == "2026-02-02"


def test_git_is_asked_for_its_log_once_a_commit(root, monkeypatch):
    before = changes(root)
    monkeypatch.setattr(history, "_read", lambda *_: pytest.fail("the log was read again"))
    assert changes(root) == before


def test_a_book_in_a_folder_of_a_repository(root):
    inner = root / "inner"
    inner.mkdir()
    for name in ("notebooks", "conf"):
        (root / name).rename(inner / name)
    commit(root, "2026-04-04")
    assert changes(inner)["chapter/one"]["date"] == "2026-04-04"


def test_a_commit_prints_only_the_pages_that_it_touches(make_book, press):
    root = make_book({"one": ["# One"], "two": ["# Two"]})
    git(root, "init", "-q")
    (root / ".gitignore").write_text("build\nnotebooks/chapter/two.ipynb\n")
    commit(root, "2026-01-01")
    press(root, "build", "html")
    pages = {name: root / "build" / "html" / "chapter" / f"{name}.html" for name in ("one", "two")}
    before = {name: page.stat().st_mtime_ns for name, page in pages.items()}
    git(root, "add", "-f", "notebooks/chapter/two.ipynb")
    commit(root, "2026-05-05")
    press(root, "build", "html")
    assert "5 May 2026" in pages["two"].read_text()
    assert pages["one"].stat().st_mtime_ns == before["one"]
    commit(root, "2026-06-06")  # of nothing
    press(root, "build", "html")
    assert pages["two"].stat().st_mtime_ns > before["two"]
