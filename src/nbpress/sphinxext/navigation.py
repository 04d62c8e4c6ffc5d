"""Where one is in the book: the contents at the left of every page, the part above it, and the list on the cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.index import PAGE as INDEX
from nbpress.sphinxext.index import has_index
from nbpress.sphinxext.links import section_number


@dataclass(frozen=True)
class Entry:
    """A line of the table: a document with its title and number, and whether it is, or leads to, the current one."""

    title: str
    number: str
    uri: str
    current: bool
    open: bool = False
    pages: tuple[Entry, ...] = ()


def contents(app: Sphinx, facts: Facts, current: str) -> Iterator[tuple[str, list[Entry]]]:
    """Parts with their chapters, as seen from the document `current`; addresses are relative to it."""

    titles = {document: title.astext() for document, title in app.env.titles.items()}
    if has_index(app.env):
        titles[INDEX] = str(_("Index"))

    def entry(document: str, pages: tuple[str, ...] = ()) -> Entry:
        uri = app.builder.get_relative_uri(current, document)
        title = titles[document]
        number = section_number(app.env, document) or ""
        inner = tuple(entry(page) for page in pages if page in titles)
        return Entry(title, number, uri, document == current, current in (document, *pages), inner)

    for part in facts.parts:
        chapters = [entry(first, tuple(rest)) for first, *rest in part.chapters if first in titles]
        if chapters:
            yield part.title, chapters


def part_of(facts: Facts, document: str) -> str:
    """The title of the part that the document belongs to, or nothing."""
    return next((part.title for part in facts.parts for chapter in part.chapters if document in chapter), "")


def add_contents(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the templates `book` (title, licence, …), `book_part` and `book_contents()`."""
    facts: Facts = app.config.nbpress_facts
    context["book"] = facts
    context["book_part"] = part_of(facts, pagename)
    context["book_contents"] = lambda: list(contents(app, facts, pagename)) if facts.title else []


class book_contents(nodes.General, nodes.Element):
    """The place of the whole table of contents in a page."""


class BookContentsDirective(SphinxDirective):
    """`:::{book-contents}`: the parts, chapters and pages of the book, for a cover."""

    def run(self) -> list[nodes.Node]:
        """The place; it is filled when every page has its number."""
        return [book_contents("")]


class FillBookContents(SphinxPostTransform):
    """Writes the table into its place in HTML; a printed book has its own."""

    default_priority = 400

    def run(self, **kwargs: Any) -> None:
        """Replace every `book_contents` of the document."""
        for node in list(self.document.findall(book_contents)):
            if self.app.builder.format == "html":
                parts = contents(self.app, self.app.config.nbpress_facts, self.env.docname)
                node.replace_self(nodes.container("", *_table(parts), classes=["book-table"]))
            else:
                node.parent.remove(node)


def _table(parts: Iterator[tuple[str, list[Entry]]]) -> Iterator[nodes.Element]:
    for part, chapters in parts:
        if part:
            yield nodes.paragraph("", part, classes=["book-part"])
        yield _list(chapters)


def _list(entries: list[Entry]) -> nodes.Element:
    def item(entry: Entry) -> nodes.Element:
        number = [nodes.inline("", entry.number, classes=["number"]), nodes.Text(" ")] if entry.number else []
        link = nodes.reference("", "", *number, nodes.inline("", entry.title), internal=True, refuri=entry.uri)
        inner = [_list(list(entry.pages))] if entry.pages else []
        return nodes.list_item("", nodes.paragraph("", "", link), *inner)

    return nodes.bullet_list("", *map(item, entries))


def renew(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Every document, when a title or a number in the contents has changed, since all pages show them."""
    facts: Facts = app.config.nbpress_facts
    documents = [document for part in facts.parts for chapter in part.chapters for document in chapter]
    lines = [(d, env.titles[d].astext(), section_number(env, d)) for d in documents if d in env.titles]
    lines += [(INDEX, "", None)] if has_index(env) else []
    before = getattr(env, "nbpress_contents", None)
    env.nbpress_contents = lines  # type: ignore[attr-defined]  # kept with the environment between builds
    return set(env.all_docs) if lines != before else set()


def setup(app: Sphinx) -> None:
    """Register the template functions and the directive."""
    app.add_node(book_contents)
    app.add_directive("book-contents", BookContentsDirective)
    app.add_post_transform(FillBookContents)
    app.connect("html-page-context", add_contents)
    app.connect("env-get-updated", renew, priority=900)  # after Sphinx has numbered the sections
