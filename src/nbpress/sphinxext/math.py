"""Formulas set by KaTeX while the site is built: the reader's browser gets HTML and MathML, and no script."""

from __future__ import annotations

import html
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset
from sphinx.util.math import get_node_equation_number

from nbpress.node import node_program

logger = logging.getLogger(__name__)
FOLDER = Path(__file__).parent / "katex"
CLOSING = tuple(".,;:!?)]’”-")
WORD_JOINER = "\u2060"  # else a line may end between a formula and the comma behind it


class Katex:
    """One node process that sets every formula once."""

    def __init__(self) -> None:
        self.memo: dict[tuple[str, bool], dict[str, str]] = {}
        self.process: subprocess.Popen[str] | None = None
        self.owner = os.getpid()  # a process that was forked must not talk to the node of the one before it

    def render(self, tex: str, *, display: bool) -> dict[str, str]:
        """`{"html": …}`, or `{"error": …}` for a formula that KaTeX cannot set."""
        key = (tex, display)
        if key not in self.memo:
            self.memo[key] = self._ask({"tex": tex, "display": display})
        return self.memo[key]

    def _ask(self, question: dict[str, Any]) -> dict[str, str]:
        if self.process is None or self.owner != os.getpid():
            self.owner = os.getpid()
            command = [node_program(), str(FOLDER / "render.js")]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(
                f"node ended with exit code {self.process.wait()} while it was setting {question['tex']!r}"
            )
        answer: dict[str, str] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        if self.process is not None and self.process.stdin and self.process.stdout:
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.wait()
            self.process = None


katex = Katex()


def _html(node: nodes.Element, *, display: bool) -> str:
    answer = katex.render(_wrapped(node) if display else node.astext(), display=display)
    if "html" in answer:
        return answer["html"]
    reason = answer["error"].removeprefix("KaTeX parse error: ")
    logger.warning("KaTeX cannot set this formula: %s", reason, location=node, type="nbpress", subtype="math")
    return f'<code class="katex-error">{html.escape(node.astext())}</code>'


def _wrapped(node: nodes.Element) -> str:
    """A displayed formula as Sphinx's LaTeX writer would wrap it: several lines are aligned, one is not."""
    text = node.astext().strip()
    if node.get("no-wrap", node.get("nowrap")) or r"\begin{" in text:
        return text
    return rf"\begin{{aligned}}{text}\end{{aligned}}" if r"\\" in text else text


def visit_math(self: Any, node: nodes.math) -> None:
    """A formula in a line of text."""
    after: nodes.Node | None = node.next_node(descend=False, siblings=True)
    joiner = WORD_JOINER if isinstance(after, nodes.Text) and after.startswith(CLOSING) else ""
    self.body.append(f'<span class="math">{_html(node, display=False)}</span>{joiner}')
    raise nodes.SkipNode


def visit_displaymath(self: Any, node: nodes.math_block) -> None:
    """A formula on a line of its own, with its number at the right."""
    self.body.append(self.starttag(node, "div", CLASS="math displaymath"))
    self.body.append(_html(node, display=True))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def _copy_assets(app: Sphinx, exception: Exception | None) -> None:
    katex.close()
    if exception is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "katex"
        copy_asset(FOLDER / "katex.min.css", target)
        copy_asset(FOLDER / "fonts", target / "fonts")


def setup(app: Sphinx) -> None:
    """Register the renderer, which `defaults` chooses, and its style sheet."""
    app.add_html_math_renderer("katex", (visit_math, None), (visit_displaymath, None))
    app.add_css_file("katex/katex.min.css")
    app.connect("build-finished", _copy_assets)
