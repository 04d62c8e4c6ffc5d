"""Tokens to docutils nodes: MyST's renderer, and what a page of a book has beyond it."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import unquote

from docutils import nodes
from markdown_it.tree import SyntaxTreeNode
from myst_parser.mdit_to_docutils.base import token_line
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from sphinx import addnodes

from nbpress.markup import EXTERNAL, VALUE
from nbpress.notebook import Cell, Notebook
from nbpress.sphinxext.cells import cell_marker, code_cell, store_file
from nbpress.sphinxext.links import note_label
from nbpress.sphinxext.locations import encode
from nbpress.sphinxext.values import value


class PageRenderer(SphinxRenderer):
    """Renders the token stream that `parser.page_tokens` makes of a notebook."""

    cell: Cell  # the one that is being rendered

    def render_nbpress_cell(self, token: SyntaxTreeNode) -> None:
        """Note where a cell begins, for messages of TeX."""
        notebook: Notebook = token.meta["notebook"]
        self.cell = token.meta["cell"]
        self.current_node.append(cell_marker("", place=notebook.place(self.cell)))

    def render_nbpress_code_cell(self, token: SyntaxTreeNode) -> None:
        """Input and outputs of a code cell."""
        for made in code_cell(self, token.meta["notebook"], token.meta["cell"]):
            inner: list[nodes.Node] = list(made.findall())
            for node in inner:
                if getattr(node, "line", None) is None:
                    node.source, node.line = self.document["source"], encode(self.cell.number, 1)
            self.current_node.append(made)

    def render_nbpress_raw_cell(self, token: SyntaxTreeNode) -> None:
        """A raw cell goes into the output whose format it names, and into both if it names none."""
        cell: Cell = token.meta["cell"]
        mime = str(cell.metadata.get("raw_mimetype", cell.metadata.get("format", ""))).lower()
        formats = {"text/html": "html", "text/latex": "latex", "": "html latex"}
        if mime in ("text/markdown", "text/x-markdown"):
            self.nested_render_text(cell.source, encode(cell.number, 0))
        elif mime in formats:
            self.current_node.append(nodes.raw("", cell.source, format=formats[mime]))
        else:
            line = encode(cell.number, 1)
            self.create_warning(f"a raw cell of the type {mime} is not printed", "raw", wtype="nbpress", line=line)

    def append_to_page(self, text: str) -> None:
        """Markdown for the end of the page, outside of its sections."""
        with self.current_node_context(self._level_to_section.get(1, self.document)):
            self.nested_render_text(text, 0)

    def render_myst_role(self, token: SyntaxTreeNode) -> None:
        """A role; that of an expression is its value, which the cell's metadata hold."""
        if token.meta["name"] == VALUE:
            self.current_node.extend(value(self, token))
        else:
            super().render_myst_role(token)

    def render_heading(self, token: SyntaxTreeNode) -> None:
        """On a page that opens others, only the title has a number: the next ones belong to the pages it opens."""
        if token.tag == "h1" or not self.md_env.get("nbpress_opening"):
            super().render_heading(token)
            return
        level = int(token.tag[1])
        rubric = nodes.rubric("", "", level=level)
        self.add_line_and_source_path(rubric, token)
        with self.current_node_context(rubric, append=True):
            self.render_children(token)
        self.generate_heading_target(token, level, rubric, rubric)

    def render_paragraph(self, token: SyntaxTreeNode) -> None:
        """A paragraph that is one labelled picture is a figure."""
        image = _only_image(token)
        if image is None:
            super().render_paragraph(token)
            return
        figure = nodes.figure()
        self.add_line_and_source_path(figure, token)
        label = str(image.attrs.pop("id"))
        if not image.children:
            self._warn(token, f'the figure "{label}" has no caption, and so no number')
        caption = nodes.caption("", "")
        self.add_line_and_source_path(caption, token)
        with self.current_node_context(caption):
            self.render_children(image)
        alt = str(image.attrs.get("alt") or caption.astext())
        with self.current_node_context(figure, append=True):
            self.render_image(image)
        next(figure.findall(nodes.image))["alt"] = alt
        figure.append(caption)
        note_label(self.document, figure, label)

    def render_amsmath(self, token: SyntaxTreeNode) -> None:
        """Refused where it numbers itself: paper would count its rows, and the site would not."""
        if token.meta["numbered"] != "*":
            name = token.meta["environment"]
            self._warn(
                token, f"{name} outside of dollars: write $$ \\begin{{aligned}} … \\end{{aligned}} $$ (eq-label)"
            )
        super().render_amsmath(token)

    def _warn(self, token: SyntaxTreeNode, message: str) -> None:
        self.create_warning(message, "markup", wtype="nbpress", line=token_line(token, 0))

    def render_image(self, token: SyntaxTreeNode) -> None:
        """A picture; one that is attached to the cell is written to a file first."""
        source = token.attrs["src"] = unquote(str(token.attrGet("src") or ""))
        alt = str(token.attrs.get("alt") or "")
        if source.startswith("attachment:"):
            name = source.removeprefix("attachment:")
            for mime, data in self.cell.attachments.get(name, {}).items():
                stem = f"{self.cell.id}-{Path(name).stem}"
                uri = store_file(self.document, stem, mime, base64.b64decode(data))
                token.attrs["src"] = uri
        super().render_image(token)
        picture = self.current_node[-1]
        if alt and isinstance(picture, nodes.image):
            picture["alt"] = alt

    def render_link(self, token: SyntaxTreeNode) -> None:
        """Links inside the book are resolved by `links`, when all numbers are known."""
        href = self.md.normalizeLinkText(str(token.attrGet("href") or ""))
        if not href or token.info == "auto" or EXTERNAL.match(href):
            super().render_link(token)
            return
        path = href.partition("#")[0]
        if path and not path.endswith(".ipynb") and (Path(self.document["source"]).parent / path).is_file():
            self.render_link_path(token)
            return
        explicit = bool(token.children)
        node = addnodes.pending_xref(
            "", reftype="nbpress", refdomain="", reftarget=href, refexplicit=explicit, refdoc=self.sphinx_env.docname
        )
        self.add_line_and_source_path(node, token)
        text = nodes.inline("", "")
        with self.current_node_context(text):
            self.render_children(token)
        node += text
        self.current_node.append(node)


def _only_image(paragraph: SyntaxTreeNode) -> SyntaxTreeNode | None:
    inline = [child for child in paragraph.children[0].children if not _blank(child)] if paragraph.children else []
    if len(inline) == 1 and inline[0].type == "image" and "id" in inline[0].attrs:
        return inline[0]
    return None


def _blank(token: SyntaxTreeNode) -> bool:
    return token.type == "softbreak" or (token.type == "text" and not token.content.strip())
