"""Markup beside what it gives, for handbooks: one source for both, so that they cannot differ."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class DemoDirective(SphinxDirective):
    """`:::{demo}`: its content as it is written, then as it is printed."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The source, and the rendered content under it."""
        text = "\n".join(self.content)
        source = nodes.literal_block(text, text, language="markdown", classes=["demo-source"])
        self.set_source_info(source)
        printed = nodes.container("", classes=["demo-printed"])
        self.state.nested_parse(self.content, self.content_offset, printed)
        return [nodes.container("", source, printed, classes=["demo"])]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("demo", DemoDirective)
