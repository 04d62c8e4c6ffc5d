"""The Sphinx extension: what Sphinx and nbsphinx lack to print a book of notebooks.

It stands on nbsphinx (its nodes and LaTeX package) and MyST-Parser (Markdown, in process), and adds numbered links,
figures, exercises, KaTeX, a page bibliography, and warnings that name notebook, cell and line.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from nbpress import __version__
from nbpress.sphinxext import (
    bibliography,
    boxes,
    cells,
    defaults,
    exercises,
    facts,
    glossary,
    index,
    latex,
    links,
    locations,
    math,
    navigation,
    notes,
    parser,
    svg,
)

EXTENSIONS = ("nbsphinx", "myst_parser", "sphinx_design", "sphinx_copybutton")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    for name in EXTENSIONS:
        app.setup_extension(name)
    for module in (
        defaults,
        locations,
        parser,
        cells,
        links,
        exercises,
        boxes,
        notes,
        glossary,
        index,
        math,
        navigation,
        latex,
        svg,
    ):
        module.setup(app)
    if facts.load(app.srcdir).bibliography:  # sphinxcontrib-bibtex refuses a project without a BibTeX file
        bibliography.setup(app)
    # written by one process, since all formulas go through one node process
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": False, "env_version": 3}
