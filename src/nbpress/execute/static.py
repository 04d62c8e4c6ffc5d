"""What is known of a run before it begins: code in its normal form, kernel, parameters. Its hash is the run's key."""

from __future__ import annotations

import hashlib
import math
import re
import sys
import warnings
from typing import Any

import msgspec

from nbpress.book import Book
from nbpress.execute.run import Static, Task
from nbpress.execute.symbols import summary
from nbpress.memo import Memo
from nbpress.needs import needs
from nbpress.notebook import Cell, Notebook, split_options

FORMAT = 2  # of keys and stored runs; a new one makes the old ones invisible
TAGS = frozenset({"raises-exception"})  # those that change what an executed cell does
PARAMETERS = "parameters"
VALUES = "values"  # what prose shows is not what a cell with the same code shows


class Code(msgspec.Struct, frozen=True):
    """The executed cells of a page, analysed."""

    forms: tuple[str, ...]  # a digest each: equal for cells that differ in comments and formatting only
    names: summary.PageSummary  # what they refer to
    source: str  # a digest of all cells as written, line by line


def code(notebook: Notebook, memo: Memo) -> Code:
    """The analysis of a page's executed cells, from the memo where they are unchanged."""
    cells = list(notebook.executed_cells)
    written = [_written(cell) for cell in cells]
    text = msgspec.json.encode([[(cell.number, cell.kind) for cell in cells], written])
    return memo.get(Code, text, lambda: _code(notebook, hashlib.sha256(msgspec.json.encode(written)).hexdigest()))


def static(book: Book, task: Task, memo: Memo) -> Static:
    """Everything about a run that is known before it begins."""
    notebook = task.notebook
    return Static(
        cells=code(notebook, memo).forms,
        folder=task.page.name.rpartition("/")[0],
        kernel=notebook.kernel,
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        device="gpu" if needs(notebook).gpus else "cpu",
        figures=book.config.execution.figure_format,
        parameters=parameters(book, notebook),
    )


def key(parts: Static) -> str:
    """The name under which runs with these static parts are kept."""
    return hashlib.sha256(f"{FORMAT} ".encode() + msgspec.json.encode(parts, order="sorted")).hexdigest()


def parameters(book: Book, notebook: Notebook) -> dict[str, tuple[int, str]]:
    """Those of the book's parameters that cells of the page with the tag `parameters` set.

    By name: the executed cell after which it is set, counted from 0, and the value as Python text.
    """
    tagged = [(index, cell.source) for index, cell in enumerate(notebook.executed_cells) if PARAMETERS in cell.tags]
    return {
        name: (index, python_text(value))
        for name, value in book.config.execution.parameters.items()
        for index, source in tagged
        if re.search(rf"^{re.escape(name)}\s*(?::[^=]+)?=(?!=)", source, re.M)
    }


def python_text(value: Any) -> str:
    """A value of TOML as Python writes it, whatever the page has imported.

    >>> python_text([1, float("inf")])
    "[1, float('inf')]"
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {python_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(python_text, value)) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    return re.sub(r"^datetime\.", "__import__('datetime').", repr(value))


def cell_names(notebook: Notebook) -> dict[str, Cell]:
    """The executed cells by their ids; those without an id of their own get one of their place."""
    names: dict[str, Cell] = {}
    for place, cell in enumerate(notebook.executed_cells, start=1):
        names[cell.id if cell.id and cell.id not in names else f"#{place}"] = cell
    return names


def _written(cell: Cell) -> tuple[int, str, list[str]]:
    """A cell as far as a run can tell: how many option lines it has, its code, its tags that matter."""
    return len(split_options(cell.source)[0]), cell.code, sorted(cell.tags & TAGS)


def _code(notebook: Notebook, source: str) -> Code:
    texts = [(cell, _python(cell.code) if cell.kind == "code" else cell.code) for cell in notebook.executed_cells]
    forms = tuple(_form(cell, text) for cell, text in texts)
    return Code(forms, summary.summarise_page([(cell.number, text) for cell, text in texts]), source)


def _form(cell: Cell, text: str) -> str:
    """A digest of the syntax tree; of the text where it has none."""
    magic = re.match(r"(?:#.*\n|\s*\n)*(%%(?:time|capture)\b[^\n]*)\n", cell.code)
    body = cell.code[magic.end() :] if magic else text
    tree = _tree(body)
    form = f"{magic and magic[1]} {tree}{_is_quiet(body)}" if tree is not None else text
    if cell.kind == "markdown":
        form = f"{VALUES} {form}"
    return hashlib.sha256(f"{form} {sorted(cell.tags & TAGS)}".encode(errors="surrogatepass")).hexdigest()


def _tree(text: str) -> str | None:
    import ast

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes: the page itself will show them
            return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _python(text: str) -> str:
    """The cell with IPython's magics as the Python they stand for; magics count, their spelling does not."""
    if _tree(text) is not None:
        return text
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return str(TransformerManager().transform_cell(text))
    except SyntaxError:
        return text


def _is_quiet(text: str) -> bool:
    """Whether the cell ends with a semicolon, which hides its result and is in no syntax tree."""
    import io
    import tokenize

    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.INDENT, tokenize.DEDENT}
    try:
        tokens = [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type not in skipped]
    except (tokenize.TokenError, SyntaxError):
        return False
    return bool(tokens) and tokens[-1].string == ";"
