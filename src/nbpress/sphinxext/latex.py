"""What the LaTeX builder lacks: parts, chapters without a number, the references as one, and our own style files."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.latex.nodes import math_reference, thebibliography
from sphinx.util.fileutil import copy_asset_file
from sphinx.util.texescape import escape

from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.terminal import broken, divided

TEXINPUTS = Path(__file__).parent / "texinputs"
PICTURES = {".png", ".jpg", ".jpeg", ".pdf"}  # that TeX reads
NUMBERED = r"\setcounter{secnumdepth}{5}"  # all levels, as on the site
UNNUMBERED = r"\nbpressunnumbered"  # belongs to no part either
REFERENCES = "references"
ALIGNED = {"text-left": "L", "text-right": "R", "text-center": "C"}  # MyST's classes of cells, tabulary's columns
NO_CELL = "\n%% nbpress:\n"  # ends what the marker of a cell before it says


def arrange(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make of the pages in a row what a printed book is."""
    if app.builder.format == "latex":
        facts: Facts = app.config.nbpress_facts
        _open_parts(facts, doctree, bool(app.config.nbpress_excerpt))
        _move_bibliography(doctree)
        _link_equations(doctree)
        _replace_missing_pictures(Path(app.srcdir), doctree)
        _break_lines(doctree)
        _divide_code(doctree)
        _align_columns(doctree)
        _spell_out(doctree)
        _drop_footnote_rules(doctree)


def files(doctree: nodes.document) -> list[addnodes.start_of_file]:
    """The pages of the book, without what solutions have been gathered in."""
    return [file for file in doctree.findall(addnodes.start_of_file) if not file.get("gathered")]


def _open_parts(facts: Facts, doctree: nodes.document, excerpt: bool) -> None:
    """Before the first chapter of a part print the part; switch numbers on and off with those of its chapters.

    An excerpt has no parts, but any of their chapters may be its first.
    """
    openings = {chapter[0]: part for part in facts.parts for chapter in part.chapters[: None if excerpt else 1]}
    numbered = len([part for part in facts.parts if part.numbered])
    for file in files(doctree):
        part = openings.get(file["docname"])
        if part is not None:
            has_head = part.numbered and numbered > 1 and not excerpt
            head = f"\\part{{{escape(part.title, 'xelatex')}}}\n" if has_head else ""
            file.insert(0, nodes.raw("", head + (NUMBERED if part.numbered else UNNUMBERED), format="latex"))
        elif file["docname"] == REFERENCES:
            file.insert(0, nodes.raw("", NO_CELL + UNNUMBERED, format="latex"))


def _move_bibliography(doctree: nodes.document) -> None:
    """From the end of the book, where Sphinx collects it, into the chapter of references."""
    references = [file for file in files(doctree) if file["docname"] == REFERENCES]
    sections = [section for file in references for section in file.findall(nodes.section)]
    for bibliography in list(doctree.findall(thebibliography)) if sections else ():
        bibliography.parent.remove(bibliography)
        sections[0].append(bibliography)


def _link_equations(doctree: nodes.document) -> None:
    """TeX has its own labels at equations: refer to these, since it knows no others."""
    blocks = [node for node in doctree.findall(nodes.math_block) if node.get("label")]
    equations = {nodes.make_id(f"equation-{node['label']}"): node for node in blocks}
    for reference in list(doctree.findall(nodes.reference)):
        equation = equations.get(reference.get("refid") or reference.get("refuri", "").rpartition("#")[2])
        if equation is None or not reference.get("internal"):
            continue
        if reference.get("words"):
            begin = rf"\hyperref[equation:{equation['docname']}:{equation['label']}]{{"
            around = [nodes.raw("", tex, format="latex") for tex in (begin, "}")]
            reference.replace_self([around[0], *reference.children, around[1]])
        else:
            label = {"docname": equation["docname"], "target": equation["label"]}
            reference.replace_self(math_reference("", "", **label))


def document_of(node: nodes.Node | None) -> str:
    """The name of the page that a node of the book as one document stands in; empty outside of all."""
    while node is not None and not (isinstance(node, nodes.section) and "docname" in node):
        node = node.parent
    return str(node["docname"]) if isinstance(node, nodes.section) else ""


def _replace_missing_pictures(srcdir: Path, doctree: nodes.document) -> None:
    """Print the description of a picture that TeX would stop at, since it is not there or could not be converted."""
    for picture in list(doctree.findall(nodes.image)):
        path = srcdir / picture["uri"]
        if path.suffix.lower() not in PICTURES or not path.is_file():
            picture.replace_self(nodes.inline("", f"[{picture.get('alt') or picture['uri']}]"))


def _break_lines(doctree: nodes.document) -> None:
    """Break lines of code that TeX could not measure."""
    for block in doctree.findall(nodes.literal_block):
        text = block.astext()
        if block.rawsource == text and broken(text) != text:
            block.rawsource = broken(text)
            block[:] = [nodes.Text(block.rawsource)]


def _divide_code(doctree: nodes.document) -> None:
    """Make several blocks of code that is too long for TeX to measure."""
    for block in list(doctree.findall(nodes.literal_block)):
        first, *rest = divided(block.rawsource)
        if rest and block.rawsource == block.astext():
            pieces = [block.deepcopy() for _ in (first, *rest)]
            for piece, text in zip(pieces, (first, *rest), strict=True):
                piece.rawsource, piece[:] = text, [nodes.Text(text)]
            for piece in pieces[1:]:
                piece["ids"] = []
            joint = nodes.raw("", "\n\\nbpressattach\n", format="latex")
            block.replace_self([pieces[0], *(one for piece in pieces[1:] for one in (joint.deepcopy(), piece))])


def _align_columns(doctree: nodes.document) -> None:
    """Tell TeX how the columns of tables in Markdown are aligned, which it would not see in their cells."""
    for table in list(doctree.findall(nodes.table)):
        row = next(table.findall(nodes.row), None)
        cells = [child for child in row or () if isinstance(child, nodes.entry)]
        aligned = "".join(next((ALIGNED[name] for name in cell["classes"] if name in ALIGNED), "T") for cell in cells)
        if aligned.strip("T"):
            table.parent.insert(table.parent.index(table), addnodes.tabular_col_spec(spec=aligned))


def _spell_out(doctree: nodes.document) -> None:
    """On paper an abbreviation is explained where a page first has it; Sphinx would do so once in the whole book."""
    explained: set[tuple[str, str]] = set()
    for node in list(doctree.findall(nodes.abbreviation)):
        page: nodes.Element = node
        while page.parent is not None:  # up to the document of the page: Sphinx joins only their children
            page = page.parent
        explanation = node.attributes.pop("explanation", "")
        first = (str(page["source"]), node.astext())
        if explanation and first not in explained:
            explained.add(first)
            node.parent.insert(node.parent.index(node) + 1, nodes.Text(f" ({explanation})"))


def _drop_footnote_rules(doctree: nodes.document) -> None:
    """TeX draws its own line above footnotes, at the foot of the paper's page."""
    for rule in list(doctree.findall(nodes.transition)):
        if "footnotes" in rule["classes"]:
            rule.parent.remove(rule)


def copy_style(app: Sphinx) -> None:
    """Put our style files beside the TeX file."""
    if app.builder.format == "latex":
        Path(app.outdir).mkdir(parents=True, exist_ok=True)
        for style in sorted(TEXINPUTS.iterdir()):
            copy_asset_file(style, app.outdir, force=True)


def setup(app: Sphinx) -> None:
    """Register the package after nbsphinx's, which it adapts."""
    app.add_latex_package("nbpress")
    app.connect("doctree-resolved", arrange)
    app.connect("builder-inited", copy_style)
