"""The book as an EPUB: the pages of the web site, as the readers of such books want them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbpress import freshness, history
from nbpress.book import Book
from nbpress.targets import html
from nbpress.targets.epub import cover, package
from nbpress.targets.epub.pages import Page, read

REFERENCES, INDEX = "references", "genindex"


def require() -> None:
    """It is made of the web site."""
    html.require()


def render(book: Book, source: Path, out: Path) -> Path:
    """Make it of the site, which was just printed; the finished file."""
    edition = out.relative_to(book.build / "epub").name
    site = freshness.Target("html", edition).folder(book)
    facts: dict[str, Any] = json.loads((source / "nbpress.json").read_text(encoding="utf-8"))
    parts = list(_parts(facts, site))
    names = ["index", *(name for _, chapters in parts for chapter in chapters for name in chapter)]
    pages = read(site, names, facts["url"])
    picture = cover.picture(book.root / "conf" / "epub", facts)
    changed = max((change["date"] for change in history.of_pages(book).values()), default="")
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{book.slug}.epub"
    package.write(file, facts, _present(parts, pages), pages, site, picture, changed)
    return file


def _parts(facts: dict[str, Any], site: Path) -> Iterator[package.Part]:
    """The parts with the documents of their chapters; the handbook is the site's alone, as it is on paper."""
    for part in facts["parts"]:
        chapters = [[name for name in chapter if _belongs(name, facts, site)] for chapter in part["chapters"]]
        yield part["title"] if part["numbered"] else "", [chapter for chapter in chapters if chapter]


def _belongs(name: str, facts: dict[str, Any], site: Path) -> bool:
    handbook = facts["handbook"]
    return (site / f"{name}.html").is_file() and not (handbook and name.startswith(f"{handbook}/"))


def _present(parts: list[package.Part], pages: dict[str, Page]) -> list[package.Part]:
    """Without the documents that hold nothing, such as an index without entries."""
    kept = [(title, [[name for name in chapter if name in pages] for chapter in chapters]) for title, chapters in parts]
    return [(title, [chapter for chapter in chapters if chapter]) for title, chapters in kept]
