"""The index: where there are entries, a page of the site; on paper TeX makes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from nbpress.sphinxext.links import section_number

PAGE = "genindex"  # Sphinx's name of it


def has_index(env: BuildEnvironment) -> bool:
    """Whether any page of the book has an entry."""
    return any(env.domains.index_domain.entries.values())


def write_where_used(app: Sphinx, env: BuildEnvironment) -> None:
    """No index without entries: Sphinx's builders make an empty one, at which upmendex fails."""
    if not has_index(env):
        app.config.html_use_index = app.builder.use_index = False  # type: ignore[attr-defined]
        if app.builder.format == "latex":
            app.builder.context.update(makeindex="", printindex="")  # type: ignore[attr-defined]


def add_places(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the template of the index `places(links)`: the numbers of the sections that an entry leads to."""

    def places(links: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
        """Each section once, with its address and whether it is where the term is explained."""
        found: dict[str, tuple[str, str, str]] = {}
        for main, uri in links:
            document = documents[uri.partition("#")[0]]
            name = section_number(app.env, document) or app.env.titles[document].astext()
            if name not in found or main:
                found[name] = (name, uri, main)
        return list(found.values())

    if pagename == PAGE:
        documents = {app.builder.get_relative_uri(PAGE, name): name for name in app.env.all_docs}
        context["places"] = places


def setup(app: Sphinx) -> None:
    """Decide before anything is written."""
    app.connect("env-updated", write_where_used)
    app.connect("html-page-context", add_places)
