"""What search engines, and programs that are sent a link, are told: of each page in its head, of all in two files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx

from nbpress.sphinxext.addresses import address, is_preview, tag
from nbpress.sphinxext.cards import HEIGHT, WIDTH, Card, card
from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.repository import Change

LONGEST = 200  # characters of a description; engines cut what is beyond
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def description(facts: Facts, document: str, doctree: nodes.document | None) -> str:
    """A sentence or two on a page: its first paragraph without formulas, or what the book says of itself."""
    if document == "index" and facts.description:
        return facts.description
    for section in doctree.findall(nodes.section) if doctree else ():
        for child in section:
            if isinstance(child, nodes.paragraph) and not child.next_node(nodes.math) and (said := _words(child)):
                return _shortened(said)
    return facts.description


def _words(paragraph: nodes.paragraph) -> str:
    texts = (text.astext() for text in paragraph.findall(nodes.Text) if not isinstance(text.parent, nodes.raw))
    return re.sub(r"\s+", " ", "".join(texts)).strip()


def _shortened(line: str) -> str:
    """The line, cut behind a word, or within the text of a script that has no spaces."""
    return line if len(line) <= LONGEST else re.sub(r"\W+\w{0,30}$", "", line[:LONGEST]) + " …"


def add_description(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Say in the head of a page what it is about, in the words that engines understand."""
    facts: Facts = app.config.nbpress_facts
    if pagename not in app.env.found_docs:
        return
    title = app.env.titles[pagename].astext()
    text = description(facts, pagename, doctree)
    head = tag("meta", name="description", content=text) if text else ""
    if facts.url:
        kind = "book" if pagename == "index" else "article"
        graph = {"type": kind, "title": title, "url": address(facts, pagename), "site_name": facts.title}
        graph |= {"description": text, "locale": facts.language if "_" in facts.language else ""}
        graph |= _picture(card(app, facts, pagename), facts)
        head += "".join(tag("meta", property=f"og:{name}", content=value) for name, value in graph.items() if value)
        head += tag("meta", name="twitter:card", content="summary_large_image") if "image" in graph else ""
        head += _script(linked_data(app, facts, pagename, text))
    context["metatags"] = context.get("metatags", "") + head


def _picture(made: Card | None, facts: Facts) -> dict[str, str]:
    if made is None:
        return {}
    sizes = {"image:width": str(WIDTH), "image:height": str(HEIGHT), "image:alt": made.title}
    return {"image": f"{facts.url}/{made.file}", **sizes}


def _script(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")  # no text ends the element
    return f'<script type="application/ld+json">{text}</script>\n'


def linked_data(app: Sphinx, facts: Facts, document: str, text: str) -> dict[str, Any]:
    """The page in the vocabulary of schema.org: the book on its cover, a piece of it and the way there elsewhere."""
    people = [{"@type": "Person", "name": name} for name in facts.authors]
    shared = {"description": text, "inLanguage": facts.language.replace("_", "-"), "license": facts.licence}
    shared = {name: value for name, value in shared.items() if value}
    book = {"@type": "Book", "name": facts.title, "url": address(facts, "index"), "author": people}
    if document == "index":
        return {"@context": "https://schema.org", **book, **shared}
    changes: Mapping[str, Change] = app.env.nbpress_history  # type: ignore[attr-defined]
    changed = {"dateModified": changes[document]["date"]} if document in changes else {}
    title = app.env.titles[document].astext()
    kind = ["Article", "LearningResource"]
    page = {"@type": kind, "headline": title, "url": address(facts, document), "author": people, "isPartOf": book}
    trail = {"@type": "BreadcrumbList", "itemListElement": list(_trail(app, facts, document))}
    return {"@context": "https://schema.org", "@graph": [{**page, **shared, **changed}, trail]}


def _trail(app: Sphinx, facts: Facts, document: str) -> Iterator[dict[str, Any]]:
    """The cover, the chapter and the page."""
    chapter = next((chapter for part in facts.parts for chapter in part.chapters if document in chapter), ())
    steps = dict.fromkeys(("index", *chapter[:1], document))
    for position, step in enumerate((step for step in steps if step in app.env.titles), start=1):
        name = facts.title if step == "index" else app.env.titles[step].astext()
        yield {"@type": "ListItem", "position": position, "name": name, "item": address(facts, step)}


def sitemap(app: Sphinx, facts: Facts) -> bytes:
    """The addresses of all documents, with the day of their last change where it is known."""
    changes: Mapping[str, Change] = app.env.nbpress_history  # type: ignore[attr-defined]
    root = ElementTree.Element("urlset", xmlns=SITEMAP)
    for document in sorted(app.env.found_docs):
        entry = ElementTree.SubElement(root, "url")
        ElementTree.SubElement(entry, "loc").text = address(facts, document)
        if document in changes:
            ElementTree.SubElement(entry, "lastmod").text = changes[document]["date"]
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def robots(facts: Facts) -> bytes:
    """Who may look at the site: everyone, at a preview too, for who may not read a page does not learn its noindex."""
    if is_preview():
        return b"User-agent: *\nAllow: /\n"
    return f"User-agent: *\nAllow: /\n\nSitemap: {facts.url}/sitemap.xml\n".encode()


def write(app: Sphinx, error: Exception | None) -> None:
    """Put both files beside the pages, or away where the book has no address."""
    facts: Facts = app.config.nbpress_facts
    if app.builder.name != "html" or error:
        return
    contents = {"sitemap.xml": sitemap(app, facts), "robots.txt": robots(facts)} if facts.url else {}
    if is_preview():
        contents = {"robots.txt": robots(facts)}
    for name in ("sitemap.xml", "robots.txt"):
        file = Path(app.outdir) / name
        if name in contents:
            file.write_bytes(contents[name])
        else:
            file.unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    """Register what the heads of pages say, and the two files."""
    app.connect("html-page-context", add_description)
    app.connect("build-finished", write)
