"""A Markdown twin of each page, and a list of them: for programs that read, and for people who quote."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _

from nbpress.sphinxext.addresses import address, tag
from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.links import section_number
from nbpress.sphinxext.markdown import pieces
from nbpress.sphinxext.markdown_lines import Target, escaped

LIST = "llms.txt"  # llmstxt.org


def write(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Write the twin of a page beside it, and say in the page where it is."""
    if doctree is None or app.config.nbpress_draft:
        return
    facts: Facts = app.config.nbpress_facts

    def link(document: str, anchor: str) -> str:
        path = f"{document}.md" if document in app.env.found_docs else f"{document}.html#{anchor}"
        return posixpath.relpath(path, posixpath.dirname(pagename) or ".")

    target = Target(app.env, pagename, link, str, facts.macros)
    text = "\n\n".join(piece.text for piece in pieces(doctree, target))
    file = Path(app.outdir) / f"{pagename}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")
    twin = f"{posixpath.basename(pagename)}.md"
    context["metatags"] = context.get("metatags", "") + tag("link", rel="alternate", type="text/markdown", href=twin)


def write_list(app: Sphinx, error: Exception | None) -> None:
    """List the twins under the book's parts."""
    facts: Facts = app.config.nbpress_facts
    if error or app.builder.name != "html" or app.config.nbpress_draft or not facts.title:
        return
    (Path(app.outdir) / LIST).write_text("\n".join(_lines(app, facts)) + "\n", encoding="utf-8")


def _lines(app: Sphinx, facts: Facts) -> Iterator[str]:
    yield f"# {escaped(facts.title)}"
    if facts.description or facts.subtitle:
        yield f"\n> {escaped(facts.description or facts.subtitle)}"
    written = _("The book is written as Jupyter notebooks; outputs were computed by the code before them.")
    yield f"\n{written} {facts.licence}." if facts.licence else f"\n{written}"
    for part in facts.parts:
        documents = [d for chapter in part.chapters for d in chapter if d in app.env.found_docs]
        if documents:
            yield f"\n## {escaped(part.title) or _('Back matter')}\n"
            for document in documents:
                number = section_number(app.env, document)
                title = f"{number} " * bool(number) + app.env.titles[document].astext()
                yield f"- [{escaped(title)}]({f'{facts.url}/' if address(facts, document) else ''}{document}.md)"


def setup(app: Sphinx) -> None:
    """Register what is written beside each page, and at the end."""
    app.connect("html-page-context", write)
    app.connect("build-finished", write_list)
