"""SVG files without what could act where they are opened by themselves, or ask another site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from nbpress.sphinxext.styles import is_tame, is_tame_sheet

SVG = "http://www.w3.org/2000/svg"
XML = "http://www.w3.org/XML/1998/namespace"
XLINK = "http://www.w3.org/1999/xlink"
NOTES = {  # the name spaces of what programs note on their drawings; browsers know none of their elements
    *("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"),
    *("http://creativecommons.org/ns#", "http://web.resource.org/cc/"),
    *("http://www.inkscape.org/namespaces/inkscape", "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"),
}
DRAWING = {
    *("svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    *("text", "tspan", "title", "desc", "marker", "pattern", "clipPath", "mask", "linearGradient", "radialGradient"),
    *("stop", "image"),
}
ELEMENTS = DRAWING | {  # what only files have
    *("style", "metadata", "switch", "a", "view", "textPath", "filter", "feBlend", "feColorMatrix"),
    *("feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting", "feDisplacementMap"),
    *("feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur"),
    *("feImage", "feMerge", "feMergeNode", "feMorphology", "feOffset", "fePointLight", "feSpecularLighting"),
    *("feSpotLight", "feTile", "feTurbulence"),
}
PICTURE = re.compile(r"#|data:image/(png|jpe?g|gif|webp)[;,]", re.I)
LINK = re.compile(r"#|(https?|mailto):|[^:]*\Z", re.I)  # another page, and nothing that runs
DECLARED = re.compile(rb"<!(ENTITY|ATTLIST|ELEMENT)")  # entities, and attributes that no element shows
PLAIN = {"UTF-8", "ASCII", "US-ASCII"}  # encodings that all readers read alike


class Drawing(NamedTuple):
    """An SVG file that is safe, and what had to be taken out of it; empty where it cannot be read."""

    content: bytes
    removed: tuple[str, ...]


def clean(content: bytes) -> Drawing:
    """The file without what could act; where nothing does it stays as it is, byte for byte."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return Drawing(b"", (f"what is no XML ({error})",))
    if _refused(root):
        return Drawing(b"", ("what is no drawing",))
    declared = ["declarations in <!DOCTYPE>"] if DECLARED.search(content) else []
    removed = tuple(dict.fromkeys([*declared, *_cut(root)]))
    if not removed and (root.getroottree().docinfo.encoding or "UTF-8").upper() in PLAIN:
        return Drawing(content, ())
    return Drawing(etree.tostring(root, encoding="UTF-8", xml_declaration=True), removed)


def _cut(root: etree._Element) -> Iterator[str]:
    """Take out what could act, and name it."""
    gone: set[etree._Element] = set()
    for node in [*root.itersiblings(preceding=True), *root.itersiblings(), *root.iter()]:
        if node in gone or node.tag is etree.Comment:
            continue
        what = _refused(node)
        if what:
            gone.update(node.iter())
            _drop(node)
            yield what
        else:
            yield from _cut_attributes(node)


def _refused(node: etree._Element) -> str:
    """What a node is, if it is refused."""
    if node.tag is etree.PI or node.tag is etree.Entity:
        return "an instruction" if node.tag is etree.PI else "an entity"
    name = etree.QName(node)
    if name.namespace in NOTES:
        return ""
    sheet = name.localname == "style" and not (len(node) == 0 and is_tame_sheet(node.text or ""))
    known = name.namespace in (SVG, None) and name.localname in ELEMENTS
    return f"<{name.localname}>" if sheet or not known else ""


def _drop(node: etree._Element) -> None:
    """Take a node out of the tree, and leave the text behind it."""
    parent, tail = node.getparent(), node.tail
    if parent is None:  # beside the root, which is written alone
        return
    before = node.getprevious()
    if before is None:
        parent.text = (parent.text or "") + (tail or "")
    else:
        before.tail = (before.tail or "") + (tail or "")
    node.tail = None
    parent.remove(node)


def _cut_attributes(element: etree._Element) -> Iterator[str]:
    tag = etree.QName(element).localname
    for name, value in list(element.attrib.items()):
        if not _is_allowed(tag, etree.QName(name), value):
            yield f"{etree.QName(name).localname} of <{tag}>"
            del element.attrib[name]


def _is_allowed(tag: str, name: etree.QName, value: str) -> bool:
    """Whether an attribute says only how something looks, or leads where such an element may lead."""
    if name.namespace == XML:
        return name.localname in {"space", "lang", "id"}
    if name.namespace not in (None, XLINK):
        return name.namespace in NOTES
    if name.localname == "href":
        return bool((LINK if tag == "a" else PICTURE).match(re.sub(r"[\x00-\x20]", "", value)))
    return not name.localname.lower().startswith("on") and is_tame(value)
