"""`nbpress why`, and what is printed of a page that was not run, through the real command line."""

import json

import pytest

LIBRARY = "def outer():\n    return inner()\n\n\ndef inner():\n    return 1\n"
TOML = '[execution]\ntrack = ["lib"]\nenvironment = ["DATA"]'


@pytest.fixture
def book(make_book, press, tmp_path):
    """A book with one page that was run; `book.ask(…)` is what nbpress says with its store."""

    class Asked:
        root = make_book({"page": ["# Page", ("import lib",), ("print('value', lib.outer())",)]}, toml=TOML)
        page = root / "notebooks" / "chapter" / "page.ipynb"
        library = root / "src" / "lib.py"

        def ask(self, *arguments, **environment):
            done = press(self.root, *arguments, NBPRESS_STORE=str(tmp_path / "store"), **environment)
            assert done.returncode == 0, done.stderr
            return done.stdout

        def edit(self, file, old, new):
            assert old in file.read_text()
            file.write_text(file.read_text().replace(old, new))

    found = Asked()
    found.library.parent.mkdir()
    found.library.write_text(LIBRARY)
    found.ask("run")
    return found


def test_one_line_says_what_changed_and_how_it_is_used(book):
    book.edit(book.library, "return 1", "return 2")
    assert book.ask("why") == "chapter/page: lib.inner changed (used by outer, called in cell 3)\n"


def test_the_whole_chain(book):
    book.edit(book.library, "return 1", "return 2")
    said = book.ask("why", "-v").splitlines()
    assert [line.strip() for line in said[2:]] == ["cell 3", "lib.outer", "lib.inner"]


def test_json_for_tools(book):
    book.edit(book.library, "return 1", "return 2")
    [line] = json.loads(book.ask("why", "--format", "json"))
    change = {
        "text": "lib.inner changed",
        "via": "used by outer, called in cell 3",
        "chain": ["cell 3", "lib.outer", "lib.inner"],
    }
    assert line == {"page": "chapter/page", "run": True, "reasons": ["lib.inner changed"], "changes": [change]}


def test_several_changes_are_counted(book):
    book.edit(book.page, "print('value', lib.outer())", "print('value', lib.outer(), 1)")
    assert book.ask("why", DATA="x").startswith("chapter/page: cell 3 (id c3) changed and 1 more (-v shows them)")


def test_a_module_that_is_too_dynamic_is_depended_on_as_a_whole(book):
    book.edit(book.page, "print('value', lib.outer())", "print(getattr(lib, 'out' + 'er')())")
    book.ask("run")
    book.library.write_text(LIBRARY + "\n\ndef unrelated():\n    return 3\n")
    assert "getattr" in book.ask("why")


def test_a_run_of_long_ago_is_found_again(book):
    book.edit(book.library, "return 1", "return 2")
    book.ask("run")
    book.edit(book.library, "return 2", "return 1")
    assert book.ask("why") == "chapter/page: up to date\n"


def test_outputs_that_are_gone(book, tmp_path):
    next((tmp_path / "store" / "runs").rglob("*.json")).unlink()
    assert book.ask("why") == "chapter/page: the stored outputs are gone or damaged\n"


def test_without_a_run_the_outputs_of_unchanged_cells_are_printed(book):
    book.edit(book.page, "import lib", "import lib, os")
    book.ask("build", "html", "--no-run")
    assert ">value 1" in (book.root / "build" / "html" / "chapter" / "page.html").read_text()


def test_without_a_run_a_changed_cell_has_no_output(book):
    book.edit(book.page, "print('value', lib.outer())", "print('value', 1 * lib.outer())")
    book.ask("build", "html", "--no-run")
    assert ">value 1" not in (book.root / "build" / "html" / "chapter" / "page.html").read_text()


def test_pages_moved_to_another_folder_run_again(book):
    (book.root / "notebooks" / "chapter").rename(book.root / "notebooks" / "moved")
    book.edit(book.root / "conf" / "book.toml", '"chapter"', '"moved"')
    assert book.ask("why") == "moved/page: never run\n"


def test_a_cell_that_was_cut_runs_again_when_the_limit_is_raised(make_book, press, tmp_path):
    root = make_book({"page": ["# Page", ("print('x' * 500)",)]}, toml="[execution]\noutput_limit = 100")
    store = {"NBPRESS_STORE": str(tmp_path / "store")}
    press(root, "run", **store)
    assert press(root, "why", **store).stdout == "chapter/page: up to date\n"
    toml = root / "conf" / "book.toml"
    toml.write_text(toml.read_text().replace("100", "1000"))
    assert "output_limit changed from 100 to 1000" in press(root, "why", **store).stdout


def test_notebooks_without_cell_ids(make_book, press, tmp_path):
    root = make_book({"page": ["# Page", ("1",), ("2",)]})
    path = root / "notebooks" / "chapter" / "page.ipynb"
    raw = json.loads(path.read_text())
    raw["nbformat_minor"] = 4
    for cell in raw["cells"]:
        del cell["id"]
    path.write_text(json.dumps(raw))
    store = {"NBPRESS_STORE": str(tmp_path / "store")}
    press(root, "run", **store)
    path.write_text(path.read_text().replace('"source": "2"', '"source": "3"'))
    assert press(root, "why", **store).stdout.startswith("chapter/page: cell 3 (id #2) changed")


def test_a_page_that_cannot_run_here_is_not_blamed_on_another(make_book, press):
    root = make_book({"page": ["# Page", ("1 / 0",)], "big": ["# Big", ("1",)]})
    path = root / "notebooks" / "chapter" / "big.ipynb"
    path.write_text(path.read_text().replace('"kernelspec"', '"nbpress": {"memory": "900 TiB"}, "kernelspec"'))
    assert "not run after the first failure" not in press(root, "run").stderr


def test_data_that_the_book_sets_give_way_to_the_callers(make_book, press, tmp_path):
    root = make_book({"page": ["# Page", ("import os",), ("os.environ['DATA']",)]}, toml='[data]\nDATA = "sample"')

    def ask(verb, **environment):
        return press(root, verb, NBPRESS_STORE=str(tmp_path / "store"), **environment)

    assert ask("run").returncode == 0
    assert "up to date" in ask("run").stdout + ask("run").stderr
    assert "DATA changed from 'sample' to 'real'" in ask("why", DATA="real").stdout
    book_toml = root / "conf" / "book.toml"
    book_toml.write_text(book_toml.read_text().replace("sample", "real"))
    assert "DATA changed from 'sample' to 'real'" in ask("why").stdout
    assert "DATA changed" not in ask("why", DATA="sample").stdout
