"""The Sphinx extension: what Sphinx and nbsphinx lack to print a book of notebooks.

It stands on nbsphinx (its nodes and LaTeX package) and MyST-Parser (Markdown, in process), and adds numbered links,
figures, theorems, exercises, KaTeX, a page bibliography, and warnings that name notebook, cell and line.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from nbpress import __version__
from nbpress.sphinxext import (
    bibliography,
    blocks,
    boxes,
    cells,
    defaults,
    demo,
    facts,
    glossary,
    index,
    latex,
    links,
    locations,
    math,
    navigation,
    notes,
    numbering,
    numbers,
    parser,
    processes,
    raster,
    search,
    solutions,
    svg,
    table_nodes,
    terminal,
    unknown,
)

MODULES = (
    defaults,
    unknown,
    locations,
    processes,
    parser,
    cells,
    terminal,
    table_nodes,
    links,
    blocks,
    solutions,
    numbering,
    numbers,
    boxes,
    notes,
    glossary,
    index,
    demo,
    math,
    navigation,
    latex,
    svg,
    raster,
    search,
)
EXTENSIONS = ("nbsphinx", "myst_parser", "sphinx_design", "sphinx_copybutton")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    for name in EXTENSIONS:
        app.setup_extension(name)
    for module in MODULES:
        module.setup(app)
    if facts.load(app.srcdir).bibliography:  # sphinxcontrib-bibtex refuses a project without a BibTeX file
        bibliography.setup(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True, "env_version": 6}
