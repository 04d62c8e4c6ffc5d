"""The outputs a book can have: a module with `render` for each, registered here."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from nbpress.book import Book


class Target(Protocol):
    """Prints a book. Modules have this shape."""

    def require(self) -> None:
        """Raise `UsageError` where a program that the target needs is missing, before anything long is begun."""

    def render(self, book: Book, source: Path, out: Path) -> Path:
        """Print the Sphinx project in `source` into the folder `out`; the file to open."""


MODULES = {"html": "nbpress.targets.html", "pdf": "nbpress.targets.pdf"}


def target(name: str) -> Target:
    """The target of that name; its module is imported only now."""
    return cast(Target, import_module(MODULES[name]))
