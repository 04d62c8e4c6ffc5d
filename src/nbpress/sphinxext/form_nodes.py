"""Outputs of code cells as nodes: each form of an output by a function of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import _
from sphinx.util import logging

from nbpress.notebook import Cell
from nbpress.sphinxext import forms, html, pictures
from nbpress.sphinxext.locations import encode
from nbpress.sphinxext.sanitise import sanitised, sanitised_drawing
from nbpress.sphinxext.table_nodes import table
from nbpress.sphinxext.tables import has_table
from nbpress.sphinxext.terminal import BLOCK, text_block

logger = logging.getLogger(__name__)

STATIC = {  # what makes a library store a picture beside the data of its script
    "plotly": 'pio.renderers.default = "plotly_mimetype+svg"',
    "vega": 'alt.renderers.enable("svg")',
    "vegalite": 'alt.renderers.enable("svg")',
    "bokehjs_exec": "SVG(bokeh.io.export_svg(figure)[0])",
    "holoviews_exec": 'hv.extension("matplotlib")',
}


class Shown(NamedTuple):
    """An output in one form, for the medium `html`, `not html`, or both (an empty name)."""

    medium: str
    mime: str
    node: nodes.Element


class Output:
    """One output of a cell on its way into a document; `name` is that of the files of its pictures."""

    def __init__(self, renderer: Any, cell: Cell, raw: Mapping[str, Any], name: str) -> None:
        self.renderer = renderer
        self.document: nodes.document = renderer.document
        self.cell = cell
        self.name = name
        self.data: forms.Data = forms.data_of(raw)
        self.metadata: Mapping[str, Any] = raw.get("metadata") or {}

    def shown(self) -> Iterator[Shown]:
        """The output as each medium shows it; what none can show is a problem."""
        site, paper = forms.site_form(self.data), forms.paper_form(self.data)
        self._complain(site, paper)
        if site and site == paper:
            yield Shown("", site, self.form(site))
        elif self.data:
            yield Shown("html", site, self.form(site) if site else _notebook_only())
            yield Shown("not html", paper, self.form(paper) if paper else self._on_paper())

    def _complain(self, site: str, paper: str) -> None:
        library = forms.interactive(self.data)
        if library and not forms.is_picture(paper):
            self.warn(f"there is no picture of this output for paper; have one stored: {STATIC[library]}")
        elif self.data and not (site or paper or forms.for_screens(self.data)):
            self.warn(f"no form of this output can be printed: {', '.join(self.data)}")

    def _on_paper(self) -> nodes.Element:
        """An output of HTML alone: its words, if these are all."""
        text = self.data.get("text/html", "")
        if not text:
            return _notebook_only()
        content = [] if html.for_screens(text) else html.blocks(text, self.renderer.html_picture)
        return nodes.container("", *content) if content else _site_only(self.document)

    def form(self, mime: str) -> nodes.Element:
        """The node of one form."""
        return FORMS[mime](self, mime)

    def warn(self, message: str) -> None:
        """A problem of the cell."""
        env = self.document.settings.env
        logger.warning(message, location=(env.docname, encode(self.cell.number, 1)), type="nbpress", subtype="output")


def note(*words: nodes.Node | str) -> nodes.Element:
    """A sentence in place of an output."""
    text = [nodes.Text(word) if isinstance(word, str) else word for word in words]
    return nodes.container("", nodes.paragraph("", "", *text), classes=["output-note"])


def _notebook_only() -> nodes.Element:
    return note(_("This output can be seen only in the notebook."))


def _site_only(document: nodes.document) -> nodes.Element:
    """The sentence in place of what only the page on the web site shows."""
    env = document.settings.env
    before, after = _("This output can be seen only on %s.").split("%s")
    base, site = env.config.html_baseurl, _("the web site")
    link = nodes.reference("", site, refuri=f"{base.rstrip('/')}/{env.docname}.html") if base else site
    return note(before, link, after)


def _picture(output: Output, mime: str) -> nodes.Element:
    """A picture, in the size that the output asks for."""
    try:
        content = pictures.decode(mime, output.data[mime])
    except ValueError as error:
        output.warn(str(error))
        return note(_("This picture is damaged."))
    if mime == pictures.SVG:
        content = sanitised_drawing(output.document.settings.env, content, encode(output.cell.number, 1))
    if not content:
        return note(_("This picture is damaged."))
    uri = pictures.store(output.document, output.name, mime, content)
    wanted = output.metadata.get(mime)
    size = wanted if isinstance(wanted, dict) else {}
    sizes = {key: str(size[key]) for key in ("width", "height") if size.get(key)}
    classes = ["keep-tones"] if pictures.has_tones(mime, content) else []
    return nodes.image(uri, uri=uri, alt=str(size.get("alt") or ""), classes=classes, **sizes)


def _pdf(output: Output, mime: str) -> nodes.Element:
    """A drawing in PDF: paper has it, and the site a link to it."""
    picture = _picture(output, mime)
    if not isinstance(picture, nodes.image):
        return picture
    link = addnodes.download_reference("", "", nodes.Text(_("This output as PDF")), reftarget=picture["uri"])
    link["refdoc"] = output.document.settings.env.docname
    site = nodes.container("", nodes.paragraph("", "", link), classes=["output-note"])
    return nodes.container("", addnodes.only("", site, expr="html"), addnodes.only("", picture, expr="not html"))


def _html(output: Output, mime: str) -> nodes.Element:
    env, line = output.document.settings.env, encode(output.cell.number, 1)
    name = re.sub(r"[^\w-]", "-", f"output-{output.name}")
    text = sanitised(env, html.closed(output.data[mime]), line, scope=f"#{name}")
    if f"@scope (#{name})" in text:  # its style sheets are for itself
        text = f'<div id="{name}">{text}</div>'
    return table(text) if has_table(text) else nodes.raw("", text, format="html", classes=["rendered_html"])


def _markdown(output: Output, mime: str) -> nodes.Element:
    return markdown(output.renderer, output.cell, nodes.container(""), output.data[mime])


def _latex(output: Output, mime: str) -> nodes.Element:
    """A formula, words with formulas, or what only LaTeX can set."""
    text = output.data[mime].strip()
    if not forms.is_formula(text):
        return nodes.raw("", text, format="latex")
    formula = formula_of(text)
    if not formula:
        return _markdown(output, mime)
    return nodes.math_block(formula, formula, nowrap=False, number=None, label=None)


def formula_of(text: str) -> str:
    """The formula that LaTeX is, in dollars or without; nothing where it is words with formulas."""
    for mark in ("$$", "$"):
        inner = text[len(mark) : -len(mark)].strip()
        if text.startswith(mark) and text.endswith(mark) and inner and "$" not in inner:
            return inner.removeprefix(r"\displaystyle").strip()
    return "" if "$" in text.replace(r"\$", "") else text


def _json(output: Output, mime: str) -> nodes.Element:
    text = json.dumps(output.data[mime], indent=2, ensure_ascii=False)
    if text.count("\n") > BLOCK:
        return text_block(text)
    return nodes.literal_block(text, text, language="json", force=True)


def _plain(output: Output, mime: str) -> nodes.Element:
    return text_block(output.data[mime])


def interactive(*given: Any) -> nodes.Element:
    """What is said of a widget."""
    return note(_("Interactive in the notebook."))


FORMS: dict[str, Callable[[Output, str], nodes.Element]] = {
    **dict.fromkeys(forms.PICTURES, _picture),
    "application/pdf": _pdf,
    "application/json": _json,
    "text/html": _html,
    "text/latex": _latex,
    "text/markdown": _markdown,
    "text/plain": _plain,
    forms.WIDGET: interactive,
}


def markdown(renderer: Any, cell: Cell, node: nodes.Element, text: str, *, inline: bool = False) -> nodes.Element:
    """Fill `node` with Markdown that a cell shows, or says of what it shows."""
    with renderer.current_node_context(node):
        renderer.nested_render_text(text, encode(cell.number, 0), inline=inline)
    return node
