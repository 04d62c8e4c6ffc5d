"""How much room a section will take on a phone, which lays it out only when the reader comes to it."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from nbpress.sphinxext.cells import fold
from nbpress.sphinxext.solutions import solution

A_CHARACTER, A_PICTURE = 0.056, 22  # rem; rather too much, since what has too little room lies over what follows it


def room(node: nodes.Element) -> float:
    """A guess in rem, from the text and the pictures that are not folded away."""
    taken = 0.0
    for child in node.children:
        if isinstance(child, nodes.Text):
            taken += A_CHARACTER * len(child)
        elif isinstance(child, nodes.image):
            taken += A_PICTURE
        elif isinstance(child, nodes.Element) and not isinstance(child, solution | fold | nodes.comment):
            taken += room(child)
    return taken


def visit_section_html(self: Any, node: nodes.section) -> None:
    """As Sphinx does it; the sections of a page say what room they take."""
    self.section_level += 1
    is_part = isinstance(node.parent, nodes.section) and isinstance(node.parent.parent, nodes.document)
    style = {"style": f"--room: {room(node):.0f}"} if is_part else {}
    self.body.append(self.starttag(node, "section", **style))


def depart_section_html(self: Any, node: nodes.section) -> None:
    """Close it."""
    self.section_level -= 1
    self.body.append("</section>\n")


def setup(app: Sphinx) -> None:
    """Take the place of docutils' visitor."""
    app.add_node(nodes.section, override=True, html=(visit_section_html, depart_section_html))
