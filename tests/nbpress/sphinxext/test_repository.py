import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest

from nbpress.sphinxext import repository
from nbpress.sphinxext.facts import Facts


@pytest.fixture
def foot(published):
    return published.page("chapter/one").select_one(".book-source")


def test_a_page_says_when_it_last_changed(foot):
    assert foot.time["datetime"] == "2026-11-03"
    assert "Last changed 3 November 2026" in foot.get_text()


def test_edit_leads_to_the_source_of_the_page(foot):
    link = foot.find("a", string="Edit on GitHub")
    assert link["href"] == "https://github.com/example/found/edit/main/notebooks/chapter/one.ipynb"


def test_a_report_names_page_address_source_and_commit(published, foot):
    query = parse_qs(urlsplit(foot.select_one("[data-report]")["href"]).query)
    [title], [body] = query["title"], query["body"]
    head = subprocess.run(["git", "-C", published.root, "rev-parse", "HEAD"], capture_output=True, text=True).stdout
    assert title == "Finding things (chapter/one): "
    for line in ("Address: https://example.org/found/chapter/one.html", f"Commit: {head.strip()}"):
        assert line in body.splitlines()


def test_a_report_can_be_made_from_each_section(published):
    """The foot stands behind the last one; the contents of the page stay in view."""
    page = published.page("chapter/one")
    assert (
        page.select_one("#page-contents [data-report]")["href"] == page.select_one(".book-source [data-report]")["href"]
    )


def test_what_has_no_file_has_no_foot(published):
    assert not published.page("search").select(".book-source")


@pytest.mark.parametrize(("language", "said"), [("en", "3 November 2026"), ("zh_CN", "2026年11月3日")])
def test_dates_are_written_as_readers_of_the_language_do(language, said):
    assert repository.readable("2026-11-03", language) == said


def test_the_branch_is_that_of_the_book():
    facts = Facts(repository="https://example.org/r", branch="next", sources={"a": "notebooks/a b.ipynb"})
    assert repository.edit(facts, "a") == "https://example.org/r/edit/next/notebooks/a%20b.ipynb"


def test_a_report_to_gitlab_is_filled_in_as_gitlab_asks():
    facts = Facts(repository="https://gitlab.example.org/a/b", sources={"p": "notebooks/p.ipynb"})
    assert repository.edit(facts, "p") == "https://gitlab.example.org/a/b/-/edit/main/notebooks/p.ipynb"
    link = urlsplit(repository.report(facts, "p", "Page", "c0ffee"))
    query = parse_qs(link.query)
    assert (link.path, query["issue[title]"]) == ("/a/b/-/issues/new", ["Page (p): "])
    assert "Commit: c0ffee" in query["issue[description]"][0]


@pytest.mark.parametrize(
    ("address", "name"),
    [("https://github.com/a/b", "GitHub"), ("https://gitlab.com/a/b", "GitLab"), ("https://git.example.org/a/b", "")],
)
def test_the_host_is_called_by_its_name(address, name):
    assert repository.host(Facts(repository=address)).name == (name or "the repository")
