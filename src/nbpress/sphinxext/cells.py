"""Code cells and raw cells as nodes: nbsphinx's, so that its LaTeX package serves both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import nbsphinx
from docutils import nodes
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound
from sphinx.application import Sphinx
from sphinx.locale import _

from nbpress.notebook import Cell, Notebook, split_options
from nbpress.sphinxext import forms
from nbpress.sphinxext.locations import encode
from nbpress.sphinxext.outputs import outputs
from nbpress.sphinxext.reference import saved_in
from nbpress.sphinxext.sanitise import sanitised
from nbpress.sphinxext.table_nodes import html_table
from nbpress.sphinxext.terminal import printable

MAGIC = re.compile(r"^[ \t]*[!%]|\?[ \t]*$", re.M)  # lines that are IPython's, not Python's
UNBROKEN = 12  # lines; paper may break longer code, and longer outputs, between two pages
LINE = 76  # characters in a line of code on paper
QUESTION = (":", "：")  # the end of a paragraph that stays with the code behind it
ANYWHERE, NEVER = -20, 10000  # penalties for a new page


class cell_marker(nodes.Invisible, nodes.Element):
    """Where a cell begins; `place` says which, `tags` are its own, and `slide` is what it is in a deck."""


class fold(nodes.General, nodes.Element):
    """Content that HTML shows folded under a `summary`, and paper shows as it is."""


def code_cell(renderer: Any, notebook: Notebook, cell: Cell) -> Iterator[nodes.Element]:
    """The nodes of a code cell, as its tags want them; `renderer` sets captions and Markdown outputs."""
    if "remove-cell" in cell.tags:
        return
    options, source = split_options(cell.source)
    content: list[nodes.Element] = []
    if source.strip() and "remove-input" not in cell.tags:
        shown_code = [_input(notebook, cell, source), *saved_in(source, renderer.sphinx_env.docname)]
        content += _folded(cell, "hide-input", _("Show the code"), shown_code)
    if "remove-output" not in cell.tags:
        shown = list(outputs(renderer, notebook, cell, options))
        content += _folded(cell, "hide-output", _("Show the output"), shown)
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
    shown = [] if "remove-output" in cell.tags else cell.outputs
    follows = ("text" if _is_text(shown[0]) else "other") if shown else ""
    area = nbsphinx.CodeAreaNode("", code, prompt="", stderr=False, follows=follows)
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


def _is_text(output: Mapping[str, Any]) -> bool:
    """Whether paper shows the output as plain text."""
    return "data" not in output or forms.paper_form(forms.data_of(output)) == "text/plain"


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
        text = sanitised(renderer.sphinx_env, cell.source, encode(cell.number, 1))
        node.append(nodes.raw("", text, format="html"))
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


def visit_marker_latex(self: Any, node: cell_marker) -> None:
    """A comment in the TeX source, by which an error of TeX is led back to its cell."""
    place = node["place"]
    self.body.append(f"\n%% nbpress: {place.file}|{place.cell}|{place.cell_id}\n")


def visit_code_area_latex(self: Any, node: nodes.Element) -> None:
    """What stands around it in TeX is in nbpress.sty, by the classes of its container; nbsphinx would put it here."""
    if _lines(node) <= UNBROKEN:
        penalty = ANYWHERE if "follows" in node and not _is_asked_for(node.parent) else NEVER
        self.body.append(f"\n\\begin{{nbpressunbroken}}{{{penalty}}}\n")
    elif "follows" in node:
        self.body.append(f"\n\\nbpresskeep{{{UNBROKEN}}}\n")


def depart_code_area_latex(self: Any, node: nodes.Element) -> None:
    """An output of text follows without a gap, and any output on the same page."""
    if _lines(node) <= UNBROKEN:
        self.body.append("\n\\end{nbpressunbroken}\n")
    follows = node.get("follows")
    self.body.append({"text": "\n\\nbpressattach\n", "other": "\n\\par\\nobreak\n"}.get(follows, ""))


def _lines(node: nodes.Element) -> int:
    return sum(1 + len(line) // LINE for line in node.astext().split("\n"))


def _is_asked_for(node: nodes.Element) -> bool:
    """Whether the paragraph before it is a question that the code answers."""
    before = (one for one in reversed(node.parent[: node.parent.index(node)]) if not isinstance(one, nodes.Invisible))
    last = next(before, None)
    return isinstance(last, nodes.paragraph) and last.astext().rstrip().endswith(QUESTION)


def nothing(self: Any, node: nodes.Node) -> None:
    """Print nothing."""


def setup(app: Sphinx) -> None:
    """Register the nodes, and adapt one of nbsphinx's to TeX."""
    unseen = (nothing, nothing)
    app.add_node(cell_marker, html=unseen, latex=(visit_marker_latex, nothing), text=unseen)
    app.add_node(fold, html=(visit_fold_html, depart_fold_html), latex=unseen, text=unseen)
    app.add_node(nbsphinx.CodeAreaNode, override=True, latex=(visit_code_area_latex, depart_code_area_latex))
