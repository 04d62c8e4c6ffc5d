"""Exercises with numbers, and their solutions, which HTML folds.

The names are those of Jupyter Book's sphinx-exercise; that package is not used because it needs another theme and
cannot fold a solution that holds executed cells.
"""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from nbpress.sphinxext.links import note_label

logger = logging.getLogger(__name__)


class exercise(nodes.General, nodes.Element):
    """An exercise; its first child is its title."""


class exercise_title(nodes.Part, nodes.TextElement):
    """The words after the number; may be empty."""


class solution(nodes.General, nodes.Element):
    """The solution of the exercise that `target` labels."""


class solution_start(solution):
    """Where a solution begins that goes over several cells."""


class solution_end(nodes.Invisible, nodes.Element):
    """Where it ends."""


class ExerciseDirective(SphinxDirective):
    """`:::{exercise} Title` with a `:label:`."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {  # noqa: RUF012  (docutils' interface)
        "label": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """The exercise with its title and content."""
        node = exercise("", docname=self.env.docname)
        self.set_source_info(node)
        words, messages = self.state.inline_text(self.arguments[0], self.lineno) if self.arguments else ([], [])
        node += exercise_title("", "", *words)
        self.state.nested_parse(self.content, self.content_offset, node)
        if "label" in self.options:
            note_label(self.state.document, node, self.options["label"])
        else:
            node["ids"].append(f"exercise-{self.env.new_serialno('exercise')}")
            self.state.document.note_implicit_target(node, node)
        return [node, *messages]


class SolutionDirective(SphinxDirective):
    """`:::{solution} label-of-the-exercise`."""

    has_content = True
    required_arguments = 1
    kind: ClassVar[type[solution]] = solution

    def run(self) -> list[nodes.Node]:
        """The solution with its content."""
        node = self.kind("", target=self.arguments[0])
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class SolutionStartDirective(SolutionDirective):
    """`:::{solution-start} label`, closed by `:::{solution-end}` in a later cell."""

    kind = solution_start


class SolutionEndDirective(SphinxDirective):
    """`:::{solution-end}`."""

    def run(self) -> list[nodes.Node]:
        """The mark that `gather_solutions` looks for."""
        node = solution_end("")
        self.set_source_info(node)
        return [node]


def gather_solutions(document: nodes.document) -> None:
    """Move what stands between the two marks of a solution into it."""
    for start in list(document.findall(solution_start)):
        parent = start.parent
        first = parent.index(start)
        last = next((i for i in range(first, len(parent)) if isinstance(parent[i], solution_end)), None)
        if last is None:
            message = f'the solution of "{start["target"]}" does not end before the next section: :::{{solution-end}}'
            logger.warning(message, location=start, type="nbpress", subtype="solution")
            last = len(parent) - 1
        whole = solution("", *start.children, *parent[first + 1 : last], target=start["target"])
        whole.source, whole.line = start.source, start.line
        parent[first : last + 1] = [whole]
    for end in list(document.findall(solution_end)):
        logger.warning("no solution begins before this end", location=end, type="nbpress", subtype="solution")
        end.parent.remove(end)


def check_targets(app: Sphinx, doctree: nodes.document) -> None:
    """A solution belongs to an exercise of its page."""
    labels = {name for node in doctree.findall(exercise) for name in node["names"]}
    for node in doctree.findall(solution):
        if nodes.fully_normalize_name(node["target"]) not in labels:
            message = f'the page has no exercise "{node["target"]}" for this solution'
            logger.warning(message, location=node, type="nbpress", subtype="solution")


def _title(node: nodes.Node) -> str:
    """Not empty, since Sphinx numbers only what has a title; an exercise needs none."""
    return "Exercise"


def _number(self: Any, node: Any) -> str:
    numbers = self.builder.env.toc_fignumbers.get(node["docname"], {}).get("exercise", {})
    return ".".join(map(str, numbers.get(node["ids"][0], ())))


def visit_exercise_html(self: Any, node: exercise) -> None:
    """A block that can be linked to."""
    self.body.append(self.starttag(node, "div", CLASS="exercise"))


def depart_exercise_html(self: Any, node: nodes.Element) -> None:
    """Close it."""
    self.body.append("</div>\n")


def visit_title_html(self: Any, node: exercise_title) -> None:
    """The number, then the words."""
    self.body.append(self.starttag(node, "p", "", CLASS="exercise-title"))
    self.body.append(f'<span class="exercise-number">Exercise {_number(self, node.parent)}</span> ')


def depart_title_html(self: Any, node: exercise_title) -> None:
    """A link to the exercise itself."""
    self.add_permalink_ref(node.parent, "Link to this exercise")
    self.body.append("</p>\n")


def visit_solution_html(self: Any, node: solution) -> None:
    """Folded, so that the reader can try first."""
    self.body.append('<details class="solution"><summary>Solution</summary>\n<div class="solution-body">\n')


def depart_solution_html(self: Any, node: solution) -> None:
    """Close it."""
    self.body.append("</div></details>\n")


def visit_exercise_latex(self: Any, node: exercise) -> None:
    r"""An environment of nbpress.sty; its label yields the number that HTML has too."""
    number = _number(self, node)
    label = self.hypertarget(node["ids"][0], anchor=False) if node["ids"] else ""
    self.body.append(f"\n\\begin{{nbpressexercise}}{{{number}}}{label}")


def depart_exercise_latex(self: Any, node: exercise) -> None:
    """Close it."""
    self.body.append("\n\\end{nbpressexercise}\n")


def visit_title_latex(self: Any, node: exercise_title) -> None:
    """The words after the number."""
    self.body.append("\\nbpressexercisetitle{")


def depart_title_latex(self: Any, node: exercise_title) -> None:
    """Close them."""
    self.body.append("}\n")


def visit_solution_latex(self: Any, node: solution) -> None:
    """An environment of nbpress.sty."""
    self.body.append("\n\\begin{nbpresssolution}\n")


def depart_solution_latex(self: Any, node: solution) -> None:
    """Close it."""
    self.body.append("\n\\end{nbpresssolution}\n")


def _nothing(self: Any, node: nodes.Node) -> None:
    """Print nothing."""


def setup(app: Sphinx) -> None:
    """Register nodes and directives."""
    app.add_enumerable_node(
        exercise,
        "exercise",
        _title,
        html=(visit_exercise_html, depart_exercise_html),
        latex=(visit_exercise_latex, depart_exercise_latex),
        text=(_nothing, _nothing),
    )
    app.add_node(
        exercise_title,
        html=(visit_title_html, depart_title_html),
        latex=(visit_title_latex, depart_title_latex),
        text=(_nothing, _nothing),
    )
    app.add_node(
        solution,
        html=(visit_solution_html, depart_solution_html),
        latex=(visit_solution_latex, depart_solution_latex),
        text=(_nothing, _nothing),
    )
    app.add_directive("exercise", ExerciseDirective)
    app.add_directive("solution", SolutionDirective)
    app.add_directive("solution-start", SolutionStartDirective)
    app.add_directive("solution-end", SolutionEndDirective)
    app.connect("doctree-read", check_targets)
