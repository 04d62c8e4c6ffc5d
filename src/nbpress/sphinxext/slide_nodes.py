"""Slides as nodes: what a deck consists of, and its HTML as reveal.js reads it."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


class stack(nodes.General, nodes.Element):
    """Slides below each other: one, and what was told to be under it."""


class slide(nodes.General, nodes.Element):
    """One slide: its heading, its content, and what the speaker says."""


class slide_heading(nodes.Part, nodes.TextElement):
    """A heading on a slide, with its `number` and `level`; it has no section of its own."""


class slide_body(nodes.General, nodes.Element):
    """What is on a slide below its heading."""


class slide_anchor(nodes.Invisible, nodes.Element):
    """An id of the page whose place is not on a slide: links to it lead to the slide that speaks of it."""


class pair(nodes.General, nodes.Element):
    """Code and what it shows, beside each other where both have room."""


class speaker_notes(nodes.General, nodes.Element):
    """What only the speaker sees."""


def visit_stack(self: Any, node: stack) -> None:
    """A section with sections in it is a stack to reveal.js."""
    self.body.append("<section>\n")


def visit_slide(self: Any, node: slide) -> None:
    """A frame in which the style sheet of the site holds."""
    self.body.append(self.starttag(node, "section"))
    self.body.append('<div class="frame bd-content"><div class="bd-article">\n')


def depart_slide(self: Any, node: slide) -> None:
    """Close it; notes stand beside the frame."""
    self.body.append("</section>\n" if node.next_node(speaker_notes) else "</div></div></section>\n")


def visit_heading(self: Any, node: slide_heading) -> None:
    """An `h2`, or what is below one."""
    self.body.append(self.starttag(node, f"h{node['level']}", ""))
    if node["number"]:
        self.body.append(f'<span class="section-number">{node["number"]}\u2002</span>')


def depart_heading(self: Any, node: slide_heading) -> None:
    """Close it."""
    self.body.append(f"</h{node['level']}>\n")


def visit_body(self: Any, node: slide_body) -> None:
    """The box that must hold everything."""
    self.body.append(self.starttag(node, "div", CLASS="slide-body"))


def visit_anchor(self: Any, node: slide_anchor) -> None:
    """An empty element for each."""
    self.body += [f'<span id="{self.attval(id_)}"></span>' for id_ in node["names"]]
    raise nodes.SkipNode


def visit_pair(self: Any, node: pair) -> None:
    """Two columns."""
    self.body.append(self.starttag(node, "div", CLASS="pair"))


def visit_notes(self: Any, node: speaker_notes) -> None:
    """What reveal.js shows in the speaker's window."""
    self.body.append('</div></div><aside class="notes">\n')


def depart_notes(self: Any, node: speaker_notes) -> None:
    """Close it."""
    self.body.append("</aside>\n")


def close_div(self: Any, node: nodes.Element) -> None:
    """Close a `div`."""
    self.body.append("</div>\n")


def close_section(self: Any, node: nodes.Element) -> None:
    """Close a `section`."""
    self.body.append("</section>\n")


def setup(app: Sphinx) -> None:
    """Register the nodes."""
    app.add_node(stack, html=(visit_stack, close_section))
    app.add_node(slide, html=(visit_slide, depart_slide))
    app.add_node(slide_heading, html=(visit_heading, depart_heading))
    app.add_node(slide_body, html=(visit_body, close_div))
    app.add_node(slide_anchor, html=(visit_anchor, None))
    app.add_node(pair, html=(visit_pair, close_div))
    app.add_node(speaker_notes, html=(visit_notes, depart_notes))
