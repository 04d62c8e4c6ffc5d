"""Formulas on the site: collected while pages are read, set all at once, and written as HTML and MathML."""

from __future__ import annotations

import html
from collections.abc import Set
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset
from sphinx.util.math import get_node_equation_number

from nbpress.sphinxext.formulas import FOLDER, Formula, Katex

logger = logging.getLogger(__name__)
FILE = "formulas.msgpack"  # beside the doctrees: what was set in earlier builds
CLOSING = tuple(".,;:!?)]’”-")
WORD_JOINER = "\u2060"  # else a line may end between a formula and the comma behind it


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
    if isinstance(node, nodes.math):
        return Formula(node.astext(), display=False)
    text = node.astext().strip()
    plain = r"\\" not in text or r"\begin{" in text or node.get("no-wrap", node.get("nowrap"))
    return Formula(text if plain else rf"\begin{{aligned}}{text}\end{{aligned}}", display=True)


class Renderer:
    """Writes the formulas of one build."""

    def __init__(self) -> None:
        self.katex = Katex()

    def prepare(self, app: Sphinx, builder: Builder) -> None:
        """Set every formula of the book that no earlier build has set."""
        if builder.format != "html":
            return
        kept = Path(builder.doctreedir) / FILE
        formulas = [formula for found in noted(builder.env).values() for formula in found]
        self.katex.load(kept)
        self.katex.set(formulas)
        self.katex.save(kept, formulas)

    def visit_math(self, translator: Any, node: nodes.math) -> None:
        """A formula in a line of text."""
        after: nodes.Node | None = node.next_node(descend=False, siblings=True)
        joiner = WORD_JOINER if isinstance(after, nodes.Text) and after.startswith(CLOSING) else ""
        translator.body.append(f'<span class="math">{self._html(node)}</span>{joiner}')
        raise nodes.SkipNode

    def visit_displaymath(self, translator: Any, node: nodes.math_block) -> None:
        """A formula on a line of its own, with its number at the right."""
        translator.body.append(translator.starttag(node, "div", CLASS="math displaymath"))
        translator.body.append(self._html(node))
        if node["number"]:
            number = get_node_equation_number(translator, node)
            translator.body.append(f'<span class="eqno">({number})')
            translator.add_permalink_ref(node, "Link to this equation")
            translator.body.append("</span>")
        translator.body.append("</div>\n")
        raise nodes.SkipNode

    def _html(self, node: nodes.math | nodes.math_block) -> str:
        typeset = self.katex[formula(node)]
        if not typeset.error:
            return typeset.html
        reason = typeset.error.removeprefix("KaTeX parse error: ")
        logger.warning("KaTeX cannot set this formula: %s", reason, location=node, type="nbpress", subtype="math")
        return f'<code class="katex-error">{html.escape(node.astext())}</code>'


def _copy_assets(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "katex"
        copy_asset(FOLDER / "katex.min.css", target)
        copy_asset(FOLDER / "fonts", target / "fonts")


def setup(app: Sphinx) -> None:
    """Register the renderer, which `defaults` chooses, and its style sheet."""
    renderer = Renderer()
    app.add_env_collector(FormulaCollector)
    app.add_html_math_renderer("katex", (renderer.visit_math, None), (renderer.visit_displaymath, None))
    app.add_css_file("katex/katex.min.css")
    app.connect("write-started", renderer.prepare)
    app.connect("build-finished", _copy_assets)
