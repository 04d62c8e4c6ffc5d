"""Values in prose: what the page's kernel computed for an expression, where the text shows it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from docutils import nodes
from markdown_it.tree import SyntaxTreeNode
from myst_parser.mdit_to_docutils.base import token_line

from nbpress.markup import expression
from nbpress.notebook import FORMS, VALUES, Cell
from nbpress.sphinxext.form_nodes import formula_of


def value(renderer: Any, token: SyntaxTreeNode) -> list[nodes.Node]:
    """The value of an expression as nodes; the expression itself, marked, where there is no run to tell it."""
    cell: Cell = renderer.cell
    text = expression(token.content)
    results = {entry["expression"]: entry["result"] for entry in cell.metadata.get(VALUES, ())}
    if text in results and results[text]["status"] == "ok":
        return _shown(renderer, token, results[text]["data"])
    if results or cell.kind != "markdown":
        message = f"{{eval}}`{text}` is not computed: values stand in the text of Markdown cells"
        renderer.create_warning(message, "value", wtype="nbpress", line=token_line(token, 0))
    return [nodes.literal("", text, classes=["no-value"])]


def _shown(renderer: Any, token: SyntaxTreeNode, data: Mapping[str, Any]) -> list[nodes.Node]:
    """The richest form that a line of text can hold."""
    form = next((mime for mime in FORMS if mime in data), "")
    content = "".join(data.get(form, ""))
    if form == "text/markdown":
        shown = nodes.inline("")
        with renderer.current_node_context(shown):
            renderer.nested_render_text(content, token_line(token, 0), inline=True)
        return list(shown.children)
    if form == "text/latex":
        return [nodes.math("", formula_of(content.strip()) or content)]
    return [nodes.Text(_unquoted(content))]


def _unquoted(text: str) -> str:
    """The text of a string, which is stored as Python writes it; of anything else, its own."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return text
    return value if isinstance(value, str) else text
