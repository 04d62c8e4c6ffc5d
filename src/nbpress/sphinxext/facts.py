"""What the extension knows about the book: the file `nbpress.json` in Sphinx's source folder."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

FILE = "nbpress.json"


@dataclass(frozen=True)
class PartFacts:
    """A part: its chapters are lists of documents, the opening one first."""

    title: str
    numbered: bool
    chapters: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Facts:
    """Title, authors and order of a book; empty for a folder that is none."""

    title: str = ""
    executed: bool = True
    subtitle: str = ""
    paper: bool = False  # whether it is printed to be read on paper, not on a screen
    authors: tuple[str, ...] = ()
    language: str = "en"
    licence: str = ""
    repository: str = ""
    url: str = ""  # without a slash at its end
    branch: str = "main"
    description: str = ""
    languages: tuple[str, ...] = ()
    discussion: Mapping[str, str] = field(default_factory=dict)
    launch: Mapping[str, Any] = field(default_factory=dict)
    notebooks: str = ""  # the folder of the site with those that readers run
    archive: str = ""  # the file of the site that holds it
    library: tuple[str, ...] = ()  # the packages under src/ that pages import
    redirects: Mapping[str, str] = field(default_factory=dict)
    trusted: tuple[str, ...] = ()
    changelog: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)  # the files of documents, from the book's folder
    slug: str = "book"
    bibliography: str = ""
    handbook: str = ""
    left_out: tuple[str, ...] = ()  # labels and sections that this edition does not have
    macros: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[PartFacts, ...] = ()

    def file(self, document: str) -> str:
        """The notebook of a document, as messages name it: by its path from the book's folder."""
        in_handbook = self.handbook and document.startswith(f"{self.handbook}/")
        return f"{document}.ipynb" if in_handbook else f"notebooks/{document}.ipynb"

    def is_notebook(self, document: str) -> bool:
        """Whether readers get the document as a notebook: it is one of the book's, and somebody has written it."""
        in_handbook = self.handbook and document.startswith(f"{self.handbook}/")
        return document in self.sources and not in_handbook

    def trusts(self, document: str) -> bool:
        """Whether the HTML of a document is printed as it is."""
        return any(fnmatchcase(document, pattern) for pattern in self.trusted)

    def leads_to(self, document: str, path: str) -> str:
        """The document to which a relative path leads, as the notebooks lie in the book's folder."""
        file = posixpath.normpath(posixpath.join(posixpath.dirname(self.file(document)), path))
        return file.removesuffix(".ipynb").removeprefix("notebooks/")


def load(srcdir: str | Path) -> Facts:
    """The facts about the book whose source folder is `srcdir`."""
    file = Path(srcdir) / FILE
    if not file.exists():
        return Facts()
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    parts = tuple(
        PartFacts(part["title"], part["numbered"], tuple(map(tuple, part["chapters"]))) for part in data.pop("parts")
    )
    lists = {name: tuple(data.get(name, ())) for name in ("authors", "left_out", "languages", "library", "trusted")}
    return Facts(**data | lists | {"parts": parts})
