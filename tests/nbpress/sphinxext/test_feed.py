from xml.etree import ElementTree

import pytest

from nbpress.sphinxext import feed
from nbpress.sphinxext.facts import Facts

CHANGES = "# Changes\n\n## [Unreleased]\n\n- No.\n\n## 1.0.0 – 2026-10-01\n\n- One.\n\n[1.0.0]: https://example.org\n"


@pytest.fixture(scope="module")
def channel(published):
    return ElementTree.parse(published.root / "build" / "html" / "feed.xml").getroot()[0]


def test_each_release_is_an_item_the_newest_first(channel):
    assert [item.findtext("title")[-5:] for item in channel.iter("item")] == ["1.1.0", "1.0.0"]


def test_an_item_has_its_date_and_its_text(channel):
    item = next(channel.iter("item"))
    assert item.findtext("pubDate") == "Sun, 01 Nov 2026 00:00:00 +0000"
    assert "<em>finding</em>" in item.findtext("description")


def test_html_in_a_changelog_is_text(channel):
    assert "&lt;b&gt;" in list(channel.iter("item"))[1].findtext("description")


def items(changes, **known):
    sources = {"chapter/one": "notebooks/chapter/one.ipynb"}
    facts = Facts(url="https://b.org", repository="https://github.com/a/b", sources=sources, changelog=changes, **known)
    return [(one.name, one.text.strip()) for one in feed.releases(facts)]


def test_what_is_not_released_waits_and_addresses_at_the_end_are_no_text():
    assert items(CHANGES) == [("1.0.0", "<ul>\n<li>One.</li>\n</ul>")]


def test_what_looks_like_a_release_in_code_is_none():
    assert items("## 1.0 - 2026-01-01\n\n```\n## 0.1 - 2025-01-01\n```\n")[0][1] == (
        "<pre><code>## 0.1 - 2025-01-01\n</code></pre>"
    )


def test_text_behind_an_address_is_kept_and_addresses_are_known_to_all():
    changes = (
        "## 1.1 - 2026-01-01\n\n[One].\n\n[x]: https://x.org\n\nMore.\n\n## 1.0 - 2026-01-01\n\n[one]: https://1.org\n"
    )
    assert items(changes)[0][1] == '<p><a href="https://1.org">One</a>.</p>\n<p>More.</p>'


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("notebooks/chapter/one.ipynb#x", "https://b.org/chapter/one.html#x"),
        ("docs/a.md", "https://github.com/a/b/blob/main/docs/a.md"),
        ("https://x.org/y", "https://x.org/y"),
    ],
)
def test_links_lead_somewhere_from_everywhere(link, leads):
    assert f'<a href="{leads}">' in items(f"## 1.0 - 2026-01-01\n\n[x]({link})\n")[0][1]


def test_a_day_that_never_was_is_a_problem(make_book, press):
    root = make_book({"page": ["# Page"]}, toml='url = "https://example.org"')
    (root / "CHANGELOG.md").write_text("# Changes\n\n## 1.0 - 2026-02-30\n\n- One.\n")
    done = press(root, "build", "html")
    assert (done.returncode, "CHANGELOG.md:3: 2026-02-30 is no day" in done.stderr) == (1, True)


def test_the_feed_says_where_it_is(channel):
    assert channel.find("{http://www.w3.org/2005/Atom}link").get("href") == "https://example.org/found/feed.xml"


def test_pages_lead_to_the_feed(published):
    link = published.page("chapter/one").select_one('link[type="application/rss+xml"]')
    assert link["href"] == "https://example.org/found/feed.xml"
