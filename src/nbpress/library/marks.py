"""Definitions in notebooks that are marked `#@save`, and the cells that they stand in, as syntax trees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from nbpress.errors import Place, Problem
from nbpress.library import SIGN
from nbpress.notebook import SAVE, Cell, Notebook

TARGET = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
MAGIC = re.compile(r"^(?P<indent>[ \t]*)(?=[%!])", re.M)
MASK = "#nbpress-magic:"  # makes a comment of a line that is IPython's
HINT = "write #@save and the module on the line above a definition: #@save handson.training"

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement  # a definition is one, and has a `defined_name`


@dataclass(frozen=True)
class Saved:
    """A definition that a notebook gives to the library."""

    notebook: Notebook
    cell: Cell
    line: int  # of the mark, in the cell
    target: str  # a module, or a class in one
    name: str
    node: Statement

    @property
    def place(self) -> Place:
        """Where the mark is."""
        return self.notebook.place(self.cell, self.line)


def masked(code: str) -> str:
    """The code with IPython's lines as comments; `unmasked` gives it back."""
    return MAGIC.sub(rf"\g<indent>{MASK}", code)


def unmasked(code: str) -> str:
    """What `masked` was given."""
    return code.replace(MASK, "")


def parsed(code: str) -> cst.Module:
    """The syntax tree of a cell; where it is no Python as it stands, IPython's lines are masked.

    Raises:
        cst.ParserSyntaxError: it is not Python with magics.
    """
    try:
        return cst.parse_module(code)
    except cst.ParserSyntaxError:
        return cst.parse_module(masked(code))


def find(notebook: Notebook, problems: list[Problem]) -> Iterator[Saved]:
    """The marked definitions of a notebook in their order; what is wrong with a mark joins `problems`."""
    for cell in notebook.cells:
        if cell.kind == "code" and SAVE.search(cell.source):
            try:
                tree = parsed(cell.source)
            except cst.ParserSyntaxError as error:
                place = notebook.place(cell, error.raw_line)
                problems.append(Problem(f"the cell saves code, but is not Python: {error.message}.", place))
                continue
            yield from _in_cell(notebook, cell, tree, problems)


def _in_cell(notebook: Notebook, cell: Cell, tree: cst.Module, problems: list[Problem]) -> Iterator[Saved]:
    lines = _lines(tree)
    found: set[int] = set()
    for number, statement in enumerate(tree.body):
        for comment in _marks_above(tree, number):
            line = lines[comment]
            found.add(line)
            target = SAVE.match(comment.value)["target"].strip()  # type: ignore[index]
            name = defined_name(statement)
            place = notebook.place(cell, line)
            if not TARGET.fullmatch(target):
                problems.append(Problem(f'"{comment.value}" names no module.', place, HINT))
            elif name is None:
                what = "a function, a class or a constant (NAME = …)"
                problems.append(Problem(f"#{SIGN} stands above what is not {what}.", place, HINT))
            else:
                yield Saved(notebook, cell, line, target, name, statement)
    for line in sorted({lines[one] for one in lines if SAVE.match(one.value)} - found):
        problems.append(Problem(f"#{SIGN} is not on the line above a definition.", notebook.place(cell, line), HINT))


def defined_name(statement: cst.CSTNode) -> str | None:
    """The name that a function, a class or an assignment to one name gives."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return statement.name.value
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1 else None
    if isinstance(small, cst.AnnAssign) and small.value is not None and isinstance(small.target, cst.Name):
        return small.target.value
    if isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.targets[0].target, cst.Name):
        return small.targets[0].target.value
    return None


def _marks_above(tree: cst.Module, number: int) -> list[cst.Comment]:
    """The mark on the line above a statement, if there is one."""
    above: list[cst.EmptyLine] = [
        *(tree.header if number == 0 else ()),
        *getattr(tree.body[number], "leading_lines", ()),
    ]
    comment = above[-1].comment if above else None
    return [comment] if comment and SAVE.match(comment.value) else []


def _lines(tree: cst.Module) -> dict[cst.Comment, int]:
    """The line of each comment."""
    wrapper = MetadataWrapper(tree, unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    return {node: place.start.line for node, place in positions.items() if isinstance(node, cst.Comment)}
