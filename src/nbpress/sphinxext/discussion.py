"""The discussion under a page: giscus, which is loaded when a reader opens it, or a link into a forum."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from sphinx.application import Sphinx

from nbpress.sphinxext.addresses import address
from nbpress.sphinxext.facts import Facts

GISCUS = "https://giscus.app"


def link(facts: Facts, document: str, title: str) -> str:
    """Where a page is discussed: what a reader without JavaScript follows."""
    if facts.discussion["kind"] == "giscus":
        query = urlencode({"discussions_q": document}, quote_via=quote)
        return f"https://github.com/{facts.discussion['repo']}/discussions?{query}"
    said = {"page": document, "title": title, "url": address(facts, document)}
    pattern = facts.discussion["address"]
    for name, value in said.items():
        pattern = pattern.replace(f"{{{name}}}", quote(value, safe=""))
    return pattern


def add_discussion(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the template of a page's foot `discussion`."""
    facts: Facts = app.config.nbpress_facts
    if not facts.discussion or pagename not in facts.sources or pagename == "index":
        context["discussion"] = {}
        return
    uri = link(facts, pagename, app.env.titles[pagename].astext())
    language = facts.language.replace("_", "-")
    context["discussion"] = {**facts.discussion, "address": uri, "lang": language}
    if facts.discussion["kind"] == "giscus":
        app.add_js_file("discussion.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the discussion."""
    app.connect("html-page-context", add_discussion)
