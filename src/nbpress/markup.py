"""What the Markdown of a page says of itself: headings, labels, links, images, citations. The parser is MyST's own."""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nbpress.memo import Memo
from nbpress.notebook import Cell, Expression, Notebook, split_options

if TYPE_CHECKING:  # MyST's import takes longer than a check in which nothing is new
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# The Markdown of every book: what plain MyST adds to CommonMark in the table of the handbook's page on writing.
VALUE = r"""\s*=\s*(["']?)(?P<value>.*?)\1(?=[\s/>])"""  # of an attribute in HTML
ANCHOR = re.compile(rf"<[a-z][^>]*?\s(?:id|name){VALUE}", re.I)  # an element that links lead to
OPTION = re.compile(r":[\w-]+:|\s*$")  # of a directive, in the lines that open it
IMG = re.compile(rf"<img\b[^>]*?\ssrc{VALUE}", re.I)
EXTERNAL = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.I)  # how a link begins that leaves the book
CODE = Path(__file__).stat().st_mtime_ns  # what is remembered is of classes in this file
EVAL = "eval"  # the role of an expression whose value is printed
EXTENSIONS = frozenset(
    (
        *("amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath", "fieldlist"),
        *("smartquotes", "strikethrough", "tasklist"),
    )
)


@dataclass(frozen=True)
class Mark:
    """A piece of markup: its text or target, its cell and the line in it."""

    text: str
    cell: Cell
    line: int
    level: int = 0  # of a heading


@dataclass(frozen=True)
class Markup:
    """All marks of one page."""

    headings: list[Mark] = field(default_factory=list)
    labels: list[Mark] = field(default_factory=list)
    links: list[Mark] = field(default_factory=list)
    images: list[Mark] = field(default_factory=list)
    anchors: list[Mark] = field(default_factory=list)  # HTML elements with an id
    citations: list[Mark] = field(default_factory=list)  # keys, as of {cite:p}`one,two`
    expressions: list[Mark] = field(default_factory=list)
    footnotes: list[Mark] = field(default_factory=list)
    footnote_references: list[Mark] = field(default_factory=list)
    open_fences: list[Mark] = field(default_factory=list)  # that only the end of their cell, or of a block, ends
    slugs: dict[str, Mark] = field(default_factory=dict)

    def leads(self, name: str) -> bool:
        """Whether a link to `#name` leads to a heading or an HTML element; Jupyter keeps capitals in the first."""
        return name in self.slugs or name.lower() in self.slugs


@cache
def parser() -> MarkdownIt:
    """The Markdown parser with MyST's plugins."""
    from markdown_it.renderer import RendererHTML
    from myst_parser.config.main import MdParserConfig
    from myst_parser.parsers.mdit import create_md_parser

    config = MdParserConfig(enable_extensions=set(EXTENSIONS), dmath_double_inline=True)
    return create_md_parser(config, RendererHTML).disable("front_matter")  # a cell that begins with a rule has none


def read(notebook: Notebook) -> Markup:
    """The marks of all cells of a page, in order."""
    found = Markup()
    for cell in notebook.cells:
        if cell.kind == "markdown":
            _read_markdown(cell.source, 0, cell, found)
        elif cell.kind == "code" and "label" in (options := split_options(cell.source)[0]):
            found.labels.append(Mark(options["label"], cell, 1))
    for heading in found.headings:
        found.slugs[_unique_slug(heading.text, found.slugs)] = heading
    for anchor in found.anchors:
        found.slugs.setdefault(anchor.text, anchor)
    return found


def expressions(cell: Cell) -> Iterator[Expression]:
    """The expressions in a Markdown cell whose values it shows, each once."""
    found = Markup()
    _read_markdown(cell.source, 0, cell, found)
    seen: set[str] = set()
    for mark in found.expressions:
        if mark.text not in seen:
            seen.add(mark.text)
            yield Expression(mark.text, mark.line)


def expression(content: str) -> str:
    """An expression as it is evaluated, from what stands between the backquotes."""
    return content.replace("\n", " ").strip()


def remembered(notebook: Notebook, memo: Memo) -> Markup:
    """What `read` finds, or found when the cells were last the same."""
    text = repr([(cell.kind, cell.source) for cell in notebook.cells if cell.kind != "raw"]).encode(errors="replace")
    kept = memo.get(bytes, f"markup {CODE}\n".encode() + text, lambda: _Pickler.dumped(read(notebook)))
    return cast(Markup, _Unpickler(kept, notebook).load())


class _Pickler(pickle.Pickler):
    """Leaves out the cells that marks are in, but for their numbers."""

    def persistent_id(self, value: Any) -> int | None:
        return value.number if isinstance(value, Cell) else None

    @classmethod
    def dumped(cls, found: Markup) -> bytes:
        file = io.BytesIO()
        cls(file, pickle.HIGHEST_PROTOCOL).dump(found)
        return file.getvalue()


class _Unpickler(pickle.Unpickler):
    """Puts the cells of a notebook into the marks."""

    def __init__(self, kept: bytes, notebook: Notebook) -> None:
        super().__init__(io.BytesIO(kept))
        self.cells: Sequence[Cell] = notebook.cells

    def persistent_load(self, number: Any) -> Cell:
        cell: Cell = self.cells[number - 1]
        return cell


def _unique_slug(title: str, taken: dict[str, Mark]) -> str:
    """GitHub's slug of a heading, with GitHub's suffix where it is taken."""
    from myst_parser.mdit_to_docutils.base import default_slugify

    slug = base = default_slugify(title)
    count = 1
    while slug in taken:
        slug, count = f"{base}-{count}", count + 1
    return slug


def _read_markdown(text: str, offset: int, cell: Cell, found: Markup) -> None:
    tokens = parser().parse(text)
    lines = text.split("\n")
    for number, token in enumerate(tokens):
        line = offset + (token.map[0] + 1 if token.map else 1)
        if token.type in ("colon_fence", "fence") and _is_open(token, lines):
            found.open_fences.append(Mark(f"{token.markup}{token.info}".strip(), cell, line))
        if token.type == "heading_open":
            found.headings.append(Mark(_plain(tokens[number + 1]), cell, line, int(token.tag[1])))
        elif token.type in ("math_block_label", "myst_target"):
            label = token.info if token.type == "math_block_label" else token.content
            found.labels.append(Mark(label, cell, line))
        elif token.type == "footnote_reference_open":  # the parser's name of a definition
            found.footnotes.append(Mark(token.meta["label"], cell, line))
        elif token.type in ("colon_fence", "fence") and token.info.startswith("{"):
            _read_directive(token, line, cell, found)
        elif token.type == "html_block":
            _read_html(token, line, cell, found)
        elif token.type == "inline":
            _read_inline(token, line, cell, found)
        if token.nesting >= 0 and token.type != "inline" and token.attrs.get("id"):
            found.labels.append(Mark(str(token.attrs["id"]), cell, line))


def _is_open(fence: Token, lines: Sequence[str]) -> bool:
    """Whether a fence has no line that ends it."""
    first, end = fence.map or (0, 0)
    return end - first < 2 or not re.search(rf"{fence.markup}{fence.markup[0]}*\s*$", lines[end - 1])


def _read_directive(token: Token, line: int, cell: Cell, found: Markup) -> None:
    """Labels among a directive's options, and everything in its title and content unless that is code."""
    options = list(takewhile(OPTION.match, token.content.split("\n")))
    for number, text in enumerate(options, start=1):
        option = re.match(r":(label|name):\s*(\S+)", text)
        if option:
            found.labels.append(Mark(option[2], cell, line + number))
    if not re.match(r"\{(code|code-block|math|raw|toctree|bibliography)\}", token.info):
        for title in parser().parseInline(token.info.partition("}")[2]):
            _read_inline(title, line, cell, found)
        content = token.content.split("\n")[len(options) :]
        _read_markdown("\n".join(content), line + len(options), cell, found)


def _read_html(token: Token, line: int, cell: Cell, found: Markup) -> None:
    found.anchors.extend(Mark(match["value"], cell, line) for match in ANCHOR.finditer(token.content))
    found.images.extend(Mark(match["value"], cell, line) for match in IMG.finditer(token.content))


def _read_inline(token: Token, line: int, cell: Cell, found: Markup) -> None:
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "html_inline":
            _read_html(child, line, cell, found)
        elif child.type == "link_open":
            found.links.append(Mark(str(child.attrs.get("href", "")), cell, line))
        elif child.type == "image":
            found.images.append(Mark(str(child.attrs.get("src", "")), cell, line))
        elif child.type == "myst_role" and child.meta["name"].partition(":")[0] == "cite":
            keys = re.sub(r"\{[^}]*\}", "", child.content).split(",")  # {see}key{p. 5}: words around a key
            found.citations.extend(Mark(key.strip(), cell, line) for key in keys)
        elif child.type == "footnote_ref":
            found.footnote_references.append(Mark(child.meta["label"], cell, line))
        elif child.type == "myst_role" and child.meta["name"] == EVAL:
            found.expressions.append(Mark(expression(child.content), cell, line))
        if child.attrs.get("id"):
            found.labels.append(Mark(str(child.attrs["id"]), cell, line))
        if child.children:  # the caption of a picture
            _read_inline(child, line, cell, found)


def _plain(token: Token) -> str:
    """The text of a heading of which MyST makes the slug: formulas do not count."""

    def texts(children: list[Token]) -> Iterator[str]:
        for child in children:
            if child.children:
                yield from texts(child.children)
            elif child.type in ("text", "code_inline"):
                yield child.content

    return "".join(texts(token.children or []))
