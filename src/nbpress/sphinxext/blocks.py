"""Blocks with a heading of their own: theorems, definitions, algorithms, proofs, derivations, exercises.

`KINDS` is all that tells them apart. Each kind counts for itself, in each chapter from 1, as figures do. sphinx-proof
is not used: it brings another theme, and its links are roles that plain Markdown does not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from nbpress.sphinxext.links import note_label

logger = logging.getLogger(__name__)
START = "-start"  # ends the name of the directive that opens a block of several cells
END = "-end"


class block(nodes.General, nodes.Element):
    """A block of the kind `kind`; its first child is its title. Sphinx counts by class, hence one for each kind."""


class theorem_block(block):
    """A statement that is proved."""


class lemma_block(block):
    """A statement on the way to another."""


class proposition_block(block):
    """A lesser theorem."""


class corollary_block(block):
    """What follows from a theorem."""


class definition_block(block):
    """What a word means from now on."""


class example_block(block):
    """A case."""


class remark_block(block):
    """Something beside the argument."""


class algorithm_block(block):
    """The steps of a computation."""


class proof_block(block):
    """Why a statement holds."""


class derivation_block(block):
    """How a formula comes about, for whoever wants to see it."""


class exercise_block(block):
    """A task for the reader."""


@dataclass(frozen=True)
class Kind:
    """What the blocks of a kind have in common."""

    node: type[block]
    style: str  # its looks: a class in nbpress.css, an environment in nbpress.sty
    numbered: bool = True
    folded: bool = False  # on the site, until the reader opens it


KINDS = {
    "theorem": Kind(theorem_block, "statement"),
    "lemma": Kind(lemma_block, "statement"),
    "proposition": Kind(proposition_block, "statement"),
    "corollary": Kind(corollary_block, "statement"),
    "definition": Kind(definition_block, "statement"),
    "example": Kind(example_block, "plain"),
    "remark": Kind(remark_block, "plain"),
    "algorithm": Kind(algorithm_block, "ruled"),
    "proof": Kind(proof_block, "proof", numbered=False),
    "derivation": Kind(derivation_block, "plain", numbered=False, folded=True),
    "exercise": Kind(exercise_block, "plain"),
}


def word(kind: str) -> str:
    """What a kind is called on the page."""
    return str(_(kind.capitalize()))


class block_title(nodes.Part, nodes.TextElement):
    """The words after the number; may be empty."""


class block_end(nodes.Invisible, nodes.Element):
    """Where a block of several cells ends; `kind` says of which kind it is."""


class tombstone(nodes.Inline, nodes.TextElement):
    """The mark at the end of a proof; `below` names what it stands below, unless it is in a line of text."""


class BlockDirective(SphinxDirective):
    """`:::{theorem} Title` with an optional `:label:`, or `:::{theorem-start} Title`."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {  # noqa: RUF012  (docutils' interface)
        "label": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """The block with its title and content."""
        kind = self.name.removesuffix(START)
        node = KINDS[kind].node("", kind=kind, docname=self.env.docname, open=self.name.endswith(START))
        if not KINDS[kind].numbered:
            node["word"] = word(kind)  # what a link to it says
        self.set_source_info(node)
        words, messages = self.state.inline_text(self.arguments[0], self.lineno) if self.arguments else ([], [])
        node += block_title("", "", *words)
        self.state.nested_parse(self.content, self.content_offset, node)
        if "label" in self.options:
            note_label(self.state.document, node, self.options["label"])
        else:
            node["ids"].append(f"{kind}-{self.env.new_serialno(kind)}")
            self.state.document.note_implicit_target(node, node)
        return [node, *messages]


class EndDirective(SphinxDirective):
    """`:::{theorem-end}`."""

    def run(self) -> list[nodes.Node]:
        """The mark that `gather` looks for."""
        node = block_end("", kind=self.name.removesuffix(END))
        self.set_source_info(node)
        return [node]


def gather(document: nodes.document) -> None:
    """Move what stands between the two marks of a block into it, and end proofs."""
    for start in [node for node in document.findall(nodes.Element) if node.get("open")]:
        kind = start["kind"]
        behind = start.parent[start.parent.index(start) + 1 :]
        inside = list(takewhile(lambda node, kind=kind: not _is_end(node, kind), behind))  # type: ignore[misc]
        for node in inside:
            start.parent.remove(node)
            start.append(node)
        if len(inside) == len(behind):
            message = f"the {kind} that begins here does not end before the next section: :::{{{kind}{END}}}"
            logger.warning(message, location=start, type="nbpress", subtype="block")
        else:
            start.parent.remove(behind[len(inside)])
    for end in list(document.findall(block_end)):
        logger.warning(f"no {end['kind']} begins before this end", location=end, type="nbpress", subtype="block")
        end.parent.remove(end)
    for node in document.findall(proof_block):
        _end_proof(node)


def _is_end(node: nodes.Node, kind: str) -> bool:
    return isinstance(node, block_end) and node["kind"] == kind


def _end_proof(node: proof_block) -> None:
    """In the last line of its text, or in one of its own where it ends with something else."""
    last: Any = node[-1]
    if isinstance(last, nodes.paragraph):
        last += [nodes.Text(" "), tombstone("", "∎")]
    else:
        node += tombstone("", "∎", below=last.tagname, classes=["below"])


def _title(node: Any) -> str:
    """Not empty, since Sphinx numbers only what has a title; a block needs none."""
    return str(node["kind"])


def number(env: BuildEnvironment, node: nodes.Element) -> str:
    """The number of a block as printed; empty where its kind has none."""
    numbers = env.toc_fignumbers.get(node["docname"], {}).get(node["kind"], {})
    return ".".join(map(str, numbers.get(node["ids"][0], ())))


def heading(env: BuildEnvironment, node: nodes.Element) -> str:
    """What a block is called: `Theorem 2.1`, `Proof`."""
    return f"{word(node['kind'])} {number(env, node)}".rstrip()


def _marks(title: block_title) -> tuple[str, str]:
    """What stands around the words of a title: the name of a statement is in parentheses."""
    style = KINDS[title.parent["kind"]].style
    if style == "proof":
        return " " * bool(title.children), _("%s.").partition("%s")[2]
    around = _(" (%s)") if style == "statement" else " %s"
    before, after = around.split("%s") if title.children else ("", "")
    return before, after


def visit_block_html(self: Any, node: block) -> None:
    """A block that can be linked to."""
    kind = KINDS[node["kind"]]
    tag = "details" if kind.folded else "div"
    self.body.append(self.starttag(node, tag, CLASS=f"block {kind.style} {node['kind']}"))


def depart_block_html(self: Any, node: block) -> None:
    """Close it."""
    self.body.append("</details>\n" if KINDS[node["kind"]].folded else "</div>\n")


def visit_title_html(self: Any, node: block_title) -> None:
    """The number, then the words."""
    name = heading(self.builder.env, node.parent)
    tag = "summary" if KINDS[node.parent["kind"]].folded else "p"
    self.body.append(self.starttag(node, tag, "", CLASS="block-title"))
    self.body.append(f'<span class="block-number">{name}</span>{_marks(node)[0]}')


def depart_title_html(self: Any, node: block_title) -> None:
    """A link to the block itself, unless the title is a button that unfolds it: no link can stand in one."""
    self.body.append(_marks(node)[1])
    if KINDS[node.parent["kind"]].folded:
        self.body.append("</summary>\n")
    else:
        self.add_permalink_ref(node.parent, _("Link to this %s") % word(node.parent["kind"]).lower())
        self.body.append("</p>\n")


def visit_tombstone_html(self: Any, node: tombstone) -> None:
    """At the end of the line."""
    self.body.append(self.starttag(node, "span", "", CLASS="tombstone"))


def depart_tombstone_html(self: Any, node: tombstone) -> None:
    """Close it."""
    self.body.append("</span>")


def visit_block_latex(self: Any, node: block) -> None:
    r"""An environment of nbpress.sty; its label yields the number that HTML has too."""
    env = self.builder.env
    style = KINDS[node["kind"]].style
    labels = self.hypertarget_to(node)
    self.body.append(f"\n\\begin{{nbpress{style}}}{{{heading(env, node)}}}{{{number(env, node)}}}{labels}")
    self.no_latex_floats += style == "statement"  # in a frame, from which nothing floats


def depart_block_latex(self: Any, node: block) -> None:
    """Close it."""
    style = KINDS[node["kind"]].style
    self.body.append(f"\n\\end{{nbpress{style}}}\n")
    self.no_latex_floats -= style == "statement"


def visit_title_latex(self: Any, node: block_title) -> None:
    """The words after the number."""
    self.body.append(f"\\nbpressblocktitle{{{_marks(node)[0]}")


def depart_title_latex(self: Any, node: block_title) -> None:
    """Close them."""
    self.body.append(f"{_marks(node)[1]}}}")


def visit_tombstone_latex(self: Any, node: tombstone) -> None:
    """A macro of nbpress.sty; a formula has left a gap."""
    self.body.append("\\par\\nobreak\\vskip-\\belowdisplayskip" if node.get("below") == "math_block" else "")
    self.body.append("\\nbpresstombstone{}")
    raise nodes.SkipNode


def nothing(self: Any, node: nodes.Node) -> None:
    """Print nothing."""


def setup(app: Sphinx) -> None:
    """Register the kinds, each with its node and its directives."""
    printed: dict[str, Any] = {
        "html": (visit_block_html, depart_block_html),
        "latex": (visit_block_latex, depart_block_latex),
        "text": (nothing, nothing),
    }
    for name, kind in KINDS.items():
        if kind.numbered:
            app.add_enumerable_node(kind.node, name, _title, **printed)
        else:
            app.add_node(kind.node, **printed)
        app.add_directive(name, BlockDirective)
        app.add_directive(name + START, BlockDirective)
        app.add_directive(name + END, EndDirective)
    app.add_node(
        block_title,
        html=(visit_title_html, depart_title_html),
        latex=(visit_title_latex, depart_title_latex),
        text=(nothing, nothing),
    )
    app.add_node(
        tombstone,
        html=(visit_tombstone_html, depart_tombstone_html),
        latex=(visit_tombstone_latex, None),
        text=(nothing, nothing),
    )
