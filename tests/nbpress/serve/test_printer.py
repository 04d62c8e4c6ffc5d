"""What is read and written after an edit, in this process."""

import pytest

from factory import notebook_text
from nbpress.serve.printer import Printer

# the theme and nbsphinx call what a later Sphinx will not have
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
PAGES = {"one": ["# One"], "two": ["# Two"], "three": ["# Three\n\nSee [](#eq-one)."], "code": ["# Code", ("1 + 1",)]}


@pytest.fixture
def root(make_book, monkeypatch, tmp_path):
    monkeypatch.setenv("NBPRESS_STORE", str(tmp_path / "store"))
    return make_book(PAGES)


@pytest.fixture
def printer(root):
    printer = Printer(root)
    yield printer
    printer.close()


def write(root, name, *cells):
    (root / "notebooks" / "chapter" / f"{name}.ipynb").write_text(notebook_text(*cells))


def html(root, name):
    return (root / "build" / "serve" / "html" / f"{name}.html").read_text()


def print_page(printer, name, viewed=frozenset()):
    return printer.print({f"chapter/{name}"}, {}, viewed, files=False)


def print_all(printer, printed):
    while printed.waiting:
        printed = printer.print_more(frozenset())
    return printed


def messages(printed):
    return [problem.message for problem in printed.problems]


def test_only_the_page_that_changed_is_read_and_written(root, printer):
    printer.open()
    write(root, "one", "# One", "More words.")
    print_page(printer, "one")
    assert printer.application.written == {"chapter/one"}
    assert "More words." in html(root, "chapter/one")


def test_what_shows_a_new_title_is_written_when_it_is_its_turn(root, printer):
    printer.open()
    write(root, "one", "# Another title")
    printed = print_page(printer, "one", viewed={"chapter/two"})
    assert "Another title" in html(root, "chapter/two")
    assert "Another title" not in html(root, "chapter/code")
    print_all(printer, printed)
    assert "Another title" in html(root, "chapter/code")


def test_what_is_mended_elsewhere_is_no_problem_any_more(root, printer):
    assert messages(printer.open()) == ['the label "eq-one" is not defined.']
    write(root, "one", "# One", "$$ x $$ (eq-one)")
    assert messages(print_all(printer, print_page(printer, "one"))) == []


def test_a_problem_stays_while_other_pages_are_printed(root, printer):
    write(root, "two", "# Two", "$\\frac$")
    printer.open()
    write(root, "one", "# One", "Words.")
    assert any("KaTeX" in message for message in messages(print_page(printer, "one")))


def test_a_page_that_cannot_be_read_stays_as_it_was(root, printer):
    printer.open()
    (root / "notebooks" / "chapter" / "one.ipynb").write_text("{")
    assert list(print_page(printer, "one").unreadable) == ["chapter/one"]
    assert "One" in html(root, "chapter/one")


def test_a_book_opens_with_a_page_that_cannot_be_read(root, printer):
    (root / "notebooks" / "chapter" / "one.ipynb").write_text("{")
    assert list(printer.open().unreadable) == ["chapter/one"]
    assert "Two" in html(root, "chapter/two")


def test_only_pages_with_code_that_was_not_executed_are_stale(printer):
    assert list(printer.open().stale) == ["chapter/code"]


@pytest.fixture
def library(root):
    """The module that a page of the handbook shows."""
    toml = root / "conf" / "book.toml"
    head = '[execution]\ntrack = ["shown"]\n[handbook]\npath = "docs"\npages = ["library"]\n'
    toml.write_text(toml.read_text().replace("[[parts]]", f"{head}[[parts]]", 1))
    (root / "docs").mkdir()
    (root / "docs" / "index.md").write_text("# Handbook\n")
    (root / "docs" / "library.md").write_text("# Library\n\n:::{reference} shown.one\n:::\n")
    (root / "src" / "shown").mkdir(parents=True)
    (root / "src" / "shown" / "__init__.py").write_text("")
    module = root / "src" / "shown" / "one.py"
    module.write_text('"""The first words."""\n')
    return module


def test_the_reference_follows_the_library(root, library, printer):
    write(root, "three", "# Three")
    printer.open()
    assert "The first words." in html(root, "docs/library")
    library.write_text('"""Words which are |wrong|."""\n')
    printed = printer.print(set(), {}, {"docs/library"}, files=False)
    assert len(messages(printed)) == 1
    assert messages(printed)[0].startswith("docstring of shown.one, line 1: ")
    assert len(messages(print_page(printer, "one"))) == 1  # until it is mended
    library.write_text("def f(:")
    printed = printer.print(set(), {}, {"docs/library"}, files=False)
    assert [str(problem.place) for problem in printed.problems] == ["docs/library.md, line 3"]
    library.write_text('"""Words that are right."""\n')
    printed = printer.print(set(), {}, {"docs/library"}, files=False)
    assert messages(printed) == []
    assert "Words that are right." in html(root, "docs/library")
