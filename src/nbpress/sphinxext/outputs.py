"""The outputs of a code cell in their order, and the one among them that carries the cell's label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import nbsphinx
from docutils import nodes
from sphinx import addnodes

from nbpress.notebook import Cell, Notebook
from nbpress.sphinxext import forms
from nbpress.sphinxext.form_nodes import Output, Shown, interactive, markdown
from nbpress.sphinxext.links import note_label
from nbpress.sphinxext.scrolling import windowed
from nbpress.sphinxext.tables import has_table
from nbpress.sphinxext.terminal import text_block
from nbpress.sphinxext.widgets import saved_outputs

KINDS = {"fig": ("figure",), "tbl": ("table",), "tab": ("table",)}  # what a label stands for, by how it begins


def outputs(renderer: Any, notebook: Notebook, cell: Cell, options: Mapping[str, str]) -> Iterator[nodes.Element]:
    """Every output; the first that can be what the label stands for carries it, with the caption."""
    label = options.get("label", "")
    kinds = KINDS.get(re.split(r"[-:_]", label)[0], ("figure", "table"))
    for number, raw in enumerate(_joined(_with_saved(notebook, cell))):
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
        if forms.WIDGET in output.data and forms.site_form(output.data) != forms.WIDGET:
            yield nodes.container("", interactive(), classes=["nboutput"])
    if label and cell.outputs:
        what = " or ".join("picture" if kind == "figure" else kind for kind in kinds)
        Output(renderer, cell, {}, "").warn(f'the cell shows no {what} for its label "{label}"')


def _with_saved(notebook: Notebook, cell: Cell) -> Iterator[Mapping[str, Any]]:
    """The outputs, and what widgets showed last in place of the text that stands for them."""
    for output in cell.outputs:
        view = forms.data_of(output).get(forms.WIDGET)
        saved = saved_outputs(notebook.metadata, view) if view else []
        yield from saved
        yield {**output, "data": {forms.WIDGET: view}} if saved else output


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
        yield windowed(nodes.container("", nbsphinx.CodeAreaNode("", area, prompt=""), classes=["nboutput"]))


def _area(shown: Shown, options: Mapping[str, str]) -> nodes.Element:
    """An output without a number."""
    _describe(shown.node, options)
    name = shown.mime.replace("/", "-").replace("+", "-") or "no-form"
    area = nodes.container("", shown.node, classes=["output_area", name])
    inner = nbsphinx.CodeAreaNode("", area, prompt="") if shown.mime == "text/plain" else area
    return _for_medium(shown, windowed(nodes.container("", inner, classes=["nboutput"])))


def _for_medium(shown: Shown, node: nodes.Element) -> nodes.Element:
    return addnodes.only("", node, expr=shown.medium) if shown.medium else node


def _describe(node: nodes.Element, options: Mapping[str, str]) -> None:
    """Give pictures the description and the width that the cell's options name."""
    for picture in node.findall(nodes.image):
        picture["alt"] = options.get("alt") or picture.get("alt", "")
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
            picture["alt"] = picture.get("alt") or text.astext()
    else:
        output.warn(f'the figure "{options["label"]}" has no caption, and so no number')
    note_label(output.document, figure, options["label"])
    return figure


def _table(output: Output, options: Mapping[str, str]) -> nodes.Element:
    """The output with its first table as one with the cell's label and caption."""
    node = output.form("text/html" if has_table(output.data.get("text/html", "")) else "text/markdown")
    table = next(iter(node.findall(nodes.table)), None)
    caption = options.get("caption", "")
    if table is None:
        output.warn(f'the Markdown for the label "{options["label"]}" is no table')
        return node
    if caption:
        table.insert(0, markdown(output.renderer, output.cell, nodes.title(caption, ""), caption, inline=True))
    else:
        output.warn(f'the table "{options["label"]}" has no caption, and so no number')
    note_label(output.document, table, options["label"])
    area = nodes.container("", node, classes=["output_area", "text-html"])
    return nodes.container("", area, classes=["nboutput", "numbered"])
