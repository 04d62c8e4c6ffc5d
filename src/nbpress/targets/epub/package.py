"""The parts of an EPUB around its pages: what is in it, the way through it, and the file in which all of it lies."""

from __future__ import annotations

import mimetypes
import posixpath
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lxml import etree

from nbpress.targets.bundle import EPOCH
from nbpress.targets.epub.allowed import XHTML
from nbpress.targets.epub.pages import Page, media, serialised
from nbpress.words import words

Part = tuple[str, list[list[str]]]  # its title, empty where it has none, and the documents of each chapter
OPF, DC, OPS = "http://www.idpf.org/2007/opf", "http://purl.org/dc/elements/1.1/", "http://www.idpf.org/2007/ops"
FOLDER = "EPUB"
SHEET = Path(__file__).parent / "book.css"
NAV = "nav.xhtml"
CONTAINER = f"""<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="{FOLDER}/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
KINDS = {".svg": "image/svg+xml", ".webp": "image/webp", ".xhtml": "application/xhtml+xml", ".css": "text/css"}


def write(
    file: Path,
    facts: Mapping[str, Any],
    parts: Sequence[Part],
    pages: Mapping[str, Page],
    site: Path,
    cover: tuple[str, bytes] | None,
    changed: str,
) -> None:
    """Write the EPUB; the same book makes the same bytes."""
    language = facts["language"].replace("_", "-")
    files: dict[str, bytes] = {}
    if cover:
        files[cover[0]] = cover[1]
    properties = {name: _properties(page) for name, page in pages.items()}
    contents = _nav(facts, parts, pages, language)
    for name, page in pages.items():
        sheet = posixpath.relpath(SHEET.name, posixpath.dirname(name) or ".")
        files[f"{name}.xhtml"] = serialised(page, language, [sheet])
    files |= {NAV: contents, SHEET.name: SHEET.read_bytes()}
    files |= {path: (site / path).read_bytes() for path in media(pages)}
    files["package.opf"] = _package(facts, language, files, list(pages), properties, cover, changed)
    temporary = file.with_name(f".{file.name}.new")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as packed:
        _add(packed, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)  # first, and as it is
        _add(packed, "META-INF/container.xml", CONTAINER.encode())
        for name, content in sorted(files.items()):
            _add(packed, f"{FOLDER}/{name}", content)
    temporary.replace(file)


def _add(packed: zipfile.ZipFile, name: str, content: bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = 0o644 << 16
    packed.writestr(entry, content, how)


def _properties(page: Page) -> str:
    return " ".join(filter(None, ["mathml" * page.has_formulas, "svg" * page.has_drawings]))


def _package(
    facts: Mapping[str, Any],
    language: str,
    files: Mapping[str, bytes],
    spine: Sequence[str],
    properties: Mapping[str, str],
    cover: tuple[str, bytes] | None,
    changed: str,
) -> bytes:
    root = etree.Element(f"{{{OPF}}}package", nsmap={None: OPF, "dc": DC})
    for key, value in {"version": "3.0", "unique-identifier": "book-id"}.items():
        root.set(key, value)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    metadata = etree.SubElement(root, f"{{{OPF}}}metadata")
    for kind, text, attributes in _metadata(facts, language, bool(any("mathml" in one for one in properties.values()))):
        name = f"{{{DC}}}{kind}" if "property" not in attributes else f"{{{OPF}}}meta"
        etree.SubElement(metadata, name, attributes).text = text
    meta = etree.SubElement(metadata, f"{{{OPF}}}meta", property="dcterms:modified")
    meta.text = f"{changed or '1980-01-01'}T00:00:00Z"
    if cover:
        etree.SubElement(metadata, f"{{{OPF}}}meta", name="cover", content="cover")
    manifest = etree.SubElement(root, f"{{{OPF}}}manifest")
    ids = {}
    for number, name in enumerate(sorted(files)):
        ids[name] = "cover" if cover and name == cover[0] else f"file-{number}"
        kind = KINDS.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        item = etree.SubElement(manifest, f"{{{OPF}}}item", {"id": ids[name], "href": quote(name), "media-type": kind})
        known = {NAV: "nav", cover[0] if cover else "": "cover-image"} | {
            f"{k}.xhtml": v for k, v in properties.items()
        }
        if known.get(name):
            item.set("properties", known[name])
    order = etree.SubElement(root, f"{{{OPF}}}spine")
    first, *others = spine
    for name in (f"{first}.xhtml", NAV, *(f"{name}.xhtml" for name in others)):
        etree.SubElement(order, f"{{{OPF}}}itemref", idref=ids[name])
    etree.indent(root)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _metadata(facts: Mapping[str, Any], language: str, formulas: bool) -> Iterator[tuple[str, str, dict[str, str]]]:
    """What libraries and readers' programs are told, and what those who do not see are told of the book."""
    slug = facts["slug"]
    where = facts["url"] or facts["repository"] or slug
    yield "identifier", f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{where} {slug}')}", {"id": "book-id"}
    yield "title", ": ".join(filter(None, [facts["title"], facts["subtitle"]])), {}
    yield "language", language, {}
    yield from (("creator", author, {}) for author in facts["authors"])
    if facts["licence"]:
        yield "rights", facts["licence"], {}
    if facts["description"]:
        yield "description", facts["description"], {}
    summary = _said("Text, formulas as MathML, and descriptions of pictures, read in the order of the contents.", facts)
    said: dict[str, Sequence[str]] = {
        "accessMode": ["textual", "visual"],
        "accessModeSufficient": ["textual"],
        "accessibilityFeature": [
            *("alternativeText", "displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents"),
            *(["MathML"] if formulas else []),
        ],
        "accessibilityHazard": ["none"],
        "accessibilitySummary": [summary],
    }
    for name, values in said.items():
        yield from (("meta", value, {"property": f"schema:{name}"}) for value in values)


def _said(text: str, facts: Mapping[str, Any]) -> str:
    """A text in the language of the book."""
    return words(facts["language"]).get(text, text)


def _nav(facts: Mapping[str, Any], parts: Sequence[Part], pages: Mapping[str, Page], language: str) -> bytes:
    """The contents: parts, chapters, pages and their sections; and where the book begins."""
    title = _said("Contents", facts)
    root = etree.Element(f"{{{XHTML}}}html", nsmap={None: XHTML, "epub": OPS})
    root.set("lang", language)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    head = etree.SubElement(root, f"{{{XHTML}}}head")
    etree.SubElement(head, f"{{{XHTML}}}title").text = title
    etree.SubElement(head, f"{{{XHTML}}}link", rel="stylesheet", href=SHEET.name)
    body = etree.SubElement(root, f"{{{XHTML}}}body")
    contents = etree.SubElement(body, f"{{{XHTML}}}nav", {f"{{{OPS}}}type": "toc", "role": "doc-toc"})
    etree.SubElement(contents, f"{{{XHTML}}}h1").text = title
    top = etree.SubElement(contents, f"{{{XHTML}}}ol")
    _entry(top, "index.xhtml", pages["index"].title)
    several = len([part for part, chapters in parts if part and chapters]) > 1
    for part, chapters in parts:
        place = top
        if several and part and chapters:
            item = etree.SubElement(top, f"{{{XHTML}}}li")
            etree.SubElement(item, f"{{{XHTML}}}span").text = part
            place = etree.SubElement(item, f"{{{XHTML}}}ol")
        for first, *others in chapters:
            _chapter(place, pages[first], [pages[name] for name in others])
    landmarks = etree.SubElement(body, f"{{{XHTML}}}nav", {f"{{{OPS}}}type": "landmarks", "hidden": "hidden"})
    etree.SubElement(landmarks, f"{{{XHTML}}}h2").text = title
    marks = etree.SubElement(landmarks, f"{{{XHTML}}}ol")
    begins = next((chapter[0] for _, chapters in parts for chapter in chapters), "index")
    for kind, address, words_ in (("toc", NAV, title), ("bodymatter", f"{quote(begins)}.xhtml", pages[begins].title)):
        _entry(marks, address, words_)[0].set(f"{{{OPS}}}type", kind)
    etree.indent(root)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>")) + b"\n"


def _chapter(place: Any, first: Page, others: Sequence[Page]) -> None:
    item = _entry(place, f"{quote(first.name)}.xhtml", first.title)
    inner = etree.SubElement(item, f"{{{XHTML}}}ol") if others else None
    for page in others:
        assert inner is not None
        entry = _entry(inner, f"{quote(page.name)}.xhtml", page.title)
        below = etree.SubElement(entry, f"{{{XHTML}}}ol") if page.sections else None
        for section in page.sections:
            assert below is not None
            _entry(below, f"{quote(page.name)}.xhtml#{quote(section.id)}", section.title)


def _entry(place: Any, address: str, title: str) -> Any:
    item = etree.SubElement(place, f"{{{XHTML}}}li")
    etree.SubElement(item, f"{{{XHTML}}}a", href=address).text = title
    return item
