"""Reads modules and pages into their summaries: what is defined, statement by statement."""

from __future__ import annotations

import ast
import copy
import hashlib
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeGuard

import msgspec

from nbpress.execute.symbols.names import DOCUMENTATION, SOURCE, Scope, before, dotted, loaded, origin, read
from nbpress.execute.symbols.names import words as find_words
from nbpress.execute.symbols.summary import BUILT_IN, EFFECTS, Cell, Code, PageSummary, Summary, Symbol

LITERALS = (
    ast.Constant,
    ast.JoinedStr,
    ast.Tuple,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
)
DEEPEST = 120
PYTHON_MAGICS = frozenset(
    {
        "capture",
        "debug",
        "lprun",
        "memit",
        "mprun",
        "pdef",
        "pdoc",
        "pfile",
        "pinfo",
        "pinfo2",
        "prun",
        "psource",
        "time",
        "timeit",
    }
)
RUNS_TEXT = frozenset(
    {
        "eval",
        "exec",
        "compile",
        "globals",
        "subprocess",
        "runpy",
        "system",
        "getoutput",
        "getstatusoutput",
        "timeit",
        "importlib",
        "import_module",
    }
)

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Guarded = tuple[tuple[ast.AST, ...], ast.stmt]  # a statement, after the conditions under which it runs


@dataclass
class Draft:
    """A symbol while its statements are gathered."""

    kind: Literal["function", "class", "variable"] = "variable"
    nodes: list[ast.AST] = field(default_factory=list)
    eager: list[ast.AST] = field(default_factory=list)
    lines: list[ast.stmt] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)
    members: set[str] = field(default_factory=set)
    methods: list[str] = field(default_factory=list)
    bases: list[ast.expr] = field(default_factory=list)
    decorators: list[ast.expr] = field(default_factory=list)
    plain: bool = True
    is_method: bool = False


def module(source: str, name: str, is_package: bool) -> Summary:
    """Read a module."""
    text = digest(source)
    try:
        tree, documented = parse(source), parse(source)
    except (SyntaxError, ValueError) as error:
        line = f" in line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        return Summary(name, (text, text, text), broken=f"it is not valid Python{line}")
    if tree is None or documented is None:
        opaque = Code(dynamic={"*": "is nested too deeply to be read"})
        effects = Symbol(EFFECTS, "variable", (text, text, text), opaque)
        return Summary(
            name, (text, text, text), symbols={EFFECTS: effects}, broken="it is nested too deeply to be read"
        )
    strip_text(tree)
    scope = Scope(name if is_package else name.rpartition(".")[0])
    body = list(flatten(tree.body))
    scope.bind(statement for _, statement in body)
    drafts = gather(body)
    with_text = gather(list(flatten(documented.body)))
    lines = source.splitlines()
    symbols = {key: _symbol(key, draft, with_text[key], lines, scope) for key, draft in drafts.items()}
    public, is_open = public_names(body)
    return Summary(
        name,
        (digest(ast.dump(tree)), digest(ast.dump(documented)), text),
        symbols=_documentation(documented) | symbols,
        imports={key: tuple(dict.fromkeys(targets)) for key, targets in scope.imports.items()},
        loads=tuple(dict.fromkeys(target for node in _imports(body) for target in loaded(node, scope.package))),
        stars=tuple(origin(node, scope.package) for node in _imports(body) if _is_star(node)),
        public=public,
        open=is_open,
        unused=_unused(tree, scope),
    )


def parse(text: str) -> ast.Module | None:
    """The syntax tree of a text, without a word of what Python has to warn of; None where it is too deep to be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (RecursionError, MemoryError):
        return None
    return None if is_deep(tree) else tree


def is_deep(tree: ast.AST) -> bool:
    """Whether a tree is deeper than functions that call themselves should go down."""
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def digest(text: str) -> str:
    """A hash of a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def strip_text(tree: ast.AST) -> None:
    """Remove the statements that are nothing but a string: they do nothing, but for documenting."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            body[:] = [statement for statement in body if not _is_text(statement)]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def flatten(body: Iterable[ast.stmt], conditions: tuple[ast.AST, ...] = ()) -> Iterator[Guarded]:
    """The statements of a module, those under an `if` with its conditions; what only type checkers see is left out."""
    for statement in body:
        if not isinstance(statement, ast.If):
            yield conditions, statement
        elif dotted(statement.test)[-1:] == ("TYPE_CHECKING",) or _is_main(statement.test):
            yield from flatten(statement.orelse, conditions)
        else:
            yield from flatten(statement.body, (*conditions, statement.test))
            yield from flatten(statement.orelse, (*conditions, ast.UnaryOp(ast.Not(), statement.test)))
            name = ast.Name(f"<if {ast.unparse(statement.test)}>", ast.Store())  # for what the condition does itself
            yield conditions, ast.copy_location(ast.Assign([name], statement.test), statement.test)


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and ast.unparse(test) == "__name__ == '__main__'"


def inert(node: ast.AST) -> bool:
    """Whether evaluating an expression calls nothing."""
    if isinstance(node, ast.Call | ast.Await | ast.stmt):
        return False
    return isinstance(node, ast.Lambda) or all(map(inert, ast.iter_child_nodes(node)))


def gather(body: Sequence[Guarded]) -> dict[str, Draft]:
    """The symbols of a module, each with its statements in order."""
    drafts: dict[str, Draft] = {}
    for conditions, statement in body:
        for name in _names(statement, conditions):
            _add(drafts, name, conditions, statement)
        if acts(statement):
            draft = drafts.setdefault(EFFECTS, Draft())
            draft.nodes += [*conditions, statement]
            draft.lines.append(statement)
    _mark_order(drafts, body)
    return drafts


def _names(statement: ast.stmt, conditions: tuple[ast.AST, ...]) -> list[str]:
    """The names that a statement defines; an import under conditions is a definition too."""
    if isinstance(statement, ast.Import | ast.ImportFrom) and not conditions:
        return []
    scope = Scope().bind([statement])
    return sorted({*scope.plain, *scope.imports})


def acts(statement: ast.AST) -> bool:
    """Whether a statement does something else than to define names."""
    match statement:
        case ast.Assign(targets=targets):
            names = [node for target in targets for node in ast.walk(target)]
            return any(isinstance(node, ast.Subscript | ast.Attribute) for node in names) or any(
                isinstance(node, ast.Name) and node.id == "_" for node in names
            )
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            return not isinstance(target, ast.Name)
        case ast.Expr(value=value):
            return not isinstance(value, ast.Constant)
        case ast.Try() | ast.TryStar() | ast.If() | ast.Match():
            return any(acts(node) for node in _inner(statement))
    defining = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Pass
    return not isinstance(statement, defining) and type(statement).__name__ != "TypeAlias"


def _inner(statement: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from child.body


def _add(drafts: dict[str, Draft], name: str, conditions: tuple[ast.AST, ...], statement: ast.stmt) -> None:
    draft = drafts.setdefault(name, Draft())
    draft.nodes += conditions
    draft.lines.append(statement)
    match statement:
        case ast.ClassDef():
            _add_class(drafts, name, draft, statement)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            draft.kind = "function"
            draft.nodes.append(statement)
            draft.eager += before(statement)
        case _:
            draft.nodes.append(statement)
            draft.eager.append(_value(statement))
            draft.plain &= _is_plain(_value(statement))


def _value(statement: ast.AST) -> ast.AST:
    """What a statement evaluates to set its names."""
    return getattr(statement, "value", None) or (
        ast.Constant(None) if isinstance(statement, ast.AnnAssign) else statement
    )


def _is_plain(value: ast.AST) -> bool:
    if isinstance(value, ast.Call):
        return dotted(value.func)[-1:] != () and dotted(value.func)[-1] in BUILT_IN
    return isinstance(value, LITERALS)


def _add_class(drafts: dict[str, Draft], name: str, draft: Draft, node: ast.ClassDef) -> None:
    rest = copy.copy(node)
    rest.body = [statement for statement in node.body if not _is_function(statement)]
    draft.kind = "class"
    draft.nodes.append(rest)
    draft.eager += [*before(node), *(_value(statement) for statement in rest.body)]
    draft.bases += [*node.bases, *(keyword.value for keyword in node.keywords if keyword.arg == "metaclass")]
    draft.decorators += node.decorator_list
    draft.members |= Scope().bind(node.body).plain
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            draft.methods.append(statement.name)
            method = drafts.setdefault(f"{name}.{statement.name}", Draft("function", is_method=True))
            method.nodes.append(statement)
            method.lines.append(statement)
            method.eager += before(statement)


def _is_function(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)


def _mark_order(drafts: dict[str, Draft], body: Sequence[Guarded]) -> None:
    """Where a variable is set or changed more than once, what reads it in between depends on the order."""
    variables = {name for name, draft in drafts.items() if draft.kind == "variable" and name != EFFECTS}
    for name, draft in drafts.items():
        if len(draft.lines) > 1 or name == EFFECTS:
            read_here = _loads(draft.nodes) & variables if name == EFFECTS else {name}
            draft.markers = [
                "*" if statement in draft.lines else " ".join(_names(statement, ()))
                for _, statement in body
                if statement in draft.lines or (isinstance(statement, ast.Assign) and _loads([statement]) & read_here)
            ]


def _loads(nodes: Iterable[ast.AST]) -> set[str]:
    found = (part for node in nodes for part in ast.walk(node))
    return {part.id for part in found if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}


def _symbol(key: str, draft: Draft, documented: Draft, lines: list[str], scope: Scope) -> Symbol:
    bases = [dotted(_without_index(base)) for base in draft.bases]
    decorators = [dotted(_without_call(decorator)) for decorator in draft.decorators]
    code = read(draft.nodes, scope, members=draft.members, is_method=draft.is_method)
    active = not all(map(inert, draft.eager)) or draft.bases
    return Symbol(
        key,
        draft.kind,
        (_dump(draft), _dump(documented), digest("\n".join(_text(lines, node) for node in draft.lines))),
        code,
        eager=read(draft.eager, scope, members=draft.members, calls=True) if active and key != EFFECTS else None,
        plain=draft.plain,
        methods=tuple(dict.fromkeys(draft.methods)),
        bases=tuple(".".join(base) for base in bases),
        decorators=tuple(".".join(decorator) for decorator in decorators),
        opaque=() in bases or () in decorators,
    )


def _without_index(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node


def _without_call(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _dump(draft: Draft) -> str:
    return digest("\n".join([*map(ast.dump, draft.nodes), *draft.markers]))


def _text(lines: list[str], node: ast.stmt) -> str:
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])
    return "\n".join(lines[first - 1 : node.end_lineno])


def _documentation(tree: ast.Module) -> dict[str, Symbol]:
    text = digest(ast.get_docstring(tree) or "")
    return {"__doc__": Symbol("__doc__", "variable", (text, text, text), Code())}


def public_names(body: Sequence[Guarded]) -> tuple[tuple[str, ...] | None, bool]:
    """The names in `__all__`, None where there is none, and whether some of it is computed."""
    names: list[str] = []
    found = is_open = False
    for _, statement in body:
        if "__all__" in _loads([statement]) or "__all__" in _names(statement, ()):
            found = True
            value = getattr(statement, "value", None)
            values = value.elts if isinstance(value, ast.List | ast.Tuple) else []
            texts = [item.value for item in values if isinstance(item, ast.Constant) and isinstance(item.value, str)]
            names += texts
            is_open |= not isinstance(value, ast.List | ast.Tuple) or len(values) != len(texts)
    return (tuple(names) if found else None), is_open


def _imports(body: Sequence[Guarded]) -> list[ast.Import | ast.ImportFrom]:
    """The imports that run when the module is imported."""
    found: list[ast.Import | ast.ImportFrom] = []
    waiting: list[ast.AST] = [statement for _, statement in reversed(body)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append(node)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += reversed(list(ast.iter_child_nodes(node)))
    return found


def _is_star(node: ast.Import | ast.ImportFrom) -> TypeGuard[ast.ImportFrom]:
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def _unused(tree: ast.Module, scope: Scope) -> tuple[str, ...]:
    used = _loads([tree])
    return tuple(target for name, targets in scope.imports.items() if name not in used for target in targets)


# Pages


def page(cells: Sequence[tuple[int, str]]) -> PageSummary:
    """Read the code cells of a page, each with its number."""
    sources = [(number, *_cell(text)) for number, text in cells]
    scope = Scope().bind(statement for _, body, _ in sources for statement in body)
    runs_text = any(_runs_text(body) for _, body, _ in sources)
    stars = dict.fromkeys(
        origin(node, "") for _, body, _ in sources for node in _imports([((), part) for part in body]) if _is_star(node)
    )
    return PageSummary(
        tuple(_read_cell(number, body, words, scope, runs_text, bool(stars)) for number, body, words in sources),
        tuple(stars),
    )


def _cell(text: str) -> tuple[list[ast.stmt], list[str]]:
    """The statements of a cell, those in the arguments of magics too, and the words of text that is none."""
    try:
        tree = parse(text)
    except (SyntaxError, ValueError):
        tree = None
    if tree is None:
        return [], find_words(text)
    body = tree.body
    words: list[str] = []
    inner: list[ast.stmt] = []
    for call in (node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Attribute) and dotted(getattr(call.func.value, "func", call)) == ("get_ipython",):
            statements, rest = _magic(call)
            inner += statements
            words += rest
    return body + inner, words


def _magic(call: ast.Call) -> tuple[list[ast.stmt], list[str]]:
    strings = [node.value for node in call.args if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    if not strings or strings[0] not in PYTHON_MAGICS:
        return [], [word for text in strings for word in find_words(text)]
    shows = strings[:1] if strings[0] in DOCUMENTATION | SOURCE else []
    parts = [_cell(re.sub(r"^(\s*-\w+(\s*\d+)?)+", "", text)) for text in [*shows, *strings[1:]]]
    return [statement for body, _ in parts for statement in body], [word for _, words in parts for word in words]


def _runs_text(body: list[ast.stmt]) -> bool:
    for node in (part for statement in body for part in ast.walk(statement)):
        match node:
            case ast.Name(id=name) if name in RUNS_TEXT:
                return True
            case ast.Attribute(attr=name) if name in RUNS_TEXT - {"eval", "exec", "compile"}:
                return True
            case ast.alias(name=name) if RUNS_TEXT & set(name.split(".")):
                return True
    return False


def _read_cell(number: int, body: list[ast.stmt], words: list[str], scope: Scope, runs_text: bool, stars: bool) -> Cell:
    if runs_text:
        nodes = (node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Constant))
        words = words + [word for node in nodes if isinstance(node.value, str) for word in find_words(node.value)]
    named = [
        f"{target}{word[len(word.partition('.')[0]) :]}"
        for word in words
        for target in scope.imports.get(word.partition(".")[0], ())
    ]
    code = read(body, scope)
    if "globals" in code.dynamic.get("", ""):
        named += [target for targets in scope.imports.values() for target in targets]
    if not stars:  # then names that are not imported are the page's own
        imported = {name: how for name, how in code.references.items() if name.startswith(":")}
        code = msgspec.structs.replace(code, references=imported)
    return Cell(number, code, tuple(dict.fromkeys(words)), tuple(dict.fromkeys(named)))
