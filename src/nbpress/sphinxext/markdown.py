"""A page, with everything resolved that it refers to, as plain Markdown: for notebooks of readers, and for programs."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from functools import singledispatch
from itertools import chain
from typing import Literal, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import _, admonitionlabels
from sphinx_design.dropdown import dropdown_title
from sphinx_design.tabs import sd_tab_label

from nbpress.sphinxext import tables
from nbpress.sphinxext.blocks import block, block_title, heading, tombstone
from nbpress.sphinxext.cells import cell_marker, fold
from nbpress.sphinxext.chapters import around, book_contents
from nbpress.sphinxext.links import section_number
from nbpress.sphinxext.markdown_lines import Target, line, tex
from nbpress.sphinxext.notes import margin_title
from nbpress.sphinxext.reference import saved
from nbpress.sphinxext.scrolling import window
from nbpress.sphinxext.solutions import solution
from nbpress.sphinxext.table_nodes import html_table
from nbpress.sphinxext.terminal import terminal

Kind = Literal["text", "code", "output", "caption", "end"]

NUMBERED = {nodes.figure: "figure", nodes.table: "table", html_table: "table", nodes.container: "code-block"}
SILENT = (nodes.comment, nodes.target, nodes.system_message, nodes.colspec, addnodes.index, addnodes.toctree)
FORMULA = re.compile(r"\$[^$]+\$")
TITLES = {"sd-card-title", "book-part"}  # of paragraphs that are the title of something
ROWS = 40  # of a table that code shows, which may have thousands


class Piece(NamedTuple):
    """Markdown that belongs together, and the cell that it comes from; what Sphinx has added is the page's `end`."""

    cell: int
    kind: Kind
    text: str
    folded: bool = False  # part of a solution that holds several cells, which Markdown cannot fold


def pieces(document: nodes.document, target: Target) -> list[Piece]:
    """The whole page, in order."""
    return [piece for piece in _Walk(target).inside(document, 0) if piece.text.strip()]


class _Walk:
    """Goes down to where a cell begins or ends: what holds several cells cannot be one piece."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.cell = 0
        self.folded = False

    def inside(self, node: nodes.Element, level: int, kind: Kind = "text") -> Iterator[Piece]:
        for child in node.children:
            if isinstance(child, nodes.Element):
                yield from self.of(child, level, kind)

    def of(self, node: nodes.Element, level: int, kind: Kind) -> Iterator[Piece]:
        classes = node.get("classes", ())
        if isinstance(node, cell_marker):
            self.cell = node["place"].cell or 0
        elif isinstance(node, nodes.section):
            yield from self.inside(node, level + 1)
        elif isinstance(node, nodes.title) and isinstance(node.parent, nodes.section):
            yield self._piece("text", _heading(node, level, self.target))
        elif "page-bibliography" in classes:
            yield self._piece("end", joined(node, self.target))
        elif "nbinput" in classes or isinstance(node, saved):
            yield self._piece("code", "" if isinstance(node, saved) else joined(node, self.target))
        elif isinstance(node, fold | window) or "full-width" in classes:
            yield from self.inside(node, level, kind)
        elif "nboutput" in classes:
            yield from self._output(node)
        elif isinstance(node, block | solution) and next(iter(node.findall(cell_marker)), None):
            yield self._piece(kind, _opening(node, self.target))
            outside, self.folded = self.folded, self.folded or isinstance(node, solution)
            yield from self.inside(node, level, kind)
            self.folded = outside
        else:
            yield self._piece(kind, "\n\n".join(blocks(node, self.target)))

    def _output(self, node: nodes.Element) -> Iterator[Piece]:
        """What a cell shows, and the words under or over it, which a notebook must have even before it is run."""
        captions = [c for c in node.findall(nodes.Element) if isinstance(c, nodes.caption | nodes.title)]
        yield self._piece("output", joined(node, self.target, *captions))
        for caption in captions:
            yield self._piece("caption", _caption(caption, self.target))

    def _piece(self, kind: Kind, text: str) -> Piece:
        return Piece(self.cell, kind, text, self.folded)


def joined(node: nodes.Element, target: Target, *without: nodes.Element) -> str:
    """The blocks in a node, with empty lines between them."""
    inner = (child for child in node.children if isinstance(child, nodes.Element) and child not in without)
    return "\n\n".join(chain.from_iterable(blocks(child, target, *without) for child in inner)).strip("\n")


@singledispatch
def blocks(node: nodes.Element, target: Target, *without: nodes.Element) -> Iterator[str]:
    """The blocks of a node in Markdown; one that has no form of its own is its content."""
    if node in without or isinstance(node, SILENT) or "toctree-wrapper" in node.get("classes", ()):
        return
    in_line = isinstance(node, nodes.TextElement | nodes.Inline)
    text = line(node, target) if in_line else joined(node, target, *without)
    if text:
        yield f"**{text}**" if TITLES & {*node.get("classes", ())} else text


@blocks.register(nodes.raw)
@blocks.register(nodes.image)
def _in_line(node: nodes.Element, target: Target, *without: nodes.Element) -> Iterator[str]:
    yield line(nodes.paragraph("", "", node.deepcopy()), target)


@blocks.register(nodes.literal_block)
@blocks.register(nodes.doctest_block)
@blocks.register(terminal)
def _code(node: nodes.Element, target: Target, *without: nodes.Element) -> Iterator[str]:
    text = node.astext().rstrip("\n")
    language = node.get("language", "pycon" if isinstance(node, nodes.doctest_block) else "")
    longest = max((len(run) for run in re.findall(r"^\s*(`{3,})", text, re.M)), default=2)
    fence = "`" * (longest + 1)
    name = {"none": "", "default": "", "ipython3": "python"}.get(language, language)
    yield f"{fence}{name}\n{text}\n{fence}"


@blocks.register
def _formula(node: nodes.math_block, target: Target, *without: nodes.Element) -> Iterator[str]:
    """On one line where it stands in a quotation or a list, whose marks Jupyter would take for part of it."""
    text = tex(node, target)
    if number := _number(node, "displaymath", target):
        text += rf" \tag{{{number}}}"
    parents = (nodes.list_item, nodes.Admonition, nodes.block_quote, block, solution)
    nested = any(isinstance(outer, parents) for outer in around(node))
    yield f"$${' '.join(text.split())}$$" if nested else f"$$\n{text}\n$$"


@blocks.register
def _rubric(node: nodes.rubric, target: Target, *without: nodes.Element) -> Iterator[str]:
    level = node.get("level")
    yield f"{'#' * level} {line(node, target)}" if level else f"**{line(node, target)}**"


@blocks.register
def _figure(node: nodes.figure, target: Target, *without: nodes.Element) -> Iterator[str]:
    yield joined(node, target, *_captions(node))
    yield from (_caption(caption, target) for caption in _captions(node) if caption not in without)


@blocks.register
def _rule(node: nodes.transition, target: Target, *without: nodes.Element) -> Iterator[str]:
    yield "---"


@blocks.register(nodes.bullet_list)
@blocks.register(nodes.enumerated_list)
def _list(node: nodes.Element, target: Target, *without: nodes.Element) -> Iterator[str]:
    items = [joined(item, target) for item in node.children if isinstance(item, nodes.Element)]
    marks = [f"{number}. " for number in range(node.get("start", 1), node.get("start", 1) + len(items))]
    if isinstance(node, nodes.bullet_list):
        marks = ["- "] * len(items)
    apart = any("\n\n" in item and not re.search(r"\n\n\s*(-|\d+\.) ", item) for item in items)
    lines = [mark + textwrap.indent(item, " " * len(mark)).lstrip() for mark, item in zip(marks, items, strict=True)]
    yield ("\n\n" if apart else "\n").join(lines)


@blocks.register
def _definition(node: nodes.definition_list_item, target: Target, *without: nodes.Element) -> Iterator[str]:
    terms = [line(term, target) for term in node.findall(nodes.term)]
    meaning = "\n\n".join(joined(definition, target) for definition in node.findall(nodes.definition))
    yield f"**{', '.join(terms)}**: {meaning}"


@blocks.register(nodes.block_quote)
def _quotation(node: nodes.Element, target: Target, *without: nodes.Element) -> Iterator[str]:
    yield _quoted(joined(node, target))


@blocks.register(nodes.Admonition)
def _admonition(node: nodes.Element, target: Target, *without: nodes.Element) -> Iterator[str]:  # type: ignore[misc]  # of nodes that are elements
    titles = [child for child in node.children if isinstance(child, nodes.title)]
    title = line(titles[0], target) if titles else str(admonitionlabels.get(node.tagname, ""))
    yield _quoted(f"**{title}**\n\n{joined(node, target, *titles)}")


@blocks.register(margin_title)
@blocks.register(dropdown_title)
@blocks.register(sd_tab_label)
@blocks.register(nodes.term)
def _title(node: nodes.Element, target: Target, *without: nodes.Element) -> Iterator[str]:
    yield f"**{line(node, target)}**"


@blocks.register
def _block(node: block, target: Target, *without: nodes.Element) -> Iterator[str]:
    yield _quoted(f"{_opening(node, target)}\n\n{joined(node, target)}")


@blocks.register
def _block_title(node: block_title, target: Target, *without: nodes.Element) -> Iterator[str]:
    yield from ()


@blocks.register
def _tombstone(node: tombstone, target: Target, *without: nodes.Element) -> Iterator[str]:
    yield "∎"


@blocks.register
def _contents(node: book_contents, target: Target, *without: nodes.Element) -> Iterator[str]:
    """The parts of the book with their chapters and pages, as lists."""
    env = target.env
    for part in env.config.nbpress_facts.parts:
        known = [[name for name in chapter if name in env.titles] for chapter in part.chapters]
        lines = [f"{'  ' * bool(n)}- {_entry(name, target)}" for chapter in known for n, name in enumerate(chapter)]
        if lines:
            yield from [f"**{part.title}**"] if part.title else []
            yield "\n".join(lines)


def _entry(document: str, target: Target) -> str:
    number = section_number(target.env, document)
    words = f"{number} " * bool(number) + line(nodes.paragraph("", "", *target.env.titles[document].deepcopy()), target)
    address = target.link(document, "")
    return f"[{words}]({address})" if address else words


@blocks.register
def _solution(node: solution, target: Target, *without: nodes.Element) -> Iterator[str]:
    """Folded, as on the site: this much HTML is known to all that show notebooks."""
    yield f"<details>\n<summary>{_('Solution')}</summary>\n\n{joined(node, target)}\n\n</details>"


@blocks.register(nodes.footnote)
@blocks.register(nodes.citation)
def _note(node: nodes.Element, target: Target, *without: nodes.Element) -> Iterator[str]:
    label = next(iter(node.findall(nodes.label)))
    yield f"<sup>{label.astext()}</sup> {joined(node, target, label)}"


@blocks.register
def _described(node: addnodes.desc, target: Target, *without: nodes.Element) -> Iterator[str]:
    yield joined(node, target)


@blocks.register
def _signature(node: addnodes.desc_signature, target: Target, *without: nodes.Element) -> Iterator[str]:
    yield f"```python\n{' '.join(node.astext().split())}\n```"


@blocks.register
def _written_table(node: nodes.table, target: Target, *without: nodes.Element) -> Iterator[str]:
    yield from (_caption(title, target) for title in _captions(node) if title not in without)
    rows = [[joined(entry, target) for entry in row.findall(nodes.entry)] for row in node.findall(nodes.row)]
    yield _table(rows)


@blocks.register
def _computed_table(node: html_table, target: Target, *without: nodes.Element) -> Iterator[str]:
    *titles, raw = node.children
    yield from (_caption(title, target) for title in titles if title not in without)  # type: ignore[arg-type]
    for part in tables.parts(raw.astext()):
        if isinstance(part, str):
            yield part
        else:
            rows = [[cell.text for cell in row] for row in part.rows]
            more = len(rows) - ROWS
            shown = rows if more < 2 else rows[:ROWS]
            yield _table(shown) + (f"\n\n… (+{more})" if more > 1 else "")


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of which the first is the heading; a formula's strokes would end a field."""
    width = max(map(len, rows), default=0)
    fields = [[_field(text) for text in row] + [""] * (width - len(row)) for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in fields]
    return "\n".join([*lines[:1], "|" + " --- |" * width, *lines[1:]])


def _field(text: str) -> str:
    text = FORMULA.sub(lambda found: found[0].replace(r"\|", r"\Vert ").replace("|", r"\vert "), text)
    return "<br>".join(text.split("\n\n")).replace("\n", " ").replace("|", r"\|")


def _heading(title: nodes.title, level: int, target: Target) -> str:
    section = title.parent
    number = section_number(target.env, target.document, (section["ids"] or [""])[0])
    return f"{'#' * min(level, 6)} {f'{number} ' if number else ''}{' '.join(line(title, target).split())}"


def _opening(node: nodes.Element, target: Target) -> str:
    """What a block, or a solution that holds several cells, is called."""
    if isinstance(node, solution):
        return f"**{_('Solution')}**"
    title = next((child for child in node.children if isinstance(child, block_title)), None)
    words = line(title, target) if title else ""
    return f"**{heading(target.env, node)}**{_(' (%s)') % words if words else ''}"


def _captions(node: nodes.Element) -> list[nodes.Element]:
    return [child for child in node.children if isinstance(child, nodes.caption | nodes.title)]


def _caption(caption: nodes.Element, target: Target) -> str:
    """The words at a figure or a table, with the number by which the text speaks of it."""
    owner = caption.parent
    kind = next((name for class_, name in NUMBERED.items() if isinstance(owner, class_)), "")
    number = _number(owner, kind, target)
    name = target.env.config.numfig_format[kind] % number if number else ""
    return f"**{name}.** {line(caption, target)}" if name else f"*{line(caption, target)}*"


def _number(node: nodes.Element, kind: str, target: Target) -> str:
    numbers = target.env.toc_fignumbers.get(target.document, {}).get(kind, {})
    return next((".".join(map(str, numbers[id_])) for id_ in node["ids"] if id_ in numbers), "")


def _quoted(text: str) -> str:
    return textwrap.indent(text, "> ", lambda _: True).replace("> \n", ">\n")
