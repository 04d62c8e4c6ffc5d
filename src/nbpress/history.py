"""When each page last changed, as git tells it: one call for the whole book, and none while no commit was added."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from nbpress.book import Book

FILE = "history.json"  # in the folder of what is generated
COMMIT = "commit "  # before each of git's lines that names one
Changes = Mapping[str, Mapping[str, str]]  # document → the date and the commit of its last change


def of_pages(book: Book) -> Changes:
    """The last change of each page and document of the handbook; nothing where git does not know it."""
    state = _git(book, "rev-parse", "HEAD", "--git-path", "shallow").split("\n")
    if len(state) < 2:
        return {}
    files = {path: name for name, path in sources(book).items()}
    shallow = book.root / state[1]
    ends = frozenset(shallow.read_text(encoding="utf-8").split()) if shallow.is_file() else frozenset()
    key = [state[0], *sorted(ends), *files]
    cache = book.build / FILE
    with suppress(OSError, ValueError, KeyError):
        known: dict[str, Any] = json.loads(cache.read_text(encoding="utf-8"))
        if known["key"] == key:
            return known["changes"]  # type: ignore[no-any-return]
    changes = dict(sorted(_read(book, files, ends)))
    with suppress(OSError):
        book.build.mkdir(parents=True, exist_ok=True)
        cache.write_text(json.dumps({"key": key, "changes": changes}), encoding="utf-8")
    return changes


def sources(book: Book) -> dict[str, str]:
    """The paths of the files of all documents that have one."""
    pages = {page.name: book.relative(page.path) for page in book.pages}
    handbook = book.config.handbook
    texts = sorted((book.root / handbook.path).rglob("*.md")) if handbook else []
    return pages | {(path := book.relative(text)).removesuffix(".md"): path for text in texts}


def _read(book: Book, files: Mapping[str, str], ends: frozenset[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The newest commit of each file; where a shallow clone ends, a commit seems to change everything."""
    log = _git(book, "log", f"--format={COMMIT}%H %as", "--name-only", "--relative", "--", *_folders(book))
    seen: set[str] = set()
    commit = date = ""
    for line in log.splitlines():
        if line.startswith(COMMIT):
            commit, date = line.removeprefix(COMMIT).split()
        elif line in files and line not in seen:
            seen.add(line)
            if commit not in ends:
                yield files[line], {"date": date, "commit": commit}


def _folders(book: Book) -> list[str]:
    return [book.relative(book.notebooks), *([book.config.handbook.path] if book.config.handbook else [])]


def _git(book: Book, *arguments: str) -> str:
    """What git answers; nothing where there is no git, no repository, or no commit."""
    command = ["git", "-c", "core.quotepath=off", "-C", str(book.root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
