"""The page from which readers get the book in other forms. Its table is filled in when these are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx
from sphinx.locale import _

PAGE = "get"


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The page, on the site of a book."""
    if app.builder.name == "html" and app.config.nbpress_facts.title:
        yield PAGE, {"title": _("Get the book")}, "get.html"


def setup(app: Sphinx) -> None:
    """Register the page."""
    app.connect("html-collect-pages", pages)
