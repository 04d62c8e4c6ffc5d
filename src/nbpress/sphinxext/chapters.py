"""The contents on a cover: each chapter as a card with its first sentence and a picture that one of its pages shows.

The picture is that of the cell with the tag `thumbnail`, else the first figure that code draws. What a card may need of
a page is noted in the environment when that page is read; a cover is written anew when a card on it has changed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Set
from typing import Any, NamedTuple
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from nbpress.notebook import THUMBNAIL
from nbpress.sphinxext.cells import cell_marker
from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.locations import encode
from nbpress.sphinxext.navigation import contents
from nbpress.sphinxext.solutions import solution

logger = logging.getLogger(__name__)
TEMPLATE = "nbpress-chapters.html"
COVER = "nbpress_cover"  # key of a document's metadata: whether it shows the contents
ABBREVIATION = r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bcf\.)(?<!\bvs\.)"
SENTENCE = re.compile(rf"""[^。！？]*?(?:[.!?]["'’”)]*{ABBREVIATION}(?=\s+[^\sa-z]|$)|[。！？][’”」』）]*)""", re.S)


class Picture(NamedTuple):
    """A picture of a page."""

    uri: str  # from the source folder, as the environment knows it
    alt: str
    classes: tuple[str, ...]
    chosen: bool  # by the author


class Glance(NamedTuple):
    """What a card can show of a page."""

    sentence: str
    picture: Picture | None


class GlanceCollector(EnvironmentCollector):
    """Notes in the environment what a card can show of each page."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page."""
        glances(env).pop(docname, None)

    def merge_other(self, app: Sphinx, env: BuildEnvironment, docnames: Set[str], other: BuildEnvironment) -> None:
        """Take over the pages that another process has read."""
        glances(env).update((name, found) for name, found in glances(other).items() if name in docnames)

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Look at a page; Sphinx has found the files of its pictures."""
        env = app.env
        glances(env)[env.docname] = Glance(_sentence(doctree), _picture(env, doctree))
        env.metadata[env.docname][COVER] = doctree.next_node(book_contents) is not None


def glances(env: BuildEnvironment) -> dict[str, Glance]:
    """What is noted of each document; kept with the environment between builds."""
    found: dict[str, Glance] = vars(env).setdefault("nbpress_glances", {})
    return found


def _sentence(doctree: nodes.document) -> str:
    """The first sentence of a page; paragraphs with formulas, which a card does not set, are passed over."""
    for section in doctree.findall(nodes.section):
        for child in section:
            if isinstance(child, nodes.paragraph) and not child.next_node(nodes.math):
                return first_sentence(" ".join("".join(_words(child)).split()))
    return ""


def _words(node: nodes.Node) -> Iterator[str]:
    """The text under a node, without what refers to something that is not on the card."""
    if isinstance(node, nodes.Text):
        yield str(node)
    elif not isinstance(node, nodes.raw | nodes.footnote_reference) and not _is_citation(node):
        for child in node.children:
            yield from _words(child)


def _is_citation(node: nodes.Node) -> bool:
    return isinstance(node, addnodes.pending_xref) and node["refdomain"] == "cite"


def first_sentence(text: str) -> str:
    """The text up to the end of its first sentence."""
    found = SENTENCE.match(text)
    return found[0] if found else text


def _picture(env: BuildEnvironment, doctree: nodes.document) -> Picture | None:
    """The picture that the author chose, else the first figure that code draws and that gives no solution away."""
    shown: list[tuple[cell_marker, list[nodes.image]]] = []
    for node in doctree.findall(nodes.Element):
        if isinstance(node, cell_marker):
            shown.append((node, []))
        elif isinstance(node, nodes.image) and shown and node["uri"] in env.images and _is_on_site(node):
            shown[-1][1].append(node)
    chosen = [(marker, pictures) for marker, pictures in shown if THUMBNAIL in marker["tags"]]
    for marker, pictures in chosen:
        if not pictures:
            place = (env.docname, encode(marker["place"].cell, 1))
            message = f'the cell shows no picture for its tag "{THUMBNAIL}"'
            logger.warning(message, location=place, type="nbpress", subtype="thumbnail")
    found = [image for _, pictures in chosen for image in pictures]
    computed = (image for _, pictures in shown for image in pictures if _is_figure_of_code(image))
    image = next(iter(found), None) or next(computed, None)
    return Picture(image["uri"], image.get("alt", ""), tuple(image["classes"]), bool(found)) if image else None


def around(node: nodes.Node) -> Iterator[nodes.Element]:
    """The elements in which a node stands, from the inside."""
    while node.parent is not None:
        node = node.parent
        yield node


def _is_on_site(image: nodes.image) -> bool:
    return not any(isinstance(node, addnodes.only) and node["expr"] == "not html" for node in around(image))


def _is_figure_of_code(image: nodes.image) -> bool:
    outer = list(around(image))
    drawn = any(isinstance(node, nodes.figure) and "nboutput" in node["classes"] for node in outer)
    return drawn and not any(isinstance(node, solution) for node in outer)


def cards(env: BuildEnvironment, facts: Facts) -> dict[str, Glance]:
    """What the card of each chapter shows, by the chapter's first document."""
    known = glances(env)
    found: dict[str, Glance] = {}
    for first, *rest in (chapter for part in facts.parts for chapter in part.chapters):
        pictures = [known[name].picture for name in (first, *rest) if name in known]
        chosen = [picture for picture in pictures if picture and picture.chosen]
        picture = next(filter(None, [*chosen, *pictures]), None)
        found[first] = Glance(known[first].sentence if first in known else "", picture)
    return found


class book_contents(nodes.General, nodes.Element):
    """The place of the contents in a page; its children are the pictures of the cards, whose files Sphinx copies."""


class BookContentsDirective(SphinxDirective):
    """`:::{book-contents}`: the parts, chapters and pages of the book, for a cover."""

    def run(self) -> list[nodes.Node]:
        """The place; it is filled when every page has its number."""
        return [book_contents("")]


class FillBookContents(SphinxPostTransform):
    """Puts the pictures of the cards into their place on the site; a printed book has contents of its own."""

    default_priority = 400

    def run(self, **kwargs: Any) -> None:
        """Fill, or take away, every `book_contents` of the document."""
        for node in list(self.document.findall(book_contents)):
            if self.app.builder.format == "html":
                pictures = (card.picture for card in cards(self.env, self.config.nbpress_facts).values())
                node += [_image(picture) for picture in pictures if picture]
            else:
                node.parent.remove(node)


def _image(picture: Picture) -> nodes.image:
    return nodes.image("", uri=picture.uri, candidates={"*": picture.uri})


def visit_contents_html(self: Any, node: book_contents) -> None:
    """The contents, by a template of their own."""
    builder, config = self.builder, self.config
    document = builder.current_docname
    addresses = {uri: posixpath.join(builder.imgpath, quote(name)) for uri, name in builder.images.items()}
    context = {
        "contents": list(contents(builder.app, config.nbpress_facts, document, whole=True)),
        "cards": cards(builder.env, config.nbpress_facts),
        "address": addresses.__getitem__,
    }
    self.body.append(builder.templates.render(TEMPLATE, context))
    raise nodes.SkipNode


def renew(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The documents with the contents, when a card has changed."""
    now = cards(env, app.config.nbpress_facts)
    before: Mapping[str, Glance] | None = getattr(env, "nbpress_cards", None)
    env.nbpress_cards = now  # type: ignore[attr-defined]  # kept with the environment between builds
    return [] if now == before else [name for name in env.found_docs if env.metadata[name].get(COVER)]


def setup(app: Sphinx) -> None:
    """Register the directive, and what its cards need of pages."""
    app.add_node(book_contents, html=(visit_contents_html, None))
    app.add_directive("book-contents", BookContentsDirective)
    app.add_env_collector(GlanceCollector)
    app.add_post_transform(FillBookContents)
    app.connect("env-get-updated", renew)
