"""Slides: a deck for each page of the book, for reveal.js, and a list of the decks."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import _
from sphinx.util.fileutil import copy_asset_file

from nbpress.sphinxext import assets, deck, digest
from nbpress.sphinxext.addresses import address
from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.links import section_number
from nbpress.sphinxext.navigation import contents
from nbpress.sphinxext.processes import Site
from nbpress.sphinxext.slide_nodes import slide, slide_anchor, slide_body, slide_heading

HERE = Path(__file__).parent
SHEETS = ("reveal.css", "slideshow.css")
SCRIPTS = ("reveal.js", "notes.js", "fitting.js", "slideshow.js")
FOLDERS = (HERE / "reveal", HERE / "slideshow")
BIBLIOGRAPHY = "page-bibliography"


class Slides(Site):
    """Pages as decks: what is on a slide is written as on the site, by the site's own translator."""

    name = "slides"
    search = False

    def init(self) -> None:
        """Without links of things to themselves, for which a slide has no room."""
        super().init()
        self.add_permalinks = False
        local = [sheet for sheet in self._css_files if str(sheet.filename).startswith("_static/")]
        own = [str(sheet.filename).removeprefix("_static/") for sheet in local]
        self.nbpress_sheets = [*assets.THEME, *own, *SHEETS]

    def write_documents(self, docnames: Set[str]) -> None:
        """Write the decks of pages; other documents have none."""
        super().write_documents(docnames & decks(self.env))

    def write_doc_serialized(self, docname: str, doctree: nodes.document) -> None:
        """Cut a page into slides, before its pictures are looked for."""
        cut(self.env, docname, doctree, self)
        super().write_doc_serialized(docname, doctree)

    def handle_page(self, pagename: str, addctx: dict[str, Any], *args: Any, **more: Any) -> None:
        """Write a deck. It is no page of the site: none of what is told of those is told of it."""
        self._write(pagename, "nbpress-deck.html", addctx)

    def finish(self) -> None:
        """Write the list of decks, and what they all need."""
        self._write("index", "nbpress-decks.html", {"title": self.config.html_title, "contents": _listed(self.app)})
        self.copy_image_files()
        self.copy_download_files()
        self.copy_static_files()
        for folder in FOLDERS:
            for file in folder.iterdir():
                if file.name in (*SHEETS, *SCRIPTS):
                    copy_asset_file(file, self._static_dir, force=True)
        self.write_buildinfo()

    def index_page(self, pagename: str, doctree: nodes.document, title: str) -> None:
        """Nothing looks for words in slides."""

    def _write(self, name: str, template: str, context: dict[str, Any]) -> None:
        facts: Facts = self.config.nbpress_facts
        to = posixpath.relpath(".", posixpath.dirname(name) or ".")
        known = {
            "pagename": name,
            "book": facts,
            "language": (self.config.language or "en").replace("_", "-"),
            "static": posixpath.join(to, "_static"),
            "sheet": assets.SHEET,
            "scripts": SCRIPTS,
            "decks": posixpath.join(to, "index.html"),
            "page": page_of(self.env, name, to),
        }
        file = self.get_output_path(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.templates.render(template, known | context), encoding="utf-8")

    def get_output_path(self, page_name: str, /) -> Any:
        """The file of a deck."""
        return Path(self.outdir) / f"{page_name}.html"


def decks(env: BuildEnvironment) -> set[str]:
    """The documents that have a deck: the pages that somebody has written, but the cover."""
    facts: Facts = env.config.nbpress_facts
    return {name for name in env.found_docs if facts.is_notebook(name) and name != env.config.root_doc}


def page_of(env: BuildEnvironment, document: str, to: str) -> str:
    """The address of the page that a deck, or the list of decks, is made of; nothing where it is not known."""
    facts: Facts = env.config.nbpress_facts
    site = env.config.nbpress_site
    if facts.url:
        return address(facts, document)
    return posixpath.join(to, site, f"{document}.html") if site else ""


def cut(env: BuildEnvironment, document: str, doctree: nodes.document, builder: Slides) -> None:
    """Put slides in the place of what the page had."""
    pieces = deck.items(doctree)
    works = [node for node in doctree.findall(nodes.container) if BIBLIOGRAPHY in node["classes"]]
    pieces = [item for item in pieces if item.node not in works]
    opening = _opening(env, document, pieces)
    told = deck.is_told(pieces)
    slides = [opening, *(deck.told(pieces) if told else digest.slides_of(pieces))]
    made = deck.as_nodes(slides, env, document)
    made += _cited(made, works)
    deck.anchor(made)
    doctree.children = []
    doctree += made
    _unlink(env, document, doctree, builder)


def _opening(env: BuildEnvironment, document: str, pieces: list[deck.Item]) -> deck.Slide:
    """The title of a deck: which book, which chapter, and what the page promises."""
    facts: Facts = env.config.nbpress_facts
    title = next(item for item in pieces if item.is_title)
    chapter = next((c[0] for part in facts.parts for c in part.chapters if document in c), "")
    line: list[nodes.Node] = [nodes.Text(facts.title)]
    if chapter and chapter != document and chapter in env.titles:
        number = section_number(env, chapter)
        line += [nodes.Text(f" · {_('Chapter %s') % number}: " if number else " · ")]
        line += [node.deepcopy() for node in env.titles[chapter].children]
    words = [nodes.paragraph("", "", *line, classes=["book-line"])]
    authors = [nodes.paragraph("", ", ".join(facts.authors), classes=["authors"])] if facts.authors else []
    content = [*words, *digest.promise(pieces), *authors]
    return deck.Slide(title.node, title.section, content, covers=[title], opening=True)


def _cited(made: Sequence[nodes.Element], works: Sequence[nodes.Element]) -> list[nodes.Element]:
    """The works that slides refer to, on the last of them."""
    wanted = {
        node.get("refid") or node.get("refuri", "").partition("#")[2]
        for one in made
        for node in one.findall(nodes.reference)
    }
    listed = [item for node in works for item in node.findall(nodes.list_item)]
    items = [item for item in listed if not wanted.isdisjoint(deck.names_in(item))]
    if not items:
        return []
    heading = slide_heading("", "", nodes.Text(_("References")), level=2, number="")
    body = slide_body("", nodes.bullet_list("", *items, classes=["works"]))
    return [slide("", heading, body, ids=["slide-references"])]


def _unlink(env: BuildEnvironment, document: str, doctree: nodes.document, builder: Slides) -> None:
    """Leave the words of links that lead to what has no deck, or to what is on no slide."""
    known = {builder.get_relative_uri(document, other) for other in decks(env)}
    places = [str(name) for node in doctree.findall(slide_anchor) for name in node["names"]]
    ids = {*deck.names_in(doctree), *places}
    for link in list(doctree.findall(nodes.reference)):
        uri, _mark, anchor = link.get("refuri", "").partition("#")
        anchor = link.get("refid", anchor)
        inside = link.get("internal") or "refid" in link or not uri
        if inside and (uri not in known | {""} or (not uri and anchor not in ids)):
            link.replace_self(link.children)


def _listed(app: Sphinx) -> Iterator[tuple[str, list[Any]]]:
    """The contents of the book, as far as it has decks."""
    known = decks(app.env)
    for title, chapters in contents(app, app.config.nbpress_facts, app.config.root_doc, whole=True):
        found = [
            (chapter, chapter.document in known, [page for page in chapter.pages if page.document in known])
            for chapter in chapters
        ]
        if kept := [one for one in found if one[1] or one[2]]:
            yield title, kept


def setup(app: Sphinx) -> None:
    """Register the builder."""
    app.add_config_value("nbpress_site", "", "html", types=[str])  # from the folder of the decks to that of the site
    app.add_builder(Slides)
