"""The outputs a book can have: a module with `render` for each, registered here."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from nbpress.book import Book, Page
from nbpress.errors import Problem, UsageError, did_you_mean


class Target(Protocol):
    """Prints a book. Modules have this shape."""

    def require(self) -> None:
        """Raise `UsageError` where a program that the target needs is missing, before anything long is begun."""

    def render(self, book: Book, source: Path, out: Path) -> Path:
        """Print the Sphinx project in `source` into the folder `out`; the file to open."""


@runtime_checkable
class Divisible(Protocol):
    """A target of which some pages can be printed by themselves, without touching the whole."""

    def require_pages(self, book: Book, pages: Sequence[Page]) -> None:
        """Raise `UsageError` where the target has none of `pages`."""

    def render_pages(self, book: Book, source: Path, out: Path, pages: Sequence[Page]) -> Path:
        """Print `pages` of the Sphinx project in `source` into the folder `out`; the file to open."""


MODULES = {
    name: f"nbpress.targets.{name}" for name in ("html", "pdf", "epub", "slides", "notebooks", "offline", "site")
}
NEEDED = {  # what must be printed before
    **dict.fromkeys(("epub", "notebooks", "offline"), ("html",)),
    "site": ("html", "pdf", "epub", "slides", "notebooks", "offline"),
}


def split(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Targets, then pages, from what was written behind `build`.

    Raises:
        UsageError: the first name is no target.
    """
    targets = list(dict.fromkeys(takewhile(lambda name: name in MODULES, names)))
    if not targets:
        hint = did_you_mean(names[0], list(MODULES)) or f"the targets are: {', '.join(MODULES)}"
        raise UsageError(Problem(f'there is no target "{names[0]}".', hint=hint))
    return targets, [name for name in names if name not in MODULES]


def with_needed(names: Sequence[str]) -> list[str]:
    """The targets, each after those that it is made of."""
    return list(dict.fromkeys(name for wanted in names for name in (*NEEDED.get(wanted, ()), wanted)))


def target(name: str) -> Target:
    """The target of that name; its module is imported only now."""
    return cast(Target, import_module(MODULES[name]))
