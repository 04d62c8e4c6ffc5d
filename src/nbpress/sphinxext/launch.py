"""Where a page can be run: services that open its notebook, and the notebook itself."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.locale import _

from nbpress.sphinxext.facts import Facts

GITHUB = "https://github.com/"
GITLAB = "https://gitlab.com/"


class Place(NamedTuple):
    """Something that a reader can choose, and what to expect of it."""

    name: str
    address: str
    words: str


def services(facts: Facts, document: str) -> Iterator[Place]:
    """The services that open the notebook of a document, by addresses as each of them documents them."""
    repository, branch = facts.launch.get("repository", ""), quote(facts.launch.get("branch", ""))
    file = quote(f"{document}.ipynb")
    if facts.launch.get("colab"):
        path = f"{repository.removeprefix(GITHUB)}/blob/{branch}/{file}"
        yield Place("Colab", f"https://colab.research.google.com/github/{path}", _("needs a Google account"))
    if facts.launch.get("binder"):
        where = f"{_binder(repository)}/{quote(branch, safe='')}?urlpath={quote(f'lab/tree/{document}.ipynb', safe='')}"
        yield Place("Binder", f"https://mybinder.org/v2/{where}", _("no account; starts in minutes"))
    if hub := facts.launch.get("jupyterhub", ""):
        opened = quote(f"lab/tree/{posixpath.basename(repository)}/{document}.ipynb", safe="")
        query = f"repo={quote(repository, safe='')}&branch={branch}&urlpath={opened}"
        yield Place("JupyterHub", f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{query}", _("of your school or firm"))


def _binder(repository: str) -> str:
    if repository.startswith(GITHUB):
        return f"gh/{repository.removeprefix(GITHUB)}"
    if repository.startswith(GITLAB):
        return f"gl/{quote(repository.removeprefix(GITLAB), safe='')}"
    return f"git/{quote(repository, safe='')}"


def downloads(facts: Facts, document: str) -> Iterator[Place]:
    """The notebook of a document as files; the addresses are relative to the site's folder."""
    yield Place(_("This notebook"), f"{document}.ipynb", _("with its outputs"))
    yield Place(_("This notebook, empty"), f"{facts.notebooks}/{document}.ipynb", _("to run it yourself"))
    yield Place(_("All notebooks"), facts.archive, _("with what they need"))


def add_places(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the template of the menu what is in it, and whether the page holds code."""
    facts: Facts = app.config.nbpress_facts
    context["page_services"] = context["page_downloads"] = ()
    if app.config.nbpress_draft or not facts.is_notebook(pagename):
        return
    context["page_has_code"] = _has_code(app, pagename)
    context["page_services"] = list(services(facts, pagename))
    context["page_downloads"] = list(downloads(facts, pagename))


def _has_code(app: Sphinx, document: str) -> bool:
    return '"cell_type": "code"' in (Path(app.srcdir) / f"{document}.ipynb").read_text(encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register what the menu shows."""
    app.connect("html-page-context", add_places)
