"""A page to execute, what comes out of it, and what the result was seen to depend on."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from nbpress.book import Page
from nbpress.notebook import Notebook


class Task(NamedTuple):
    """A page with its notebook."""

    page: Page
    notebook: Notebook


class Run(msgspec.Struct, frozen=True):
    """The outputs of a page's executed cells, in their order."""

    outputs: tuple[list[dict[str, Any]], ...]


class Static(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of a run before it begins; its hash is the key under which runs are kept."""

    cells: tuple[str, ...]  # a digest each of the executed cells' code and the tags that change what it does
    folder: str  # the working folder, from the book's notebooks
    kernel: str  # its name
    python: str  # major.minor
    device: str  # "cpu", or "gpu" for pages that declare one
    figures: str  # the format of matplotlib's figures
    parameters: dict[
        str, tuple[int, str]
    ] = {}  # name → the executed cell after which it is set, and its value as Python text


class Observed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a finished run was seen to depend on. It may be reused exactly while all of this is unchanged."""

    symbols: dict[str, str] = {}  # definitions of tracked packages by dotted name, each with its digest
    files: dict[str, str] = {}  # by path from the book's folder; "" is absent; a folder ends in "/": its names
    data: dict[str, str] = {}  # files of the data folders, by path from theirs
    variables: dict[str, str | None] = {}  # declared environment variables
    versions: dict[str, str] = {}  # of the distributions that the page imported
    limit: int = 0  # of a cell's output, where a cell showed more
    source: str = ""  # digest of the cells as written, where the page showed its own source
    everything: str = ""  # digest of all that may matter, for kernels that cannot be observed


class Entry(msgspec.Struct, frozen=True):
    """A finished run as the manifest lists it; the outputs are in a file of their own."""

    observed: Observed
    run: str  # the digest that names the run's file
    seconds: float
    memory: int = 0  # peak resident memory of the kernel, bytes; 0 where unknown


class Last(msgspec.Struct, frozen=True):
    """The last finished run of a page, whatever has changed since."""

    static: Static
    entry: Entry
    cells: tuple[str, ...]  # the ids of the executed cells
