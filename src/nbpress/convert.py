"""From the book and its stored runs to the folder that Sphinx reads: notebooks with outputs, pictures, contents.

A file is written only when its content changes, so that Sphinx's own bookkeeping stays true after a fresh clone.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from nbpress import history
from nbpress import notebook as notebooks
from nbpress.book import CHANGELOG, FOR_READERS, Book, Chapter
from nbpress.config import Config
from nbpress.editions import edited, find, names
from nbpress.execute.run import Run
from nbpress.notebook import VALUES, Cell, Notebook
from nbpress.words import words

BOOK_FILE = "nbpress.json"  # what the Sphinx extension knows about the book
HISTORY_FILE = "history.json"  # when its pages last changed; beside it, since it changes with every commit
REFERENCES = "references"  # the page of all cited works
INDEX = "genindex"  # Sphinx's page of the index, where there is one
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def write_source(
    book: Book, pages: Mapping[str, Notebook], runs: Mapping[str, Run], out: Path, edition: str = ""
) -> None:
    """Make `out` the source folder of a Sphinx project that holds exactly the book, or the edition of that name.

    `pages` are the notebooks by page name, `runs` the stored runs of those that have one.
    """
    files: set[str] = set()
    for name, content in _files(book, pages, runs, edition):
        files.add(name)
        _write_if_changed(out / name, content)
    for path in sorted(out.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(out).as_posix() not in files:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def write_pages(book: Book, pages: Mapping[str, Notebook], runs: Mapping[str, Run], out: Path) -> None:
    """Bring only these pages of the folder that `write_source` made of the whole book up to date."""
    trees = _toctrees(book)
    for name, notebook in pages.items():
        merged = merge(notebook, runs.get(name), trees.get(name))
        page = edited(book, notebooks.read(merged, notebook.file), "")
        _write_if_changed(out / f"{name}.ipynb", _written(page.raw))


def write_others(book: Book, out: Path) -> None:
    """Bring everything but the pages of the folder that `write_source` made of the whole book up to date."""
    files = dict(_others(book, "", set()))
    for name, content in files.items():
        _write_if_changed(out / name, content)
    for path in sorted(out.rglob("*")):
        if path.is_file() and path.suffix != ".ipynb" and path.relative_to(out).as_posix() not in files:
            path.unlink()


def _files(
    book: Book, pages: Mapping[str, Notebook], runs: Mapping[str, Run], edition: str
) -> Iterator[tuple[str, bytes]]:
    trees = _toctrees(book)
    left_out: set[str] = set()
    titles = {f"{chapter.name}/index": chapter.title for chapter in book.chapters}
    openers = {name: opener(titles.get(name, book.config.title)) for name in trees if name not in pages}
    for name, notebook in {**pages, **openers}.items():
        merged = merge(notebook, runs.get(name), trees.get(name))
        whole = notebooks.read(merged, notebook.file)
        page = edited(book, whole, edition)
        if page is not whole:
            left_out |= names(notebook) - names(page)
            merged = dict(page.raw)
        yield f"{name}.ipynb", _written(merged)
    yield from _others(book, edition, left_out)


def _written(merged: Mapping[str, Any]) -> bytes:
    """A notebook for Sphinx only: with indents it would take ten times as long."""
    return json.dumps(merged, sort_keys=True, ensure_ascii=False).encode()


def _others(book: Book, edition: str, left_out: set[str]) -> Iterator[tuple[str, bytes]]:
    yield BOOK_FILE, _book_file(book, edition, left_out)
    yield HISTORY_FILE, _json(history.of_pages(book))
    if bibliography(book):
        title = _said("References", book)
        yield f"{REFERENCES}.md", f"# {title}\n\n```{{bibliography}}\n```\n".encode()
    yield from _handbook(book)
    for path in sorted(book.notebooks.rglob("*")):
        if path.is_file() and path.suffix != ".ipynb" and ".ipynb_checkpoints" not in path.parts:
            yield path.relative_to(book.notebooks).as_posix(), path.read_bytes()


def opener(title: str) -> Notebook:
    """A notebook with only a title, for a cover or a chapter that has no page of its own."""
    cell = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": f"# {title}"}
    return notebooks.read({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, title)


def _handbook(book: Book) -> Iterator[tuple[str, bytes]]:
    handbook = book.config.handbook
    if handbook is None:
        return
    tree = _toctree([f"/{handbook.path}/{page}" for page in handbook.pages], numbered=False)
    notebooks_ = {page.path for page in book.handbook}
    for path in sorted((book.root / handbook.path).rglob("*")):
        if path.is_file() and path not in notebooks_:
            name = path.relative_to(book.root).as_posix()
            opening = name == f"{handbook.path}/index.md"
            yield name, path.read_bytes() + (f"\n{tree}\n".encode() if opening else b"")


def merge(notebook: Notebook, run: Run | None, trees: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The notebook as JSON with the run's outputs and values in its executed cells, and its tables of contents."""
    raw = dict(notebook.raw)
    cells = [_without_values(cell) for cell in raw["cells"]]
    count = 0
    for cell, outputs in zip(notebook.executed_cells, run.outputs, strict=True) if run is not None else ():
        if cell.kind == "code":
            count += 1
            merged = {"outputs": [_presentable(output) for output in outputs], "execution_count": count}
        else:
            merged = {"metadata": {**cell.metadata, VALUES: _values(cell, outputs)}}
        cells[cell.number - 1] |= merged
    own = notebook.metadata.get("nbpress", {})
    metadata = {**notebook.metadata, "nbpress": {**own, "toctree": trees}} if trees else notebook.metadata
    return raw | {"cells": cells, "metadata": metadata}


def _without_values(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A cell without the values that an editor may have left in it: they are of no run that is known."""
    metadata = {key: value for key, value in raw.get("metadata", {}).items() if key != VALUES}
    return {**raw, "metadata": metadata}


def _values(cell: Cell, outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the text of a Markdown cell shows, in the form in which JupyterLab keeps it."""
    results = [{"status": "ok", "data": output["data"], "metadata": output["metadata"]} for output in outputs]
    pairs = zip(cell.expressions, results, strict=False)  # a page that failed has fewer
    return [{"expression": expression.text, "result": result} for expression, result in pairs]


def _presentable(output: Mapping[str, Any]) -> dict[str, Any]:
    """An output without the frames of a traceback that are outside the notebook."""
    if output["output_type"] != "error":
        return dict(output)
    plain = [(frame, ANSI.sub("", frame)) for frame in output["traceback"]]
    frames = [frame for frame, text in plain if not text.startswith("File ") and text.strip("-")]
    return {**output, "traceback": frames}


def _toctrees(book: Book) -> dict[str, dict[str, str]]:
    """The hidden tables of contents of the cover and of each chapter: for every output (`all`), or for one format."""
    chapters = [(part.numbered, f"/{chapter.name}/index") for part in book.parts for chapter in part.chapters]
    if bibliography(book):
        chapters.append((False, f"/{REFERENCES}"))
    runs = groupby(chapters, key=lambda entry: entry[0])
    trees = {"index": {"all": "\n\n".join(_toctree([name for _, name in run], numbered) for numbered, run in runs)}}
    if book.config.handbook:  # on the site, not on paper
        trees["index"]["html"] = _toctree([f"/{book.config.handbook.path}/index"], numbered=False)
    for chapter in book.chapters:
        trees[f"{chapter.name}/index"] = {"all": _toctree([f"/{page.name}" for page in chapter.pages], False)}
    return trees


def _toctree(names: list[str], numbered: bool) -> str:
    options = ":hidden:\n:numbered:" if numbered else ":hidden:"
    return f":::{{toctree}}\n{options}\n\n" + "\n".join(names) + "\n:::" if names else ""


def bibliography(book: Book) -> bool:
    """Whether the book has a BibTeX file."""
    return (book.notebooks / book.config.bibliography).is_file()


def _book_file(book: Book, edition: str, left_out: set[str]) -> bytes:
    conf = book.config
    parts = [
        {"title": part.title, "numbered": part.numbered, "chapters": [_documents(c) for c in part.chapters]}
        for part in book.parts
    ]
    back = [[REFERENCES], [INDEX]] if bibliography(book) else [[INDEX]]
    parts.append({"title": "", "numbered": False, "chapters": back})
    if conf.handbook:
        chapter = [f"{conf.handbook.path}/{page}" for page in ("index", *conf.handbook.pages)]
        parts.append({"title": _said("Handbook", book), "numbered": False, "chapters": [chapter]})
    facts = {
        "title": conf.title,
        "executed": conf.execution.enabled,
        "handbook": conf.handbook.path if conf.handbook else "",
        "subtitle": " · ".join(filter(None, (conf.subtitle, find(book, edition).title))),
        "paper": find(book, edition).paper,
        "authors": list(conf.authors),
        "language": conf.languages[0],
        "licence": conf.licence,
        "repository": conf.repository.rstrip("/").removesuffix(".git"),
        "url": "/".join(filter(None, (conf.url.rstrip("/"), edition))) if conf.url else "",
        "branch": conf.branch,
        "description": conf.description,
        "languages": list(conf.languages),
        "discussion": msgspec.to_builtins(conf.discussion) if conf.discussion else {},
        "launch": msgspec.to_builtins(conf.launch) | {"repository": _launched(conf)},
        "notebooks": FOR_READERS,
        "archive": book.archive,
        "library": list(conf.execution.track),
        "redirects": conf.redirects,
        "trusted": list(conf.trusted),
        "changelog": _changelog(book),
        "sources": history.sources(book),
        "slug": book.slug,
        "bibliography": conf.bibliography if bibliography(book) else "",
        "macros": conf.macros,
        "parts": parts,
        "left_out": sorted(left_out),
    }
    return _json(facts)


def _launched(conf: Config) -> str:
    return (conf.launch.repository or conf.repository).rstrip("/").removesuffix(".git")


def _said(text: str, book: Book) -> str:
    """What is said of the book, in its language."""
    return words(book.config.languages[0]).get(text, text)


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _changelog(book: Book) -> str:
    """What the book says of its changes, for a feed."""
    file = book.root / CHANGELOG
    return file.read_text(encoding="utf-8") if book.config.url and file.is_file() else ""


def _documents(chapter: Chapter) -> list[str]:
    return [f"{chapter.name}/index", *(page.name for page in chapter.pages)]


def _write_if_changed(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(temporary, path)
