"""What the LaTeX builder lacks: parts, chapters without a number, and our own style file."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.fileutil import copy_asset_file
from sphinx.util.texescape import escape

from nbpress.sphinxext.facts import Facts

TEXINPUTS = Path(__file__).parent / "texinputs"
NUMBERED = r"\setcounter{secnumdepth}{2}"
UNNUMBERED = r"\setcounter{secnumdepth}{-1}"


def open_parts(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Before the first chapter of a part print the part; switch numbers on and off between numbered and other chapters."""
    if app.builder.format != "latex":
        return
    facts: Facts = app.config.nbpress_facts
    openings = {part.chapters[0][0]: part for part in facts.parts if part.chapters}
    numbered = len([part for part in facts.parts if part.numbered])
    for file in doctree.findall(addnodes.start_of_file):
        part = openings.get(file["docname"])
        if part is not None:
            head = f"\\part{{{escape(part.title, 'xelatex')}}}\n" if part.numbered and numbered > 1 else ""
            file.insert(0, nodes.raw("", head + (NUMBERED if part.numbered else UNNUMBERED), format="latex"))
        elif file["docname"] == "references":
            file.insert(0, nodes.raw("", UNNUMBERED, format="latex"))


def leave_out_handbook(app: Sphinx) -> None:
    """The handbook is on the site; a printed book has no use for it."""
    handbook = app.config.nbpress_facts.handbook
    if app.builder.format == "latex" and handbook:
        app.config.exclude_patterns.append(f"{handbook}/**")


def copy_style(app: Sphinx) -> None:
    """Put our style files beside the TeX file."""
    if app.builder.format == "latex":
        Path(app.outdir).mkdir(parents=True, exist_ok=True)
        for style in sorted(TEXINPUTS.glob("*.sty")):
            copy_asset_file(style, app.outdir, force=True)


def setup(app: Sphinx) -> None:
    """Register the package after nbsphinx's, which it adapts."""
    app.add_latex_package("nbpress")
    app.connect("doctree-resolved", open_parts)
    app.connect("builder-inited", copy_style)
    app.connect("builder-inited", leave_out_handbook)
