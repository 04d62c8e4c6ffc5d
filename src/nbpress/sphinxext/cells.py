"""Code cells and their outputs as nodes: nbsphinx's, so that its LaTeX package serves both."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbsphinx
from docutils import nodes
from nbconvert.filters import ansi2html, ansi2latex, escape_latex, strip_ansi
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging

from nbpress.notebook import Cell, Notebook, split_options
from nbpress.sphinxext.links import note_label
from nbpress.sphinxext.locations import encode

MAGIC = re.compile(r"^[ \t]*[!%]|\?[ \t]*$", re.M)  # lines that are IPython's, not Python's
logger = logging.getLogger(__name__)

IMAGES = {
    "image/svg+xml": ".svg",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
}
# The richest form that a format can show comes first.
HTML = (
    "text/html",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "image/gif",
    "text/markdown",
    "text/latex",
    "text/plain",
)
LATEX = ("text/latex", "application/pdf", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/plain")

LONG_INPUT = 10  # lines; paper may break a longer one between two pages


class cell_marker(nodes.Invisible, nodes.Element):
    """Where a cell begins; `place` says which."""


class fold(nodes.General, nodes.Element):
    """Content that HTML shows folded under a `summary`, and paper shows as it is."""


def code_cell(renderer: Any, notebook: Notebook, cell: Cell) -> Iterator[nodes.Element]:
    """The nodes of a code cell, as its tags want them; `renderer` sets captions and Markdown outputs."""
    if "remove-cell" in cell.tags:
        return
    options, source = split_options(cell.source)
    shown = Shown(renderer, notebook, cell, options)
    if source.strip() and "remove-input" not in cell.tags:
        yield from _folded(cell, "hide-input", "Show the code", [shown.input(source)])
    if "remove-output" not in cell.tags:
        yield from _folded(cell, "hide-output", "Show the output", list(shown.outputs()))


def _folded(cell: Cell, tag: str, summary: str, content: list[nodes.Element]) -> list[nodes.Element]:
    if content and (tag in cell.tags or "hide-cell" in cell.tags):
        return [fold("", *content, summary=summary, classes=["fold"])]
    return content


class Shown:
    """One code cell on its way into a document, with what is needed to set it."""

    def __init__(self, renderer: Any, notebook: Notebook, cell: Cell, options: Mapping[str, str]) -> None:
        self.renderer = renderer
        self.document: nodes.document = renderer.document
        self.notebook = notebook
        self.cell = cell
        self.options = options

    def input(self, source: str) -> nodes.Element:
        """The code, highlighted."""
        code = nodes.literal_block(source, source, language=self._lexer(source), classes=["input_area"])
        outputs = [] if "remove-output" in self.cell.tags else self.cell.outputs
        paper = {"kept": _kept_lines(source, outputs), "attached": bool(outputs) and _is_text(outputs[0])}
        area = nbsphinx.CodeAreaNode("", code, prompt="", stderr=False, **paper)
        return nodes.container("", area, classes=["nbinput"])

    def outputs(self) -> Iterator[nodes.Element]:
        """Every output; the first picture carries the cell's label and caption."""
        label = self.options.get("label", "")
        for number, output in enumerate(_joined(self.cell.outputs)):
            nodes_ = self._output(output, number)
            picture = next((image for node in nodes_ for image in node.findall(nodes.image)), None)
            if label and picture is not None:
                yield self._figure(nodes_, label)
                label = ""
            else:
                yield from nodes_
        if label and self.cell.outputs:
            self._warn(f'the cell shows no picture for its label "{label}"')

    def _lexer(self, source: str) -> str:
        """Python as it is, or as IPython knows it, with lines for the shell and magics."""
        language = self.notebook.language
        return "ipython3" if language == "python" and MAGIC.search(source) else language

    def _output(self, output: Mapping[str, Any], number: int) -> list[nodes.Element]:
        if output["output_type"] == "stream":
            return [_text(_string(output["text"]), stderr=output.get("name") == "stderr")]
        if output["output_type"] == "error":
            return [_text("\n".join(output["traceback"]), error=True)]
        data = output.get("data", {})
        html = next((mime for mime in HTML if mime in data), "")
        latex = _latex_form(output)
        if not html and not latex:
            if data:
                self._warn(f"no form of this output can be printed: {', '.join(data)}")
            return []
        if html == latex:
            return [self._rich(output, html, number)]
        pairs = (("html", html), ("not html", latex))
        return [addnodes.only("", self._rich(output, mime, number), expr=expr) for expr, mime in pairs if mime]

    def _rich(self, output: Mapping[str, Any], mime: str, number: int) -> nodes.Element:
        """One output in one of its forms."""
        data = output["data"][mime]
        if mime == "text/plain":
            return _text(_string(data))
        if mime in IMAGES:
            content: nodes.Element = self._image(output, mime, number)
        elif mime == "text/html":
            content = nodes.raw("", _string(data), format="html", classes=["rendered_html"])
        elif mime == "text/latex":
            content = _math(_string(data))
        else:
            content = self._markdown(nodes.container(""), _string(data))
        area = nodes.container("", content, classes=["output_area", mime.replace("/", "-").replace("+", "-")])
        return nodes.container("", area, classes=["nboutput"])

    def _image(self, output: Mapping[str, Any], mime: str, number: int) -> nodes.image:
        data = output["data"][mime]
        content = _string(data).encode() if mime == "image/svg+xml" else base64.b64decode(_string(data))
        size = output.get("metadata", {}).get(mime, {})
        sizes = {key: str(size[key]) for key in ("width", "height") if key in size}
        uri = store_file(self.document, f"{self.cell.id}-{number}", mime, content)
        coloured = mime == "image/svg+xml" and b"<image" in content  # a colour map: its tones mean something
        classes = ["keep-tones"] if coloured else []
        return nodes.image("", uri=uri, alt=self.options.get("alt", ""), classes=classes, **sizes)

    def _figure(self, content: list[nodes.Element], label: str) -> nodes.Element:
        picture = next(image for node in content for image in node.findall(nodes.image)).deepcopy()
        caption = self.options.get("caption", "")
        if not caption:
            self._warn(f'the figure "{label}" has no caption, and so no number')
        figure = nodes.figure("", picture, classes=["nboutput"])
        if caption:
            text = self._markdown(nodes.caption(caption, ""), caption, inline=True)
            figure += text
            picture["alt"] = picture["alt"] or text.astext()
        note_label(self.document, figure, label)
        return figure

    def _markdown(self, node: nodes.Element, text: str, *, inline: bool = False) -> nodes.Element:
        with self.renderer.current_node_context(node):
            self.renderer.nested_render_text(text, encode(self.cell.number, 0), inline=inline)
        return node

    def _warn(self, message: str) -> None:
        env = self.document.settings.env
        logger.warning(message, location=(env.docname, encode(self.cell.number, 1)), type="nbpress", subtype="output")


def _kept_lines(source: str, outputs: Any) -> int:
    """How many lines paper keeps together: a short input, or the beginning of a long one, and that of its output."""
    return min(source.count("\n") + 1, LONG_INPUT) + (2 if outputs else 0)


def _latex_form(output: Mapping[str, Any]) -> str:
    return next((mime for mime in LATEX if mime in output.get("data", {})), "")


def _is_text(output: Mapping[str, Any]) -> bool:
    """Whether paper shows the output as plain text."""
    return "text" in output or "traceback" in output or _latex_form(output) == "text/plain"


def _joined(outputs: Any) -> list[dict[str, Any]]:
    """The outputs with neighbouring pieces of one stream as one."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        same = joined and output["output_type"] == "stream" == joined[-1]["output_type"]
        if same and output.get("name") == joined[-1].get("name"):
            joined[-1]["text"] = _string(joined[-1]["text"]) + _string(output["text"])
        else:
            joined.append(dict(output))
    return joined


def _string(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


def _text(text: str, *, stderr: bool = False, error: bool = False) -> nodes.Element:
    """Plain text as a terminal would show it, colours included, in every format."""
    text = text.rstrip("\n")
    html = nodes.raw("", f'<div class="highlight"><pre>{ansi2html(text)}</pre></div>', format="html")
    body = ansi2latex(escape_latex(text).replace(r"{\ldots}", "..."))
    latex = nodes.raw(
        "", f"\\begin{{sphinxVerbatim}}[commandchars=\\\\\\{{\\}}]\n{body}\n\\end{{sphinxVerbatim}}", format="latex"
    )
    plain = nodes.raw("", strip_ansi(text), format="text")
    classes = ["output_area", *(["stderr"] if stderr else []), *(["error"] if error else [])]
    area = nodes.container("", html, latex, plain, classes=classes)
    return nodes.container("", nbsphinx.CodeAreaNode("", area, prompt="", stderr=stderr), classes=["nboutput"])


def _math(text: str) -> nodes.Element:
    """LaTeX that a cell has shown."""
    formula = formula_of(text)
    return nodes.math_block(formula, formula, nowrap=False, number=None, label=None)


def formula_of(text: str) -> str:
    """The formula in a `text/latex` output: without its dollars, or as it is where it has none."""
    formula = text.strip()
    for mark in ("$$", "$"):
        if formula.startswith(mark) and formula.endswith(mark) and len(formula) > 2 * len(mark):
            return formula[len(mark) : -len(mark)].strip().removeprefix(r"\displaystyle").strip()
    return formula


def store_file(document: nodes.document, stem: str, mime: str, content: bytes) -> str:
    """Write a picture where Sphinx collects it and return its address, relative to the page."""
    env = document.settings.env
    digest = hashlib.sha256(content).hexdigest()[:8]
    name = f"{env.docname.replace('/', '-')}-{stem}-{digest}{IMAGES.get(mime, '')}"
    path = Path(env.nbsphinx_auxdir) / name
    if not path.exists():
        path.write_bytes(content)
    return os.path.relpath(path, Path(env.doc2path(env.docname)).parent).replace(os.sep, "/")


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
    if "kept" in node:
        self.body.append(f"\n\\nbpresskeep{{{node['kept']}}}\n")


def depart_code_area_latex(self: Any, node: nodes.Element) -> None:
    """An output of text follows without a gap."""
    if node.get("attached"):
        self.body.append("\n\\nbpressattach\n")


def nothing(self: Any, node: nodes.Node) -> None:
    """Print nothing."""


def setup(app: Sphinx) -> None:
    """Register the two nodes, and adapt one of nbsphinx's to TeX."""
    app.add_node(cell_marker, html=(nothing, nothing), latex=(visit_marker_latex, nothing), text=(nothing, nothing))
    app.add_node(fold, html=(visit_fold_html, depart_fold_html), latex=(nothing, nothing), text=(nothing, nothing))
    app.add_node(nbsphinx.CodeAreaNode, override=True, latex=(visit_code_area_latex, depart_code_area_latex))
