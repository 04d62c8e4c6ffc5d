from nbpress.sphinxext import discussion
from nbpress.sphinxext.facts import Facts


def test_a_page_has_a_discussion_that_is_not_loaded(published):
    page = published.page("chapter/one")
    box = page.select_one("details.book-discussion")
    assert (box["data-repo-id"], box["data-term"], box.has_attr("open")) == ("R_1", "chapter/one", False)
    assert not page.select('[src^="https://giscus.app"]')


def test_without_scripts_a_link_leads_to_the_discussion(published):
    link = published.page("chapter/one").select_one(".book-discussion a")
    assert link["href"] == "https://github.com/example/found/discussions?discussions_q=chapter%2Fone"


def test_only_pages_with_a_discussion_load_its_script(published):
    assert published.page("chapter/one").select('script[src*="discussion.js"]')
    assert not published.page("index").select('script[src*="discussion.js"]')


def test_a_forum_is_told_page_title_and_address():
    kind = {"kind": "discourse", "address": "https://forum.org/search?q={page}&t={title}&u={url}"}
    facts = Facts(url="https://b.org", discussion=kind)
    link = discussion.link(facts, "a/b", "A & B")
    assert link == "https://forum.org/search?q=a%2Fb&t=A%20%26%20B&u=https%3A%2F%2Fb.org%2Fa%2Fb.html"
