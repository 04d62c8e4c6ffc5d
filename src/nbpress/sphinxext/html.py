"""HTML in notebooks: on the site as it is, on paper what has a counterpart among the nodes of docutils."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from docutils import nodes
from lxml import html
from lxml.etree import ParserError
from markdown_it.rules_inline import StateInline

from nbpress.sphinxext.table_nodes import table
from nbpress.sphinxext.tables import UNREADABLE

Picture = Callable[[str, Mapping[str, str]], nodes.Element]  # of an address and the attributes of `img`

SCREEN = re.compile(r"<(script|iframe|video|audio|canvas|svg|object|embed|input|button|select|form)\b", re.I)
SILENT = {"script", "style", "template", "head", "hr"}
HEADINGS = {f"h{level}" for level in range(1, 7)}
LISTS: dict[str, type[nodes.Element]] = {"ul": nodes.bullet_list, "ol": nodes.enumerated_list}
STYLES: dict[str, type[nodes.TextElement]] = {
    "b": nodes.strong,
    "strong": nodes.strong,
    "summary": nodes.strong,
    "i": nodes.emphasis,
    "em": nodes.emphasis,
    "code": nodes.literal,
    "kbd": nodes.literal,
    "tt": nodes.literal,
    "samp": nodes.literal,
    "sup": nodes.superscript,
    "sub": nodes.subscript,
}
PLAIN = {"span", "font", "u", "s", "del", "ins", "small", "big", "mark", "label", "abbr", "cite", "q", "var", "time"}


IMG = re.compile(r"(<img\b[^>]*>)", re.I)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
ENDED = {"p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "option", "body", "html"}  # by a browser
ANY_TAG = re.compile(
    r"(?P<other><!--.*?-->|<(?P<silent>script|style)\b.*?</(?P=silent)\s*>)|<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)\b[^>]*>",
    re.I | re.S,
)
ELEMENT_OF_TEXT = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.I | re.S)
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>", re.I)
COMMANDS = {  # of LaTeX for elements in a line of Markdown, whose beginning and end are read one by one
    **dict.fromkeys(("b", "strong"), "textbf"),
    **dict.fromkeys(("i", "em"), "emph"),
    **dict.fromkeys(("code", "kbd", "tt", "samp"), "texttt"),
    "sup": "textsuperscript",
    "sub": "textsubscript",
}


class Open:
    """The elements that are open at a place of a cell: an author may have forgotten to end one, or ended it twice."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def read(self, text: str) -> str:
        """The HTML without ends of elements that have no beginning."""
        return ANY_TAG.sub(lambda match: match[0] if match["other"] else self._tag(match), text)

    def _tag(self, match: re.Match[str]) -> str:
        name = match["name"].lower()
        if name in VOID | ENDED:
            return match[0]
        if not match["end"]:
            if not match[0].endswith("/>"):
                self.names.append(name)
        elif name not in self.names:
            return ""
        else:
            while self.names.pop() != name:
                pass
        return match[0]

    def end(self) -> str:
        """The ends of all that is still open."""
        names, self.names = reversed(self.names), []
        return "".join(f"</{name}>" for name in names)


def closed(text: str) -> str:
    """The HTML with every element ended, so that what follows it on the page is not part of one."""
    elements = Open()
    return elements.read(text) + elements.end()


def element_of_text(state: StateInline, silent: bool) -> bool:
    """A rule of markdown-it: a script or a style sheet in a line of Markdown is one piece with its text."""
    match = ELEMENT_OF_TEXT.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = match[0]
    state.pos = match.end()
    return True


def for_screens(text: str) -> bool:
    """Whether a piece of HTML holds what paper cannot show."""
    return bool(SCREEN.search(text))


def blocks(text: str, picture: Picture) -> list[nodes.Element]:
    """The paragraphs, lists, tables, headings and pictures of a piece of HTML."""
    try:
        pieces = html.fragments_fromstring(UNREADABLE.sub("\ufffd", text))
    except ParserError:  # nothing but the end of an element, or a comment
        return []
    return list(_gathered(node for piece in pieces for node in _nodes(piece, picture)))


def for_site(text: str, picture: Picture) -> list[nodes.Element]:
    """The HTML as it is, but with its pictures as nodes, so that Sphinx finds their files."""
    found: list[nodes.Element] = []
    for piece in filter(None, IMG.split(text)):
        images = blocks(piece, picture) if IMG.match(piece) else []
        found += list(images[0].findall(nodes.image)) if images else [nodes.raw("", piece, format="html")]
    return found


def tag(text: str, siblings: Iterable[str]) -> str:
    """The LaTeX of a single tag in a line of text whose tags are `siblings`; nothing for one that has none."""
    match = TAG.fullmatch(text)
    name = match[2].lower() if match else ""
    if name == "br":
        return r"\leavevmode\hfil\break "
    ends = [found[1] for sibling in siblings if (found := TAG.fullmatch(sibling)) and found[2].lower() == name]
    if match is None or name not in COMMANDS or ends.count("/") * 2 != len(ends):  # what is not closed stays open
        return ""
    return "}" if match[1] else f"\\{COMMANDS[name]}{{"


def _gathered(pieces: Iterable[nodes.Node]) -> Iterator[nodes.Element]:
    """The blocks among the pieces, and what stands in lines between them in paragraphs."""
    line: list[nodes.Node] = []
    for piece in pieces:
        if isinstance(piece, nodes.Inline | nodes.Text):
            line.append(piece)
        else:
            yield from _paragraph(line)
            line = []
            assert isinstance(piece, nodes.Element)
            yield piece
    yield from _paragraph(line)


def _paragraph(line: list[nodes.Node]) -> Iterator[nodes.paragraph]:
    if any(isinstance(node, nodes.image) or node.astext().strip() for node in line):
        yield nodes.paragraph("", "", *line)


def _nodes(piece: html.HtmlElement | str, picture: Picture) -> Iterator[nodes.Node]:
    """An element, or a text, and the text behind it."""
    if isinstance(piece, str):
        yield from _text(piece)
        return
    if isinstance(piece.tag, str) and piece.tag not in SILENT:  # a comment's is none
        yield from _element(piece, picture)
    yield from _text(piece.tail)


def _text(text: str | None) -> Iterator[nodes.Text]:
    if text:
        yield nodes.Text(re.sub(r"\s+", " ", text))


def _inner(element: html.HtmlElement, picture: Picture) -> Iterator[nodes.Node]:
    yield from _text(element.text)
    for child in element:
        yield from _nodes(child, picture)


def _element(element: html.HtmlElement, picture: Picture) -> Iterator[nodes.Node]:
    tag = element.tag
    if tag == "img":
        source = element.get("src")
        yield picture(source, dict(element.attrib)) if source else nodes.Text(element.get("alt", ""))
    elif tag == "br":
        yield nodes.raw("", r"\leavevmode\hfil\break ", format="latex")
    elif tag == "pre":
        yield nodes.literal_block("", element.text_content(), language="none")
    elif tag == "table":
        element.tail, tail = None, element.tail
        yield table(html.tostring(element, encoding="unicode"))
        element.tail = tail
    elif tag in HEADINGS:
        yield nodes.rubric("", "", *_lines(element, picture), level=int(tag[1]))
    elif tag in LISTS:
        yield LISTS[tag]("", *_items(element, picture))
    elif tag in STYLES:
        yield STYLES[tag]("", "", *_lines(element, picture))
    elif tag == "a" and element.get("href", "").startswith(("http:", "https:", "mailto:")):
        yield nodes.reference("", "", *_lines(element, picture), refuri=element.get("href"))
    elif tag in PLAIN or tag == "a":
        yield from _inner(element, picture)
    else:
        yield from _gathered(_inner(element, picture))


def _items(element: html.HtmlElement, picture: Picture) -> Iterator[nodes.list_item]:
    """The items of a list; what stands between them is one of its own."""
    for child in element:
        inner = _inner(child, picture) if child.tag == "li" else _nodes(child, picture)
        yield nodes.list_item("", *_gathered(inner))


def _lines(element: html.HtmlElement, picture: Picture) -> Iterator[nodes.Node]:
    """What is in an element, without blocks, where there can be none."""
    for node in _inner(element, picture):
        if isinstance(node, nodes.Inline | nodes.Text):
            yield node
        else:
            yield nodes.Text(node.astext())
