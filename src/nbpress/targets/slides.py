"""Slides: a deck for each page, to be shown in a browser."""

from __future__ import annotations

import os
from pathlib import Path

from nbpress.book import Book
from nbpress.freshness import Target
from nbpress.targets import html, sphinx

LIST = ".documents"  # in the folder of the decks: which the last build has written


def require() -> None:
    """Formulas are those of the site."""
    html.require()


def render(book: Book, source: Path, out: Path) -> Path:
    """Build the decks into `out`; the list of them. They lead back to the site where it has been printed."""
    edition = out.relative_to(book.build / "slides").as_posix()
    site = Target("html", "" if edition == "." else edition).folder(book)
    printed = (site / "index.html").exists()
    sphinx.run(book, "slides", source, out, nbpress_site=os.path.relpath(site, out) if printed else "")
    _forget_old(book, out)
    return out / "index.html"


def _forget_old(book: Book, out: Path) -> None:
    """Delete the decks of pages that the book no longer has; Sphinx would leave them there."""
    decks = {"index.html", *(f"{page.name}.html" for page in book.pages)}
    known = out / LIST
    before = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    for old in set(before) - decks:
        (out / old).unlink(missing_ok=True)
    known.write_text("\n".join(sorted(decks)), encoding="utf-8")
    html.forget_empty_folders(out)
