"""What the library must be for the notebooks that save code in it: which modules change, and what stands in the way."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import libcst as cst

from nbpress.book import Book
from nbpress.errors import Place, Problem, did_you_mean
from nbpress.library import SIGN, marks, modules
from nbpress.library.marks import Saved, unmasked
from nbpress.notebook import Notebook


class Target(NamedTuple):
    """Where a definition goes: the name of a module, its file, and a class in it or nothing."""

    module: str
    path: Path
    owner: str


@dataclass
class Module:
    """A module of the library as it is and as it must be."""

    name: str
    path: Path
    before: cst.Module
    tree: cst.Module  # with all that was put into it so far
    saved: list[tuple[str, Saved]] = field(default_factory=list)  # each with the class it goes into
    imports: set[str] = field(default_factory=set)  # lines that it lacks

    @property
    def wanted(self) -> str:
        """Its text with all that the notebooks save."""
        text = unmasked(modules.add_imports(self.tree, self.imports).code)
        end, old = self.before.default_newline, self.before.code
        if old.count("\n") == old.count(end):  # the same at all lines, so also in the strings of a notebook
            text = text.replace("\r\n", "\n").replace("\n", end)
        return text if not self.saved or text.endswith("\n") else text + end


class Difference(NamedTuple):
    """A definition of which the notebook and the library have different versions."""

    saved: Saved
    module: Module
    library: str  # empty where the library has none
    notebook: str

    def __str__(self) -> str:
        old, new = self.library.splitlines(), self.notebook.splitlines()
        heads = f"{self.module.name} (the library)", f"{self.saved.place} (the notebook)"
        return "\n".join(difflib.unified_diff(old, new, *heads, lineterm="", n=2))

    @property
    def problem(self) -> Problem:
        """The difference as something that is wrong."""
        message = f'"{self.saved.name}" is not what it is in {self.module.name}.'
        next_ = "nbpress sync carries it into the library; nbpress sync --back into the notebook"
        return Problem(message, self.saved.place, f"{self}\n{next_}")


@dataclass
class Plan:
    """All modules that notebooks save code in, the differences, and the problems."""

    modules: dict[str, Module] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def make(book: Book, notebooks: Iterable[Notebook]) -> Plan:
    """Look through the notebooks; nothing is written."""
    plan = Plan()
    first: dict[tuple[str, str, str], Saved] = {}
    for notebook in notebooks:
        if not any(SIGN in cell.source for cell in notebook.cells):
            continue
        for saved in marks.find(notebook, plan.problems):
            target = _target(book, saved, plan.problems)
            module = _module(book, target, plan) if target else None
            if target is None or module is None:
                continue
            other = first.setdefault((target.module, target.owner, saved.name), saved)
            if other is saved:
                _add(plan, module, target, saved)
            else:
                message = f'"{saved.name}" is saved in {saved.target} by two cells.'
                plan.problems.append(Problem(message, saved.place, f"the other one: {other.place}"))
    for module in plan.modules.values():
        plan.differences += _differences(module)
        _find_imports(module, plan.problems)
    return plan


def _target(book: Book, saved: Saved, problems: list[Problem]) -> Target | None:
    tracked = book.config.execution.track
    package = saved.target.partition(".")[0]
    if package not in tracked:
        hint = did_you_mean(package, tracked) or f'name it in conf/book.toml: track = ["{package}"] under [execution]'
        problems.append(Problem(f'"{package}" is no package that the book tracks.', saved.place, hint))
        return None
    parent, _, last = saved.target.rpartition(".")
    for module, owner in ((saved.target, ""), (parent, last)):
        file = book.root / "src" / module.replace(".", "/")
        for path in (file.with_suffix(".py"), file / "__init__.py"):
            if path.is_file() and ("." in module or path.name != "__init__.py"):
                return Target(module, path, owner)
    path = book.root / "src" / f"{saved.target.replace('.', '/')}.py"
    hint = f"write {book.relative(path)}, with a docstring that says what it is for; sync fills it"
    problems.append(Problem(f"there is no module {saved.target}.", saved.place, hint))
    return None


def _module(book: Book, target: Target, plan: Plan) -> Module | None:
    if target.module not in plan.modules:
        text = target.path.read_bytes().decode()  # with the ends of lines as they are
        try:
            tree = cst.parse_module(text)
        except cst.ParserSyntaxError as error:
            place = Place(book.relative(target.path), line=error.raw_line)
            problem = Problem(f"the module is not Python: {error.message}.", place)
            if problem not in plan.problems:
                plan.problems.append(problem)
            return None
        plan.modules[target.module] = Module(target.module, target.path, tree, tree)
    return plan.modules[target.module]


def _add(plan: Plan, module: Module, target: Target, saved: Saved) -> None:
    try:
        module.tree = modules.put(module.tree, target.owner, saved.node)
    except LookupError:
        message = f"there is neither a module {saved.target} nor a class {target.owner} in {target.module}."
        plan.problems.append(Problem(message, saved.place, "save the class first, or write the module"))
        return
    module.saved.append((target.owner, saved))


def _differences(module: Module) -> Iterator[Difference]:
    """What is not the same in the library, method by method where a class gets some of them from other cells."""
    for owner, saved in module.saved:
        later = {one.name for class_, one in module.saved if class_ == saved.name and not owner}
        node = modules.find(module.before, owner, saved.name)
        old = modules.code_of(modules.without(node, later)) if node else ""
        new = unmasked(modules.code_of(modules.without(saved.node, later)))
        if old != new:
            yield Difference(saved, module, old, new)


def _find_imports(module: Module, problems: list[Problem]) -> None:
    """Note the imports that new definitions need, and the names that nobody gives them."""
    has = modules.known(module.tree)
    for _, saved in module.saved:
        missing = sorted(modules.needed(saved.node) - has)
        given = _imports_of(saved.notebook) if missing else {}
        for name in missing:
            line = given.get(name, "")
            if line and not line.startswith(f"from {module.name} import"):
                module.imports.add(line)
                has.add(name)
            else:
                message = f'"{saved.name}" uses "{name}", which {module.name} would not have.'
                problems.append(Problem(message, saved.place, f"save {name} as well, or import it in the notebook"))


def _imports_of(notebook: Notebook) -> dict[str, str]:
    trees = []
    for cell in notebook.cells:
        if cell.kind == "code" and "import" in cell.source:
            try:
                trees.append(marks.parsed(cell.source))
            except cst.ParserSyntaxError:  # whoever runs the cell will say so
                continue
    return modules.imports(trees)
