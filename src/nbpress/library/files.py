"""Modules and notebooks are written: all of them, or none."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import libcst as cst

from nbpress.book import Book
from nbpress.errors import BookError, Place, Problem
from nbpress.library import marks, modules
from nbpress.library.marks import unmasked
from nbpress.library.plan import Difference, Plan
from nbpress.notebook import Notebook

RUFF = (sys.executable, "-m", "ruff")


def write_modules(book: Book, plan: Plan) -> list[Path]:
    """Write the modules as the notebooks want them; the files that changed.

    Raises:
        BookError: one would not be sound: nothing was written.
    """
    texts = {module.path: _sorted(module.wanted, module.path) for module in plan.modules.values() if module.imports}
    texts |= {module.path: module.wanted for module in plan.modules.values() if not module.imports}
    changed = {path: text for path, text in texts.items() if text.encode() != path.read_bytes()}
    names = {module.path: module.name for module in plan.modules.values()}
    if not changed:
        return []
    if problems := list(_unsound(book, {path: (names[path], text) for path, text in changed.items()})):
        raise BookError(problems)
    _write(changed)
    return sorted(changed)


def _sorted(text: str, path: Path) -> str:
    """The text with its imports in ruff's order."""
    done = subprocess.run(
        [*RUFF, "check", "--quiet", "--select", "I", "--fix-only", "--stdin-filename", str(path), "-"],
        input=text.encode(),
        capture_output=True,
        check=False,
    )
    return done.stdout.decode() if done.returncode == 0 and done.stdout else text


def _unsound(book: Book, changed: Mapping[Path, tuple[str, str]]) -> Iterator[Problem]:
    """What is wrong with modules that are not written yet: they must be Python, pass ruff, and be imported."""
    for path, (_, text) in changed.items():
        file = book.relative(path)
        try:
            compile(text, file, "exec")
        except SyntaxError as error:
            yield Problem(f"it would not be Python: {error.msg}.", Place(file, line=error.lineno))
            return
        new = _ruff(text, path) - _ruff(path.read_bytes().decode(), path)  # the rest is between ruff and the author
        if new:
            yield Problem("it would not pass ruff.", Place(file), "\n".join(sorted(new)))
    yield from _not_importable(book, changed)


def _ruff(text: str, path: Path) -> Counter[str]:
    """What ruff says of a module, by the rules that hold where it is."""
    command = [*RUFF, "check", "--quiet", "--output-format", "json", "--stdin-filename", str(path), "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False, cwd=path.parent)
    said = json.loads(done.stdout) if done.stdout else []
    return Counter(f"{one['code']} {one['message']}" for one in said)


def _not_importable(book: Book, changed: Mapping[Path, tuple[str, str]]) -> Iterator[Problem]:
    """Modules whose import fails, tried beside the others in another folder."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(book.root / "src", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        for path, (_, text) in changed.items():
            (Path(folder) / path.relative_to(book.root / "src")).write_bytes(text.encode())
        for path, (name, _) in changed.items():
            command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {folder!r}); import {name}"]
            done = subprocess.run(command, capture_output=True, check=False, cwd=folder)
            if done.returncode:
                said = done.stderr.decode(errors="replace").strip().splitlines()[-3:]
                yield Problem(f"{name} could not be imported.", Place(book.relative(path)), "\n".join(said))


def write_notebooks(book: Book, plan: Plan) -> list[Path]:
    """Carry the library's versions into the cells; the notebooks that changed.

    Raises:
        BookError: the library lacks a definition, or a notebook cannot be changed: nothing was written.
    """
    problems = [
        Problem(f'{one.module.name} has no "{one.saved.name}".', one.saved.place, "nbpress sync puts it there")
        for one in plan.differences
        if not one.library
    ]
    if problems:
        raise BookError(problems)
    paths = {book.relative(page.path): page.path for page in book.pages}
    texts: dict[Path, str] = {}
    for notebook in {one.saved.notebook.file: one.saved.notebook for one in plan.differences}.values():
        mine = [one for one in plan.differences if one.saved.notebook.file == notebook.file]
        path = paths[notebook.file]
        texts[path] = _with_sources(path, notebook, {n: _source(notebook, n, mine) for n in _cells(mine)})
    _write(texts)
    return sorted(texts)


def _cells(differences: Iterable[Difference]) -> set[int]:
    return {one.saved.cell.number for one in differences}


def _source(notebook: Notebook, number: int, differences: Iterable[Difference]) -> str:
    """A cell's code with the library's versions of what it saves."""
    tree = marks.parsed(notebook.cells[number - 1].source)
    new = {(one.saved.line, one.saved.name): one for one in differences if one.saved.cell.number == number}
    body = list(tree.body)
    for saved in marks.find(notebook, []):
        one = new.get((saved.line, saved.name)) if saved.cell.number == number else None
        if one is not None:
            text = modules.code_of(saved.node)
            place = next(place for place, node in enumerate(body) if modules.code_of(node) == text)
            library = cst.parse_module(one.library + "\n").body[0]
            body[place] = library.with_changes(leading_lines=body[place].leading_lines)
    return unmasked(tree.with_changes(body=body).code)


def _with_sources(path: Path, notebook: Notebook, sources: Mapping[int, str]) -> str:
    """The notebook's text with these cells' code, in the style in which it is written."""
    text = path.read_text(encoding="utf-8-sig")
    raw = json.loads(text)
    end = text[len(text.rstrip()) :]
    style = next((style for style in _styles() if json.dumps(raw, **style) + end == text), next(_styles()))
    for number, source in sources.items():
        cell = raw["cells"][number - 1]
        cell["source"] = source.splitlines(keepends=True) if isinstance(cell["source"], list) else source
    return json.dumps(raw, **style) + end


def _styles() -> Iterator[dict[str, Any]]:
    for sort_keys in (True, False):
        for indent in (1, 2, 4, None):
            for ensure_ascii in (False, True):
                yield {"sort_keys": sort_keys, "indent": indent, "ensure_ascii": ensure_ascii}


def _write(texts: Mapping[Path, str]) -> None:
    """Write all files beside those that they replace, then replace them."""
    new = {path: path.with_name(f".{path.name}.{secrets.token_hex(4)}.new") for path in texts}
    try:
        for path, text in texts.items():
            new[path].write_bytes(text.encode())
            shutil.copymode(path, new[path])
        for path, temporary in new.items():
            os.replace(temporary, path)
    finally:
        for temporary in new.values():
            temporary.unlink(missing_ok=True)
