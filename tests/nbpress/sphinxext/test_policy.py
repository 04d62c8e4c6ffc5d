import pytest

from nbpress.sphinxext import policy
from nbpress.sphinxext.facts import Facts

LINK = "<a href='https://x.org'>"
NO_LINKS = [
    f'<script>show("{LINK}")</script>',
    f'<p title="{LINK}">',
    f"<style>/* {LINK} */</style>",
    f"<!-- {LINK} -->",
]
GISCUS = Facts(discussion={"kind": "giscus"})


def directives(page, facts=None, document="a/b"):
    said = policy.policy(facts or Facts(trusted=("t/*",)), document, page)
    return {name: sources for name, *sources in (part.split() for part in said.split("; "))}


def test_scripts_that_stand_in_the_page_are_named_by_their_digests():
    digest = "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"  # openssl dgst -sha256 -binary | base64
    assert directives("<script>1</script>")["script-src"] == ["'self'", "'wasm-unsafe-eval'", digest]


@pytest.mark.parametrize("kind", ["application/ld+json", "text/x-thebe"])
def test_data_are_no_scripts(kind):
    assert directives(f'<script type="{kind}">1</script>')["script-src"] == ["'self'", "'wasm-unsafe-eval'"]


def test_what_stands_in_an_attribute_is_no_script():
    assert directives('<p title="<script>1</script>">')["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    page = '<p title="<script>"></p><script>1</script>'
    assert directives(page)["script-src"] == directives("<script>1</script>")["script-src"]


def test_what_stands_in_an_attribute_is_no_address():
    assert directives("""<img alt=' src="https://x.org/y.png"' src="z.png">""")["img-src"] == ["'self'", "data:"]


def test_other_sites_are_allowed_for_what_stands_in_the_page():
    page = '<img alt="x" src="https://pictures.org/a/b.png"><link rel="stylesheet" href="https://styles.org/c.css">'
    assert directives(page)["img-src"] == ["'self'", "data:", "https://pictures.org"]
    assert directives(page)["style-src"][-1] == "https://styles.org"


def test_giscus_is_allowed_where_it_is():
    assert directives('<details data-repo-id="1">', GISCUS)["frame-src"] == ["https://giscus.app"]
    assert "frame-src" not in directives("<p>", GISCUS)


def test_a_trusted_page_may_run_what_it_holds():
    assert "'unsafe-inline'" in directives("", document="t/x")["default-src"]


@pytest.mark.parametrize(
    ("link", "made"),
    [
        ('<a href="https://x.org">', '<a rel="noopener" href="https://x.org">'),
        (
            '<a class="c" href="http://x.org" rel="nofollow">',
            '<a class="c" href="http://x.org" rel="nofollow noopener">',
        ),
        ('<a rel="noopener" href="http://x.org">', '<a rel="noopener" href="http://x.org">'),
        ('<a href="page.html">', '<a href="page.html">'),
        ("<a title='>' href='https://x.org'>", "<a rel=\"noopener\" title='>' href='https://x.org'>"),
        ('<a data-href="https://x.org">', '<a data-href="https://x.org">'),
        *[(text, text) for text in NO_LINKS],
    ],
)
def test_links_to_the_outside_give_no_hold(link, made):
    assert policy.unlinked(link) == made


def test_each_page_begins_with_its_policy(published):
    for name in ("index", "chapter/one", "search", "404", "chapter/old-name"):
        first, second = published.page(name).head.find_all("meta")[:2]
        assert (first.has_attr("charset"), second["http-equiv"]) == (True, "Content-Security-Policy")


def test_links_of_a_page_give_no_hold(published):
    links = published.page("chapter/one").select('a[href^="http"]')
    assert len(links) > 3
    assert all("noopener" in link["rel"] for link in links)
