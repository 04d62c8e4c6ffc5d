"""What the observer in the kernel wrote down, read where the kernel ran: modules become versions of distributions."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path

import msgspec

from nbpress.execute.distributions import canonical, installed

ALWAYS = ("ipython", "ipykernel")  # they make the text of every output; what they stand on does not
FORMATTERS = {"matplotlib": "matplotlib-inline"}  # what makes the pictures of another


class Seen(msgspec.Struct, frozen=True):
    """What one run of a page read and imported."""

    files: dict[str, str] = {}  # read, by path from the project's folder, with their digests; "" is absent
    folders: dict[str, str] = {}  # whose names were listed, with the digests of these
    data: dict[str, str] = {}  # read in the data folders, by path from theirs
    versions: dict[str, str] = {}  # of the imported distributions
    cells: int = 0  # that were executed while we listened
    modules: tuple[str, ...] = ()  # of tracked packages that were imported
    source: bool = False  # the page showed its own source


def read(log: Path, root: Path, data: Sequence[Path], imports: Iterable[str]) -> Seen:
    """The observer's `log` of a page whose code imports `imports`; `root` and `data` are the folders of that run."""
    lines: dict[str, list[list[str]]] = defaultdict(list)
    for line in log.read_text(encoding="utf-8").splitlines() if log.exists() else ():
        with suppress(ValueError):  # the last line of a page that was killed
            kind, *rest = json.loads(line)
            lines[kind].append(rest)
    written = {path for (path,) in lines["written"]}
    # the first look counts, but for a file that was not there and that the page then wrote
    files = {path: digest for path, digest in reversed(lines["read"]) if digest or path not in written}
    files = {path: digest for path, digest in reversed(lines["named"]) if path not in written} | files
    baseline = {name for (name,) in lines["baseline"]}
    new = {name for (name,) in lines["modules"]}
    return Seen(
        files=_within(files, [root]),
        folders=_within(dict(reversed(lines["list"])), [root]),
        data=_within(files, data),
        versions=_versions(new | set(imports), set(imports), baseline | new),
        cells=max((int(count) for (count,) in lines["cell"]), default=0),
        modules=tuple(sorted(name for (name,) in lines["tracked"])),
        source=bool(lines["source"]),
    )


def _within(files: dict[str, str], folders: Sequence[Path]) -> dict[str, str]:
    """Those of `files` that are inside one of `folders`, by their path from there."""
    return {
        encodable(os.path.relpath(path, folder)).replace(os.sep, "/"): digest
        for folder in map(os.path.abspath, folders)
        for path, digest in files.items()
        if path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
    }


def encodable(text: str) -> str:
    """A text as it is, but for what is no character: bytes in the names of files that are not UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def _versions(imported: set[str], named: set[str], loaded: set[str]) -> dict[str, str]:
    """The versions of the imported modules' distributions, and of what these require, as far as it is loaded.

    What the kernel itself stands on counts only where the page's code names it.
    """
    owners = _owners()
    there = {owner for name in loaded for owner in owners.get(name, ())}
    named_owners = {owner for name in named for owner in owners.get(name, ())}
    found = _with_required({owner for name in imported for owner in owners.get(name, ())}, there)
    found -= _with_required(set(ALWAYS), there) - _with_required(named_owners, there)
    found |= {*ALWAYS, *(formatter for name, formatter in FORMATTERS.items() if name in found)}
    return {name: version for name in sorted(found) if (version := installed().get(name, ""))}


def _with_required(names: set[str], there: set[str]) -> set[str]:
    """Distributions, and those of `there` that they require."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [required for required in _required(name) if required in there]
    return found


@cache
def _owners() -> dict[str, tuple[str, ...]]:
    """The distributions that have each top-level module."""
    return {name: tuple(map(canonical, owners)) for name, owners in metadata.packages_distributions().items()}


@cache
def _required(name: str) -> tuple[str, ...]:
    try:
        texts = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return ()
    names = (re.match(r"[\w.-]+", text) for text in texts if "extra ==" not in text)
    return tuple(canonical(match[0]) for match in names if match)
