"""Long outputs: the site shows them in a window that scrolls by itself, paper shows them whole.

Where readers print the site, long code and outputs may break across pages; what is shorter stays together.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform

LONGEST = 24  # lines of text, or rows of a table, that stand on the page without a window
UNBROKEN = 15  # lines of code that a printed page of the site keeps together


class window(nodes.General, nodes.Element):
    """A long output."""


def windowed(output: nodes.Element) -> nodes.Element:
    """The output, in a window if it is long."""
    return window("", output) if _lines(output) > LONGEST else output


def _lines(output: nodes.Element) -> int:
    """How many lines of text as a program wrote it, and how many rows of tables, there are."""
    texts = sum(text.astext().count("\n") + 1 for text in output.findall(nodes.FixedTextElement) if not _is_raw(text))
    rows = sum(text.astext().count("<tr") for text in output.findall(nodes.raw))
    return texts + rows + sum(1 for _ in output.findall(nodes.row))


def _is_raw(node: nodes.Element) -> bool:
    return isinstance(node, nodes.raw)  # HTML or LaTeX, whose lines say nothing of what is shown


class MarkLongCode(SphinxPostTransform):
    """Marks long code for the style sheet, which cannot count lines."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Mark it everywhere."""
        for code in self.document.findall(nodes.literal_block):
            if _lines(code) > UNBROKEN:
                code["classes"].append("long-code")


def visit_html(self: Any, node: window) -> None:
    """A box that the keyboard can reach, since only what has the focus is scrolled by it."""
    attributes = {"tabindex": "0", "role": "group", "aria-label": _("Output")}
    self.body.append(self.starttag(node, "div", CLASS="long-output", **attributes))


def depart_html(self: Any, node: window) -> None:
    """Close it."""
    self.body.append("</div>\n")


def setup(app: Sphinx) -> None:
    """Register the node and the mark."""
    app.add_post_transform(MarkLongCode)
    whole = (lambda self, node: None,) * 2
    app.add_node(window, html=(visit_html, depart_html), latex=whole, text=whole)
