"""The web site."""

from __future__ import annotations

from pathlib import Path

from nbpress.book import Book
from nbpress.errors import Problem, UsageError
from nbpress.node import node_program
from nbpress.targets import sphinx

LIST = ".documents"  # in the site's folder: the documents that the last build put there


def require() -> None:
    """Formulas are set by KaTeX, which needs node."""
    try:
        node_program()
    except RuntimeError as error:
        raise UsageError(Problem(str(error))) from error


def render(book: Book, source: Path, out: Path) -> Path:
    """Build the site into `out`; its front page."""
    documents = sphinx.run(book, "html", source, out)
    forget_old_pages(out, documents)
    return out / "index.html"


def forget_old_pages(out: Path, documents: frozenset[str]) -> None:
    """Delete pages that the book no longer has; Sphinx would leave them on the site."""
    known = out / LIST
    before = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    for name in set(before) - documents:
        (out / f"{name}.html").unlink(missing_ok=True)
    known.write_text("\n".join(sorted(documents)), encoding="utf-8")
