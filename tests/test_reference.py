"""The book's own reference: the handbook shows what is public in the library, and pages and entries name each other."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import handson
from nbpress import book, notebook
from nbpress.library import marks

ROOT = Path(__file__).parents[1]
SHOWN = re.findall(r"^:::\{reference\} (\S+)$", "".join(map(Path.read_text, sorted(ROOT.glob("docs/*.md")))), re.M)
INTERNAL = re.compile(r"handson\.data\.(samples|catalogue|formats|cache|transfer|archives|entries|profiles|__main__)\b")
TAUGHT = re.compile(r"Taught in:\s+(\S+)\.$", re.M)  # but not "…, in miniature."


def public_modules():
    for found in pkgutil.walk_packages(handson.__path__, "handson."):
        if not found.ispkg and not INTERNAL.match(found.name):
            yield found.name


def test_each_public_module_is_shown_once():
    assert sorted(SHOWN) == sorted(public_modules())


def documented():
    """Public name → docstring, as the source has it."""
    for module in SHOWN:
        tree = ast.parse(Path(importlib.import_module(module).__file__).read_text())
        for statement in tree.body:
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                yield f"{module}.{statement.name}", ast.get_docstring(statement) or ""


def test_an_entry_and_the_page_that_teaches_it_name_each_other():
    pages = {page.name: notebook.load(page.path, page.name) for page in book.load(ROOT).pages}
    saved = {f"{one.target}.{one.name}": name for name, page in pages.items() for one in marks.find(page, [])}
    taught = {name: found[1] for name, text in documented() if (found := TAUGHT.search(text)) and found[1] in pages}
    assert saved == taught
