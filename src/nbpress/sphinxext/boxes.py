"""Admonitions: the class `dropdown` folds one on the site, and that of another kind gives it that one's colour."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

KINDS = ("note", "tip", "hint", "important", "warning", "caution", "attention", "danger", "error")


def fold(app: Sphinx, doctree: nodes.document) -> None:
    """What has the class of Jupyter Book's folded boxes is one of Sphinx's."""
    for node in doctree.findall(nodes.Element):
        if isinstance(node, nodes.Admonition) and "dropdown" in node["classes"]:
            node["collapsible"] = "closed"


def visit_admonition_latex(self: Any, node: nodes.admonition) -> None:
    """A box with a title of its own, in the colour of the kind that its class names."""
    kind = next((name for name in node["classes"] if name in KINDS), "note")
    self.body.append(f"\n\\begin{{sphinxadmonition}}{{{kind}}}")
    self.no_latex_floats += 1


def depart_admonition_latex(self: Any, node: nodes.admonition) -> None:
    """Close it."""
    self.body.append("\\end{sphinxadmonition}\n")
    self.no_latex_floats -= 1


def setup(app: Sphinx) -> None:
    """Adapt Sphinx's boxes."""
    app.connect("doctree-read", fold)
    app.add_node(nodes.admonition, override=True, latex=(visit_admonition_latex, depart_admonition_latex))
