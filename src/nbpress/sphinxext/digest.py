"""A section on a slide where no tag says what: its marked sentences, and the one thing that carries it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from docutils import nodes
from sphinx.locale import _

from nbpress.sphinxext.blocks import KINDS, block
from nbpress.sphinxext.chapters import ABBREVIATION, around
from nbpress.sphinxext.deck import Item, Slide, continues, exercises, is_input, is_output, laid_out
from nbpress.sphinxext.slide_nodes import slide_heading
from nbpress.sphinxext.solutions import solution
from nbpress.sphinxext.table_nodes import html_table

END = re.compile(rf"""[.!?]["'’”)]*{ABBREVIATION}\s+(?=[^\sa-z]|$)|[。！？][’”」』）]*""")
KEY_LINES = 12  # of code that can be the one thing on a slide
LIST_ITEMS, LIST_WORDS = 6, 90  # of a list that is on its slide as it is
STATEMENTS = ("statement", "ruled")  # styles of blocks that a lecture writes on the board
Sentence = list[nodes.Node]
NOT_PROSE = (block, solution, nodes.Admonition, nodes.table, nodes.figure, html_table, nodes.footnote)


def slides_of(pieces: list[Item]) -> list[Slide]:
    """The slides of a page, section by section; its exercises are the last."""
    tasks, others = exercises(pieces)
    made: list[Slide] = []
    for section in dict.fromkeys(item.section for item in others):
        made += _of_section([item for item in others if item.section is section])
    return [*made, *_exercises(tasks)]


def _of_section(pieces: list[Item]) -> Iterator[Slide]:
    title = next((item.node for item in pieces if item.is_title), None)
    first = Slide(title, pieces[0].section, covers=pieces)
    shown = [item for item in pieces if item.role != "skip"]
    first.notes = [item.node for item in shown if item.role == "notes"]
    shown = [item for item in shown if item.role != "notes" and not item.is_title]
    asked = [item for item in shown if continues(item)]
    free = [item.node for item in shown if not continues(item)]
    if isinstance(pieces[0].section.parent, nodes.document):  # the title of the deck has its first sentence
        marked = _marked(free)[1:]
        carriers = _numbered(free)
    else:
        marked = _marked(free) or _instead(free)
        carriers = _numbered(free) or _carrier(free)
    first.content = [*_points(marked), *(laid_out(carriers[0]) if carriers else [])]
    for item in asked:
        first.content += laid_out([item.node], solutions=True, later=item.role == "fragment")
    yield first
    for carrier in carriers[1:]:
        yield Slide(title, pieces[0].section, laid_out(carrier))


def _exercises(tasks: list[Item]) -> Iterator[Slide]:
    shown = [item for item in tasks if not item.is_title and item.role not in ("skip", "notes")]
    if shown:
        title = next((item for item in tasks if item.is_title), None)
        heading = title.node if title else slide_heading("", "", nodes.Text(_("Exercises")))
        section = title.section if title else None
        content = laid_out([item.node for item in shown])
        yield Slide(heading, section, content, [item.node for item in tasks if item.role == "notes"], tasks)


def promise(pieces: list[Item]) -> list[nodes.Element]:
    """What a page promises, for its title: the sentence that is marked before its first section, or the first one."""
    content = [item.node for item in pieces if isinstance(item.section.parent, nodes.document) and not item.is_title]
    prose = [sentence for one in content for paragraph in _paragraphs(one) for sentence in sentences(paragraph)]
    return _points((_marked(content) or prose)[:1])


def _marked(content: list[nodes.Element]) -> list[Sentence]:
    """The sentences in which the author has set words in bold."""
    prose = [node for one in content for node in _paragraphs(one)]
    return [sentence for paragraph in prose for sentence in sentences(paragraph) if _is_marked(sentence)]


def _instead(content: list[nodes.Element]) -> list[Sentence]:
    """What a section says where nothing is marked: a short list, or else its first sentence."""
    short = next((node for node in content if _is_short_list(node)), None)
    if short is not None:
        return [[short]]
    prose = (sentence for one in content for paragraph in _paragraphs(one) for sentence in sentences(paragraph))
    return list(islice(prose, 1))


def _points(found: list[Sentence]) -> list[nodes.Element]:
    if len(found) == 1:
        [node] = found[0] if len(found[0]) == 1 else [None]
        return [node] if _is_short_list(node) else [_paragraph(found[0])]  # type: ignore[list-item]
    return [_list(found)] if found else []


def _paragraphs(node: nodes.Element) -> Iterator[nodes.paragraph]:
    if isinstance(node, NOT_PROSE) or is_input(node) or is_output(node):
        return
    for paragraph in node.findall(nodes.paragraph):
        if not any(isinstance(outer, NOT_PROSE) for outer in around(paragraph)):
            yield paragraph


def sentences(paragraph: nodes.Element) -> list[Sentence]:
    """The sentences of a paragraph, each as the nodes of its line; formulas and links stay whole."""
    made: list[Sentence] = [[]]
    for child in paragraph.children:
        if isinstance(child, nodes.footnote_reference):
            continue
        if not isinstance(child, nodes.Text):
            made[-1].append(child.deepcopy())
            continue
        text, start = str(child), 0
        for end in END.finditer(text):
            made[-1].append(nodes.Text(text[start : end.end()].rstrip()))
            made.append([])
            start = end.end()
        if text[start:]:
            made[-1].append(nodes.Text(text[start:]))
    return [one for one in made if "".join(node.astext() for node in one).strip()]


def _is_marked(sentence: Sentence) -> bool:
    return any(isinstance(node, nodes.strong) or node.next_node(nodes.strong) for node in sentence)


def _paragraph(sentence: Sentence) -> nodes.Element:
    return nodes.paragraph("", "", *_ended(sentence), classes=["point"])


def _list(found: list[Sentence]) -> nodes.Element:
    entries = [nodes.list_item("", nodes.paragraph("", "", *_ended(one))) for one in found]
    return nodes.bullet_list("", *entries, classes=["points"])


def _ended(sentence: Sentence) -> Sentence:
    """A sentence that led to what stood under it ends here."""
    last = sentence[-1]
    if isinstance(last, nodes.Text) and str(last).rstrip().endswith((":", "：")):
        text = str(last).rstrip()
        return [*sentence[:-1], nodes.Text(text[:-1] + ("。" if text.endswith("：") else "."))]
    return sentence


def _is_short_list(node: nodes.Node | None) -> bool:
    if not isinstance(node, nodes.bullet_list | nodes.enumerated_list):
        return False
    return len(node) <= LIST_ITEMS and len(node.astext().split()) <= LIST_WORDS


def _numbered(content: list[nodes.Element]) -> list[list[nodes.Element]]:
    """What carries a section by its number: figures, tables, theorems and their like, each on a slide."""
    return [[node] for node in content if _is_numbered(node)]


def _is_numbered(node: nodes.Element) -> bool:
    statement = isinstance(node, block) and KINDS[node["kind"]].style in STATEMENTS
    return statement or _holds(node, nodes.figure) or _is_numbered_table(node)


def _carrier(content: list[nodes.Element]) -> list[list[nodes.Element]]:
    """The one thing that carries a section without such: a formula, a table, or code with what it shows."""
    single: list[nodes.Element] = [
        node for kind in (nodes.math_block, nodes.table) for node in content if isinstance(node, kind)
    ]
    cells = list(_cells(content))
    whole = [cell for cell in cells if len(cell) > 1 and _lines(cell[0]) <= KEY_LINES]
    key = (
        next(iter(whole), None)
        or next((cell for cell in cells if is_output(cell[-1])), None)
        or next(iter(cells), None)
    )
    best: list[nodes.Element] | None = single[:1] or key
    return [best] if best else []


def _holds(node: nodes.Element, kind: type[nodes.Element]) -> bool:
    return not isinstance(node, block | solution) and (isinstance(node, kind) or node.next_node(kind) is not None)


def _is_numbered_table(node: nodes.Element) -> bool:
    tables = [*node.findall(nodes.table), *node.findall(html_table)]
    return any(isinstance(child, nodes.title) for table in tables for child in table.children) and _holds(
        node, type(tables[0])
    )


def _cells(content: list[nodes.Element]) -> Iterator[list[nodes.Element]]:
    """The code of each cell with its outputs."""
    cell: list[nodes.Element] = []
    for node in content:
        if is_input(node):
            if cell:
                yield cell
            cell = [node]
        elif is_output(node):
            cell.append(node)
        elif cell:
            yield cell
            cell = []
    if cell:
        yield cell


def _lines(node: nodes.Element) -> int:
    return node.astext().count("\n") + 1
