"""Formulas on the site: collected while pages are read, set all at once, and written as HTML and MathML."""

from __future__ import annotations

import html
import re
from collections.abc import Set
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset
from sphinx.util.math import get_node_equation_number

from nbpress.macros import declaration
from nbpress.sphinxext.formulas import FOLDER, Formula, Katex, Typeset
from nbpress.sphinxext.locations import HINT

logger = logging.getLogger(__name__)
FILE = "formulas.sqlite"  # beside the doctrees: what was set in earlier builds
INSTEAD = {  # of environments that make a display: what stands in one
    "align": "aligned",
    "alignat": "alignedat",
    "eqnarray": "aligned",
    "flalign": "aligned",
    "gather": "gathered",
    "multline": "gathered",
}
DISPLAY = re.compile(rf"\\begin{{(equation|{'|'.join(INSTEAD)})(\*?)}}")
INNERMOST = re.compile(r"\\begin\{(\w+\*?)\}(?:(?!\\begin\{).)*?\\end\{\1\}", re.S)
UNDERLINE = "\u0332"  # by which KaTeX marks the characters that it means
PART = '<span class="katex-base">'  # between two of them a line may break
OPENING = re.compile(r"[(\[{‘“«（「『《【]+$")
CLOSING = re.compile(r"^[-–—/%′A-Za-z.,;:!?)\]}’”»…、。，；：！？）」』》】]+")


class FormulaCollector(EnvironmentCollector):
    """Notes the formulas of each page in the environment, so that all of them are known before a page is written."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget those of a page."""
        noted(env).pop(docname, None)

    def merge_other(self, app: Sphinx, env: BuildEnvironment, docnames: Set[str], other: BuildEnvironment) -> None:
        """Take over what another process has read."""
        noted(env).update((name, noted(other)[name]) for name in docnames if name in noted(other))

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Note those of a page."""
        found = {formula(node) for node in doctree.findall(nodes.math)}
        noted(app.env)[app.env.docname] = found | {formula(node) for node in doctree.findall(nodes.math_block)}


def noted(env: BuildEnvironment) -> dict[str, set[Formula]]:
    """The formulas of the book by document; kept with the environment between builds."""
    formulas: dict[str, set[Formula]] = vars(env).setdefault("nbpress_formulas", {})
    return formulas


def formula(node: nodes.math | nodes.math_block) -> Formula:
    """The formula of a node. Displayed ones are wrapped as Sphinx's LaTeX writer would: several lines are aligned."""
    tex: str = node.get("tex") or node.astext()
    if isinstance(node, nodes.math):
        return Formula(tex, display=False)
    text = tex.strip()
    lines = re.search(r"\\\\|(?<!\\)&", _outside_environments(text)) and not node.get("no-wrap", node.get("nowrap"))
    return Formula(rf"\begin{{aligned}}{text}\end{{aligned}}" if lines else text, display=True)


def _outside_environments(tex: str) -> str:
    while (shorter := INNERMOST.sub("", tex)) != tex:
        tex = shorter
    return tex


def check_environments(app: Sphinx, doctree: nodes.document) -> None:
    """Dollars make a display; an environment that makes one too is an error of TeX, which would be hard to read."""
    for node in doctree.findall(nodes.math_block):
        found = DISPLAY.search(node.astext())
        if found and not node.get("no-wrap", node.get("nowrap")):
            inner = INSTEAD.get(found[1])
            write = rf"write \begin{{{inner}}} … \end{{{inner}}}" if inner else "leave it out"
            message = f"{found[1]}{found[2]} makes a display, and so do the dollars around it.{HINT}{write}"
            logger.warning(message, location=node, type="nbpress", subtype="math")


class KeepTogether(SphinxPostTransform):
    """Puts a formula and the punctuation at it into one element, at whose inside the site breaks no line."""

    default_priority = 900  # when references have their words
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Wrap every formula in a line of text that touches punctuation or letters."""
        for node in list(self.document.findall(nodes.math)):
            parent, place = node.parent, node.parent.index(node)
            before, opening = _split(parent[place - 1] if place else None, OPENING)
            after, closing = _split(parent[place + 1] if place + 1 < len(parent) else None, CLOSING)
            kept = nodes.inline("", "", *opening, node, *closing, classes=["kept"])
            if len(kept) > 1:
                parent[place - len(before) : place + 1 + len(after)] = [*before, kept, *after]


def _split(node: nodes.Node | None, pattern: re.Pattern[str]) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """A neighbour without what `pattern` finds in it, and what it finds."""
    if node is None:
        return [], []
    found = pattern.search(node.astext()) if isinstance(node, nodes.Text) else None
    if found is None:
        return [node], []
    rest = node.astext()[: found.start()] + node.astext()[found.end() :]
    return [nodes.Text(rest)], [nodes.Text(found[0])]


class Renderer:
    """Writes the formulas of one build."""

    katex: Katex

    def declare(self, app: Sphinx) -> None:
        """Tell KaTeX of the book's macros."""
        macros = app.config.nbpress_facts.macros
        declarations = "".join(declaration(name, body) for name, body in macros.items())
        self.katex = Katex(Path(app.doctreedir) / FILE, declarations)

    def prepare(self, app: Sphinx, builder: Builder) -> None:
        """Set every formula of the book that no earlier build has set."""
        if builder.format != "html":
            return
        formulas = {formula for found in noted(builder.env).values() for formula in found}
        self.katex.set(formulas, only=True)
        self._name(*builder.env.titles.values(), *builder.env.longtitles.values())

    def name_formulas(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """Make what a page says in plain text, to the search and in `alt`, say formulas in characters, not in TeX."""
        if app.builder.format != "html":
            return
        captions = {figure: _caption(figure) for figure in doctree.findall(nodes.figure)}
        self._name(doctree)
        for figure, before in captions.items():
            for image in figure.findall(nodes.image):
                if image.get("alt") == before:
                    image["alt"] = _caption(figure)

    def _name(self, *roots: nodes.Element) -> None:
        """Move the TeX of each formula into an attribute, beside what it has become; its characters take its place."""
        found: list[Any] = [
            node for root in roots for kind in (nodes.math, nodes.math_block) for node in root.findall(kind)
        ]
        new = [(node, formula(node)) for node in found if "tex" not in node]
        typeset = self.katex.look(written for _, written in new)
        for node, written in new:
            node["tex"], node["typeset"] = node.astext(), typeset[written]
            node.children = [nodes.Text(typeset[written].text or node["tex"])]

    def visit_math(self, translator: Any, node: nodes.math) -> None:
        """A formula in a line of text."""
        translator.body.append(f'<span class="math">{_breakable(self._html(node))}</span>')
        raise nodes.SkipNode

    def visit_displaymath(self, translator: Any, node: nodes.math_block) -> None:
        """A formula on a line of its own, with its number at the right."""
        translator.body.append(translator.starttag(node, "div", CLASS="math displaymath"))
        scrolling = '<span class="katex-display" tabindex="0">'  # else the keyboard could not scroll a long formula
        translator.body.append(self._html(node).replace('<span class="katex-display">', scrolling))
        if node["number"]:
            number = get_node_equation_number(translator, node)
            translator.body.append(f'<span class="eqno">({number})')
            translator.add_permalink_ref(node, _("Link to this equation"))
            translator.body.append("</span>")
        translator.body.append("</div>\n")
        raise nodes.SkipNode

    def visit_math_latex(self, translator: Any, node: nodes.math) -> None:
        """A formula in a line of text; the bookmarks of a PDF, made of titles, can show its characters only."""
        tex = node.astext()
        if translator.in_title:
            text = translator.encode(self._typeset(node).text)
            translator.body.append(rf"\texorpdfstring{{\protect\({tex}\protect\)}}{{{text}}}")
        else:
            translator.body.append(rf"\({tex}\)")
        raise nodes.SkipNode

    def _typeset(self, node: nodes.math | nodes.math_block) -> Typeset:
        """What KaTeX made of a node; it is asked here for what is in no page and no title of one."""
        made: Typeset | None = node.get("typeset")
        return made or self.katex.look([formula(node)])[formula(node)]

    def _html(self, node: nodes.math | nodes.math_block) -> str:
        typeset = self._typeset(node)
        if not typeset.error:
            return typeset.html
        reason = " ".join(typeset.error.removeprefix("KaTeX parse error: ").replace(UNDERLINE, "").split())
        logger.warning("KaTeX cannot set this formula: %s", reason, location=node, type="nbpress", subtype="math")
        return f'<code class="katex-error">{html.escape(formula(node).tex)}</code>'


def _breakable(formula: str) -> str:
    """The HTML of a formula with all its parts but the last in one element: after the last, `kept` allows no break."""
    first, last = formula.find(PART), formula.rfind(PART)
    return (
        f'{formula[:first]}<span class="breakable">{formula[first:last]}</span>{formula[last:]}' * (first < last)
        or formula
    )


def _caption(figure: nodes.figure) -> str:
    return " ".join(child.astext() for child in figure.children if isinstance(child, nodes.caption))


def _copy_assets(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "katex"
        copy_asset(FOLDER / "katex.min.css", target)
        copy_asset(FOLDER / "fonts", target / "fonts")


def setup(app: Sphinx) -> None:
    """Register the renderer, which `defaults` chooses, and its style sheet."""
    renderer = Renderer()
    app.add_env_collector(FormulaCollector)
    app.add_node(nodes.math, override=True, latex=(renderer.visit_math_latex, None))
    app.add_post_transform(KeepTogether)
    app.add_html_math_renderer("katex", (renderer.visit_math, None), (renderer.visit_displaymath, None))
    app.add_css_file("katex/katex.min.css")
    app.connect("builder-inited", renderer.declare)
    app.connect("doctree-read", check_environments)
    app.connect("write-started", renderer.prepare)
    app.connect("doctree-resolved", renderer.name_formulas, priority=900)  # when references have their words
    app.connect("build-finished", _copy_assets)
