"""Where one is in the book: the contents at the left of every page, and the part above it."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.locale import _

from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.index import PAGE as INDEX
from nbpress.sphinxext.index import has_index
from nbpress.sphinxext.links import section_number

TITLES = "nbpress_titles"  # the builder's attribute for the titles that are set


@dataclass(frozen=True)
class Entry:
    """A line of the table: a document with its title and number, and whether it is, or leads to, the current one."""

    document: str
    title: str  # as HTML
    number: str
    uri: str
    current: bool
    open: bool = False
    pages: tuple[Entry, ...] = ()


def contents(app: Sphinx, facts: Facts, current: str, *, whole: bool) -> Iterator[tuple[str, list[Entry]]]:
    """Parts with their chapters, as seen from the document `current`; addresses are relative to it.

    Chapters have their pages if `current` is among them, or all of them if the `whole` table is wanted.
    """
    known = app.env.nbpress_contents  # type: ignore[attr-defined]  # see `renew`

    def entry(document: str, pages: tuple[str, ...] = ()) -> Entry:
        _, number = known[document]
        opened = current in (document, *pages)
        inner = tuple(entry(page) for page in pages if page in known) if opened or whole else ()
        uri = app.builder.get_relative_uri(current, document)
        return Entry(document, _html(app, document), number or "", uri, document == current, opened, inner)

    for part in facts.parts:
        chapters = [entry(first, tuple(rest)) for first, *rest in part.chapters if first in known]
        if chapters:
            yield part.title, chapters


def _html(app: Sphinx, document: str) -> str:
    """A title with its formulas and its code, which a line of plain text would spoil; set once for all pages."""
    done: dict[str, str] = vars(app.builder).setdefault(TITLES, {})
    if document == INDEX:
        return str(_("Index"))
    if document not in done:
        title = app.env.titles[document]
        builder = cast(StandaloneHTMLBuilder, app.builder)
        plain = all(isinstance(child, nodes.Text) for child in title.children)
        inner = nodes.inline("", "", *title.deepcopy().children)
        done[document] = html.escape(title.astext()) if plain else str(builder.render_partial(inner)["fragment"])
    return done[document]


def part_of(facts: Facts, document: str) -> str:
    """The title of the part that the document belongs to, or nothing."""
    return next((part.title for part in facts.parts for chapter in part.chapters if document in chapter), "")


def add_contents(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the templates `book` (title, licence, …), `book_part` and `book_contents()`."""
    facts: Facts = app.config.nbpress_facts
    context["book"] = facts
    if pagename in app.env.titles:  # what Sphinx would print of a formula is its HTML without tags: all of it thrice
        number = section_number(app.env, pagename)
        context["title"] = html.escape(f"{number}\u2002" * bool(number) + app.env.longtitles[pagename].astext())
    context["book_part"] = part_of(facts, pagename)
    context["book_contents"] = lambda: list(contents(app, facts, pagename, whole=False)) if facts.title else []


def renew(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Every document, when a title or a number in the contents has changed, since all pages show them."""
    vars(app.builder).pop(TITLES, None)
    facts: Facts = app.config.nbpress_facts
    documents = [document for part in facts.parts for chapter in part.chapters for document in chapter]
    lines = {d: (env.titles[d].astext(), section_number(env, d)) for d in documents if d in env.titles}
    if has_index(env):
        lines[INDEX] = ("", None)
    before: dict[str, tuple[str, str | None]] | None = getattr(env, "nbpress_contents", None)
    env.nbpress_contents = lines  # type: ignore[attr-defined]  # kept with the environment between builds
    return set(env.all_docs) if before is None or list(lines.items()) != list(before.items()) else set()


def setup(app: Sphinx) -> None:
    """Register the template functions."""
    app.connect("html-page-context", add_contents)
    app.connect("env-get-updated", renew, priority=900)  # after Sphinx has numbered the sections
