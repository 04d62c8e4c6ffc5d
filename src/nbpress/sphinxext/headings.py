"""Headings without a number, on pages that open others: on the site they are headings all the same."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.writers.html5 import HTML5Translator


def _is_heading(node: nodes.rubric) -> bool:
    return bool("level" in node and node["ids"])  # others stand in outputs, and are no part of the page's outline


def visit_html(self: Any, node: nodes.rubric) -> None:
    """A heading of its level, or what Sphinx makes of it."""
    if _is_heading(node):
        self.body.append(self.starttag(node, f"h{node['level']}", "", CLASS="rubric"))
    else:
        HTML5Translator.visit_rubric(self, node)


def depart_html(self: Any, node: nodes.rubric) -> None:
    """A link to the heading itself."""
    if _is_heading(node):
        self.add_permalink_ref(node, _("Link to this heading"))
        self.body.append(f"</h{node['level']}>\n")
    else:
        HTML5Translator.depart_rubric(self, node)


def setup(app: Sphinx) -> None:
    """Adapt Sphinx's rubrics."""
    app.add_node(nodes.rubric, override=True, html=(visit_html, depart_html))
