import pytest

from nbpress import book, notebook
from nbpress.execute import key
from nbpress.execute.run import Task


@pytest.fixture
def root(make_book):
    root = make_book(
        {"page": ["# Page", ("x = 1",), ("y = 2", "hide-input")]},
        toml='[execution]\ntrack = ["lib"]\nenvironment = ["DATA"]',
    )
    (root / "src" / "lib").mkdir(parents=True)
    (root / "src" / "lib" / "__init__.py").write_text("one = 1\n")
    (root / "notebooks" / "chapter" / "data.csv").write_text("1,2\n")
    return root


def run_key(root):
    loaded = book.load(root)
    return key.keys(loaded)(Task(loaded.pages[0], notebook.load(loaded.pages[0].path, "page.ipynb")))


def edit(path, old, new):
    path.write_text(path.read_text().replace(old, new))


PAGE = "notebooks/chapter/page.ipynb"


def test_nothing_changed(root):
    assert run_key(root) == run_key(root)


@pytest.mark.parametrize(("old", "new"), [("# Page", "# Other"), ("hide-input", "hide-output"), ("Python 3", "Other")])
def test_what_changes_no_output_changes_no_key(root, old, new):
    before = run_key(root)
    edit(root / PAGE, old, new)
    assert run_key(root) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (PAGE, "x = 1", "x = 2"),
        (PAGE, "hide-input", "raises-exception"),
        (PAGE, '"name": "python3"', '"name": "ir"'),
        ("src/lib/__init__.py", "1", "2"),
        ("notebooks/chapter/data.csv", "1", "3"),
    ],
)
def test_what_may_change_an_output_changes_the_key(root, file, old, new):
    before = run_key(root)
    edit(root / file, old, new)
    assert run_key(root) != before


def test_a_declared_variable(root, monkeypatch):
    before = run_key(root)
    monkeypatch.setenv("DATA", "real")
    assert run_key(root) != before


def test_an_installed_version(root, monkeypatch):
    before = run_key(root)
    monkeypatch.setattr(key, "_installed", lambda: b"torch==99")
    assert run_key(root) != before


def test_the_figure_style(root):
    before = run_key(root)
    (root / "conf" / "book.mplstyle").write_text("font.size: 9\n")
    assert run_key(root) != before


def test_a_caption_changes_no_output(root):
    edit(root / PAGE, '"source": "x = 1"', '"source": "#| caption: One.\\nx = 1"')
    before = run_key(root)
    edit(root / PAGE, "One.", "Two.")
    assert run_key(root) == before


def test_data_of_a_tracked_package(root):
    before = run_key(root)
    (root / "src" / "lib" / "table.json").write_text("[]")
    assert run_key(root) != before


def test_the_same_code_in_another_folder(root):
    loaded = book.load(root)
    source = notebook.load(loaded.pages[0].path, "page.ipynb")
    here, there = (Task(book.Page(name, loaded.pages[0].path), source) for name in ("one/page", "two/page"))
    assert key.keys(loaded)(here) != key.keys(loaded)(there)
