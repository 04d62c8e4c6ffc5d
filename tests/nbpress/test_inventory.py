"""What several processes find out before anything else is done."""

import pytest

from nbpress import book as books
from nbpress import inventory, markup
from nbpress.execute import machine
from nbpress.execute.static import code


@pytest.fixture
def book(make_book, monkeypatch):
    monkeypatch.setattr(machine, "processes", lambda: 2)
    pages = {f"page{number}": [f"# Page {number}\n\n[](#fig-{number})", (f"{number} + 1",)] for number in range(12)}
    return books.load(make_book(pages))


def test_what_other_processes_found_out_is_known(book, monkeypatch):
    with inventory.remembering(book, markup.remembered, code) as memo:
        monkeypatch.setattr(markup, "read", None)
        tasks = inventory.load_pages(book, book.pages)
        links = [markup.remembered(task.notebook, memo).links[0].text for task in tasks if "/page" in task.page.name]
        assert sorted(links) == sorted(f"#fig-{number}" for number in range(12))


def test_the_next_call_knows_it_from_the_file(book, monkeypatch):
    with inventory.remembering(book, markup.remembered):
        pass
    monkeypatch.setattr(inventory, "_find_out", None)
    with inventory.remembering(book, markup.remembered) as memo:
        assert len(memo.known) >= 12


def test_an_unreadable_page_is_left_to_whoever_asks(book):
    book.pages[3].path.write_text("{")
    with inventory.remembering(book, markup.remembered) as memo:
        assert len(memo.used) == len([page for page in book.pages if page.path.exists()]) - 1
