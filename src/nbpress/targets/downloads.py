"""The table of the page "Get the book": each file with what it is for, how large it is, and by what it is known."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from nbpress.words import words

PAGE = "get.html"
SUMS = "SHA256SUMS"
REGION = re.compile(r"(<!-- downloads -->).*?(<!-- end of downloads -->)", re.S)


class Download(NamedTuple):
    """A file of the site, or the first page of a folder of it."""

    path: str  # from the site's folder
    name: str
    purpose: str


def fill(site: Path, downloads: Iterable[Download], language: str, sums: str = "") -> None:
    """Write the table into the page of a site; `sums` is the file of checksums, if there is one."""
    known = words(language)

    def _said(text: str) -> str:
        return known.get(text, text)

    rows = "".join(_row(site, download) for download in downloads)
    names = (_said("Form"), _said("For whom"), _said("Size"), _said("SHA-256"))
    heads = "".join(f"<th>{name}</th>" for name in names)
    checked = f'<p><a href="{sums}">{_said("All checksums")}</a></p>' if sums else ""
    table = f'<table class="table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    empty = f"<p>{_said('There is no other form of it here.')}</p>"
    page = site / PAGE
    if page.exists():
        text = page.read_text(encoding="utf-8")
        content = f'<div class="pst-scrollable-table-container">{table}</div>{checked}' if rows else empty
        page.write_text(REGION.sub(lambda found: found[1] + content + found[2], text), encoding="utf-8")


def _row(site: Path, download: Download) -> str:
    path = site / download.path
    folder = path.name == "index.html"
    files = [file for file in path.parent.rglob("*") if file.is_file()] if folder else [path]
    link = f'<a href="{quote(download.path)}"{"" if folder else " download"}>{html.escape(download.name)}</a>'
    digest = "" if folder else f'<code title="{digest_of(path)}">{digest_of(path)[:12]}…</code>'
    amount = size(sum(file.stat().st_size for file in files))
    return f"<tr><td>{link}</td><td>{html.escape(download.purpose)}</td><td>{amount}</td><td>{digest}</td></tr>"


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def size(count: int) -> str:
    r"""A number of bytes as people say it, not broken between number and unit.

    >>> size(999), size(12_345), size(6_543_210)
    ('999\xa0B', '12\xa0kB', '6.5\xa0MB')
    """
    if count < 1000:
        return f"{count}\N{NO-BREAK SPACE}B"
    unit, amount = ("kB", f"{count / 1000:.0f}") if count < 1_000_000 else ("MB", f"{count / 1_000_000:.1f}")
    return f"{amount}\N{NO-BREAK SPACE}{unit}"
