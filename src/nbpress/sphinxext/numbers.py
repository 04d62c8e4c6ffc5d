"""Numbers of figures, tables, equations and listings: alike on the site and on paper, in every edition.

Sphinx counts in order of appearance, and so does TeX; but a solution stands in another place on paper, and nowhere in
an edition without solutions. So what solutions hold is counted after everything else of the chapter, and TeX is told
each number.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from nbpress.sphinxext.blocks import nothing
from nbpress.sphinxext.latex import document_of
from nbpress.sphinxext.solutions import solution

COUNTERS = {"figure": "figure", "table": "table", "displaymath": "equation", "code-block": "literalblock"}  # in TeX
IN_SOLUTIONS = "nbpress_in_solutions"  # in a page's metadata

Numbers = dict[str, dict[str, dict[str, tuple[int, ...]]]]  # document → type → id → number


class numbered(nodes.Invisible, nodes.Element):
    """The `number` of what follows, of which the TeX counter `counter` thinks otherwise."""


def note_solutions(app: Sphinx, doctree: nodes.document) -> None:
    """Remember which ids stand in solutions."""
    ids = {id_ for node in doctree.findall(solution) for inner in node.findall(nodes.Element) for id_ in inner["ids"]}
    app.env.metadata[app.env.current_document.docname][IN_SOLUTIONS] = ids


def restore(app: Sphinx, env: Any) -> set[str]:
    """Give Sphinx, which is about to count again, the numbers as it had counted itself."""
    env.nbpress_printed = env.toc_fignumbers
    env.toc_fignumbers = getattr(env, "nbpress_counted", {})
    return set()


def count_solutions_last(app: Sphinx, env: Any) -> set[str]:
    """Number in each chapter what solutions hold after the rest; the documents of which a number has changed."""
    env.nbpress_counted = env.toc_fignumbers
    env.toc_fignumbers = solutions_last(env)
    return {document for document, new in env.toc_fignumbers.items() if new != env.nbpress_printed.get(document)}


def solutions_last(env: BuildEnvironment) -> Numbers:
    """The numbers that Sphinx has given, in another order."""
    groups = defaultdict(list)  # of what is counted together: a type in a chapter
    for document, types in env.toc_fignumbers.items():
        inside = env.metadata[document].get(IN_SOLUTIONS, ())
        for type_, ids in types.items():
            for id_, number in ids.items():
                groups[type_, number[:-1]].append((id_ in inside, number, document, id_))
    renumbered: Numbers = {document: {type_: {} for type_ in types} for document, types in env.toc_fignumbers.items()}
    for (type_, chapter), entries in groups.items():
        for count, (_, _, document, id_) in enumerate(sorted(entries), start=1):
            renumbered[document][type_][id_] = (*chapter, count)
    return renumbered


def tell_tex(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Before everything that TeX would count, say its number."""
    if app.builder.format != "latex":
        return
    known = {
        (document, id_): (COUNTERS[type_], ".".join(map(str, number)))
        for document, types in app.env.toc_fignumbers.items()
        for type_ in types.keys() & COUNTERS
        for id_, number in types[type_].items()
    }
    for node in [node for node in doctree.findall(nodes.Element) if node["ids"] and not isinstance(node, nodes.target)]:
        found = known.get((document_of(node), node["ids"][0]))
        if found is not None:
            _insert_before(node, numbered("", counter=found[0], number=found[1]))


def _insert_before(node: nodes.Element, mark: nodes.Element) -> None:
    """Before the node and the targets in front of it, since Sphinx looks what stands next to these."""
    parent = node.parent
    place = parent.index(node)
    while place > 0 and isinstance(parent[place - 1], nodes.target):
        place -= 1
    parent.insert(place, mark)


def visit_numbered_latex(self: Any, node: numbered) -> None:
    """A macro of nbpress.sty."""
    self.body.append(f"\\nbpresssetnumber{{{node['counter']}}}{{{node['number']}}}\n")


def setup(app: Sphinx) -> None:
    """Register the mark, and count when Sphinx has counted."""
    app.add_node(numbered, latex=(visit_numbered_latex, nothing))
    app.connect("doctree-read", note_solutions)
    app.connect("env-get-updated", restore, priority=400)
    app.connect("env-get-updated", count_solutions_last, priority=600)
    app.connect("doctree-resolved", tell_tex, priority=400)  # before solutions are moved
