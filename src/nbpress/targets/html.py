"""The web site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nbpress.book import FOR_READERS, Book
from nbpress.errors import Problem, UsageError
from nbpress.node import node_program
from nbpress.targets import bundle, sphinx
from nbpress.targets.downloads import Download, fill
from nbpress.words import words

LIST = ".documents"  # in the site's folder: the files that the last build may have put there for pages
MISSING = "404"  # the page for what is missing, where the site has an address


def require() -> None:
    """Formulas are set by KaTeX, which needs node."""
    try:
        node_program()
    except RuntimeError as error:
        raise UsageError(Problem(str(error))) from error


def render(book: Book, source: Path, out: Path) -> Path:
    """Build the site into `out`; its front page."""
    documents = sphinx.run(book, "html", source, out)
    forget_old_pages(book, out, documents)
    bundle.write(book, out)
    fill(out, notebooks(book, out), book.config.languages[0])
    forget_empty_folders(out)
    (out / ".nojekyll").touch()  # else GitHub would leave out folders whose names begin with _
    return out / "index.html"


def notebooks(book: Book, site: Path) -> Iterator[Download]:
    """The archive of notebooks, which a site always has where it is of notebooks."""
    known = words(book.config.languages[0])

    def _said(text: str) -> str:
        return known.get(text, text)

    if (site / book.archive).is_file():
        yield Download(book.archive, _said("Notebooks"), _said("To run: all pages, the library, and what to install."))


def forget_empty_folders(out: Path) -> None:
    """Delete the folders in which nothing is left."""
    for path in sorted(out.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def forget_old_pages(book: Book, out: Path, documents: frozenset[str]) -> None:
    """Delete what stands on the site for pages that the book no longer has; Sphinx would leave it there."""
    pages = documents | book.config.redirects.keys() | ({MISSING} if book.config.url else set())
    forms = ("{}.md", "{}.ipynb", f"{FOR_READERS}/{{}}.ipynb")
    files = {f"{name}.html" for name in pages} | {form.format(name) for name in documents for form in forms}
    files.add(book.archive)
    known = out / LIST
    before = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    for old in set(before) - files:
        (out / old).unlink(missing_ok=True)
    known.write_text("\n".join(sorted(files)), encoding="utf-8")
