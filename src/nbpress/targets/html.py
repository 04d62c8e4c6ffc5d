"""The web site."""

from __future__ import annotations

from pathlib import Path

from nbpress.book import Book
from nbpress.targets import sphinx


def require() -> None:
    """Everything the site needs is a Python package."""


def render(book: Book, source: Path, out: Path) -> Path:
    """Build the site into `out`; its front page."""
    sphinx.run(book, "html", source, out)
    return out / "index.html"
