"""A module of the library with definitions of notebooks in it; all the rest stays as its author laid it out."""

from __future__ import annotations

import builtins
import symtable
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

import libcst as cst

from nbpress.library.marks import Statement, defined_name

Statements = Sequence[cst.BaseStatement | cst.BaseSmallStatement]
BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__"}


def code_of(node: Statement) -> str:
    """A definition as text, without what stands above it."""
    return cst.Module(body=[node.with_changes(leading_lines=())]).code.replace("\r\n", "\n").strip("\n")


def find(tree: cst.Module, owner: str, name: str) -> Statement | None:
    """The definition of a name in a module, or in a class of it; the last one, which is the one that counts."""
    body: Statements = tree.body
    if owner:
        holder = find(tree, "", owner)
        body = holder.body.body if isinstance(holder, cst.ClassDef) else ()
    found = [node for node in body if defined_name(node) == name]
    return found[-1] if found else None  # type: ignore[return-value]


def without(node: Statement, names: Collection[str]) -> Statement:
    """A class without the methods of these names; anything else as it is."""
    if not names or not isinstance(node, cst.ClassDef) or not isinstance(node.body, cst.IndentedBlock):
        return node
    body = [one for one in node.body.body if defined_name(one) not in names]
    return node.with_changes(body=node.body.with_changes(body=body))


def put(tree: cst.Module, owner: str, node: Statement) -> cst.Module:
    """The module with a definition where one of its name stands, or at the end.

    Raises:
        LookupError: the module has no class `owner`.
    """
    if not owner:
        return _put(tree, node, blank=2)
    holder = find(tree, "", owner)
    if not isinstance(holder, cst.ClassDef) or not isinstance(holder.body, cst.IndentedBlock):
        raise LookupError(owner)
    block = _put(holder.body, node, blank=1)
    return tree.with_changes(body=[one.with_changes(body=block) if one is holder else one for one in tree.body])


Block = TypeVar("Block", cst.Module, cst.IndentedBlock)


def _put(block: Block, node: Statement, blank: int) -> Block:
    name = defined_name(node)
    places = [place for place, one in enumerate(block.body) if defined_name(one) == name]
    if not places:
        above = [*block.footer, *[cst.EmptyLine(indent=False)] * (blank if block.body or block.footer else 0)]
        return block.with_changes(body=[*block.body, node.with_changes(leading_lines=above)], footer=())
    body: Sequence[cst.BaseStatement] = block.body
    old = body[places[-1]]
    assert isinstance(old, Statement)  # what has a name is one
    if code_of(old) == code_of(node):
        return block
    new = node.with_changes(leading_lines=old.leading_lines)
    return block.with_changes(body=[new if place == places[-1] else one for place, one in enumerate(block.body)])


def needed(node: Statement) -> set[str]:
    """The names of its module that a definition refers to."""
    table = symtable.symtable(code_of(node), "", "exec")
    own = {defined_name(node)}
    return set(_globals(table)) - own - BUILTINS


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    at_top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (at_top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _globals(child)


def known(tree: cst.Module) -> set[str]:
    """The names that a module has at its top level, in whichever way it comes to them."""
    table = symtable.symtable(tree.code, "", "exec")
    names = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    return names | {child.get_name() for child in table.get_children()}


def imports(trees: Iterable[cst.Module]) -> dict[str, str]:
    """The names that cells import at their top level, each with an import of it alone."""
    found: dict[str, str] = {}
    for tree in trees:
        for statement in tree.body:
            for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
                if isinstance(small, cst.Import):
                    found |= {_bound(alias): f"import {_written(alias)}" for alias in small.names}
                elif isinstance(small, cst.ImportFrom) and not isinstance(small.names, cst.ImportStar):
                    origin = cst.Module([]).code_for_node(small.module) if small.module else ""
                    source = "." * len(small.relative) + origin
                    found |= {_bound(alias): f"from {source} import {_written(alias)}" for alias in small.names}
    return found


def _bound(alias: cst.ImportAlias) -> str:
    return alias.evaluated_alias or alias.evaluated_name.partition(".")[0]


def _written(alias: cst.ImportAlias) -> str:
    return alias.evaluated_name + (f" as {alias.evaluated_alias}" if alias.evaluated_alias else "")


def add_imports(tree: cst.Module, lines: Iterable[str]) -> cst.Module:
    """The module with imports behind those that it has, or at its beginning."""
    new = [cst.parse_statement(line) for line in sorted(lines)]
    if not new:
        return tree
    body = list(tree.body)
    place = max((number + 1 for number, one in enumerate(body) if _is_import(one)), default=None)
    if place is None:
        place = 1 if tree.get_docstring() is not None else 0
        new[0] = new[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)] * place)
    return tree.with_changes(body=[*body[:place], *new, *body[place:]])


def _is_import(statement: cst.CSTNode) -> bool:
    small = statement.body if isinstance(statement, cst.SimpleStatementLine) else ()
    return any(isinstance(one, cst.Import | cst.ImportFrom) for one in small)
