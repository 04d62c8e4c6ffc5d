"""What stands in a line of text, as plain Markdown that needs no extension of Jupyter's."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import singledispatch

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from nbpress import macros
from nbpress.sphinxext.math import formula

SPECIAL = re.compile(r"[\\`*\[\]$]|~~|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<!\w)_|_(?!\w)")
OPENING = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+](?=\s)|>|=+\s*$|-+\s*$)|^(\s*\d+)([.)](?=\s))", re.M)  # of a block
TICKS = re.compile(r"`+")


def escaped(text: str) -> str:
    """Text that means itself in Markdown."""
    return SPECIAL.sub(lambda found: "\\" + found[0], text)


@dataclass(frozen=True)
class Target:
    """Where the Markdown of a page goes.

    `link` gives the address of a document and an anchor in it, `picture` that of a file that the site has.
    """

    env: BuildEnvironment
    document: str
    link: Callable[[str, str], str]
    picture: Callable[[str], str]
    macros: Mapping[str, str]


def line(node: nodes.Element, target: Target) -> str:
    """The content of a paragraph, a title, or whatever else holds lines of text."""
    text = "".join(inline(child, target) for child in node.children).strip()
    return OPENING.sub(lambda found: (found[1] or found[3] or "") + "\\" + (found[2] or found[4]), text)


@singledispatch
def inline(node: nodes.Node, target: Target) -> str:
    """A piece of a line; what has no form of its own is its content."""
    return "".join(inline(child, target) for child in node.children)


@inline.register
def _text(node: nodes.Text, target: Target) -> str:
    return escaped(str(node))


@inline.register(nodes.comment)
@inline.register(nodes.problematic)
@inline.register(nodes.system_message)
@inline.register(addnodes.index)
@inline.register(addnodes.toctree)
def _nothing(node: nodes.Node, target: Target) -> str:
    return ""


@inline.register
def _raw(node: nodes.raw, target: Target) -> str:
    text = node.astext()
    return text if "html" in node.get("format", "").split() and not text.startswith("<svg") else ""


@inline.register
def _literal(node: nodes.literal, target: Target) -> str:
    return code(node.astext())


@inline.register
def _math(node: nodes.math, target: Target) -> str:
    return f"${tex(node, target)}$"


@inline.register
def _image(node: nodes.image, target: Target) -> str:
    if "only-dark" in node.get("classes", ()):
        return ""
    alt = re.sub(r"[\[\]]", "", " ".join(node.get("alt", "").split()))
    address = target.picture(node["uri"])
    if address.startswith("data:"):  # which some refuse in Markdown, and none in HTML
        return f'<img alt="{html.escape(node.get("alt", ""))}" src="{address}">'
    return f"![{alt}]({_address(address)})"


@inline.register
def _emphasis(node: nodes.emphasis, target: Target) -> str:
    return _around("*", node, target)


@inline.register
def _strong(node: nodes.strong, target: Target) -> str:
    return _around("**", node, target)


@inline.register
def _inline(node: nodes.inline, target: Target) -> str:
    inner = "".join(inline(child, target) for child in node.children)
    return f"~~{inner}~~" if "struck" in node["classes"] else inner


@inline.register
def _superscript(node: nodes.superscript, target: Target) -> str:
    return f"<sup>{line(node, target)}</sup>"


@inline.register
def _subscript(node: nodes.subscript, target: Target) -> str:
    return f"<sub>{line(node, target)}</sub>"


@inline.register
def _footnote_reference(node: nodes.footnote_reference, target: Target) -> str:
    return f"<sup>{node.astext()}</sup>"


@inline.register(nodes.reference)
@inline.register(addnodes.number_reference)
def _reference(node: nodes.reference, target: Target) -> str:
    """A link; within the page it is its words, since an editor of notebooks has no such places."""
    text = "".join(inline(child, target) for child in node.children)
    address = node.get("refuri", "")
    if node.get("internal") or "refid" in node:
        address = _inside(address, target)
    return f"[{text}]({_address(address)})" if address and text else text


def _inside(uri: str, target: Target) -> str:
    """The address of a place in the book that the page knows as `uri`; nothing for one in the page itself."""
    path, _, anchor = uri.partition("#")
    if not path:
        return ""
    document = posixpath.normpath(posixpath.join(posixpath.dirname(target.document), path)).removesuffix(".html")
    return "" if document == target.document else target.link(document, anchor)


def _address(uri: str) -> str:
    return f"<{uri}>" if re.search(r"[\s()]", uri) else uri


def _around(mark: str, node: nodes.Element, target: Target) -> str:
    """The marks at the words themselves: beside a space they would mean nothing."""
    text = "".join(inline(child, target) for child in node.children)
    inner = text.strip()
    return text.replace(inner, f"{mark}{inner}{mark}", 1) if inner else text


def code(text: str) -> str:
    """A piece of code between as many backquotes as it needs."""
    fence = "`" * (max((len(found) for found in TICKS.findall(text)), default=0) + 1)
    pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{pad}{' '.join(text.split(chr(10)))}{pad}{fence}"


def tex(node: nodes.math | nodes.math_block, target: Target) -> str:
    """The TeX of a formula without the book's macros, which no notebook knows, and without empty lines."""
    text = macros.expand(formula(node).tex, target.macros).strip()
    return re.sub(r"\n\s*\n", "\n", text)
