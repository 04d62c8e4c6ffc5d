"""Tokens to docutils nodes: MyST's renderer, and what a page of a book has beyond it."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docutils import nodes
from markdown_it.tree import SyntaxTreeNode
from myst_parser.mdit_to_docutils.base import token_line
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from sphinx import addnodes
from sphinx.locale import _

from nbpress.markup import ANCHOR, EVAL, EXTERNAL
from nbpress.notebook import Cell, Notebook
from nbpress.sphinxext import html, pictures
from nbpress.sphinxext.cells import cell_marker, code_cell, raw_cell
from nbpress.sphinxext.forms import string
from nbpress.sphinxext.links import note_label
from nbpress.sphinxext.locations import encode
from nbpress.sphinxext.sanitise import ACTIVE, sanitised, sanitised_drawing
from nbpress.sphinxext.values import value

SIZE = re.compile(r"[\d.]+(px|em|%)?")  # of a picture in HTML, as far as it is kept


class PageRenderer(SphinxRenderer):
    """Renders the token stream that `parser.page_tokens` makes of a notebook."""

    cell: Cell  # the one that is being rendered
    elements: html.Open  # of HTML in its text

    def setup_render(self, options: dict[str, Any], env: MutableMapping[str, Any]) -> None:
        """Begin a page."""
        super().setup_render(options, env)
        self.elements = html.Open()

    def render_nbpress_cell(self, token: SyntaxTreeNode) -> None:
        """Note where a cell begins, for messages of TeX."""
        self.end_html()
        notebook: Notebook = token.meta["notebook"]
        self.cell = token.meta["cell"]
        cell = self.cell
        self.current_node.append(cell_marker("", place=notebook.place(cell), tags=cell.tags, slide=cell.slide))

    def end_html(self) -> None:
        """End the HTML elements that the last cell has left open."""
        opened = tuple(self.elements.names)
        ends = sanitised(self.sphinx_env, self.elements.end(), 0, opened)
        if ends:
            self.current_node.append(nodes.raw("", ends, format="html"))

    def render_nbpress_code_cell(self, token: SyntaxTreeNode) -> None:
        """Input and outputs of a code cell."""
        for made in code_cell(self, token.meta["notebook"], token.meta["cell"]):
            inner: list[nodes.Node] = list(made.findall())
            for node in inner:
                if getattr(node, "line", None) is None:
                    node.source, node.line = self.document["source"], encode(self.cell.number, 1)
            self.current_node.append(made)

    def render_nbpress_raw_cell(self, token: SyntaxTreeNode) -> None:
        """A raw cell, by the format that it names."""
        raw_cell(self, token.meta["cell"])

    def append_to_page(self, text: str) -> None:
        """Markdown for the end of the page, outside of its sections."""
        with self.current_node_context(self._level_to_section.get(1, self.document)):
            self.nested_render_text(text, 0)

    def render_myst_role(self, token: SyntaxTreeNode) -> None:
        """A role; that of an expression is its value, which the cell's metadata hold."""
        if token.meta["name"] == EVAL:
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

    def render_s(self, token: SyntaxTreeNode) -> None:
        """Text that is struck through; MyST has it for HTML only."""
        struck = nodes.inline("", "", classes=["struck"])
        self.current_node.append(nodes.raw("", r"\nbpressstrike{", format="latex"))
        with self.current_node_context(struck, append=True):
            self.render_children(token)
        self.current_node.append(nodes.raw("", "}", format="latex"))

    def render_list_item(self, token: SyntaxTreeNode) -> None:
        """An item of a list; the box of a task has a name, and is drawn on paper too."""
        super().render_list_item(token)
        checked = (token.meta or {}).get("checked")
        if checked is not None:
            paragraph = next(self.current_node[-1].findall(nodes.paragraph))
            state = f'aria-label="{_("done") if checked else _("to do")}"{" checked" * bool(checked)}'
            paragraph[0] = nodes.raw("", f'<input type="checkbox" disabled {state}>', format="html")
            box = r"\nbpresstask{$\checkmark$}" if checked else r"\nbpresstask{}"
            paragraph.insert(0, nodes.raw("", box, format="latex"))

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
        source = unquote(str(token.attrGet("src") or ""))
        token.attrs["src"] = self._attached(source)
        alt = str(token.attrs.get("alt") or "")
        super().render_image(token)
        picture = self.current_node[-1]
        if isinstance(picture, nodes.image):
            picture["alt"] = alt or picture.get("alt", "")
            picture.rawsource = picture.rawsource or source  # without one Sphinx forgets the line
            picture.line = picture.line or encode(self.cell.number, 1)  # in a table it has none

    def _attached(self, source: str) -> str:
        """The address of a picture, after it has been written to a file if the cell or the address itself holds it."""
        kind, _, name = source.partition(":")
        forms = self.cell.attachments.get(name, {}) if kind == "attachment" else {}
        if kind == "data" and ";base64," in name:
            forms = {name.partition(";")[0]: name.partition(",")[2]}
        for mime, data in forms.items():
            stem = f"{self.cell.id}-{Path(name).stem if kind == 'attachment' else 'picture'}"
            try:
                content = pictures.decode(mime, string(data))
                if mime == pictures.SVG:
                    content = sanitised_drawing(self.sphinx_env, content, encode(self.cell.number, 1))
                return pictures.store(self.document, stem, mime, content)
            except ValueError as error:
                self._warn_of_cell(str(error))
        return source

    def _warn_of_cell(self, message: str) -> None:
        self.create_warning(message, "markup", wtype="nbpress", line=encode(self.cell.number, 1))

    def html_picture(self, source: str, attributes: Mapping[str, str], line: int = 0) -> nodes.image:
        """The picture of an element `img` in the line `line`."""
        given = {key: attributes.get(key, "") for key in ("width", "height")}
        sizes = {key: value for key, value in given.items() if SIZE.fullmatch(value)}
        # without a raw source Sphinx forgets the line of a picture
        node = nodes.image(source, uri=self._attached(unquote(source)), alt=attributes.get("alt", ""), **sizes)
        node.source, node.line = self.document["source"], line or encode(self.cell.number, 1)
        return node

    def render_html_block(self, token: SyntaxTreeNode) -> None:
        """HTML: on the site as it is, on paper what has a counterpart there."""
        self._note_anchors(token)
        picture = partial(self.html_picture, line=token_line(token, 0))
        text = self._read_html(token)
        site = html.for_site(text, picture)
        paper = html.blocks(text, picture)
        self.current_node.append(addnodes.only("", *site, expr="html"))
        if paper:
            self.current_node.append(addnodes.only("", *paper, expr="not html"))

    def _read_html(self, token: SyntaxTreeNode) -> str:
        """The HTML of a token without ends that nothing begins, sanitised: the last, so that all is seen."""
        opened = tuple(self.elements.names)
        return sanitised(self.sphinx_env, self.elements.read(token.content), token_line(token, 0), opened)

    def _note_anchors(self, token: SyntaxTreeNode) -> None:
        """Let links of the page lead to the HTML elements that have an id."""
        for name in (match["value"] for match in ANCHOR.finditer(token.content)):
            self._heading_slugs.setdefault(name, (None, name, ""))
            self.current_node.append(addnodes.only("", nodes.target("", "", ids=[name]), expr="not html"))

    def render_html_inline(self, token: SyntaxTreeNode) -> None:
        """A tag in a line of text."""
        if html.IMG.match(token.content):
            picture = partial(self.html_picture, line=token_line(token, 0))
            self.current_node.extend(html.for_site(self._read_html(token), picture))
            return
        self._note_anchors(token)
        self.current_node.append(nodes.raw("", self._read_html(token), format="html"))
        siblings = [child.content for child in token.siblings if child.type == "html_inline"]
        latex = html.tag(token.content, siblings)
        if latex:
            self.current_node.append(nodes.raw("", latex, format="latex"))

    def render_link(self, token: SyntaxTreeNode) -> None:
        """Links inside the book are resolved by `links`, when all numbers are known."""
        href = self.md.normalizeLinkText(str(token.attrGet("href") or ""))
        if ACTIVE.match(href):
            self.render_link_url(token)  # of which `sanitise` says what it is
            return
        if not href or token.info == "auto" or EXTERNAL.match(href):
            super().render_link(token)
            return
        path = href.partition("#")[0]
        if path and not path.endswith(".ipynb") and (Path(self.document["source"]).parent / path).is_file():
            self.render_link_unknown(token)  # a page in Markdown, or a file to download
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
