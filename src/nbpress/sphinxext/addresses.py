"""Where pages are found: whole addresses, other languages, old names, and the page for an address that is none."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import _

from nbpress.sphinxext.facts import Facts

MISSING = "404"  # the page that hosts show where there is none
VIEWPORT = re.compile(r'<meta\b[^>]*name="viewport"[^>]*>\s*')  # which docutils says, and the theme again
PREVIEW = "NBPRESS_PREVIEW"  # the variable that keeps search engines away from a copy of the site


def address(facts: Facts, document: str, folder: str = "") -> str:
    """The whole address of a document; nothing where the book does not say where it is published."""
    if not facts.url:
        return ""
    return f"{facts.url}/{folder}" + ("" if document == "index" else f"{quote(document)}.html")


def alternates(facts: Facts, document: str, printed: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each language and the address of the document in it; the first has no folder, the others are those `printed`."""
    first, *others = facts.languages
    for language in (first, *(other for other in others if other in printed)):
        folder = "" if language == first else f"{language}/"
        yield language.replace("_", "-"), address(facts, document, folder)
    yield "x-default", address(facts, document)


def note_translations(app: Sphinx, config: Config) -> None:
    """Which languages lie in folders of the site; where one comes or goes, all pages are written anew."""
    others = config.nbpress_facts.languages[1:]
    config.nbpress_translations = [language for language in others if (Path(app.outdir) / language).is_dir()]


def is_preview() -> bool:
    """Whether the site is printed for a look at it, and not for readers."""
    return os.environ.get(PREVIEW, "") not in ("", "0")


def tag(element: str, **attributes: str) -> str:
    """An HTML tag for the head of a page; `name_` is an attribute whose name Python keeps for itself."""
    pairs = (f'{name.strip("_").replace("_", "-")}="{html.escape(value)}"' for name, value in attributes.items())
    return f"<{element} {' '.join(pairs)}>\n"


def add_address(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Say in the head of a page what its own address is."""
    facts: Facts = app.config.nbpress_facts
    context["pageurl"] = address(facts, pagename) if pagename != MISSING else ""
    head = ""
    if is_preview() or pagename in (MISSING, "search"):
        head += tag("meta", name="robots", content="noindex")
    printed = app.config.nbpress_translations
    if facts.url and printed and pagename in app.env.found_docs:
        for language, uri in alternates(facts, pagename, printed):
            head += tag("link", rel="alternate", hreflang=language, href=uri)
    if pagename == MISSING:  # it is shown at any depth
        head = tag("base", href=f"{facts.url}/") + head
    context["metatags"] = VIEWPORT.sub("", context.get("metatags", "")) + head


def extra_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A page for each old name, and the one for names that never were."""
    facts: Facts = app.config.nbpress_facts
    for old, new in facts.redirects.items():
        title = app.env.titles[new].astext() if new in app.env.titles else new
        yield old, {"title": title, "target": new, "canonical": address(facts, new)}, "redirect.html"
    if facts.url:
        yield MISSING, {"title": _("Page not found")}, "404.html"


def setup(app: Sphinx) -> None:
    """Register what the heads of pages say, and the extra pages."""
    app.add_config_value("nbpress_preview", lambda _: is_preview(), "html")  # all pages say so
    app.add_config_value("nbpress_translations", [], "html")
    app.connect("config-inited", note_translations, priority=900)  # when the facts are known
    app.connect("html-page-context", add_address)
    app.connect("html-collect-pages", extra_pages)
