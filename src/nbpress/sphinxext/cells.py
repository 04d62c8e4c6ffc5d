"""Code cells and raw cells as nodes: nbsphinx's, so that its LaTeX package serves both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import nbsphinx
from docutils import nodes
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound
from sphinx import addnodes
from sphinx.application import Sphinx

from nbpress.notebook import Cell, Notebook, split_options
from nbpress.sphinxext import forms
from nbpress.sphinxext.links import note_label
from nbpress.sphinxext.locations import encode
from nbpress.sphinxext.outputs import Output, Shown, markdown, note
from nbpress.sphinxext.table_nodes import html_table
from nbpress.sphinxext.tables import has_table
from nbpress.sphinxext.terminal import printable, text_block

MAGIC = re.compile(r"^[ \t]*[!%]|\?[ \t]*$", re.M)  # lines that are IPython's, not Python's
KINDS = {"fig": ("figure",), "tbl": ("table",), "tab": ("table",)}  # what a label stands for, by how it begins
LONG_INPUT = 10  # lines; paper may break a longer one between two pages


class cell_marker(nodes.Invisible, nodes.Element):
    """Where a cell begins; `place` says which."""


class fold(nodes.General, nodes.Element):
    """Content that HTML shows folded under a `summary`, and paper shows as it is."""


class scroll(nodes.General, nodes.Element):
    """Content that HTML shows in a window of its own, and paper shows whole."""


def code_cell(renderer: Any, notebook: Notebook, cell: Cell) -> Iterator[nodes.Element]:
    """The nodes of a code cell, as its tags want them; `renderer` sets captions and Markdown outputs."""
    if "remove-cell" in cell.tags:
        return
    options, source = split_options(cell.source)
    content: list[nodes.Element] = []
    if source.strip() and "remove-input" not in cell.tags:
        content += _folded(cell, "hide-input", "Show the code", [_input(notebook, cell, source)])
    if "remove-output" not in cell.tags:
        outputs = list(_outputs(renderer, cell, options))
        if "scroll-output" in cell.tags and outputs:
            outputs = [scroll("", *outputs, classes=["scroll-output"])]
        content += _folded(cell, "hide-output", "Show the output", outputs)
    if "full-width" in cell.tags and content:
        wide = nodes.container("", *content, classes=["full-width"])
        _widen(wide)
        yield wide
    else:
        yield from content


def _widen(content: nodes.Element) -> None:
    """Tell tables and figures, which TeX places by themselves, that they may be wider than the text."""
    for table in content.findall(html_table):
        table["wide"] = True
    for figure in content.findall(nodes.figure):
        caption = next((child for child in figure if isinstance(child, nodes.caption)), None)
        figure.insert(0, nodes.raw("", r"\nbpresswide{", format="latex"))
        figure.insert(figure.index(caption) if caption else len(figure), nodes.raw("", "}", format="latex"))


def _folded(cell: Cell, tag: str, summary: str, content: list[nodes.Element]) -> list[nodes.Element]:
    if content and (tag in cell.tags or "hide-cell" in cell.tags):
        return [fold("", *content, summary=summary, classes=["fold"])]
    return content


def _input(notebook: Notebook, cell: Cell, source: str) -> nodes.Element:
    """The code, highlighted; what Pygments cannot read of it is not wrong for that."""
    text = printable(source)
    lexer = _lexer(notebook.language, source)
    code = nodes.literal_block(text, text, language=lexer, force=True, classes=["input_area"])
    outputs = [] if "remove-output" in cell.tags else cell.outputs
    paper = {"kept": _kept_lines(source, outputs), "attached": bool(outputs) and _is_text(outputs[0])}
    area = nbsphinx.CodeAreaNode("", code, prompt="", stderr=False, **paper)
    return nodes.container("", area, classes=["nbinput"])


def _lexer(language: str, source: str) -> str:
    """Python as it is, or as IPython knows it, with lines for the shell and magics; any other language if known."""
    if language == "python":
        return "ipython3" if MAGIC.search(source) else "python"
    try:
        get_lexer_by_name(language)
    except ClassNotFound:
        return "none"
    return language


def _kept_lines(source: str, outputs: Any) -> int:
    """How many lines paper keeps together: a short input, or the beginning of a long one, and that of its output."""
    return min(source.count("\n") + 1, LONG_INPUT) + (2 if outputs else 0)


def _is_text(output: Mapping[str, Any]) -> bool:
    """Whether paper shows the output as plain text."""
    return "data" not in output or forms.paper_form(forms.data_of(output)) == "text/plain"


def _outputs(renderer: Any, cell: Cell, options: Mapping[str, str]) -> Iterator[nodes.Element]:
    """Every output; the first that can be what the label stands for carries it, with the caption."""
    label = options.get("label", "")
    kinds = KINDS.get(re.split(r"[-:_]", label)[0], ("figure", "table"))
    for number, raw in enumerate(_joined(cell.outputs)):
        if raw["output_type"] in ("stream", "error"):
            yield from _terminal(raw)
            continue
        output = Output(renderer, cell, raw, f"{cell.id}-{number}")
        kind = next((kind for kind in kinds if label and forms.fits(kind, output.data)), "")
        if kind:
            yield {"figure": _figure, "table": _table}[kind](output, options)
            label = ""
        else:
            yield from (_area(shown, options) for shown in output.shown())
        if forms.WIDGET in output.data and forms.site_form(output.data):
            yield nodes.container("", note("Interactive in the notebook."), classes=["nboutput"])
    if label and cell.outputs:
        what = " or ".join("picture" if kind == "figure" else kind for kind in kinds)
        Output(renderer, cell, {}, "").warn(f'the cell shows no {what} for its label "{label}"')


def _joined(outputs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The outputs with neighbouring pieces of one stream as one."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        same = joined and output["output_type"] == "stream" == joined[-1]["output_type"]
        if same and output.get("name") == joined[-1].get("name"):
            joined[-1]["pieces"].append(forms.string(output.get("text", "")))
        else:
            joined.append({**output, "pieces": [forms.string(output.get("text", ""))]})
    return joined


def _terminal(output: Mapping[str, Any]) -> Iterator[nodes.Element]:
    """What a program wrote, or its traceback, as a terminal would show it."""
    text, classes = "".join(output["pieces"]), ["stderr"] if output.get("name") == "stderr" else []
    if output["output_type"] == "error":
        lines = output.get("traceback") or [f"{output.get('ename', '')}: {output.get('evalue', '')}"]
        text, classes = "\n".join(map(str, lines)), ["error"]
    if text.strip():
        area = nodes.container("", text_block(text), classes=["output_area", *classes])
        yield nodes.container("", nbsphinx.CodeAreaNode("", area, prompt=""), classes=["nboutput"])


def _area(shown: Shown, options: Mapping[str, str]) -> nodes.Element:
    """An output without a number."""
    _describe(shown.node, options)
    name = shown.mime.replace("/", "-").replace("+", "-") or "no-form"
    area = nodes.container("", shown.node, classes=["output_area", name])
    inner = nbsphinx.CodeAreaNode("", area, prompt="") if shown.mime == "text/plain" else area
    return _for_medium(shown, nodes.container("", inner, classes=["nboutput"]))


def _for_medium(shown: Shown, node: nodes.Element) -> nodes.Element:
    return addnodes.only("", node, expr=shown.medium) if shown.medium else node


def _describe(node: nodes.Element, options: Mapping[str, str]) -> None:
    """Give pictures the description and the width that the cell's options name."""
    for picture in node.findall(nodes.image):
        picture["alt"] = options.get("alt") or picture["alt"]
        if "width" in options:
            picture["width"] = options["width"]
            picture.attributes.pop("height", None)


def _figure(output: Output, options: Mapping[str, str]) -> nodes.Element:
    """The output as a figure with the cell's label and caption."""
    figure = nodes.figure("", classes=["nboutput"])
    for shown in output.shown():
        _describe(shown.node, options)
        figure += _for_medium(shown, shown.node)
    caption = options.get("caption", "")
    if caption:
        text = markdown(output.renderer, output.cell, nodes.caption(caption, ""), caption, inline=True)
        figure += text
        for picture in figure.findall(nodes.image):
            picture["alt"] = picture["alt"] or text.astext()
    else:
        output.warn(f'the figure "{options["label"]}" has no caption, and so no number')
    note_label(output.document, figure, options["label"])
    return figure


def _table(output: Output, options: Mapping[str, str]) -> nodes.Element:
    """The output with its first table as one with the cell's label and caption."""
    node = output.form("text/html" if has_table(output.data.get("text/html", "")) else "text/markdown")
    table = next(iter(node.findall(nodes.table)))
    caption = options.get("caption", "")
    if caption:
        table.insert(0, markdown(output.renderer, output.cell, nodes.title(caption, ""), caption, inline=True))
    else:
        output.warn(f'the table "{options["label"]}" has no caption, and so no number')
    note_label(output.document, table, options["label"])
    area = nodes.container("", node, classes=["output_area", "text-html"])
    return nodes.container("", area, classes=["nboutput", "numbered"])


def raw_cell(renderer: Any, cell: Cell) -> None:
    """A raw cell, into the output whose format it names; one that names none is shown as it is."""
    mime = str(cell.metadata.get("raw_mimetype", cell.metadata.get("format", ""))).lower()
    node = renderer.current_node
    if mime in ("text/markdown", "text/x-markdown", "markdown"):
        renderer.nested_render_text(cell.source, encode(cell.number, 0))
    elif mime in ("text/restructuredtext", "text/x-rst", "rst"):
        token = Token("restructuredtext", "", 0, content=cell.source, map=[encode(cell.number, 0)] * 2)
        renderer.render_restructuredtext(SyntaxTreeNode([token]).children[0])
    elif mime in ("text/html", "html"):
        node.append(nodes.raw("", cell.source, format="html"))
    elif mime in ("text/latex", "latex", "tex"):
        node.append(nodes.raw("", cell.source, format="latex"))
    elif not mime:
        text = printable(cell.source)
        node.append(nodes.literal_block(text, text, language="none"))
    else:
        line = encode(cell.number, 1)
        renderer.create_warning(f"a raw cell of the type {mime} is not printed", "raw", wtype="nbpress", line=line)


def visit_fold_html(self: Any, node: fold) -> None:
    """A `details` element."""
    self.body.append(self.starttag(node, "details", CLASS=" ".join(node["classes"])))
    self.body.append(f"<summary>{self.encode(node['summary'])}</summary>\n")


def depart_fold_html(self: Any, node: fold) -> None:
    """Close it."""
    self.body.append("</details>\n")


def visit_scroll_html(self: Any, node: scroll) -> None:
    """A box that the keyboard can reach, since only what has the focus is scrolled by it."""
    self.body.append(self.starttag(node, "div", tabindex="0", role="region", **{"aria-label": "Output"}))


def depart_scroll_html(self: Any, node: scroll) -> None:
    """Close it."""
    self.body.append("</div>\n")


def visit_marker_latex(self: Any, node: cell_marker) -> None:
    """A comment in the TeX source, by which an error of TeX is led back to its cell."""
    place = node["place"]
    self.body.append(f"\n%% nbpress: {place.file}|{place.cell}|{place.cell_id}\n")


def visit_code_area_latex(self: Any, node: nodes.Element) -> None:
    """What stands around it in TeX is in nbpress.sty, by the classes of its container; nbsphinx would put it here."""
    if "kept" in node:
        self.body.append(f"\n\\nbpresskeep{{{node['kept']}}}\n")


def depart_code_area_latex(self: Any, node: nodes.Element) -> None:
    """An output of text follows without a gap."""
    if node.get("attached"):
        self.body.append("\n\\nbpressattach\n")


def nothing(self: Any, node: nodes.Node) -> None:
    """Print nothing."""


def setup(app: Sphinx) -> None:
    """Register the nodes, and adapt one of nbsphinx's to TeX."""
    unseen = (nothing, nothing)
    app.add_node(cell_marker, html=unseen, latex=(visit_marker_latex, nothing), text=unseen)
    app.add_node(fold, html=(visit_fold_html, depart_fold_html), latex=unseen, text=unseen)
    app.add_node(scroll, html=(visit_scroll_html, depart_scroll_html), latex=unseen, text=unseen)
    app.add_node(nbsphinx.CodeAreaNode, override=True, latex=(visit_code_area_latex, depart_code_area_latex))
