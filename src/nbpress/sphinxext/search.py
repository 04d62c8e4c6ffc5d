"""The search of the web site: an index of all sections by Pagefind, and their words for where Pagefind cannot help.

Pagefind needs a server, and finds words. So the words of the book are there a second time, as a script that a page
opened from a folder can load, for finding any piece of text: in Chinese, no space says where a word ends.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec
from docutils import nodes
from pagefind.index import PagefindIndex
from sphinx import addnodes
from sphinx.application import Sphinx

from nbpress.sphinxext.links import section_number

FOLDER = "search"  # beside the doctrees: the sections of each document
INDEX = "pagefind"  # in the site's folder
TEXT = "_static/search-text.js"
STAMP = ".search"  # in the site's folder: a digest of what its index was made of
NO_WORDS = (nodes.title, nodes.math, nodes.math_block, nodes.raw, nodes.comment, addnodes.index)
MARKUP = {"markdown", "md", "myst"}  # examples of it in a handbook
MODULE = "module-"  # begins the id that Sphinx gives to a module


class Found(NamedTuple):
    """What a search can find: a section, a term of the glossary, or a module or name in a reference."""

    title: str
    address: str  # from the site's folder
    text: str
    defined: bool = False  # a term or a module: who types just this looks for it


class Page(NamedTuple):
    """The sections of a document under its title."""

    title: str
    handbook: bool  # found after the pages of the book
    sections: list[Found]


def sections(doctree: nodes.document, address: str) -> Iterator[Found]:
    """Everything in a document that can be found, from the outside to the inside."""
    for node in filter(_is_found, doctree.findall(nodes.Element)):
        name, ids = _title(node)
        if ids:
            top = isinstance(node.parent, nodes.document)
            text = " ".join(_words(node)).strip(" ·")
            defined = not isinstance(node, nodes.section | addnodes.desc)
            yield Found(name, address if top else f"{address}#{ids[0]}", text, defined)


def _is_found(node: nodes.Node) -> bool:
    """Whether a node is found by itself, and not as a part of what is around it."""
    if isinstance(node, nodes.definition_list_item):
        return isinstance(node.parent.parent, addnodes.glossary)
    return isinstance(node, nodes.section | addnodes.desc) or bool(_module(node))


def _module(node: nodes.Node) -> str:
    """The id of the module of which a node holds the reference; Sphinx has noted it for the index."""
    children = node.children if isinstance(node, nodes.container) else ()
    entries = [entry for child in children if isinstance(child, addnodes.index) for entry in child["entries"]]
    return next((entry[2] for entry in entries if entry[2].startswith(MODULE)), "")


def _title(node: nodes.Element) -> tuple[str, list[str]]:
    if module := _module(node):
        return module.removeprefix(MODULE), [module]
    first = cast(nodes.Element, node.children[0])
    if isinstance(first, addnodes.desc_signature):
        return first.get("fullname", ""), first["ids"]
    return _joined(first), node["ids"] or first["ids"]


def _joined(node: nodes.Node) -> str:
    return "".join(str(text) for text in node.findall(nodes.Text) if not isinstance(text.parent, nodes.math))


def _words(node: nodes.Element) -> Iterator[str]:
    """The text under a node, without that of the sections and names in it, which are found by themselves."""
    for child in node.children:
        if _is_left_out(child):
            continue
        if isinstance(child, nodes.TextElement):
            yield " ".join("".join(_inline(child)).split()) + _mark(child)
        elif isinstance(child, nodes.Element):
            yield from _words(child)


def _mark(node: nodes.TextElement) -> str:
    """What stands behind a signature and the label of a field, which are set apart by their place on the page."""
    return " ·" if isinstance(node, addnodes.desc_signature) else ":" * isinstance(node, nodes.field_name)


def _is_left_out(node: nodes.Node) -> bool:
    if isinstance(node, nodes.literal_block):
        return node.get("language") in MARKUP
    term = isinstance(node, nodes.term) and _is_found(node.parent)
    listed = isinstance(node, nodes.container) and "page-bibliography" in node["classes"]
    return term or listed or isinstance(node, NO_WORDS) or _is_found(node)


def _inline(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Text):
        yield str(node)
    elif isinstance(node, addnodes.desc_signature):
        yield node.astext()  # with the commas between its parameters
    elif isinstance(node, nodes.math):
        yield "…"  # a sentence is shown in which it stands
    elif not _is_left_out(node):
        for child in node.children:
            yield from _inline(child)


def keep(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Note the sections of a page that is written; pages are written by several processes."""
    if doctree is not None:
        number = section_number(app.env, pagename)
        title = f"{number} " * bool(number) + _joined(app.env.titles[pagename])
        handbook = app.config.nbpress_facts.handbook
        in_handbook = bool(handbook) and pagename.startswith(f"{handbook}/")
        page = Page(title, in_handbook, list(sections(doctree, app.builder.get_target_uri(pagename))))
        file = _file(app, pagename)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(msgspec.json.encode(page))


def _file(app: Sphinx, document: str) -> Path:
    return Path(app.doctreedir) / FOLDER / f"{document}.json"


def write(app: Sphinx, error: Exception | None) -> None:
    """Make the index and the text anew, if anything that can be found has changed."""
    if error or app.builder.name != "html":
        return
    files = [file for document in sorted(app.env.found_docs) if (file := _file(app, document)).exists()]
    pages = [msgspec.json.decode(file.read_bytes(), type=Page) for file in files]
    language = (app.config.language or "en").replace("_", "-")
    made_of = msgspec.json.encode([language, pages]) + Path(__file__).read_bytes()
    out, digest = Path(app.outdir), hashlib.sha256(made_of).hexdigest()
    if (out / STAMP).exists() and (out / STAMP).read_text() == digest:
        return
    shutil.rmtree(out / INDEX, ignore_errors=True)
    with ThreadPoolExecutor(1) as thread:  # who calls Sphinx may have an event loop in this one
        thread.submit(asyncio.run, _index(pages, language, out / INDEX)).result()
    text = [[page.title, page.handbook, *found] for page in pages for found in page.sections]
    words = json.dumps(text, ensure_ascii=False, separators=(",", ":"))
    (out / TEXT).write_text(f"window.nbpressText={words}", encoding="utf-8")
    (out / STAMP).write_text(digest)


async def _index(pages: list[Page], language: str, out: Path) -> None:
    async with PagefindIndex(config={"output_path": str(out)}) as index:
        for page in pages:
            for found in page.sections:
                await index.add_html_file(content=_html(page, found, language), url=found.address)


def _html(page: Page, found: Found, language: str) -> str:
    """A section as a page of its own, so that it is found by itself; its title is found, but no part of the snippet."""
    title, section, text = map(html.escape, (page.title, found.title, found.text))
    told = {"page": title, "handbook": "1" * page.handbook, "defined": "1" * found.defined}
    meta = "".join(f'<p data-pagefind-ignore data-pagefind-meta="{key}:{value}"></p>' for key, value in told.items())
    weight = 0.1 if page.handbook else 1
    heading = f'<h1 data-pagefind-ignore data-pagefind-meta="title">{section}</h1>'
    body = f'{meta}{heading}<p data-pagefind-weight="{weight}">{text}</p>'
    return f'<html lang="{language}"><body>{body}</body></html>'


def leave_out_sphinx(app: Sphinx) -> None:
    """Sphinx's own index is not made."""
    if app.builder.name == "html":
        app.builder.search = False  # type: ignore[attr-defined]


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The page that shows what was found, for the form without a script and for links such as `search.html?q=word`."""
    if app.builder.name == "html":
        yield "search", {}, "search.html"


def setup(app: Sphinx) -> None:
    """Take the place of Sphinx's search."""
    app.connect("builder-inited", leave_out_sphinx)
    app.connect("html-page-context", keep)
    app.connect("html-collect-pages", pages)
    app.connect("build-finished", write)
