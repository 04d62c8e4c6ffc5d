"""What a stored run depends on, as one hash: when anything here changes, the page is run again."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable, Iterator
from importlib.metadata import distributions
from pathlib import Path

from nbpress.book import Book, package_files
from nbpress.execute.run import Task
from nbpress.notebook import Notebook, split_options

FORMAT = 1  # of stored runs; a new one makes the old ones invisible
TAGS = frozenset({"raises-exception"})  # those that change what an executed cell does
NOT_DATA = frozenset({".ipynb", ".svg", ".bib", ".po", ".md"})


Keys = Callable[[Task], str]


def keys(book: Book) -> Keys:
    """A function that gives the name under which a run of a notebook is stored.

    Coarse but safe: the page's code and folder, all files of the tracked packages, every data file beside the
    notebooks, the declared environment variables, the figure style and the versions of everything installed. What all
    pages share is read now, once.
    """
    shared = hashlib.sha256()
    for part in _shared(book):
        _add(shared, part)

    def key(task: Task) -> str:
        digest = shared.copy()
        for part in (task.page.name.rpartition("/")[0].encode(), *_code(task.notebook)):
            _add(digest, part)
        return digest.hexdigest()

    return key


def _add(digest: hashlib._Hash, part: bytes) -> None:
    digest.update(len(part).to_bytes(8, "big"))
    digest.update(part)


def _code(notebook: Notebook) -> Iterator[bytes]:
    yield str(notebook.metadata.get("kernelspec", {}).get("name", "python3")).encode()
    for cell in notebook.code_cells:
        options, code = split_options(cell.source)
        yield f"{len(options)} {code}".encode()  # a caption changes no output, the number of a line does
        yield " ".join(sorted(cell.tags & TAGS)).encode()


def _shared(book: Book) -> Iterator[bytes]:
    """What all pages of a book depend on."""
    execution = book.config.execution
    yield f"{FORMAT} {platform.python_version()} {execution.figure_format}".encode()
    yield _installed()
    for name in execution.environment:
        yield f"{name}={os.environ.get(name)}".encode()
    files = [file for package in execution.track for file in package_files(book, package)]
    files += sorted(path for path in book.notebooks.rglob("*") if path.is_file() and _is_data(path))
    files += [style(book)] if style(book).exists() else []
    for file in files:
        yield book.relative(file).encode()
        yield file.read_bytes()


def _is_data(path: Path) -> bool:
    return path.suffix not in NOT_DATA and ".ipynb_checkpoints" not in path.parts


def _installed() -> bytes:
    return "\n".join(sorted(f"{found.name}=={found.version}" for found in distributions())).encode()


def style(book: Book) -> Path:
    """The book's matplotlib style, whether or not it is there."""
    return book.root / "conf" / "book.mplstyle"
