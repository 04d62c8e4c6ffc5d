"""Some pages of the book as a PDF of their own, for those who write them, with the numbers that they have in it."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.latex import LaTeXBuilder
from sphinx.util.docutils import new_document
from sphinx.util.nodes import inline_all_toctrees

from nbpress.sphinxext.latex import REFERENCES, files
from nbpress.sphinxext.links import section_number

COUNTERS = ("chapter", "section")  # that TeX would begin anew, by the depth of a document's number
ELEMENTS = dict.fromkeys(("maketitle", "tableofcontents", "makeindex", "printindex"), "")  # what an excerpt lacks


class PaperBuilder(LaTeXBuilder):
    """Sphinx's builder, which can leave pages out: `nbpress_excerpt` has the `pages` that are printed, and a `name`."""

    def assemble_doctree(self, indexfile: str, toctree_only: bool, appendices: list[str]) -> nodes.document:
        """The book as one document, or what there is of it."""
        printed = self.config.nbpress_excerpt.get("pages")
        if not printed:
            return super().assemble_doctree(indexfile, toctree_only, appendices)
        self.docnames = {indexfile}
        tree = new_document("<excerpt>")
        tree += nodes.section("", nodes.title("", "-"), *self.env.get_doctree(indexfile).findall(addnodes.toctree))
        left_out = [indexfile, *(self.env.found_docs - set(printed))]
        tree = inline_all_toctrees(self, self.docnames, indexfile, tree, str, left_out)
        tree["docname"] = indexfile
        self.env.resolve_references(tree, indexfile, self)
        return tree


def arrange(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let an excerpt be what it would be in the book."""
    if app.builder.format == "latex" and app.config.nbpress_excerpt:
        _count_on(app, doctree)
        if app.config.nbpress_facts.bibliography:
            _keep_cited(app, doctree)


def _count_on(app: Sphinx, doctree: nodes.document) -> None:
    """Let TeX begin each chapter and each page with its number in the book."""
    for file in files(doctree):
        number = (section_number(app.env, file["docname"]) or "").split(".")
        if number[-1] and len(number) <= len(COUNTERS):
            command = f"\\setcounter{{{COUNTERS[len(number) - 1]}}}{{{int(number[-1]) - 1}}}"
            file.insert(0, nodes.raw("", command, format="latex"))


def _keep_cited(app: Sphinx, doctree: nodes.document) -> None:
    """Of the references only those that the excerpt cites; no references where it cites none."""
    domain: Any = app.env.get_domain("cite")
    pages = app.builder.docnames  # type: ignore[attr-defined]
    keys = {target.key for citing in domain.citation_refs if citing.docname in pages for target in citing.targets}
    cited = {work.citation_id for work in domain.citations if work.key in keys}
    works = list(doctree.findall(nodes.citation))
    kept = [work for work in works if cited.intersection(work["ids"])]
    unwanted: list[nodes.Element] = [work for work in works if work not in kept]
    if not kept:
        unwanted = [file for file in files(doctree) if file["docname"] == REFERENCES]
    for node in unwanted:
        node.parent.remove(node)


def setup(app: Sphinx) -> dict[str, Any] | None:
    """Register the builder in place of Sphinx's, and what is printed."""
    app.add_config_value("nbpress_excerpt", {}, "", types=[dict])
    app.add_builder(PaperBuilder, override=True)
    app.connect("doctree-resolved", arrange)
    return None
