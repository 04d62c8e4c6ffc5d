"""The web site as one archive, to be read without a network: from the folder that it unpacks to, by its index.html."""

from __future__ import annotations

import re
from pathlib import Path

from nbpress import freshness
from nbpress.book import Book
from nbpress.targets import html
from nbpress.targets.bundle import pack

PRELOAD = re.compile(rb'<link rel="preload" as="font"[^>]*>\s*')
ONLINE = {"404.html", "sitemap.xml", "robots.txt", "feed.xml", "objects.inv"}  # which only a server has a use for


def require() -> None:
    """It is made of the web site."""
    html.require()


def render(book: Book, source: Path, out: Path) -> Path:
    """Pack the site, which was just printed; the archive, beside the folder `out`, of which nothing is made."""
    edition = out.relative_to(book.build / "offline").name
    site = freshness.Target("html", edition)
    archive = book.build / f"{'-'.join(filter(None, ('site-offline', edition)))}.zip"
    folder = site.folder(book)
    files = (path for path in map(Path, site.files(book)) if _taken(path.relative_to(folder)))
    pack(folder, archive, files, f"{book.slug}-{edition or 'offline'}", _content)
    return archive


def _content(path: Path) -> bytes:
    """The file; a page without the links by which a browser would load fonts early, which it does not from a folder."""
    return PRELOAD.sub(b"", path.read_bytes()) if path.suffix == ".html" else path.read_bytes()


def _taken(path: Path) -> bool:
    return path.as_posix() not in ONLINE and not any(part.startswith(".") for part in path.parts)
