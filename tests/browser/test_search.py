"""What is found first and what is shown of it, with a server and without."""

import pytest

pytestmark = pytest.mark.xdist_group("library")


@pytest.fixture(params=["served", "folder"])
def ask(request, browser, library, library_site):
    """`ask("words")` is what the search answers: titles and snippets."""
    folder = (library.root / "build" / "html").as_uri()
    tab = browser.new_page()

    def answers(query):
        tab.goto(f"{library_site if request.param == 'served' else folder}/search.html?q={query}")
        tab.locator(".search-results a").first.wait_for()
        read = "links => links.map(link => ['title', 'excerpt'].map(part => link.querySelector(`.search-${part}`).textContent))"
        return [tuple(found) for found in tab.locator(".search-results a").evaluate_all(read)]

    yield answers
    tab.close()


def test_what_defines_the_words_is_first_and_the_handbook_last(ask):
    assert [title for title, _ in ask("share")] == ["share", "Page", "share", "Handbook"]


def test_a_module_is_found_first_by_its_name(ask):
    assert ask("lib.numbers")[0][0] == "lib.numbers"


def test_a_snippet_does_not_repeat_the_heading(ask):
    [(title, snippet), *_] = ask("meaning")
    assert title == "The Terms"
    assert snippet.startswith("All words")
