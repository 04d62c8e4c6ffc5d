"""The web site."""

from __future__ import annotations

from pathlib import Path

from nbpress.book import Book
from nbpress.targets import sphinx

GENERATED = frozenset({"genindex", "search"})  # Sphinx's own pages


def require() -> None:
    """Everything the site needs is a Python package."""


def render(book: Book, source: Path, out: Path) -> Path:
    """Build the site into `out`; its front page."""
    documents = sphinx.run(book, "html", source, out)
    _forget_old_pages(out, documents | GENERATED)
    return out / "index.html"


def _forget_old_pages(out: Path, names: frozenset[str]) -> None:
    """Delete pages that the book no longer has; Sphinx would leave them on the site."""
    for path in out.rglob("*.html"):
        name = path.relative_to(out).with_suffix("").as_posix()
        if name not in names and not name.startswith("_"):
            path.unlink()
