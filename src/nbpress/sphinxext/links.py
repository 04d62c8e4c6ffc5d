"""References inside the book, by plain Markdown links: resolved when every page has been read and has its number."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import _
from sphinx.util import logging

logger = logging.getLogger(__name__)

Target = tuple[str, str]  # document, id in it ("" for its beginning)
SECTIONS, TITLE, UNNUMBERED = "nbpress_sections", "nbpress_title", "nbpress_words"  # keys of a document's metadata


def note_label(document: nodes.document, node: nodes.Element, label: str) -> None:
    """Make `label` a name by which the whole book can refer to `node`."""
    node["names"].append(nodes.fully_normalize_name(label))
    document.note_explicit_target(node, node)


def resolve(app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, text: nodes.Element) -> nodes.Node | None:
    """A link to a page, a section or a label as a reference with its number; a warning if it leads nowhere."""
    if node["reftype"] != "nbpress":
        return None
    path, _mark, name = node["reftarget"].partition("#")  # "_" says words here
    if not path:
        found = _labelled(app, env, node, text, name)
        if found is not None:
            return found
    document = app.config.nbpress_facts.leads_to(node["refdoc"], path) if path else node["refdoc"]
    target = _section(env, document, name)
    if target is None and path and name:
        found = _labelled(app, env, node, text, name)
        if found is not None:
            return found
    if target is None and name in app.config.nbpress_facts.left_out:
        return text if text.children else nodes.Text(_("the solution"))
    if target is None:
        logger.warning('the link "%s" leads nowhere', node["reftarget"], location=node, type="nbpress", subtype="link")
        return text
    return _numbered(app, env, node, target, text)


def _labelled(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, text: nodes.Element, label: str
) -> nodes.Node | None:
    """A reference to an equation, figure, table or block by its label: its number, or the text given."""
    math = env.domains.math_domain
    where = (env, node["refdoc"], app.builder)
    if label in math.equations:
        number = math.resolve_xref(*where, "eq", label, node, text)
        if node["refexplicit"] and number is not None:
            number.clear()
            number += text
            number["words"] = True  # which paper must not take for the number
        return number
    standard = env.domains.standard_domain
    label = nodes.fully_normalize_name(label)  # as docutils keeps all names but those of equations
    if label not in standard.anonlabels:
        return None
    document, id_ = standard.anonlabels[label]
    metadata = env.metadata[document]
    if id_ in metadata.get(SECTIONS, ()):
        return _numbered(app, env, node, (document, id_), text)
    if not node["refexplicit"] and id_ in metadata.get(UNNUMBERED, {}):  # a block that has no number
        text += nodes.Text(metadata[UNNUMBERED][id_])
    if text.children:
        uri = app.builder.get_relative_uri(node["refdoc"], document)
        return nodes.reference("", "", text, internal=True, refuri=f"{uri}#{id_}")
    return standard.resolve_xref(*where, "numref", label, node, text)


def _section(env: BuildEnvironment, document: str, slug: str) -> Target | None:
    """The page or the section of it that `slug` names."""
    if document not in env.all_docs:
        return None
    if not slug:
        return document, ""
    slugs: dict[str, Any] = env.metadata[document].get("myst_slugs", {})
    slug = slug if slug in slugs else slug.lower()  # Jupyter's own keep the capitals of the heading
    return (document, slugs[slug][1]) if slug in slugs else None


def _numbered(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, target: Target, text: nodes.Element
) -> nodes.Node:
    """`text (Section 2.3)`, or the section's number alone where the link has no text of its own."""
    document, id_ = target
    uri = app.builder.get_relative_uri(node["refdoc"], document)
    number = section_number(env, document, id_)
    reference = nodes.reference("", "", text, internal=True, refuri=f"{uri}#{id_}" if id_ else uri)
    if number is None:
        if not text.astext():
            titles = {entry[1]: entry[2] for entry in env.metadata[document].get("myst_slugs", {}).values()}
            text += nodes.Text(titles.get(id_) or env.titles[document].astext())
        return reference
    kind = _("Chapter %s") if "." not in number else _("Section %s")
    if app.builder.format == "latex":
        target_uri = f"%{document}#{id_ or ':doc'}"
        numbered: nodes.Element = addnodes.number_reference("", "", title=kind, refuri=target_uri, internal=True)
        numbered += nodes.inline("", kind % number)
        reference["refuri"] = target_uri
    else:
        words = nodes.inline("", kind % number, classes=["std-numref"])
        numbered = nodes.reference("", "", words, internal=True, refuri=reference["refuri"])
    if not text.astext():
        return numbered
    before, after = map(nodes.Text, _(" (%s)").split("%s"))
    return nodes.inline("", "", reference, before, numbered, after, classes=["numbered-link"])


def section_number(env: BuildEnvironment, document: str, id_: str = "") -> str | None:
    """The number of a section as printed, or None where it has none."""
    anchor = f"#{id_}" if id_ and id_ not in env.metadata[document].get(TITLE, ()) else ""
    number = env.toc_secnumbers.get(document, {}).get(anchor)
    return ".".join(map(str, number)) if number else None


def note_ids(app: Sphinx, doctree: nodes.document) -> None:
    """Remember which ids are those of sections, of the first one, which is the page, and of blocks without number."""
    ids = [section["ids"] for section in doctree.findall(nodes.section)]
    metadata = app.env.metadata[app.env.docname]
    metadata[SECTIONS] = [id_ for one in ids for id_ in one]
    metadata[TITLE] = list(ids[0]) if ids else []
    blocks = [node for node in doctree.findall(nodes.Element) if "word" in node]
    metadata[UNNUMBERED] = {id_: node["word"] for node in blocks for id_ in node["ids"]}


def setup(app: Sphinx) -> None:
    """Resolve the links that `renderer.PageRenderer.render_link` leaves."""
    app.connect("doctree-read", note_ids)
    app.connect("missing-reference", resolve)
