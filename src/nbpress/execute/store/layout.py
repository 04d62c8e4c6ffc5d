"""The files that a store is made of, wherever it lies: how they are named, what is in them, how damage is noticed.

runs/<2>/<62>.json        the outputs of a run, named by the digest of this content
manifests/<2>/<62>.json   the finished runs under a static key, newest first
pages/<2>/<62>.json       the last finished run of a page, named by the digest of the page's name

The first line of a manifest and of a page's file is the digest of the rest.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, TypeVar

import msgspec

from nbpress.execute.run import Entry, Last, Run

RUNS = "runs"
MANIFESTS = "manifests"
PAGES = "pages"
KEPT = 16  # entries of a manifest
DIGEST = re.compile(r"[0-9a-f]{64}")

T = TypeVar("T")


def place(kind: str, digest: str) -> str:
    """The path of a file from the folder or URL of the store.

    >>> place(RUNS, "c0ffee")
    'runs/c0/ffee.json'
    """
    return f"{kind}/{digest[:2]}/{digest[2:]}.json"


def page_place(name: str) -> str:
    """The path of the file for the last run of the page called `name`."""
    return place(PAGES, _digest(name.encode()))


def digest_of(run: Run) -> tuple[str, bytes]:
    """The name of the file that keeps `run`, and its content."""
    content = msgspec.json.encode(run)
    return _digest(content), content


def run_in(content: bytes, digest: str) -> Run:
    """The run in the file named `digest`. Raises ValueError if the content is not what was written."""
    return _decoded(checked(content, digest), Run)


def checked(content: bytes, digest: str) -> bytes:
    """The content of the file named `digest`. Raises ValueError if it is not what was written."""
    if _digest(content) != digest:
        raise ValueError("the content is not what its name says")
    return content


def sealed(value: Any) -> bytes:
    """The content of a file for `value`: its JSON under a line with the digest of it."""
    body = msgspec.json.encode(value)
    return _digest(body).encode() + b"\n" + body


def entries_in(content: bytes) -> tuple[Entry, ...]:
    """The entries in a manifest. Raises ValueError if the content is not what was written."""
    entries = _unsealed(content, tuple[Entry, ...])
    _check_names(*entries)
    return entries


def last_in(content: bytes) -> Last:
    """The last run in a page's file. Raises ValueError if the content is not what was written."""
    last = _unsealed(content, Last)
    _check_names(last.entry)
    return last


def listed(entry: Entry, others: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """A manifest with `entry` first. One that observed the same is replaced; the oldest ones are dropped."""
    return (entry, *(other for other in others if other.observed != entry.observed))[:KEPT]


def with_digest(last: Last, digest: str) -> Last:
    """`last` with the name of the file that keeps its run."""
    return msgspec.structs.replace(last, entry=msgspec.structs.replace(last.entry, run=digest))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _unsealed(content: bytes, kind: type[T]) -> T:
    digest, _, body = content.partition(b"\n")
    if _digest(body).encode() != digest:
        raise ValueError("the content is not what its first line says")
    return _decoded(body, kind)


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _check_names(*entries: Entry) -> None:
    """A run's name becomes part of a path, and what comes from elsewhere must not lead out of the store."""
    if not all(DIGEST.fullmatch(entry.run) for entry in entries):
        raise ValueError("the name of a run is no digest")
