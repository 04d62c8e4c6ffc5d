"""What a page may load and run (its Content-Security-Policy), and what other sites learn of it.

A page may do what stands in it when it is printed, and load what comes from its own site; what is added later does not
run. So the policy is made from the finished page, and names each script in it by its digest.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sphinx.builders import Builder
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.theming import Theme

from nbpress.sphinxext.addresses import MISSING, tag
from nbpress.sphinxext.discussion import GISCUS
from nbpress.sphinxext.facts import Facts

CHARSET = re.compile(r"<meta charset=[^>]*>\n?")
ATTRIBUTES = r"""(?:"[^"]*"|'[^']*'|[^'">])*+"""
ELEMENT = re.compile(  # a script or a style sheet with its text, or a tag; what looks like one in a comment is none
    rf"<!--.*?-->|<(?P<raw>script|style)\b(?P<given>{ATTRIBUTES})>(?P<text>.*?)</(?P=raw)\s*>"
    rf"|<(?P<name>[a-z][^\s/>]*)(?P<attributes>{ATTRIBUTES})>",
    re.I | re.S,
)
ATTRIBUTE = re.compile(r"""([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
ORIGIN = re.compile(r"https?://[^/?#]+")
CODE = {"", "text/javascript", "application/javascript", "module"}  # types of scripts that are run
SOURCES = {  # elements that load something: the directive that allows it, and the attribute that names it
    "script": ("script-src", "src"),
    "link": ("style-src", "href"),
    "img": ("img-src", "src"),
    **dict.fromkeys(("audio", "video", "source"), ("media-src", "src")),
}
SPEAKER = "notes.js"
STRICT = {
    "default-src": ["'none'"],
    "script-src": ["'self'", "'wasm-unsafe-eval'"],  # the search is WebAssembly
    "style-src": ["'self'", "'unsafe-inline'"],  # KaTeX and tables place things by attributes
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'", "data:"],
    "media-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
}
TRUSTING = "default-src 'self' https: data: blob: 'unsafe-inline' 'unsafe-eval'; object-src 'none'; base-uri 'none'"
OUTSIDE = re.compile(r"""\shref\s*=\s*["']?https?://""", re.I)
REL = re.compile(r"""\srel\s*=\s*(["'])([^"']*)\1""", re.I)


def policy(facts: Facts, document: str, page: str) -> str:
    """The policy of a finished page: as strict as what stands in it allows."""
    if facts.trusts(document):
        return TRUSTING
    allowed = {name: list(sources) for name, sources in STRICT.items()}
    for directive, source in sorted(set(_sources(page))):
        allowed[directive].append(source)
    if "data-repo-id=" in page and facts.discussion.get("kind") == "giscus":
        for name in ("script-src", "style-src"):
            allowed[name].append(GISCUS)
        allowed["frame-src"] = [GISCUS]
    if SPEAKER in page:  # whose window has the policy of the deck, and shows it in frames
        allowed["script-src"].append(_digest(speaker_script()))
        allowed["frame-src"] = ["'self'"]
    if document == MISSING:  # its base is the book's address, wherever it is shown
        own = f"{facts.url}/"
        allowed = {name: [*sources, own] if "'self'" in sources else sources for name, sources in allowed.items()}
        allowed["base-uri"] = [own]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in allowed.items())


def _sources(page: str) -> Iterator[tuple[str, str]]:
    """What stands in a page, with the directives that allow it: other sites, and its own scripts by their digests."""
    for element in ELEMENT.finditer(page):
        name = (element["raw"] or element["name"] or "").lower()
        if name not in SOURCES:
            continue
        found = ATTRIBUTE.findall(element["given"] or element["attributes"] or "")
        attributes = {key.lower(): "".join(values) for key, *values in found}
        directive, key = SOURCES[name]
        origin = ORIGIN.match(attributes.get(key, ""))
        if origin and (name != "link" or "stylesheet" in attributes.get("rel", "")):
            yield directive, origin[0]
        elif name == "script" and key not in attributes and attributes.get("type", "") in CODE:
            yield directive, _digest(element["text"] or "")


def _digest(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@cache
def speaker_script() -> str:
    """The script that reveal.js writes into the window of the speaker; in its file it stands within backquotes."""
    text = (Path(__file__).parent / "reveal" / SPEAKER).read_text(encoding="utf-8")
    found = text[text.index("<script>") + len("<script>") : text.index(r"<\/script>")]
    return re.sub(r"\\(.)", r"\1", found)


def unlinked(page: str) -> str:
    """The page with links to other sites that give these no hold on it."""

    def told(element: re.Match[str]) -> str:
        link = element[0]
        if (element["name"] or "").lower() != "a" or not OUTSIDE.search(element["attributes"]):
            return link
        rel = REL.search(link)
        if rel is None:
            return f'{link[:2]} rel="noopener"{link[2:]}'
        return link if "noopener" in rel[2] else link.replace(rel[0], f' rel="{rel[2]} noopener"')

    return ELEMENT.sub(told, page)


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates; a finished page gets its policy."""

    def init(self, builder: Builder, theme: Theme | None = None, dirs: list[str] | None = None) -> None:
        """Begin with the templates of a builder."""
        super().init(builder, theme, dirs)
        self.facts: Facts = builder.config.nbpress_facts

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """A page, or a piece of one."""
        page = unlinked(super().render(template, context))
        head = CHARSET.search(page)
        if head is None:
            return page
        allowed = tag(
            "meta", http_equiv="Content-Security-Policy", content=policy(self.facts, context["pagename"], page)
        )
        return page[: head.end()] + allowed + page[head.end() :]
