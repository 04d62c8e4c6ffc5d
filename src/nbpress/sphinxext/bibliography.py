"""The works that a page cites, listed at its end; the page of all references is sphinxcontrib-bibtex's."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any, cast

import sphinxcontrib.bibtex.plugin
from docutils import nodes
from pybtex.plugin import find_plugin
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinxcontrib.bibtex.domain import BibtexDomain
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.transforms import node_text_transform

from nbpress.sphinxext.formulas import Formula
from nbpress.sphinxext.math import noted

STYLE = "nbpress"
FORMULA = re.compile(r"(?<!\\)\$([^$]+)\$")
SHIFT = 0xF0000  # to a plane of characters that stand for nothing: BibTeX's styles take them for letters
SHIFTED = re.compile(f"[{chr(SHIFT)}-{chr(SHIFT + 0xFFFD)}]+")


def _round() -> BracketStyle:
    return BracketStyle(left="(", right=")")


def _round_of_language() -> BracketStyle:
    """Those of the text in which they stand; all others stand behind a name in Latin letters."""
    left, right = _(" (%s)").strip().split("%s")
    return BracketStyle(left=left, right=right)


@dataclasses.dataclass
class RoundBrackets(AuthorYearReferenceStyle):
    """Author and year in round brackets, as most of the field's journals print them."""

    bracket_parenthetical: BracketStyle = dataclasses.field(default_factory=_round_of_language)
    bracket_textual: BracketStyle = dataclasses.field(default_factory=_round)
    bracket_author: BracketStyle = dataclasses.field(default_factory=_round)
    bracket_label: BracketStyle = dataclasses.field(default_factory=_round)
    bracket_year: BracketStyle = dataclasses.field(default_factory=_round)


class PageBibliography(SphinxPostTransform):
    """Appends what the page cites to its end, in HTML: a printed book has its references at the back."""

    default_priority = 5  # before references are resolved, since the entries contain some

    def run(self, **kwargs: Any) -> None:
        """Add the list, if the page cites anything."""
        if self.app.builder.format != "html":
            return
        domain = cast(BibtexDomain, self.env.get_domain("cite"))
        cited = {key for ref in domain.citation_refs if ref.docname == self.env.docname for key in _keys(ref)}
        entries = [citation for citation in domain.citations if citation.key in cited]
        sections = [node for node in self.document.children if isinstance(node, nodes.section)]
        if not entries or not sections:
            return
        backend = find_plugin("pybtex.backends", "docutils")()
        items = [nodes.list_item("", backend.paragraph(entry.formatted_entry)) for entry in entries]
        for item in items:
            node_text_transform(item)
        heading = nodes.rubric("", _("References"))
        sections[0] += nodes.container("", heading, nodes.bullet_list("", *items), classes=["page-bibliography"])


def shield_formulas(app: Sphinx) -> None:
    """Keep what stands in dollars in an entry from BibTeX's style, which would take its braces and change its case."""
    domain = cast(BibtexDomain, app.env.get_domain("cite"))
    found = set()
    for entry in domain.bibdata.data.entries.values():
        for name, value in entry.fields.items():
            entry.fields[name] = FORMULA.sub(lambda tex: _shift(tex[1], SHIFT), value)
            found |= {Formula(_shift(tex, -SHIFT), display=False) for tex in SHIFTED.findall(entry.fields[name])}
    noted(app.env)["bibliography"] = found


def _shift(text: str, by: int) -> str:
    return "".join(chr(ord(character) + by) for character in text)


class UnshieldFormulas(SphinxPostTransform):
    """Makes formulas of what `shield_formulas` has kept."""

    default_priority = 6  # when both lists are there

    def run(self, **kwargs: Any) -> None:
        """Replace the shifted characters in the document's lists of works."""
        lists = [node for node in self.document.findall(nodes.container) if "page-bibliography" in node["classes"]]
        for place in (*lists, *self.document.findall(nodes.citation)):
            for text in list(cast(nodes.Node, place).findall(nodes.Text)):
                pieces = SHIFTED.split(text)
                if len(pieces) > 1:
                    formulas = [_shift(tex, -SHIFT) for tex in SHIFTED.findall(text)]
                    made: list[nodes.Node] = [nodes.Text(pieces[0])]
                    for tex, piece in zip(formulas, pieces[1:], strict=True):
                        made += [nodes.math(tex, tex), nodes.Text(piece)]
                    text.parent.replace(text, made)


def renew(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """The pages that cite something, when the BibTeX files have changed: they show names and years of it."""
    content = [Path(file).read_bytes() for file in app.config.bibtex_bibfiles if Path(file).is_file()]
    before = getattr(env, "nbpress_bibliography", content)
    env.nbpress_bibliography = content  # type: ignore[attr-defined]  # kept with the environment between builds
    domain = cast(BibtexDomain, env.get_domain("cite"))
    return {ref.docname for ref in domain.citation_refs} if content != before else set()


def _keys(ref: Any) -> list[str]:
    return [target.key for target in ref.targets]


def visit_citation(self: Any, node: nodes.citation) -> None:
    """A work in a list of them; docutils gives it a role that ARIA has given up."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div role="list" class="citation-list">\n')
    self.body.append(self.starttag(node, "div", CLASS="citation", role="listitem"))


def depart_citation(self: Any, node: nodes.citation) -> None:
    """Close it, and behind the last one the list."""
    is_last = not isinstance(node.next_node(descend=False, siblings=True), nodes.citation)
    self.body.append("</div>\n" * (1 + is_last))


def setup(app: Sphinx) -> None:
    """Set up sphinxcontrib-bibtex, our style of citations and the page's list."""
    app.setup_extension("sphinxcontrib.bibtex")
    sphinxcontrib.bibtex.plugin.register_plugin("sphinxcontrib.bibtex.style.referencing", STYLE, RoundBrackets)
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.add_post_transform(PageBibliography)
    app.add_post_transform(UnshieldFormulas)
    app.connect("builder-inited", shield_formulas)
    app.connect("env-get-updated", renew)
