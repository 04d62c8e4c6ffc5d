"""What a book is: parts, chapters and pages in the order of `book.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbpress import config
from nbpress.errors import Problem, UsageError, did_you_mean

NOTEBOOKS = "notebooks"
CHANGELOG = "CHANGELOG.md"
FOR_READERS = "_notebooks"  # the folder of a web site with the notebooks that readers run


@dataclass(frozen=True)
class Page:
    """One notebook. Its name (`chapter/page`) is its address in every output."""

    name: str
    path: Path


@dataclass(frozen=True)
class Chapter:
    """A folder of pages; `index` opens it where there is one."""

    name: str
    title: str
    index: Page | None
    pages: tuple[Page, ...]

    @property
    def all_pages(self) -> tuple[Page, ...]:
        """The opening page, if any, and the others."""
        return (self.index, *self.pages) if self.index else self.pages


@dataclass(frozen=True)
class Part:
    """Chapters under one title."""

    title: str
    numbered: bool
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Book:
    """A book in a folder: its configuration, its cover and its parts."""

    root: Path
    config: config.Config
    cover: Page | None
    parts: tuple[Part, ...]
    handbook: tuple[Page, ...] = ()  # those of its pages that are notebooks

    @property
    def chapters(self) -> Iterator[Chapter]:
        """All chapters in reading order."""
        return (chapter for part in self.parts for chapter in part.chapters)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """All pages in reading order, the cover first, the handbook's last."""
        inner = (page for chapter in self.chapters for page in chapter.all_pages)
        return (*([self.cover] if self.cover else []), *inner, *self.handbook)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all pages."""
        return frozenset(page.name for page in self.pages)

    @property
    def notebooks(self) -> Path:
        """The folder of the sources."""
        return self.root / NOTEBOOKS

    @property
    def build(self) -> Path:
        """The folder of everything generated."""
        return self.root / "build"

    @property
    def slug(self) -> str:
        """The book's name as a file name."""
        return self.config.slug or re.sub(r"\W+", "-", self.config.title.lower()).strip("-") or "book"

    @property
    def archive(self) -> str:
        """The file of a web site with all that is in its folder of notebooks."""
        return f"{self.slug}-notebooks.zip"

    def relative(self, path: Path) -> str:
        """A path as messages show it: from the book's folder, with forward slashes."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


def load(root: Path) -> Book:
    """The book in the folder `root`; reads `book.toml` and looks which files exist, and opens none of them."""
    root = root.resolve()
    conf = config.load(root)
    folder = root / NOTEBOOKS
    parts = tuple(
        Part(part.title, part.numbered, tuple(_chapter(folder, chapter) for chapter in part.chapters))
        for part in conf.parts
    )
    cover = Page("index", folder / "index.ipynb")
    return Book(root, conf, cover if cover.path.exists() else None, parts, tuple(_handbook(root, conf.handbook)))


def _handbook(root: Path, handbook: config.Chapter | None) -> Iterator[Page]:
    for name in ("index", *handbook.pages) if handbook else ():
        page = Page(f"{handbook.path}/{name}", root / handbook.path / f"{name}.ipynb")  # type: ignore[union-attr]
        if page.path.exists():
            yield page


def _chapter(folder: Path, chapter: config.Chapter) -> Chapter:
    def page(name: str) -> Page:
        return Page(f"{chapter.path}/{name}", folder / chapter.path / f"{name}.ipynb")

    index = page("index")
    title = chapter.title or chapter.path.replace("-", " ").capitalize()
    return Chapter(
        chapter.path, title, index if index.path.exists() else None, tuple(page(name) for name in chapter.pages)
    )


def package_files(book: Book, name: str) -> list[Path]:
    """The files of a package, or the one of a module, under `src/`."""
    module = book.root / "src" / f"{name}.py"
    files = sorted((book.root / "src" / name).rglob("*"))
    return [module] if module.is_file() else [file for file in files if file.is_file() and file.suffix != ".pyc"]


def select(book: Book, wanted: Sequence[str]) -> tuple[Page, ...]:
    """The pages that `wanted` names, in reading order: `chapter/page`, a chapter, or a notebook's path; all for none.

    Raises:
        UsageError: a name that is neither, with the nearest that is.
    """
    if not wanted:
        return book.pages
    known = {page.name: {page} for page in book.pages}
    known |= {chapter.name: set(chapter.all_pages) for chapter in book.chapters}
    if book.config.handbook:
        known[book.config.handbook.path] = set(book.handbook)
    chosen: set[Page] = set()
    for name in wanted:
        key = _page_name(book, name)
        if key not in known:
            hint = did_you_mean(key, list(known)) or "the pages are those of conf/book.toml: CHAPTER or CHAPTER/PAGE"
            raise UsageError(Problem(f'there is no page or chapter "{name}".', hint=hint))
        chosen |= known[key]
    return tuple(page for page in book.pages if page in chosen)


def _page_name(book: Book, wanted: str) -> str:
    """`chapter/page` for any of the spellings of a page."""
    if wanted.endswith(".ipynb"):
        for base in (Path.cwd(), book.root, book.notebooks):
            path = (base / wanted).resolve()
            if path.is_relative_to(book.notebooks):
                return path.relative_to(book.notebooks).with_suffix("").as_posix()
    return wanted.strip("/")
