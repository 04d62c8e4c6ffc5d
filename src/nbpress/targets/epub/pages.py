"""Pages of the web site as XHTML: what a reader of EPUBs may show, with the links that hold there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from lxml import etree, html

from nbpress.targets.epub.allowed import ATTRIBUTES, FOREIGN, GONE, INSTEAD, KNOWN, MATHML, SVG, XHTML, spelled
from nbpress.targets.epub.letters import lettered

Element = Any  # of lxml, which has no types
NAME = re.compile(r"[A-Za-z_\u0080-\uffff][\w.\u0080-\uffff-]*")  # what an id may be in XML
SIZE = re.compile(r"(?:(?:max-)?(?:width|height):\s*[\d.]+(?:px|em|%)\s*;?\s*)+")
NUMBERS = {"width", "height", "colspan", "rowspan", "start", "span"}
LONG = 24  # characters of a formula in a line
RELATIONS = {*"=≠<>≤≥≈∼≡∈∉⊂⊆→←↦⇒⇔∝∣≪≫≔"}
SCHEMES = ("http", "https", "mailto")


@dataclass
class Section:
    """A heading, and those below it."""

    id: str
    title: str
    sections: list[Section] = field(default_factory=list)


@dataclass
class Page:
    """A document of the book."""

    name: str
    title: str
    body: Element
    sections: list[Section]
    ids: set[str]
    pictures: set[str] = field(default_factory=set)  # paths on the site

    @property
    def has_formulas(self) -> bool:
        """Whether MathML is in it."""
        return self.body.find(f".//{{{MATHML}}}math") is not None

    @property
    def has_drawings(self) -> bool:
        """Whether SVG is in it."""
        return self.body.find(f".//{{{SVG}}}svg") is not None


def read(site: Path, names: Sequence[str], url: str) -> dict[str, Page]:
    """The documents of the site that hold something, by their names, with links between them."""
    pages = {}
    for name in names:
        tree = html.fromstring((site / f"{name}.html").read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
        article = tree.find(".//article")
        if article is not None and (name != "genindex" or article.find(".//li") is not None):
            pages[name] = _page(name, article, site)
    for page in pages.values():
        _link(page, pages, url)
        _drop_parts(page)
    return pages


def _page(name: str, article: Element, site: Path) -> Page:
    _strip(article)
    for formula in [*article.iterfind(".//span[@class]")]:
        if "katex" in formula.get("class", "").split():
            _set_formula(formula)
    body = etree.Element(f"{{{XHTML}}}section")
    body.extend(_converted(child) for child in article if isinstance(child.tag, str))
    ids = _unique_ids(body)
    page = Page(name, _words(body.find(f".//{{{XHTML}}}h1")) or name, body, _sections(body), ids)
    for picture in [*body.iter(f"{{{XHTML}}}img")]:
        _show(picture, page, site)
    return page


def _strip(article: Element) -> None:
    """Take out what only the site can use: scripts, styles, buttons, the marks of headings."""
    for element in [*article.iter()]:
        if not isinstance(element.tag, str) or element.tag in GONE or "headerlink" in element.get("class", ""):
            _drop(element)


def _drop(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        _append_text(element, element.tail)
        parent.remove(element)


def _append_text(element: Element, text: str | None) -> None:
    """Put text in the place where an element begins."""
    before, parent = element.getprevious(), element.getparent()
    assert parent is not None
    if before is not None:
        before.tail = (before.tail or "") + (text or "")
    else:
        parent.text = (parent.text or "") + (text or "")


def _set_formula(formula: Element) -> None:
    """MathML in place of what KaTeX has made for browsers, with its TeX for those who hear it."""
    math = formula.find(".//math")
    if math is None:
        return
    math = deepcopy(math)
    semantics = math.find("semantics")
    if semantics is not None:
        annotation = semantics.find("annotation")
        if annotation is not None and annotation.text:
            math.set("alttext", annotation.text)
        math[:] = [child for child in semantics if child.tag not in ("annotation", "annotation-xml")]
    for letter in math.iter("mi", "mn", "mo", "mtext"):
        style = letter.get("mathvariant", "normal")
        changed = lettered(letter.text or "", style)
        if changed != letter.text:
            letter.text = changed
            del letter.attrib["mathvariant"]
    parts = _broken(math)
    parts[-1].tail = formula.tail
    parent = formula.getparent()
    place = parent.index(formula)
    parent[place : place + 1] = parts


def _broken(math: Element) -> list[Element]:
    """A long formula of a line in pieces that end with a relation: no reader's program breaks a line within one."""
    row = math[0] if len(math) == 1 and math[0].tag == "mrow" else math
    if math.get("display") == "block" or len("".join(math.itertext())) <= LONG:
        return [math]
    parts = [etree.Element("math")]
    for child in [*row]:
        parts[-1].append(child)
        if child.tag == "mo" and child.text in RELATIONS:
            child.set("form", "infix")  # it has room on both sides, though nothing follows it here
            parts.append(etree.Element("math"))
    return [part for part in parts if len(part)] or [math]


def _converted(element: Element, space: str = XHTML) -> Element:
    """The element and all in it, with the names and attributes that XHTML knows."""
    tag = INSTEAD.get(element.tag, element.tag)
    space = FOREIGN.get(tag, space)
    if space == XHTML and tag not in KNOWN:
        tag = "span"
    made = etree.Element(f"{{{space}}}{spelled(tag) if space == SVG else tag}", nsmap={None: space})
    for key, value in element.attrib.items():
        _take(made, space, tag, key, value)
    if space == XHTML and tag == "input":
        return _box(element)
    made.text, made.tail = _clean(element.text), _clean(element.tail)
    inner = XHTML if tag in ("foreignobject", "annotation-xml") else space
    made.extend(_converted(child, inner) for child in element if isinstance(child.tag, str))
    return made


def _box(element: Element) -> Element:
    """The box of a task, as a character."""
    made = etree.Element(f"{{{XHTML}}}span")
    made.text, made.tail = "☑ " if "checked" in element.attrib else "☐ ", _clean(element.tail)
    return made


def _take(made: Element, space: str, tag: str, key: str, value: str) -> None:
    """Take an attribute over, if it may be there."""
    if space != XHTML:
        if ":" not in key and not key.startswith("on") and key not in ("xmlns", "style"):
            made.set(spelled(key) if space == SVG else key, value)
    elif key in NUMBERS and not value.isdecimal():
        return
    elif key == "id":
        made.set("id", identifier(value))
    elif key == "class" and value.startswith("katex"):
        return
    elif key == "style":
        if tag == "img" and SIZE.fullmatch(value):
            made.set("style", value)
    elif key in ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()) or key.startswith("aria-"):
        made.set(key, _clean(value) or "")


def _clean(text: str | None) -> str | None:
    """Text without the characters that XML cannot hold."""
    return text and re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


def identifier(name: str) -> str:
    """An id as XML has them."""
    if NAME.fullmatch(name):
        return name
    return "_" + re.sub(r"[^\w.\u0080-\uffff-]", "_", name)


def _unique_ids(body: Element) -> set[str]:
    """The ids; what is there twice keeps the first."""
    seen: set[str] = set()
    for element in body.iter():
        name = element.get("id")
        if name is not None and (name in seen or not name):
            del element.attrib["id"]
        elif name:
            seen.add(name)
    return seen


def _words(heading: Element | None) -> str:
    """A heading as plain words; a formula in it is its TeX."""
    return " ".join(_text(heading).split()) if heading is not None else ""


def _text(element: Element) -> str:
    if element.tag == f"{{{MATHML}}}math":
        return str(element.get("alttext", ""))
    return (element.text or "") + "".join(_text(child) + (child.tail or "") for child in element)


def _sections(body: Element) -> list[Section]:
    """The sections of a page."""
    return [
        Section(section.get("id", ""), _words(heading))
        for section in body.iter(f"{{{XHTML}}}section")
        if (heading := section.find(f"{{{XHTML}}}h2")) is not None and section.get("id")
    ]


def _show(picture: Element, page: Page, site: Path) -> None:
    """Note a picture of the site; in place of one that is elsewhere, say what it shows."""
    source = picture.get("src", "")
    address = urlsplit(source)
    if address.scheme == "data":
        return
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page.name), unquote(address.path)))
    if not address.scheme and not address.netloc and (site / path).is_file():
        page.pictures.add(path)
        picture.set("src", quote(posixpath.relpath(path, posixpath.dirname(page.name) or ".")))
        picture.set("alt", picture.get("alt", ""))
        return
    words = etree.Element(f"{{{XHTML}}}span")
    words.text, words.tail = f"[{picture.get('alt') or source}]", picture.tail
    parent = picture.getparent()
    assert parent is not None
    parent.replace(picture, words)


def _link(page: Page, pages: Mapping[str, Page], url: str) -> None:
    """Have links lead to the pages that are in the book, to the site where it has an address, or nowhere."""
    for link in [*page.body.iter(f"{{{XHTML}}}a")]:
        target = link.get("href")
        if target is not None:
            new = _target(target, page, pages, url)
            if new:
                link.set("href", new)
            else:
                link.tag = f"{{{XHTML}}}span"
                for key in ("href", "rel"):
                    link.attrib.pop(key, None)


def _drop_parts(page: Page) -> None:
    """Take out of the contents on a cover what the site alone has: entries without a link, then parts without any."""
    for contents in page.body.iter(f"{{{XHTML}}}div"):
        if "book-table" in contents.get("class", "").split():
            for kind in ("li", "ul"):
                for element in [*contents.iter(f"{{{XHTML}}}{kind}")]:
                    if element.find(f".//{{{XHTML}}}a") is None:
                        _drop(element)
            for part in [*contents.iter(f"{{{XHTML}}}p")]:
                following = part.getnext()
                if following is None or following.tag == part.tag:
                    _drop(part)


def _target(target: str, page: Page, pages: Mapping[str, Page], url: str) -> str:
    address = urlsplit(target)
    if address.scheme in SCHEMES:
        return target
    if address.scheme or address.netloc:
        return ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page.name), unquote(address.path)))
    name = path.removesuffix(".html") if address.path else page.name
    if name in pages:
        anchor = identifier(unquote(address.fragment)) if address.fragment else ""
        known = f"#{quote(anchor)}" if anchor in pages[name].ids else ""
        file = quote(posixpath.relpath(f"{name}.xhtml", posixpath.dirname(page.name) or "."))
        return known if name == page.name and known else f"{file}{known}"
    return f"{url}/{quote(path)}{f'#{address.fragment}' if address.fragment else ''}" if url else ""


def serialised(page: Page, language: str, links: Sequence[str]) -> bytes:
    """The page as an XHTML file."""
    root = etree.Element(f"{{{XHTML}}}html", nsmap={None: XHTML, "epub": "http://www.idpf.org/2007/ops"})
    root.set("lang", language)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    head = etree.SubElement(root, f"{{{XHTML}}}head")
    etree.SubElement(head, f"{{{XHTML}}}title").text = page.title
    for link in links:
        etree.SubElement(head, f"{{{XHTML}}}link", rel="stylesheet", href=link)
    body = etree.SubElement(root, f"{{{XHTML}}}body")
    body.extend(page.body)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["epub"])
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>"))


def media(pages: Mapping[str, Page]) -> Iterator[str]:
    """The pictures of all pages, each once."""
    yield from sorted({path for page in pages.values() for path in page.pictures})
