"""Rules on the addresses of pages that `book.toml` names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from nbpress.check import Sources, rule
from nbpress.config import place_of
from nbpress.errors import Problem, did_you_mean
from nbpress.history import sources as files

NAME = re.compile(r"(?!.*\.html$)(?!\.)[^/\\?#]+(/(?!\.)[^/\\?#]+)*")
ADDED = {"references", "genindex", "search", "404"}  # by the press, to the site


@rule
def redirects_lead_to_pages(sources: Sources) -> Iterator[Problem]:
    """Each redirect leads from a name that a page may have had to a page that there is."""
    book = sources.book
    names = _names(sources)
    for old, new in book.config.redirects.items():
        place = place_of(book.root, old)
        if not NAME.fullmatch(old):
            hint = "name a page as CHAPTER/PAGE, without .html"
            yield Problem(f'"{old}" is redirected to "{new}", but cannot be the name of a page.', place, hint)
        if old in names | ADDED:
            hint = "take it out of [redirects], or the page out of the chapter that lists it"
            yield Problem(f'"{old}" is redirected to "{new}", but there is a page of that name.', place, hint)
        if new not in names:
            hint = did_you_mean(new, sorted(names)) or "name a page as CHAPTER/PAGE"
            yield Problem(f'"{old}" is redirected to "{new}", which is no page.', place, hint)


@rule
def trusted_are_pages(sources: Sources) -> Iterator[Problem]:
    """Each name or pattern under `trusted` is that of a page."""
    names = _names(sources)
    for pattern in sources.book.config.trusted:
        if not any(fnmatchcase(name, pattern) for name in names):
            hint = did_you_mean(pattern, sorted(names)) or "name a page as CHAPTER/PAGE"
            yield Problem(f'"{pattern}" is trusted, but is no page.', place_of(sources.book.root, "trusted"), hint)


def _names(sources: Sources) -> frozenset[str]:
    """All documents that have an address: chapters without a page of their own too."""
    book = sources.book
    return frozenset({"index", *(f"{chapter.name}/index" for chapter in book.chapters), *files(book)})
