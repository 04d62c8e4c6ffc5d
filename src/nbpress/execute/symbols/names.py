"""Which names a piece of code refers to, and what it may change, read off its syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from nbpress.execute.symbols.summary import HARMLESS, Code, Looks

DOCUMENTATION = frozenset(
    {
        "help",
        "__doc__",
        "inspect",
        "pydoc",
        "getdoc",
        "doctest",
        "pinfo",
        "pdoc",
        "__annotations__",
        "get_type_hints",
        "signature",
    }
)
SHOWS_METHODS = frozenset({"help", "inspect", "pydoc", "doctest", "pinfo", "pinfo2", "pdoc"})
SOURCE = frozenset(
    {"getsource", "getsourcelines", "getcomments", "findsource", "linecache", "pinfo2", "psource", "pfile"}
)
ATTRIBUTE_BY_NAME = frozenset({"getattr", "hasattr", "setattr", "delattr"})
METHOD_BY_NAME = frozenset({"attrgetter", "methodcaller"})
ALL_ATTRIBUTES = frozenset({"vars", "dir"})
ANY_METHOD = frozenset({"__dict__", "__getattr__", "__getattribute__", "getmembers"})
RUNS_TEXT = frozenset({"eval", "exec", "compile"})
IMPORTS = frozenset({"import_module", "__import__"})
FOREIGN_GLOBALS = frozenset({"f_globals", "__globals__"})
CHANGES_ARGUMENT = frozenset({"setattr", "delattr", "next", "heappush", "heappop", "heapify", "insort", "shuffle"})
AS_VALUE = "uses it as a value"
CALLED_ON_DEFINITION = frozenset({"__init_subclass__", "__set_name__", "__new__", "__prepare__"})
Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass
class Scope:
    """The names that a module, a function or a comprehension binds."""

    package: str = ""  # what relative imports start from
    imports: dict[str, list[str]] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)
    outer: set[str] = field(default_factory=set)  # declared as those of a function around
    parameters: set[str] = field(default_factory=set)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)  # a local name → the dotted name it was set from
    on_definition: bool = False  # of a method that runs when a class is defined
    is_method: bool = False

    def __contains__(self, name: object) -> bool:
        return name in self.plain or name in self.imports

    def bind(self, nodes: Iterable[ast.AST]) -> Scope:
        """Add the names that `nodes` bind, but not those of the functions and classes among them."""
        for node in nodes:
            self._bind(node)
        return self

    def _bind(self, node: ast.AST) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                for name, target in imported(node, self.package):
                    self.imports.setdefault(name, []).append(target)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self.plain.add(node.name)
                self.bind(before(node))
            case ast.Lambda():
                self.bind(defaults(node.args))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self.bind(walrus.target for walrus in ast.walk(node) if isinstance(walrus, ast.NamedExpr))
            case _:
                self._bind_name(node)
                self.bind(ast.iter_child_nodes(node))

    def _bind_name(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                self.plain.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                self.plain.add(name)
            case ast.MatchMapping(rest=str(name)):
                self.plain.add(name)
            case ast.Global(names=names):
                self.global_names.update(names)
            case ast.Nonlocal(names=names):
                self.outer.update(names)
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ):
                self._alias(name, value)
            case ast.For(target=ast.Name(id=name), iter=value):
                self._alias(name, value)
            case ast.withitem(context_expr=value, optional_vars=ast.Name(id=name)):
                self._alias(name, value)

    def _alias(self, name: str, value: ast.expr) -> None:
        if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Name)) and (found := trunk(value)):
            self.aliases[name] = found


def imported(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[tuple[str, str]]:
    """The names that an import binds, each with the absolute dotted name that it stands for; not those of a star."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (first, first)
    else:
        for alias in node.names:
            if alias.name != "*":
                yield alias.asname or alias.name, f"{origin(node, package)}.{alias.name}"


def origin(node: ast.ImportFrom, package: str) -> str:
    """The absolute name of the module from which `node` imports."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])


def loaded(node: ast.Import | ast.ImportFrom, package: str) -> list[str]:
    """What an import loads: modules, or names of them that may be modules."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = origin(node, package)
    return [base if alias.name == "*" else f"{base}.{alias.name}" for alias in node.names]


def defaults(arguments: ast.arguments) -> list[ast.expr]:
    """The default values of parameters."""
    return [*arguments.defaults, *(value for value in arguments.kw_defaults if value)]


def before(node: Function | ast.ClassDef) -> list[ast.expr]:
    """What is evaluated before a function or the body of a class is there. Its decorators are called."""
    calls: list[ast.expr] = [
        ast.copy_location(ast.Call(decorator, [], []), decorator) for decorator in node.decorator_list
    ]
    if isinstance(node, ast.ClassDef):
        return [*calls, *node.bases, *(keyword.value for keyword in node.keywords)]
    return [*calls, *defaults(node.args)]


def trunk(node: ast.AST) -> tuple[str, ...]:
    """The name from which an expression starts, and the attributes it goes through: `a.b[0].c(1)` gives a, b, c."""
    attributes: list[str] = []
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute(value=value, attr=attribute):
                attributes.append(attribute)
                node = value
            case ast.Subscript(value=value) | ast.Starred(value=value) | ast.Call(func=value):
                node = value
            case _:
                return ()
    return (node.id, *reversed(attributes))


def dotted(node: ast.AST) -> tuple[str, ...]:
    """The parts of a dotted name; nothing for any other expression."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id, *reversed(attributes)) if isinstance(node, ast.Name) else ()


def read(
    nodes: Iterable[ast.AST],
    module: Scope,
    *,
    members: Iterable[str] = (),
    is_method: bool = False,
    calls: bool = False,
) -> Code:
    """What `nodes`, which stand in `module` or in a class with `members`, refer to and may change."""
    reader = _Reader(module, frozenset(members), is_method)
    nodes = list(nodes)
    for node in nodes:
        reader.visit(node)
    if "" in reader.dynamic:
        for text in (found for node in nodes for found in ast.walk(node) if isinstance(found, ast.Constant)):
            for word in words(text.value) if isinstance(text.value, str) else ():
                reader.dynamic.setdefault(word, "runs text that names it")
    code = reader.code()
    return msgspec.structs.replace(code, called=tuple(reader.called)) if calls else code


def words(text: str) -> list[str]:
    """The words of a text; a dotted name is one word."""
    return re.findall(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", text)


class _Reader(ast.NodeVisitor):
    def __init__(self, module: Scope, members: frozenset[str], is_method: bool) -> None:
        self.module = module
        self.members = members  # names of the class around, which its statements see
        self.is_method = is_method
        self.annotated = True  # annotations of variables are evaluated here, that is not in a function
        self.line = 0
        self.scopes: list[Scope] = []
        self.references: dict[str, str] = {}
        self.annotations: dict[str, str] = {}
        self.attributes: set[str] = set()
        self.imports: dict[str, None] = {}
        self.changes = self.alters = self.any_method = self.subclasses = False
        self.calls: dict[str, None] = {}
        self.passes: dict[str, None] = {}
        self.called: dict[str, None] = {}
        self.looks: Looks = 0
        self.dynamic: dict[str, str] = {}

    def code(self) -> Code:
        return Code(
            references=self.references,
            annotations=tuple(name for name in self.annotations if name not in self.references),
            attributes=frozenset(self.attributes),
            imports=tuple(self.imports),
            changes=self.changes,
            alters=self.alters,
            calls=tuple(self.calls),
            passes=tuple(self.passes),
            looks=self.looks,
            any_method=self.any_method,
            subclasses=self.subclasses,
            dynamic=self.dynamic,
        )

    # Names

    def scope_of(self, name: str) -> Scope | None:
        """The function or comprehension that binds `name`; None where it is a name of the module."""
        for scope in reversed(self.scopes):
            if name in scope.global_names:
                return None
            if name in scope:
                return scope
        return None

    def absolute(self, parts: tuple[str, ...]) -> Iterator[str]:
        """What a dotted name may stand for, as references."""
        if not parts:
            return
        name, *rest = parts
        scope = self.scope_of(name)
        targets = (scope or self.module).imports.get(name, ())
        yield from (":" + ".".join((target, *rest)) for target in targets)
        if scope is None and (not targets or name in self.module.plain):
            yield ".".join(parts)

    def is_builtin(self, name: str) -> bool:
        return self.scope_of(name) is None and name not in self.module

    def refer(self, parts: tuple[str, ...], how: str) -> None:
        for reference in self.absolute(parts):
            self.references.setdefault(reference, self.words(how))
            self.notice(reference.lstrip(":").split("."))
        if parts[0] in self.members:
            self.attributes.add(parts[0])
        if len(parts) == 1 and self.is_builtin(parts[0]):
            self.any_method |= parts[0] in ATTRIBUTE_BY_NAME | ALL_ATTRIBUTES
            if parts[0] in RUNS_TEXT | {"globals"}:
                self.dynamic.setdefault("", self.words(f"uses {parts[0]}()"))

    def words(self, how: str) -> str:
        return f"{how} in line {self.line}"

    def notice(self, names: Iterable[str]) -> None:
        """See what certain names mean, wherever they occur."""
        for name in names:
            if name in SOURCE:
                self.looks = 2
            elif name in DOCUMENTATION:
                self.looks = max(self.looks, 1)
            self.any_method |= name in ANY_METHOD | METHOD_BY_NAME | SHOWS_METHODS
            self.subclasses |= name == "__subclasses__"
            if name in FOREIGN_GLOBALS or name in IMPORTS:
                self.dynamic.setdefault("*", self.words(f"uses {name}"))

    def visit(self, node: ast.AST) -> None:
        self.line = getattr(node, "lineno", self.line)
        super().visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.refer((node.id,), AS_VALUE)
        elif self.scopes and node.id in self.scopes[-1].global_names:
            self.changes = True

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.refer((node.target.id,), AS_VALUE)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.reference(node, AS_VALUE)
        if not isinstance(node.ctx, ast.Load):
            self.change(node.value)

    def reference(self, node: ast.AST, how: str) -> None:
        """Visit an expression; where it is a dotted name, it is used as `how` says."""
        parts = dotted(node)
        if parts:
            self.attributes.update(parts[1:])
            self.notice(parts[1:])
            if parts[:2] == ("sys", "modules"):
                self.dynamic.setdefault("*", self.words("uses sys.modules"))
            self.refer(parts, how)
        elif isinstance(node, ast.Attribute):
            self.attributes.add(node.attr)
            self.notice([node.attr])
            self.visit(node.value)
        else:
            self.visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.text(node.value)

    def text(self, text: str) -> None:
        """A string may name attributes."""
        if all(part.isidentifier() for part in text.split(".")):
            found = text.split(".")
        else:
            found = re.findall(r"\.([A-Za-z_]\w*)", text) if "{" in text else []
        self.attributes.update(found)
        self.notice(name for name in found if name.startswith("__") and name not in IMPORTS | FOREIGN_GLOBALS)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        self.attributes.update(node.kwd_attrs)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for target in loaded(node, self.module.package):
            self.imports.setdefault(target)
            if not (isinstance(node, ast.ImportFrom) and target.partition(".")[0] == "importlib"):
                self.notice(set(target.split(".")) & (SOURCE | DOCUMENTATION))

    visit_ImportFrom = visit_Import

    # Scopes

    def visit_FunctionDef(self, node: Function) -> None:
        self.before(node)
        self.annotate(node)
        is_method = self.is_method and not self.scopes
        scope = self.parameters(node.args, is_method)
        scope.on_definition = is_method and node.name in CALLED_ON_DEFINITION
        scope.plain.update(parameter.name for parameter in getattr(node, "type_params", ()))
        self.notice([node.name] if is_method else [])
        self.inside(scope.bind(node.body), node.body)

    def before(self, node: Function | ast.ClassDef) -> None:
        for expression in before(node):
            self.visit(expression)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for expression in defaults(node.args):
            self.visit(expression)
        self.inside(self.parameters(node.args, False).bind([node.body]), [node.body])

    def parameters(self, arguments: ast.arguments, is_method: bool) -> Scope:
        names = {argument.arg for argument in _arguments(arguments)}
        return Scope(self.module.package, plain=set(names), parameters=names, is_method=is_method)

    def inside(self, scope: Scope, nodes: Iterable[ast.AST]) -> None:
        scope.plain -= scope.global_names | scope.outer
        self.scopes.append(scope)
        around, self.annotated = self.annotated, False
        for node in nodes:
            self.visit(node)
        self.annotated = around
        self.scopes.pop()

    def visit_ListComp(self, node: Comprehension) -> None:
        scope = Scope().bind(generator.target for generator in node.generators)
        self.visit(node.generators[0].iter)
        inner: list[ast.AST] = [generator.iter for generator in node.generators[1:]]
        inner += [test for generator in node.generators for test in generator.ifs]
        inner += [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self.inside(scope, [*(generator.target for generator in node.generators), *inner])

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.before(node)
        around = self.members, self.annotated
        self.members, self.annotated = self.members | Scope().bind(node.body).plain, True
        for statement in node.body:
            self.visit(statement)
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self.references |= {f":{target}": AS_VALUE for _, target in imported(statement, self.module.package)}
        self.members, self.annotated = around

    # Annotations

    def annotate(self, node: Function) -> None:
        """Nothing reads the annotations of a function, unless it is decorated or somebody looks at documentation."""
        inner = _Reader(self.module, self.members, False)
        inner.scopes = self.scopes
        inner.line = node.lineno
        for annotation in [*(argument.annotation for argument in _arguments(node.args)), node.returns]:
            if annotation:
                inner.annotation(annotation)
        (self.references if node.decorator_list else self.annotations).update(
            {name: how for name, how in inner.references.items() if name not in self.references}
        )

    def annotation(self, node: ast.expr) -> None:
        self.visit(node)
        for constant in ast.walk(node):
            if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                try:
                    self.visit(ast.parse(constant.value, mode="eval"))
                except SyntaxError:
                    continue

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.target)
        if self.annotated:
            self.annotation(node.annotation)
        if node.value:
            self.visit(node.value)

    # Changes

    def change(self, node: ast.AST, method: str = "") -> None:
        """The object of an expression is changed, or a `method` of it is called, which may change it."""
        parts = trunk(node)
        if not parts:
            return
        scope = self.scope_of(parts[0])
        if scope and parts[0] in scope.parameters:
            self.change_parameter(scope, parts, method)
        elif scope is None or parts[0] in scope.imports:
            self.changes |= not method
            self.calls.update(dict.fromkeys(f"{name}.{method}" for name in self.absolute(parts) if method))
        elif parts[0] in scope.aliases:
            first, *rest = scope.aliases[parts[0]]
            origin = self.scope_of(first)
            if origin and first in origin.parameters:
                self.change_parameter(origin, (first, *rest, *parts[1:]), method)
            elif origin is None or first in origin.imports:
                whole = (first, *rest, *parts[1:], method or "=")
                self.calls.update(dict.fromkeys(self.absolute(whole)))

    def change_parameter(self, scope: Scope, parts: tuple[str, ...], method: str) -> None:
        if method in HARMLESS or (scope.is_method and parts[0] == "self"):
            return
        if scope.on_definition or (scope.is_method and parts[0] in {"cls", "mcs", "mcls", "metacls"}):
            self.changes |= not method or len(parts) > 1
        else:
            self.alters = True

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.change(node.value)
        if ":sys.modules" in self.absolute(dotted(node.value)):
            self.module_by_name(node.slice, "uses sys.modules")
            self.visit(node.slice)
        else:
            self.generic_visit(node)

    def module_by_name(self, name: ast.expr, how: str) -> None:
        match name:
            case ast.Name(id="__name__"):
                self.dynamic.setdefault("", self.words(how))
            case ast.Constant(value=str(value)) if not value.startswith("."):
                self.dynamic.setdefault(value, self.words(how))
            case _:
                self.dynamic.setdefault("*", self.words(how))

    def visit_Call(self, node: ast.Call) -> None:
        called = dotted(node.func)
        last = called[-1] if called else ""
        self.called.update(dict.fromkeys(self.absolute(called) if called else [""]))
        if isinstance(node.func, ast.Attribute):
            self.change(node.func.value, node.func.attr)
        if last in CHANGES_ARGUMENT:
            for argument in node.args:
                self.change(argument)
        if last in ATTRIBUTE_BY_NAME and self.named_attribute(node):
            return
        if last in METHOD_BY_NAME and all(isinstance(argument, ast.Constant) for argument in node.args):
            pass  # the strings are among the attributes
        elif last in ALL_ATTRIBUTES | {"locals"} and not node.args and self.is_builtin(last):
            if not self.scopes:
                self.dynamic.setdefault("", self.words(f"calls {last}()"))
        elif last in IMPORTS and node.args:
            self.module_by_name(node.args[0], f"calls {last}()")
        else:
            self.reference(node.func, "calls it")
        self.arguments(node, last)

    def named_attribute(self, node: ast.Call) -> bool:
        """`getattr(a.b, "c")` is a.b.c."""
        match node.args:
            case [value, ast.Constant(value=str(name)), *rest] if (parts := dotted(value)) and name.isidentifier():
                self.attributes.update([*parts[1:], name])
                self.notice([*parts[1:], name])
                self.refer((*parts, name), AS_VALUE)
                for argument in rest:
                    self.visit(argument)
                return True
            case [value, ast.Constant(value=str(name)), *rest]:
                for argument in node.args:
                    self.visit(argument)
                return True
        return False

    def arguments(self, node: ast.Call, called: str) -> None:
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            parts = dotted(argument)
            self.passes.update(dict.fromkeys(self.absolute(parts)))
            self.reference(argument, f"passes it to {called or 'a call'}()")


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    yield from (argument for argument in (arguments.vararg, arguments.kwarg) if argument)
