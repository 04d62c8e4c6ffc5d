"""The notebooks of readers in a folder: with outputs, without them beside the library, and these as an archive."""

from __future__ import annotations

import shutil
from pathlib import Path

from nbpress import freshness
from nbpress.book import FOR_READERS, Book
from nbpress.targets import html

EMPTY = "empty"  # the folder of notebooks without outputs, with the library and what else they need


def require() -> None:
    """They are made with the web site."""
    html.require()


def render(book: Book, source: Path, out: Path) -> Path:
    """Take them from the site, which was just printed; the archive."""
    edition = out.relative_to(book.build / "notebooks").name
    site = freshness.Target("html", edition).folder(book)
    empty = site / FOR_READERS
    files = {f"{EMPTY}/{path.relative_to(empty).as_posix()}": path for path in empty.rglob("*") if path.is_file()}
    names = [name.removeprefix(f"{EMPTY}/") for name in files if name.endswith(".ipynb")]
    files |= {name: site / name for name in names} | {book.archive: site / book.archive}
    for name, path in sorted(files.items()):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, out / name)
    for old in freshness.Target("notebooks", edition).files(book):
        if Path(old).relative_to(out).as_posix() not in files:
            Path(old).unlink()
    html.forget_empty_folders(out)
    return out / book.archive
