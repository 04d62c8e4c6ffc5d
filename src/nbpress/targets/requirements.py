"""What must be installed to run the notebooks of readers: what they and the library import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from nbpress import notebook as notebooks
from nbpress.book import Book
from nbpress.execute.distributions import canonical, installed


def requirements(book: Book, folder: Path) -> dict[str, str]:
    """The distributions that notebooks and library import, with the versions with which the book was printed."""
    modules = {module for text in _code(book, folder) for module in imported(text)}
    providers = packages_distributions()
    names = {canonical(name) for module in modules for name in providers.get(module, ())[:1]}
    known = installed()
    own = set(book.config.execution.track) | {"nbpress"}
    taken = {canonical(name) for module in own for name in providers.get(module, ())}
    return {name: known[name] for name in sorted(names - taken) if name in known}


def _code(book: Book, folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.ipynb")):
        for cell in notebooks.load(path, path.name).cells:
            if cell.kind == "code":
                yield cell.source
    for name in book.config.execution.track:
        for path in sorted((book.root / "src" / name).rglob("*.py")):
            yield path.read_text(encoding="utf-8")


def imported(text: str) -> Iterator[str]:
    """The modules that Python code imports, by the first part of their names; lines for IPython are passed over."""
    lines = ["" if line.lstrip()[:1] in ("%", "!", "?") else line for line in text.split("\n")]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
