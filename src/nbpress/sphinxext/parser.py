"""The source parser: one Markdown token stream a page, code cells as tokens among the others. No pandoc."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, cast

import nbsphinx
from docutils import nodes
from docutils.parsers.rst import Parser as RstParser
from docutils.transforms.universal import SmartQuotes
from markdown_it import MarkdownIt
from markdown_it.token import Token
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.application import Sphinx
from sphinx.util import logging

from nbpress import notebook as notebooks
from nbpress.errors import BookError
from nbpress.markup import EXTENSIONS
from nbpress.notebook import Cell, Notebook
from nbpress.sphinxext.blocks import gather
from nbpress.sphinxext.html import element_of_text
from nbpress.sphinxext.locations import encode
from nbpress.sphinxext.renderer import PageRenderer

logger = logging.getLogger(__name__)


class NotebookParser(nbsphinx.NotebookParser):  # type: ignore[misc]
    """Reads notebooks in nbsphinx's place."""

    def get_transforms(self) -> list[Any]:
        """MyST's transforms; nbsphinx's mend what pandoc leaves, and there is no pandoc. Quotes are the author's."""
        standard = [transform for transform in RstParser.get_transforms(self) if transform is not SmartQuotes]
        return [*standard, *(extra for extra in MystParser().get_transforms() if extra not in standard)]

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse a notebook's JSON into `document`; what can't be read is a warning with its place, never text."""
        env = document.settings.env
        try:
            notebook = notebooks.parse(inputstring, env.config.nbpress_facts.file(env.docname))
        except BookError as error:
            logger.warning(error.problems[0].message, location=(env.docname, None))
            return
        config = dataclasses.replace(env.myst_config, enable_extensions=set(EXTENSIONS), heading_anchors=6)
        md = create_md_parser(config, PageRenderer)
        md.disable("front_matter")
        md.inline.ruler.before("html_inline", "element_of_text", element_of_text)
        md.validateLink = lambda url: True  # type: ignore[method-assign]  # `sanitise` says what is wrong with a link
        if not env.config.nbpress_facts.executed:  # in the notebooks of others a line that begins with % is text
            md.disable("myst_line_comment")
        md.options["document"] = document
        toctrees: dict[str, str] = notebook.metadata.get("nbpress", {}).get("toctree", {})
        environment: dict[str, Any] = {"nbpress_opening": bool(toctrees)}
        tokens = list(page_tokens(md, notebook, environment))
        if not any(token.type == "heading_open" and token.tag == "h1" for token in tokens):
            tokens = [*_title(md, env.docname), *tokens]
        md.renderer.render(tokens, md.options, environment)
        cast(PageRenderer, md.renderer).end_html()
        for printed in ("all", env.app.builder.name):
            cast(PageRenderer, md.renderer).append_to_page(toctrees.get(printed, ""))
        gather(document)


def page_tokens(md: MarkdownIt, notebook: Notebook, env: dict[str, Any]) -> Iterator[Token]:
    """The tokens of all cells, their lines encoded; each cell's begin with a token `nbpress_cell`."""
    for cell in notebook.cells:
        offset = encode(cell.number, 0)
        yield _cell_token("nbpress_cell", cell, notebook)
        if cell.kind == "markdown":
            for token in md.parse(cell.source, env):
                if token.map:
                    token.map = [token.map[0] + offset, token.map[1] + offset]
                yield token
        else:
            yield _cell_token(f"nbpress_{cell.kind}_cell", cell, notebook)


def _title(md: MarkdownIt, docname: str) -> list[Token]:
    """The name of a notebook that has no title as one: a page must have one to be listed."""
    opening, inline, closing = md.parse("# Title")
    inline.content = docname.rpartition("/")[2]
    inline.children = [Token("text", "", 0, content=inline.content)]
    return [opening, inline, closing]


def _cell_token(kind: str, cell: Cell, notebook: Notebook) -> Token:
    start = encode(cell.number, 0)
    return Token(kind, "", 0, map=[start, start + 1], block=True, meta={"cell": cell, "notebook": notebook})


def leave_out_handbook(app: Sphinx) -> None:
    """The handbook is in the site's table of contents only; paper and slides have no use for it."""
    handbook = app.config.nbpress_facts.handbook
    if handbook and app.builder.name != "html":
        app.config.exclude_patterns = [*app.config.exclude_patterns, f"{handbook}/**"]


def setup(app: Sphinx) -> None:
    """Replace nbsphinx's parser."""
    app.add_source_parser(NotebookParser, override=True)
    app.connect("builder-inited", leave_out_handbook)
