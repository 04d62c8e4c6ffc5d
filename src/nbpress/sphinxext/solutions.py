"""Solutions of exercises: folded on the site, at the back of the book on paper, with a section for each chapter.

The names are those of Jupyter Book's sphinx-exercise; that package is not used because it needs another theme and
cannot fold a solution that holds executed cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.latex.nodes import footnotemark
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from nbpress.sphinxext.blocks import END, START, EndDirective, block_title, exercise_block, heading, nothing
from nbpress.sphinxext.cells import cell_marker
from nbpress.sphinxext.latex import NO_CELL, REFERENCES, document_of
from nbpress.sphinxext.links import section_number
from nbpress.sphinxext.paper_links import TIE

logger = logging.getLogger(__name__)


class solution(nodes.General, nodes.Element):
    """The solution of the exercise that `target` labels."""


class solutions(nodes.General, nodes.Element):
    """All solutions of the book, on paper: for each chapter its title, then files with its solutions."""


class solutions_title(nodes.Part, nodes.TextElement):
    """The title of a chapter above its solutions; `number` is the chapter's."""


class solution_page(nodes.Inline, nodes.Element):
    """In the title of an exercise, on paper: the page of the solution that `label` names in TeX."""


class SolutionDirective(SphinxDirective):
    """`:::{solution} label-of-the-exercise`, or `:::{solution-start} label-of-the-exercise`."""

    has_content = True
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The solution with its content."""
        node = solution("", kind="solution", target=self.arguments[0], docname=self.env.docname)
        node["open"] = self.name.endswith(START)
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        node["ids"].append(f"solution-{self.env.new_serialno('solution')}")
        self.state.document.note_implicit_target(node, node)
        return [node]


def check_targets(app: Sphinx, doctree: nodes.document) -> None:
    """A solution belongs to an exercise of its page."""
    labels = {name for node in doctree.findall(exercise_block) for name in node["names"]}
    for node in doctree.findall(solution):
        if nodes.fully_normalize_name(node["target"]) not in labels:
            message = f'the page has no exercise "{node["target"]}" for this solution'
            logger.warning(message, location=node, type="nbpress", subtype="solution")


def move_to_back(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """On paper, where all pages are one document, gather the solutions of all chapters before the references."""
    if app.builder.format != "latex":
        return
    exercises = {name: node for node in doctree.findall(exercise_block) for name in node["names"]}
    chapters = [file for file in doctree.findall(addnodes.start_of_file) if not document_of(file.parent)]
    gathered = [node for chapter in chapters for node in _solved(app, exercises, chapter)]
    if gathered:
        behind = [file for file in chapters if file["docname"] != REFERENCES][-1]
        behind.parent.insert(behind.parent.index(behind) + 1, solutions("", *gathered))


def _solved(
    app: Sphinx, exercises: dict[str, exercise_block], chapter: addnodes.start_of_file
) -> Iterator[nodes.Element]:
    """The title of a chapter that has solutions, and these, as files, so that their links stay those of their pages."""
    files = [
        addnodes.start_of_file("", *_moved(app, exercises, group), docname=name, gathered=True)
        for name, group in groupby(list(_found(chapter)), key=lambda entry: entry.node["docname"])
    ]
    if files:
        words = [child.deepcopy() for child in next(chapter.findall(nodes.title)) if not _refers(child)]
        yield solutions_title("", "", *words, number=section_number(app.env, chapter["docname"]) or "")
        yield from files


def _refers(node: nodes.Node) -> bool:
    """Whether a title has this only where it first stands: footnotes, names, terms of the index."""
    return isinstance(node, nodes.footnote_reference | footnotemark | nodes.target | addnodes.index)


class Found(NamedTuple):
    """A solution, and the mark of the cell in which it begins."""

    node: solution
    marker: cell_marker | None


def _found(chapter: nodes.Element) -> Iterator[Found]:
    marker = None
    for node in chapter.findall(nodes.Element):
        if isinstance(node, solution):
            yield Found(node, marker)
        elif isinstance(node, cell_marker):
            marker = node


def _moved(app: Sphinx, exercises: dict[str, exercise_block], found: Iterable[Found]) -> Iterator[nodes.Element]:
    """Solutions taken out of their page, each under a heading that leads to its exercise, which leads to it."""
    for node, marker in found:
        markers = list(node.findall(cell_marker))
        place = node.parent.index(node)
        node.parent[place : place + 1] = [last.deepcopy() for last in markers[-1:]]  # what follows belongs to this cell
        task = exercises.get(nodes.fully_normalize_name(node["target"]))
        if task is not None:
            node["exercise"] = f"{node['docname']}:{task['ids'][0]}"
            node["heading"] = _("Solution to %s") % heading(app.env, task)
            next(task.findall(block_title)).append(solution_page("", label=f"{node['docname']}:{node['ids'][0]}"))
        if marker is not None:
            yield marker.deepcopy()
        yield node


def visit_solution_html(self: Any, node: solution) -> None:
    """Folded, so that the reader can try first."""
    self.body.append(self.starttag(node, "details", CLASS="solution"))
    self.body.append(f'<summary>{_("Solution")}</summary>\n<div class="solution-body">\n')


def depart_solution_html(self: Any, node: solution) -> None:
    """Close it."""
    self.body.append("</div></details>\n")


def visit_solution_latex(self: Any, node: solution) -> None:
    """An environment of nbpress.sty, with a heading that leads to the exercise, and its page."""
    link, page = _("Solution"), ""
    if "exercise" in node:
        link = f"{self.hyperlink(node['exercise'])}{self.escape(node['heading'])}}}}}"
        page = _page(self, _("page %s"), node["exercise"])
    self.body.append(f"\n\\begin{{nbpresssolution}}{{{link}{page}}}{self.hypertarget_to(node)}\n")


def depart_solution_latex(self: Any, node: solution) -> None:
    """Close it."""
    self.body.append("\n\\end{nbpresssolution}\n")


def visit_solutions_latex(self: Any, node: solutions) -> None:
    """A chapter without a number."""
    self.body.append(f"{NO_CELL}\\nbpresssolutions{{{_('Solutions')}}}\n")


def visit_solutions_title_latex(self: Any, node: solutions_title) -> None:
    """A section without a number of its own."""
    self.body.append(f"{NO_CELL}\\nbpresssolutionsof{{{node['number']}}}{{")


def depart_solutions_title_latex(self: Any, node: solutions_title) -> None:
    """Close it."""
    self.body.append("}\n")


def visit_page_latex(self: Any, node: solution_page) -> None:
    """The number of the page, which leads there."""
    self.body.append(_page(self, _("Solution on page %s"), node["label"]))


def _page(self: Any, words: str, label: str) -> str:
    """At the right of a heading, words with the page of `label`, which lead there."""
    page = words.replace(" ", TIE) % f"\\pageref*{{{self.idescape(label)}}}"
    return f"\\nbpresssolutionpage{{{self.hyperlink(label)}{page}}}}}}}"


def setup(app: Sphinx) -> None:
    """Register nodes and directives."""
    app.add_node(
        solution,
        html=(visit_solution_html, depart_solution_html),
        latex=(visit_solution_latex, depart_solution_latex),
        text=(nothing, nothing),
    )
    app.add_node(solutions, latex=(visit_solutions_latex, nothing))
    app.add_node(solutions_title, latex=(visit_solutions_title_latex, depart_solutions_title_latex))
    app.add_node(solution_page, latex=(visit_page_latex, nothing))
    app.add_directive("solution", SolutionDirective)
    app.add_directive("solution" + START, SolutionDirective)
    app.add_directive("solution" + END, EndDirective)
    app.connect("doctree-read", check_targets)
    app.connect("doctree-resolved", move_to_back)
