"""The book at a commit, in a folder of its own; and each page of a book with what is known of its outputs."""

from __future__ import annotations

import mimetypes
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from nbpress import book as books
from nbpress import config, convert, inventory, markup
from nbpress.book import Book
from nbpress.comparison.outputs import Picture
from nbpress.comparison.pages import Version
from nbpress.errors import PressError, Problem, UsageError
from nbpress.listener import Listener
from nbpress.markup import EXTERNAL
from nbpress.notebook import Notebook


@contextmanager
def at(book: Book, revision: str) -> Iterator[Book | None]:
    """The book as it was at a commit; None where the commit had none.

    Raises:
        UsageError: there is no such commit, or what it holds cannot be read.
    """
    commit = (
        _git(book, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    )
    if not commit:
        hint = "name a commit as git does: HEAD~1, main, v1.0, 3fa1b2c; git fetch brings what others have"
        raise UsageError(Problem(f'there is no commit "{revision}" here.', hint=hint))
    with TemporaryDirectory(prefix="nbpress-") as name:
        with tarfile.open(fileobj=BytesIO(_git(book, "archive", "--format=tar", commit, "."))) as packed:
            packed.extractall(name, filter=_inside)
        yield _load(Path(name), revision)


def _inside(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """A file of the commit; not a link that leads out of it, which is no part of the book."""
    try:
        return tarfile.data_filter(member, folder)
    except tarfile.FilterError:
        return None


def _load(root: Path, revision: str) -> Book | None:
    try:
        return books.load(root) if (root / config.PATH).exists() else None
    except PressError as error:
        raise UsageError(
            Problem(f"at {revision}: {one.message}", one.place, one.hint) for one in error.problems
        ) from error


def _git(book: Book, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(book.root), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise UsageError(Problem("there is no git on this machine.", hint="install it, then call this again")) from None
    if done.returncode and (message := done.stderr.decode(errors="replace").strip()):
        raise UsageError(Problem(f"git: {message.removeprefix('fatal: ')}."))
    return done.stdout if done.returncode == 0 else b""


def versions(book: Book, listener: Listener) -> dict[str, Version]:
    """The pages of a book by name, with the outputs of their stored runs; nothing is executed."""
    from nbpress.execute import reuse

    if not book.config.execution.enabled:
        tasks = inventory.load_pages(book, book.pages)
        return {page.name: Version(notebook, notebook.raw, True, _pictures(book, notebook)) for page, notebook in tasks}
    found = {}
    with inventory.looking(book, book.pages, listener) as (present, store, tasks):
        entries = reuse.find_all(present, store, tasks)
        for page, notebook in tasks:
            run = store.load(entries[page.name].run) if page.name in entries else None
            known = run is not None or not any(notebook.executed_cells)
            found[page.name] = Version(notebook, convert.merge(notebook, run), known, _pictures(book, notebook))
    return found


def _pictures(book: Book, notebook: Notebook) -> dict[str, tuple[Picture, str]]:
    """The picture files of the book that a page shows, by their paths."""
    found = {}
    folder = (book.root / notebook.file).parent
    for mark in markup.read(notebook).images:
        path = folder / mark.text.partition("#")[0]
        if not EXTERNAL.match(mark.text) and path.is_file():
            kind = mimetypes.guess_type(path.name)[0] or "image/png"
            name = book.relative(path.resolve()) if path.resolve().is_relative_to(book.root.resolve()) else mark.text
            found[name] = Picture(kind, path.read_bytes()), mark.text
    return found
