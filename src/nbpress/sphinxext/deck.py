"""A page cut into slides: as the tags of its cells say, or, where they say nothing, section by section."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from nbpress.notebook import CONTINUES
from nbpress.sphinxext.blocks import KINDS, block, exercise_block
from nbpress.sphinxext.cells import cell_marker, fold
from nbpress.sphinxext.links import section_number
from nbpress.sphinxext.slide_nodes import pair, slide, slide_anchor, slide_body, slide_heading, speaker_notes, stack
from nbpress.sphinxext.solutions import solution

CHARACTERS, LINES = 50, 12  # of code or text that has room in half a slide
SILENT = (nodes.comment, nodes.target, nodes.system_message, addnodes.index, nodes.footnote, nodes.transition)
CUT_AT = ("slide", "subslide")
LEFT_OUT = ("skip", "notes")


@dataclass(frozen=True)
class Item:
    """A piece of a page: a title or a block of it, the section in which it stands, and what its cell is in a deck."""

    node: nodes.Element
    section: nodes.section
    cell: int
    role: str

    @property
    def is_title(self) -> bool:
        """Whether it begins its section."""
        return isinstance(self.node, nodes.title)

    @property
    def ids(self) -> list[str]:
        """All names by which something may refer to the piece."""
        own = self.section["ids"] if self.is_title else []
        return list(dict.fromkeys([*own, *names_in(self.node)]))


def names_in(node: nodes.Element) -> list[str]:
    """The ids of a node and of all in it."""
    return [str(id_) for inner in node.findall(nodes.Element) for id_ in inner["ids"]]


@dataclass
class Slide:
    """A slide before it is a node."""

    heading: nodes.Element | None
    section: nodes.section | None
    content: list[nodes.Element] = field(default_factory=list)
    notes: list[nodes.Element] = field(default_factory=list)
    covers: list[Item] = field(default_factory=list)  # what of the page it stands for
    below: bool = False  # under the slide before it
    opening: bool = False  # the title of the deck

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look at."""
        return not self.content


def items(document: nodes.document) -> list[Item]:
    """The pieces of a page in order; what belongs to no section is none."""
    walk = _Walk()
    return [item for section in document.children if isinstance(section, nodes.section) for item in walk.of(section)]


class _Walk:
    """Goes through sections and remembers the cell that it is in."""

    def __init__(self) -> None:
        self.cell, self.role = 0, ""

    def of(self, section: nodes.section) -> Iterator[Item]:
        for node in list(section.children):
            if isinstance(node, cell_marker):
                self._enter(node)
            elif isinstance(node, nodes.section):
                yield from self.of(node)
            elif isinstance(node, nodes.Element) and not isinstance(node, SILENT):
                cell, role = self.cell, self.role
                self._clear(node)
                yield Item(node, section, cell, role)

    def _enter(self, marker: cell_marker) -> None:
        self.cell, self.role = marker["place"].cell or 0, marker.get("slide", "")

    def _clear(self, node: nodes.Element) -> None:
        """Take the cells that are on no slide out of a block of several; it ends in the last of them."""
        for marker in list(node.findall(cell_marker)):
            self._enter(marker)
            for behind in marker.parent[marker.parent.index(marker) + 1 :]:
                if isinstance(behind, cell_marker):
                    break
                if self.role in LEFT_OUT:
                    marker.parent.remove(behind)


def is_told(pieces: list[Item]) -> bool:
    """Whether the tags of cells say where slides begin."""
    return any(item.role in CUT_AT for item in pieces)


def told(pieces: list[Item]) -> list[Slide]:
    """The slides of which the tags of cells tell, as in Jupyter: a cell without one goes on with the slide."""
    made: list[Slide] = [Slide(None, None)]
    for (_, role), group in groupby(pieces, key=lambda item: (item.cell, item.role)):
        cell = list(group)
        if role in CUT_AT:
            made.append(Slide(None, cell[0].section, below=role == "subslide"))
        here = made[-1]
        here.covers += cell
        if role == "skip":
            continue
        if role == "notes":
            here.notes += [item.node for item in cell]
            continue
        for item in cell:
            if item.is_title and here.heading is None and here.is_empty:
                here.heading, here.section = item.node, item.section
            else:
                shown = _heading(item) if item.is_title else item.node
                here.content += laid_out([shown], solutions=bool(role), later=role == "fragment")
    return made


def _heading(item: Item) -> nodes.Element:
    """A title in the middle of a slide."""
    return slide_heading("", "", *item.node.children, level=3, number="")


def laid_out(content: list[nodes.Element], *, solutions: bool = False, later: bool = False) -> list[nodes.Element]:
    """Nodes as slides show them: nothing is folded, solutions only where they are asked for."""
    made = [node for one in content for node in _open(one, solutions)]
    if later and made:
        return [nodes.container("", *made, classes=["fragment"])]
    return made


def _open(node: nodes.Element, solutions: bool) -> list[nodes.Element]:
    if isinstance(node, fold) or (isinstance(node, solution) and not solutions):
        return []
    for inner in list(node.findall(solution)):
        if not solutions and inner is not node:
            inner.parent.remove(inner)
    for folded in list(node.findall(fold)):
        folded.parent.remove(folded)
    if isinstance(node, solution):
        return [child for child in node.children if isinstance(child, nodes.Element)]
    if isinstance(node, block) and KINDS[node["kind"]].folded and not solutions:
        return []
    return [node]


def paired(content: list[nodes.Element]) -> list[nodes.Element]:
    """The same, with code and its output beside each other where both are narrow."""
    made: list[nodes.Element] = []
    for node in content:
        if made and is_output(node) and is_input(made[-1]) and _is_narrow(made[-1]) and _is_narrow(node):
            made[-1] = pair("", nodes.container("", made[-1]), nodes.container("", node))
        elif made and is_output(node) and isinstance(made[-1], pair) and _is_narrow(node):
            made[-1].children[1].append(node)  # type: ignore[attr-defined]
        else:
            made.append(node)
    return made


def is_input(node: nodes.Element) -> bool:
    """Whether a node is the code of a cell."""
    return "nbinput" in node.get("classes", ())


def is_output(node: nodes.Element) -> bool:
    """Whether a node is something that code has shown."""
    inner = [node, *(child for child in node.children if isinstance(child, nodes.Element))]
    return any("nboutput" in one.get("classes", ()) for one in inner)


def _is_narrow(node: nodes.Element) -> bool:
    texts = [text.astext().splitlines() for text in node.findall(nodes.FixedTextElement)]
    if any(isinstance(text, nodes.raw) for text in node.findall(nodes.raw)):
        return False
    return all(len(line) <= CHARACTERS for lines in texts for line in lines) and sum(map(len, texts)) <= 2 * LINES


def exercises(pieces: list[Item]) -> tuple[list[Item], list[Item]]:
    """The exercises of a page, with the titles of sections that have nothing else; and all other pieces."""
    of_section: dict[int, list[Item]] = {}
    for item in pieces:
        of_section.setdefault(id(item.section), []).append(item)
    only = {
        key
        for key, found in of_section.items()
        if any(isinstance(item.node, exercise_block) for item in found)
        and all(item.is_title or isinstance(item.node, exercise_block | solution) for item in found)
    }
    tasks = [item for item in pieces if isinstance(item.node, exercise_block) or id(item.section) in only]
    return tasks, [item for item in pieces if item not in tasks]


def as_nodes(slides: list[Slide], env: BuildEnvironment, document: str) -> list[nodes.Element]:
    """The slides as nodes, in stacks where some are below others; links to what is on none lead to the nearest."""
    shown = [one for one in slides if not one.is_empty]
    made: list[nodes.Element] = []
    waiting: list[Item] = []
    notes: list[nodes.Element] = []
    names: dict[str, int] = {}
    for one in slides:
        waiting += one.covers
        notes += one.notes
        if one.is_empty:
            continue
        node = _slide(one, env, document, notes, names)
        notes = []
        below = one.below and bool(made)
        if below and not isinstance(made[-1], stack):
            made[-1] = stack("", made[-1])
        (made[-1] if below else made).append(node)
        _anchor(node, waiting)
        waiting = []
    if shown and made:
        last = list(made[-1].findall(slide))[-1]
        _anchor(last, waiting)
    return made


def _slide(
    one: Slide, env: BuildEnvironment, document: str, notes: list[nodes.Element], names: dict[str, int]
) -> slide:
    node = slide("", ids=[_name(one, names)], classes=["opening"] if one.opening else [])
    if one.heading is not None:
        id_ = one.section["ids"][0] if one.section is not None and one.section["ids"] else ""
        number = section_number(env, document, id_) or ""
        words = [child.deepcopy() for child in one.heading.children]
        node += slide_heading("", "", *words, level=1 if one.opening else 2, number=number)
    node += slide_body("", *paired(one.content))
    if notes:
        node += speaker_notes("", *notes)
    return node


def _name(one: Slide, names: dict[str, int]) -> str:
    """The address of a slide: the section's, with a number for those after its first."""
    base = one.section["ids"][0] if one.section is not None and one.section["ids"] else "slide"
    names[base] = names.get(base, 0) + 1
    return base if names[base] == 1 and base != "slide" else f"{base}--{names[base]}"


def _anchor(node: slide, covered: list[Item]) -> None:
    """Note the ids of what a slide stands for and does not show."""
    node["covered"] = [*node.get("covered", []), *(id_ for item in covered for id_ in item.ids)]


def anchor(made: list[nodes.Element]) -> None:
    """Give every id of the page that is on no slide a place, once all slides are there."""
    slides = [one for node in made for one in node.findall(slide)]
    taken = {id_ for one in slides for id_ in names_in(one)}
    for one in slides:
        left = [id_ for id_ in dict.fromkeys(one.attributes.pop("covered", [])) if id_ not in taken]
        taken.update(left)
        if left:
            one.insert(0, slide_anchor("", names=left))


def continues(item: Item) -> bool:
    """Whether a cell asks to be on the slide of its section, beside what stands there by itself."""
    return item.role in ("fragment", CONTINUES)
