"""What changed in the book, for those who follow it: the releases in its changelog as a feed (RSS)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin
from xml.etree import ElementTree

from markdown_it import MarkdownIt
from markdown_it.token import Token
from sphinx.application import Sphinx
from sphinx.util import logging

from nbpress.sphinxext.addresses import address, tag
from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.repository import view

logger = logging.getLogger(__name__)

FILE = "feed.xml"
ATOM = "http://www.w3.org/2005/Atom"
RELEASE = re.compile(r"\[?(?P<name>[^\]\s]+)\]? +[-–—] +(?P<date>\d{4}-\d\d-\d\d)")  # a heading


class Release(NamedTuple):
    """What a version of the book brought."""

    name: str
    day: datetime
    text: str  # as HTML


def releases(facts: Facts) -> Iterator[Release]:
    """The releases of a changelog that keeps to keepachangelog.com; what is not released has no date, and waits."""
    parser = MarkdownIt("commonmark", {"html": False})
    known: dict[str, Any] = {}
    tokens = parser.parse(facts.changelog, known)
    _complete_links(facts, tokens)
    starts = [number for number, token in enumerate(tokens) if (token.type, token.tag) == ("heading_open", "h2")]
    for start, end in pairwise([*starts, len(tokens)]):
        heading = tokens[start + 1]
        found = RELEASE.match(heading.content)
        day = _day(found["date"], heading) if found else None
        if found and day:
            yield Release(found["name"], day, parser.renderer.render(tokens[start + 3 : end], parser.options, known))


def _day(date: str, heading: Token) -> datetime | None:
    try:
        return datetime.fromisoformat(date).replace(tzinfo=UTC)
    except ValueError:
        line = heading.map[0] + 1 if heading.map else 1
        logger.warning(f"{date} is no day, so the release is not in the feed", location=f"CHANGELOG.md:{line}")
        return None


def _complete_links(facts: Facts, tokens: list[Token]) -> None:
    """Make links to files of the book lead to their pages, or into the repository, from wherever they are read."""
    pages = {file: document for document, file in facts.sources.items()}
    for link in (child for token in tokens for child in token.children or () if child.type == "link_open"):
        file, mark, part = str(link.attrs["href"]).partition("#")
        if file in pages:
            link.attrs["href"] = address(facts, pages[file]) + mark + part
        elif facts.repository:
            link.attrs["href"] = urljoin(f"{view(facts)}/", file) + mark + part


def feed(facts: Facts) -> bytes:
    """The releases as RSS."""
    ElementTree.register_namespace("atom", ATOM)
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    _fill(channel, title=facts.title, link=f"{facts.url}/", description=facts.description or facts.title)
    _fill(channel, language=facts.language.replace("_", "-"))
    own = {"href": f"{facts.url}/{FILE}", "rel": "self", "type": "application/rss+xml"}
    ElementTree.SubElement(channel, f"{{{ATOM}}}link", own)
    for release in releases(facts):
        item = ElementTree.SubElement(channel, "item")
        _fill(item, title=f"{facts.title} {release.name}", link=f"{facts.url}/", pubDate=format_datetime(release.day))
        _fill(item, description=release.text)
        ElementTree.SubElement(item, "guid", isPermaLink="false").text = f"{facts.url}/ {release.name}"
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _fill(element: ElementTree.Element, **texts: str) -> None:
    for name, text in texts.items():
        ElementTree.SubElement(element, name).text = text


def announce(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Let readers' programs find the feed."""
    facts: Facts = app.config.nbpress_facts
    if facts.changelog:
        found = tag("link", rel="alternate", type="application/rss+xml", title=facts.title, href=f"{facts.url}/{FILE}")
        context["metatags"] = context.get("metatags", "") + found


def write(app: Sphinx, error: Exception | None) -> None:
    """Put the feed beside the pages, or away where there is none any more."""
    facts: Facts = app.config.nbpress_facts
    if app.builder.name != "html" or error:
        return
    file = Path(app.outdir) / FILE
    if facts.changelog:
        file.write_bytes(feed(facts))
    else:
        file.unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    """Register the feed."""
    app.connect("html-page-context", announce)
    app.connect("build-finished", write)
