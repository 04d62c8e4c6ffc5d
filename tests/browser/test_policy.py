"""The policy of pages in a real browser: it lets the site work, and nothing else."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

PAGES = ["index.html", "chapter/one.html", "chapter/trusted.html", "search.html?q=things"]


@pytest.fixture(scope="module")
def folder(published):
    return published.root / "build" / "html"


@pytest.fixture
def said(tab):
    """What the console says of the policy."""
    heard = []
    tab.on("console", lambda message: heard.append(message.text) if "Content Security" in message.text else None)
    return heard


@pytest.fixture
def tab(browser):
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(5000)
    tab = context.new_page()
    giscus = "document.documentElement.dataset.giscus = 'here'"
    tab.route("https://giscus.app/**", lambda route: route.fulfill(content_type="text/javascript", body=giscus))
    yield tab
    context.close()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_site_works_under_its_policy(tab, said, published_site, folder, scheme, page):
    tab.goto(f"{published_site if scheme == 'http' else folder.as_uri()}/{page}")
    tab.get_by_role("button", name="Colours").click()
    tab.get_by_role("button", name="Dark").click()
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    if "search" in page:
        tab.locator(".search-results li").first.wait_for()
    assert said == []


def test_what_is_added_to_a_page_does_not_run(tab, said, published_site):
    tab.goto(f"{published_site}/chapter/one.html")
    tab.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "document.documentElement.dataset.ran = 'yes'";
        document.body.append(script);
    }""")
    assert tab.evaluate("document.documentElement.dataset.ran") is None
    assert len(said) == 1


def test_a_trusted_page_runs_its_scripts(tab, published_site):
    tab.goto(f"{published_site}/chapter/trusted.html")
    assert tab.evaluate("document.documentElement.dataset.ran") == "yes"


def test_a_discussion_is_loaded_when_it_is_opened(tab, said, published_site):
    asked = []
    tab.on("request", lambda request: asked.append(request.url) if "giscus" in request.url else None)
    tab.goto(f"{published_site}/chapter/one.html")
    assert asked == []
    tab.locator(".book-discussion summary").click()
    expect(tab.locator("html")).to_have_attribute("data-giscus", "here")
    script = tab.locator('script[src^="https://giscus.app"]')
    assert (script.get_attribute("data-repo"), script.get_attribute("data-term")) == ("example/found", "chapter/one")
    assert (asked, said) == (["https://giscus.app/client.js"], [])


def test_a_report_names_the_section_that_the_reader_is_at(tab, published_site):
    tab.goto(f"{published_site}/chapter/one.html")
    link = tab.locator("#page-contents [data-report]")
    link.evaluate("link => link.addEventListener('click', event => event.preventDefault())")

    def said(y):
        """The first lines of a report from where the section stands at `y`."""
        tab.locator("#a-section > h2").evaluate(f"h => h.getBoundingClientRect = () => ({{ top: {y} }})")
        link.evaluate("link => link.click()")
        [body] = parse_qs(urlsplit(link.get_attribute("href")).query)["body"]
        return body.splitlines()[:2]

    for _ in range(2):
        assert said(10) == ["Section: 1.1.1\u2002A section (#a-section)", "Page: Finding things"]
    assert said(900)[0] == "Page: Finding things"


def test_an_old_address_leads_to_the_page(tab, published_site):
    tab.goto(f"{published_site}/chapter/old-name.html#a-section")
    tab.wait_for_url(f"{published_site}/chapter/one.html#a-section")
