"""The Sphinx extension: what Sphinx and nbsphinx lack to print a book of notebooks.

It stands on nbsphinx (its nodes and LaTeX package) and MyST-Parser (Markdown, in process), and adds numbered links,
figures, theorems, exercises, KaTeX, a page bibliography, and warnings that name notebook, cell and line.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from nbpress import __version__
from nbpress.sphinxext import (
    addresses,
    assets,
    bibliography,
    blocks,
    boxes,
    cards,
    cells,
    chapters,
    defaults,
    demo,
    discussion,
    emphasis,
    engines,
    excerpt,
    facts,
    feed,
    get,
    glossary,
    headings,
    index,
    language,
    latex,
    launch,
    line_breaks,
    links,
    locations,
    math,
    navigation,
    notebooks,
    notes,
    numbering,
    numbers,
    paper_links,
    parser,
    processes,
    raster,
    reference,
    repository,
    sanitise,
    scrolling,
    search,
    sections,
    slide_nodes,
    slides,
    solutions,
    svg,
    table_nodes,
    terminal,
    twins,
    unknown,
)

MODULES = (
    language,
    assets,
    defaults,
    unknown,
    locations,
    processes,
    parser,
    line_breaks,
    emphasis,
    cells,
    scrolling,
    terminal,
    table_nodes,
    paper_links,
    links,
    headings,
    blocks,
    solutions,
    numbering,
    numbers,
    sections,
    boxes,
    notes,
    glossary,
    index,
    demo,
    math,
    navigation,
    chapters,
    latex,
    excerpt,
    svg,
    raster,
    reference,
    search,
    addresses,
    repository,
    discussion,
    engines,
    cards,
    feed,
    get,
    twins,
    notebooks,
    launch,
    slide_nodes,
    slides,
    sanitise,
)
PARTS = {".css", ".html", ".js", ".py"}
EXTENSIONS = ("nbsphinx", "myst_parser", "sphinx_design")


def _code() -> str:
    """A digest of this extension and what it puts on pages: those that another version has made are made anew."""
    files = sorted(file for file in Path(__file__).parent.rglob("*") if file.suffix in PARTS)
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    book = facts.load(app.srcdir)
    language.speak(app, book)  # before anything says a word
    for name in EXTENSIONS:
        app.setup_extension(name)
    for module in MODULES:
        module.setup(app)
    if book.bibliography:  # sphinxcontrib-bibtex refuses a project without a BibTeX file
        bibliography.setup(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True, "env_version": _code()}
