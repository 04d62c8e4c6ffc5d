"""References inside the book, by plain Markdown links: resolved when every page has been read and has its number."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import _
from sphinx.util import logging

from nbpress.sphinxext.paper_links import TIE, numbered_on_page, with_page, worded_on_page

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
        return _equation(app, env, node, text, label)
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
    if not prints(app, document):
        return text if text.children else nodes.Text(_printed_number(app, env, document, id_))
    if text.children:
        uri = app.builder.get_relative_uri(node["refdoc"], document)
        reference: nodes.Element = nodes.reference("", "", text, internal=True, refuri=f"{uri}#{id_}")
        return worded_on_page(reference, f"{document}:{id_}") if _turns_pages(app, node, document) else reference
    number = standard.resolve_xref(*where, "numref", label, node, text)
    return numbered_on_page(number, f"{document}:{id_}") if number and _turns_pages(app, node, document) else number


def _equation(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, text: nodes.Element, label: str
) -> nodes.Node | None:
    """A reference to an equation, by its number or in words."""
    math = env.domains.math_domain
    document = math.equations[label][0]
    if not prints(app, document):
        number = _number(env, document, nodes.make_id(f"equation-{label}"))[1]
        return text if text.children else nodes.Text(app.config.math_eqref_format.format(number=number))
    reference = math.resolve_xref(env, node["refdoc"], app.builder, "eq", label, node, text)
    if reference is None:
        return None
    if node["refexplicit"]:
        reference.clear()
        reference += text
        reference["words"] = True  # which paper must not take for the number
    if not _turns_pages(app, node, document):
        return reference
    on_page = worded_on_page if node["refexplicit"] else numbered_on_page
    return on_page(reference, f"equation:{document}:{label}")


def prints(app: Sphinx, document: str) -> bool:
    """Whether a document is among those that are printed: an excerpt on paper leaves most out."""
    return app.builder.format != "latex" or document in app.builder.docnames  # type: ignore[attr-defined]


def _turns_pages(app: Sphinx, node: addnodes.pending_xref, document: str) -> bool:
    """Whether a reference leads so far away on paper that its reader wants to know the page: out of its document."""
    return app.builder.format == "latex" and document != node["refdoc"]


def _number(env: BuildEnvironment, document: str, id_: str) -> tuple[str, str]:
    """What kind of thing has that id, and its number; both empty for what has none."""
    for kind, numbers in env.toc_fignumbers.get(document, {}).items():
        if id_ in numbers:
            return kind, ".".join(map(str, numbers[id_]))
    return "", ""


def _printed_number(app: Sphinx, env: BuildEnvironment, document: str, id_: str) -> str:
    """What a reference by number would say: `Figure 2.1`."""
    kind, number = _number(env, document, id_)
    return str(app.config.numfig_format.get(kind, "%s") % number).replace(" ", TIE)


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
    number = section_number(env, document, id_)
    kind = (_("Chapter %s") if "." not in (number or "") else _("Section %s")) if number else ""
    if not number and not text.astext():
        titles = {entry[1]: entry[2] for entry in env.metadata[document].get("myst_slugs", {}).values()}
        text += nodes.Text(titles.get(id_) or env.titles[document].astext())
    if app.builder.format == "latex":
        return _on_paper(app, node, target, text, kind, number or "")
    uri = app.builder.get_relative_uri(node["refdoc"], document)
    reference = nodes.reference("", "", text, internal=True, refuri=f"{uri}#{id_}" if id_ else uri)
    if not number:
        return reference
    words = nodes.inline("", kind % number, classes=["std-numref"])
    numbered = nodes.reference("", "", words, internal=True, refuri=reference["refuri"])
    return _in_brackets(reference, numbered) if text.astext() else numbered


def _in_brackets(reference: nodes.Element, numbered: nodes.Element) -> nodes.Element:
    before, after = map(nodes.Text, _(" (%s)").split("%s"))
    return nodes.inline("", "", reference, before, numbered, after, classes=["numbered-link"])


def _on_paper(
    app: Sphinx, node: addnodes.pending_xref, target: Target, text: nodes.Element, kind: str, number: str
) -> nodes.Node:
    """The same in TeX, with the page: `text (Section 2.3, page 41)`; words only, where that is not printed."""
    document, id_ = target
    if not prints(app, document):
        words = nodes.inline("", (kind % number).replace(" ", TIE)) if number else text
        return _in_brackets(text, words) if number and text.astext() else words
    uri, label = f"%{document}#{id_ or ':doc'}", f"{document}:{id_ or ':doc'}"
    turns = _turns_pages(app, node, document)
    reference: nodes.Element = nodes.reference("", "", text, internal=True, refuri=uri)
    if not number:
        return worded_on_page(reference, label) if turns else reference
    numbered: nodes.Element = addnodes.number_reference("", "", title=kind, refuri=uri, internal=True)
    numbered += nodes.inline("", kind % number)
    if not text.astext():
        return numbered_on_page(numbered, label) if turns else numbered
    return _in_brackets(reference, with_page(_("%s, page %s"), numbered, label) if turns else numbered)


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
