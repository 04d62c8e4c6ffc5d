"""References on paper: with the page that they lead to, and addresses of the web at the foot of the page."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.latex.transforms import URI_SCHEMES, ShowUrlsTransform
from sphinx.locale import _

TIE = "\u00a0"  # a space at which no line ends


class page_number(nodes.Inline, nodes.Element):
    """The number of the page on which TeX has put `label`."""


def with_page(pattern: str, reference: nodes.Element, label: str) -> nodes.Element:
    """A reference with the page that it leads to; `pattern` has a place for each of the two."""
    before, between, after = pattern.split("%s")
    between, after = between[:-1] + between[-1:].replace(" ", TIE), after.replace(" ", TIE)
    page = page_number("", label=label)
    return nodes.inline("", "", nodes.Text(before), reference, nodes.Text(between), page, nodes.Text(after))


def numbered_on_page(reference: nodes.Element, label: str) -> nodes.Element:
    """A reference by number: `Figure 2.1 on page 41`."""
    return with_page(_("%s on page %s"), reference, label)


def worded_on_page(reference: nodes.Element, label: str) -> nodes.Element:
    """A reference in words: `the neuron (page 41)`."""
    return with_page(_("%s (page %s)"), reference, label)


def tie_numbers(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let no line end between a word and its number."""
    if app.builder.format == "latex":
        for node in doctree.findall(addnodes.number_reference):
            node["title"] = node.get("title", "%s").replace(" ", TIE)


class WebAddresses(ShowUrlsTransform):
    """Where the book is for print, the address of a link in a footnote, unless the text shows it; once on a page."""

    def run(self, **kwargs: Any) -> None:
        """Do so, and number all footnotes of a chapter in their order."""
        if self.config.nbpress_facts.paper:
            super().run(**kwargs)

    def expand_show_urls(self) -> None:
        """Put a footnote behind each link to the web that needs one."""
        known: set[tuple[str, str]] = set()
        for node in list(self.document.findall(nodes.reference)):
            address = node.get("refuri", "")
            if not address.startswith(URI_SCHEMES) or _is_shown(address, node):
                continue
            document = self.get_docname_for_node(node)
            if (document, address) not in known:
                known.add((document, address))
                place = node.parent.index(node) + 1
                node.parent[place:place] = self.create_footnote(address.removeprefix("mailto:"), document)
        self.expanded = True

    def renumber_footnotes(self) -> None:
        """Count in each chapter from 1, in the order in which they are referred to."""
        footnotes = {
            (node["docname"], id_): node for node in self.document.findall(nodes.footnote) for id_ in node["ids"]
        }
        counts: dict[str, int] = defaultdict(int)
        given: dict[tuple[str, str], str] = {}
        for reference in self.document.findall(nodes.footnote_reference):
            key = reference["docname"], reference.get("refid", "")
            if key not in footnotes:
                continue
            if key not in given:
                chapter = key[0].rpartition("/")[0]
                counts[chapter] += 1
                given[key] = str(counts[chapter])
                cast(nodes.Element, footnotes[key][0])[:] = [nodes.Text(given[key])]
            reference[:] = [nodes.Text(given[key])]


def _is_shown(address: str, node: nodes.reference) -> bool:
    """Whether a reader of paper sees the address, or the DOI that it is made of."""
    bare = re.sub(r"^(mailto:|https?://((dx\.)?doi\.org/)?)", "", address).rstrip("/")
    return bare.lower() in node.astext().lower()


def visit_page_latex(self: Any, node: page_number) -> None:
    """A reference of TeX's own; labels of equations are written as they are."""
    label = node["label"]
    self.body.append(f"\\pageref{{{label if label.startswith('equation:') else self.idescape(label)}}}")


def _nothing(self: Any, node: nodes.Node) -> None:
    """Print nothing."""


def setup(app: Sphinx) -> None:
    """Register the node, the footnotes, and what ties numbers to their words."""
    app.add_node(page_number, latex=(visit_page_latex, _nothing))
    app.add_post_transform(WebAddresses)
    app.connect("doctree-resolved", tie_numbers)
