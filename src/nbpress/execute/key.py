"""What a stored run depends on, as one hash: when anything here changes, the page is run again."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from nbpress.book import Book
from nbpress.notebook import Notebook

FORMAT = 1  # of stored runs; a new one makes the old ones invisible
TAGS = frozenset({"raises-exception", "skip-execution"})  # those that change what execution does
NOT_DATA = frozenset({".ipynb", ".svg", ".bib", ".po", ".md"})


def run_key(book: Book, notebook: Notebook) -> str:
    """The name under which a run of `notebook` is stored.

    Coarse but safe: the page's code, all code of the tracked packages, every data file beside the notebooks, the
    declared environment variables, the figure style and the versions of everything installed.
    """
    digest = hashlib.sha256()
    for part in (*_shared(book), *_code(notebook)):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _code(notebook: Notebook) -> Iterator[bytes]:
    yield str(notebook.metadata.get("kernelspec", {}).get("name", "python3")).encode()
    for cell in notebook.code_cells:
        yield cell.source.encode()
        yield " ".join(sorted(cell.tags & TAGS)).encode()


@cache
def _shared(book: Book) -> tuple[bytes, ...]:
    """What all pages of a book depend on; read once a process."""
    execution = book.config.execution
    parts = [f"{FORMAT} {platform.python_version()} {execution.figure_format}".encode(), _installed()]
    parts += [f"{name}={os.environ.get(name)}".encode() for name in execution.environment]
    folders = [book.root / "src" / package for package in execution.track]
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    files += sorted(path for path in book.notebooks.rglob("*") if path.is_file() and _is_data(path))
    files += [style(book)] if style(book).exists() else []
    for file in files:
        parts += [book.relative(file).encode(), file.read_bytes()]
    return tuple(parts)


def _is_data(path: Path) -> bool:
    return path.suffix not in NOT_DATA and ".ipynb_checkpoints" not in path.parts


def _installed() -> bytes:
    return "\n".join(sorted(f"{found.name}=={found.version}" for found in distributions())).encode()


def style(book: Book) -> Path:
    """The book's matplotlib style, whether or not it is there."""
    return book.root / "conf" / "book.mplstyle"
