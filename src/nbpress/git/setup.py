"""A clone of the book is told how git shall treat notebooks; nothing of it is committed."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

from nbpress.book import Book
from nbpress.errors import Problem, UsageError
from nbpress.git.text import RULE

BEGIN, END = "# nbpress setup-git: notebooks", "# end of nbpress setup-git"
NAME = "nbpress"


def settings(book: Book) -> dict[str, str]:
    """Git's settings by their names. The filter is not required: without nbpress git still works, and `check` looks."""
    call = f"{shlex.quote(sys.executable)} -m nbpress"
    keep = "" if book.config.execution.enabled else "--keep-outputs "
    return {
        f"filter.{NAME}.clean": f"{call} git clean {keep}%f",
        f"filter.{NAME}.smudge": "cat",
        f"diff.{NAME}.textconv": f"{call} git text",
        f"diff.{NAME}.xfuncname": f"^{RULE}.*",
        f"merge.{NAME}.name": "notebooks, cell by cell",
        f"merge.{NAME}.driver": f"{call} git merge %O %A %B %P",
    }


def install(book: Book) -> Path:
    """Set git up for the book's clone; the file that says which files are notebooks of it.

    Raises:
        UsageError: the book is in no clone, or there is no git.
    """
    attributes = _attributes(book)
    for name, value in settings(book).items():
        _git(book, "config", name, value)
    _write(
        attributes,
        lines=[BEGIN, *(f"{pattern} filter={NAME} diff={NAME} merge={NAME}" for pattern in _patterns(book)), END],
    )
    return attributes


def remove(book: Book) -> Path:
    """Take all of it back."""
    attributes = _attributes(book)
    for kind in ("filter", "diff", "merge"):
        if _git(book, "config", "--get-regexp", rf"^{kind}\.{NAME}\.", fails=True):
            _git(book, "config", "--remove-section", f"{kind}.{NAME}")
    _write(attributes, lines=[])
    return attributes


def _patterns(book: Book) -> list[str]:
    """The notebooks of the book, as git's attributes name files."""
    prefix = _git(book, "rev-parse", "--show-prefix")
    folders = [book.relative(book.notebooks), *([book.config.handbook.path] if book.config.handbook else [])]
    names = [f"/{prefix}{folder}/**/*.ipynb" for folder in folders]
    return [f'"{name}"' if " " in name else name for name in names]


def _attributes(book: Book) -> Path:
    return book.root / _git(book, "rev-parse", "--git-path", "info/attributes")


def _write(path: Path, lines: list[str]) -> None:
    """Put the lines in place of those that an earlier set-up has written."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    head, found, rest = before.partition(BEGIN + "\n")
    kept = head + rest.partition(END + "\n")[2] if found else before
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(kept + "".join(line + "\n" for line in lines), encoding="utf-8")


def _git(book: Book, *arguments: str, fails: bool = False) -> str:
    """What git answers; nothing where it may fail, and does."""
    try:
        done = subprocess.run(["git", "-C", str(book.root), *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise UsageError(Problem("there is no git on this machine.", hint="install it, then call this again")) from None
    if done.returncode and not fails:
        message = done.stderr.strip().removeprefix("fatal: ").partition("\n")[0]
        hint = "for a folder that is no clone yet: git init" if "not a git repository" in message else ""
        raise UsageError(Problem(f"git {arguments[0]}: {message}.", hint=hint))
    return done.stdout.strip()
