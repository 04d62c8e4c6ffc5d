"""Everything that a web server needs, in one folder: the site, the book in its other forms, and their checksums."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from nbpress import freshness
from nbpress.book import Book
from nbpress.targets import NEEDED, html, target
from nbpress.targets.downloads import PAGE, SUMS, Download, digest_of, fill
from nbpress.words import words

FOLDER, SLIDES = "downloads", "slides"


def require() -> None:
    """All that it gathers."""
    for name in NEEDED["site"]:
        target(name).require()


def render(book: Book, source: Path, out: Path) -> Path:
    """Gather what was just printed; the front page."""
    edition = out.relative_to(book.build / "site").name
    found = dict(_site(book, edition))
    downloads = []
    for download, path, name in _others(book, edition):
        downloads.append(download)
        found |= {name: path} if path.is_file() else dict(_below(path, name))
    for name, path in sorted(found.items()):
        _take(path, out / name)
    sums = "".join(f"{digest_of(out / one.path)}  {one.path}\n" for one in downloads if one.path.count(".html") == 0)
    (out / SUMS).write_text(sums, encoding="utf-8")
    fill(out, downloads, book.config.languages[0], SUMS)
    for old in freshness.Target("site", edition).files(book):
        if Path(old).relative_to(out).as_posix() not in {*found, SUMS}:
            Path(old).unlink()
    html.forget_empty_folders(out)
    return out / "index.html"


def _site(book: Book, edition: str) -> Iterator[tuple[str, Path]]:
    site = freshness.Target("html", edition)
    for path in map(Path, site.files(book)):
        yield path.relative_to(site.folder(book)).as_posix(), path


def _below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _others(book: Book, edition: str) -> Iterator[tuple[Download, Path, str]]:
    """The other forms: how they are called, where they were printed, and where they are on the site."""
    known = words(book.config.languages[0])

    def _said(text: str) -> str:
        return known.get(text, text)

    pdf, epub = f"{book.slug}.pdf", f"{book.slug}.epub"
    offline = f"{book.slug}-offline.zip"
    folders = {name: freshness.Target(name, edition).folder(book) for name in ("pdf", "epub", "notebooks")}
    site = book.build / f"{'-'.join(filter(None, ('site-offline', edition)))}.zip"
    purposes = {
        pdf: (_said("PDF"), _said("For paper and for a large screen."), folders["pdf"] / pdf),
        epub: (_said("EPUB"), _said("For e-readers and telephones."), folders["epub"] / epub),
        book.archive: (
            _said("Notebooks"),
            _said("To run: all pages, the library, and what to install."),
            folders["notebooks"] / book.archive,
        ),
        offline: (
            _said("This site as one file"),
            _said("To read without a network: unpack it, and open index.html."),
            site,
        ),
    }
    for file, (name, purpose, path) in purposes.items():
        place = file if file == book.archive else f"{FOLDER}/{file}"
        if path.is_file():
            yield Download(place, name, purpose), path, place
    slides = freshness.Target("slides", edition)
    decks = Download(f"{SLIDES}/index.html", _said("Slides"), _said("To teach from: a deck for each page."))
    if (slides.folder(book) / "index.html").is_file():
        yield decks, slides.folder(book), SLIDES


def _take(path: Path, place: Path) -> None:
    """Copy a file where it differs; a server never sees half of one."""
    before = place.stat() if place.exists() else None
    now = path.stat()
    if before is None or (before.st_size, before.st_mtime_ns) != (now.st_size, now.st_mtime_ns) or place.name == PAGE:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = place.with_name(f".{place.name}.new")
        shutil.copy2(path, temporary)
        temporary.replace(place)
