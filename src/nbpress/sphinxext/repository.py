"""The way from a page to its source: when it last changed, how it is edited, where to report what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from babel.dates import format_date
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from nbpress.sphinxext.addresses import address
from nbpress.sphinxext.facts import Facts

FILE = "history.json"  # which nbpress puts into the source folder
Change = Mapping[str, str]  # the date and the commit


class Host(NamedTuple):
    """Where repositories lie: what it is called, and how it calls what a reader is led to."""

    name: str
    edit: str = "edit"
    view: str = "blob"
    report: str = "issues/new"
    title: str = "title"
    body: str = "body"


GITLAB = Host("GitLab", "-/edit", "-/blob", "-/issues/new", "issue[title]", "issue[description]")


def host(facts: Facts) -> Host:
    """The host of the book's repository; one that is not known is asked as GitHub is."""
    site = urlsplit(facts.repository).netloc
    if "gitlab" in site:
        return GITLAB
    return Host("GitHub" if "github" in site else "the repository")


def history(srcdir: str | Path) -> Mapping[str, Change]:
    """The last change of each document, as far as it is known."""
    file = Path(srcdir) / FILE
    known: Mapping[str, Change] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return known


def edit(facts: Facts, document: str) -> str:
    """Where the source of a document is edited in a browser."""
    return f"{facts.repository}/{host(facts).edit}/{quote(facts.branch)}/{quote(facts.sources[document])}"


def view(facts: Facts) -> str:
    """Where the files of the repository are looked at in a browser."""
    return f"{facts.repository}/{host(facts).view}/{quote(facts.branch)}"


def report(facts: Facts, document: str, title: str, commit: str) -> str:
    """A new issue that already says which page it is about; the reader's script adds the section."""
    lines = {"Page": title, "Address": address(facts, document), "Source": facts.sources[document], "Commit": commit}
    said = "".join(f"{name}: {value}\n" for name, value in lines.items() if value)
    there = host(facts)
    query = {there.title: f"{title} ({document}): ", there.body: f"{said}\nWhat is wrong:\n"}
    return f"{facts.repository}/{there.report}?{urlencode(query, quote_via=quote)}"


def readable(day: str, language: str) -> str:
    """A date as readers write it."""
    locale = "en_GB" if language == "en" else language.replace("-", "_")
    return format_date(date.fromisoformat(day), "long", locale)


def add_source(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the template of a page's foot `page_source`."""
    facts: Facts = app.config.nbpress_facts
    source: dict[str, str] = {}
    context["page_source"] = source
    if pagename not in facts.sources:  # the index, the search, what has no file of its own
        return
    changes: Mapping[str, Change] = app.env.nbpress_history  # type: ignore[attr-defined]  # see `renew`
    change = changes.get(pagename, {})
    if change:
        source |= {"date": change["date"], "changed": readable(change["date"], facts.language)}
    if facts.repository:
        title = app.env.titles[pagename].astext()
        source["host"] = host(facts).name
        source["edit"] = edit(facts, pagename)
        source["report"] = report(facts, pagename, title, change.get("commit", ""))
        app.add_js_file("report.js", loading_method="defer")


def renew(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The documents whose last change is another now: a commit alters no page that it does not touch."""
    now = history(app.srcdir)
    before: Mapping[str, Change] = getattr(env, "nbpress_history", {})
    env.nbpress_history = now  # type: ignore[attr-defined]  # kept with the environment between builds
    return [name for name in env.found_docs if now.get(name) != before.get(name)]


def setup(app: Sphinx) -> None:
    """Register what is at the foot of pages."""
    app.connect("env-get-updated", renew)
    app.connect("html-page-context", add_source)
