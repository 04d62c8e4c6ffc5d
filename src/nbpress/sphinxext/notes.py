"""Notes in the margin: beside the text where a screen is wide, in it elsewhere."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class margin_note(nodes.General, nodes.Element):
    """A remark that the text can do without; its first child may be its title."""


class margin_title(nodes.Part, nodes.TextElement):
    """The title of a note in the margin."""


class MarginDirective(SphinxDirective):
    """`:::{margin} Optional title`."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """The note with its content."""
        self.assert_has_content()
        node = margin_note("")
        self.set_source_info(node)
        messages: list[nodes.system_message] = []
        if self.arguments:
            words, messages = self.state.inline_text(self.arguments[0], self.lineno)
            node += margin_title("", "", *words)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node, *messages]


def visit_note_html(self: Any, node: margin_note) -> None:
    """An aside; `nbpress.css` places it."""
    self.body.append(self.starttag(node, "aside", CLASS="margin-note"))


def depart_note_html(self: Any, node: margin_note) -> None:
    """Close it."""
    self.body.append("</aside>\n")


def visit_title_html(self: Any, node: margin_title) -> None:
    """A paragraph, since it is no section."""
    self.body.append(self.starttag(node, "p", "", CLASS="margin-title"))


def depart_title_html(self: Any, node: margin_title) -> None:
    """Close it."""
    self.body.append("</p>\n")


def visit_note_latex(self: Any, node: margin_note) -> None:
    """An environment of nbpress.sty."""
    self.body.append("\n\\begin{nbpressmargin}\n")


def depart_note_latex(self: Any, node: margin_note) -> None:
    """Close it."""
    self.body.append("\n\\end{nbpressmargin}\n")


def visit_title_latex(self: Any, node: margin_title) -> None:
    """A line of its own."""
    self.body.append("\\nbpressmargintitle{")


def depart_title_latex(self: Any, node: margin_title) -> None:
    """Close it."""
    self.body.append("}\n")


def _nothing(self: Any, node: nodes.Node) -> None:
    """Print nothing."""


def setup(app: Sphinx) -> None:
    """Register the nodes and the directive, which also takes the place of sphinx-design's `aside`."""
    app.add_node(
        margin_note,
        html=(visit_note_html, depart_note_html),
        latex=(visit_note_latex, depart_note_latex),
        text=(_nothing, _nothing),
    )
    app.add_node(
        margin_title,
        html=(visit_title_html, depart_title_html),
        latex=(visit_title_latex, depart_title_latex),
        text=(_nothing, _nothing),
    )
    app.add_directive("margin", MarginDirective)
    app.add_directive("aside", MarginDirective, override=True)
