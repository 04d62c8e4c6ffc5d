"""The glossary: a definition list whose terms the whole book can refer to."""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.std import make_glossary_term
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)


class GlossaryDirective(SphinxDirective):
    """`:::{glossary}` with a definition list in Markdown; Sphinx's own reads reStructuredText."""

    has_content = True
    option_spec = {"sorted": directives.flag}  # noqa: RUF012  (docutils' interface)

    def run(self) -> list[nodes.Node]:
        """The list, its terms made into targets and entries of the index."""
        node = addnodes.glossary("", sorted="sorted" in self.options)
        node.document = self.state.document
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        lists = [child for child in node.children if isinstance(child, nodes.definition_list)]
        if not lists or len(lists) < len(node.children):
            message = "a glossary is a list of terms, each with its definition in a line that begins with a colon"
            logger.warning(message, location=node, type="nbpress", subtype="glossary")
        for term in [term for found in lists for term in found.findall(nodes.term)]:
            source, line = term.source or "", term.line or self.lineno
            made = make_glossary_term(self.env, term.children, None, source, line, None, self.state.document)
            term.replace_self(made)
        for found in lists:
            found["classes"].append("glossary")
        return [node]


def setup(app: Sphinx) -> None:
    """Take the place of Sphinx's directive."""
    app.add_directive_to_domain("std", "glossary", GlossaryDirective, override=True)
