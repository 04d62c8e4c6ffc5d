"""Imports point one way: errors → config → book, notebook → check, execute → convert → targets → pipeline → serve → cli."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src"
ORDER = [
    {"errors", "forks", "lettering", "macros", "node", "words"},
    {"config", "memo", "notebook", "scaffold"},
    {"book", "markup", "needs"},
    {"library", "history", "git"},
    {"check", "execute", "editions"},
    {"convert", "freshness", "listener"},
    {"targets", "inventory", "cleaning"},
    {"executing", "comparison"},
    {"pipeline", "terminal", "doctor"},
    {"serve"},
    {"cli"},
]
EXECUTION = [
    {"run", "options", "distributions", "machine", "report", "cluster", "interrupt"},
    {"expressions", "symbols", "store", "kernel", "reproduce"},
    {"static", "seen"},
    {"present", "worker"},
    {"reuse", "schedule"},
]
LIBRARY = [  # each concept, in the order in which they may build on each other; `data` and `nn` know no training
    {"device", "timing", "plotting", "metrics", "losses", "trials", "optim", "inspection"},
    {"training"},
]
DATA = [
    {"errors", "profiles"},
    {"entries", "archives", "transfer", "samples"},
    {"formats", "cache"},
    {"catalogue"},
    {"download"},
    {"registry"},
    {"loading"},
    {"synthetic", "images", "text", "tabular"},
    {"__main__"},
]
EXTENSION_MAY_IMPORT = {"errors", "notebook", "markup", "macros", "node", "words", "lettering", "sphinxext"}


def imports(path: Path, package: str):
    """The modules of `package` that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        depth = package.count(".") + 1
        yield from (name.split(".")[depth] for name in names if name.startswith(f"{package}."))


def files(package: str):
    return [path for path in sorted((SRC / package).rglob("*.py")) if path.name != "__main__.py"]


def module_of(path: Path) -> str:
    return path.relative_to(SRC / "nbpress").parts[0].removesuffix(".py")


def level(module: str, order=ORDER) -> int:
    return next(number for number, names in enumerate(order) if module in names)


@pytest.mark.parametrize("path", files("nbpress"), ids=lambda path: path.relative_to(SRC).as_posix())
def test_nbpress_imports_point_one_way(path):
    here = module_of(path)
    for module in set(imports(path, "nbpress")) - {here, "__version__"}:
        if here == "sphinxext":
            assert module in EXTENSION_MAY_IMPORT
        elif here != "__init__":
            assert level(module) < level(here), f"{here} imports {module}"


@pytest.mark.parametrize(
    "path", files("nbpress/execute"), ids=lambda path: path.relative_to(SRC / "nbpress/execute").as_posix()
)
def test_imports_inside_execution_point_one_way(path):
    here = path.relative_to(SRC / "nbpress" / "execute").parts[0].removesuffix(".py")
    for module in set(imports(path, "nbpress.execute")) - {here}:
        assert level(module, EXECUTION) < level(here, EXECUTION), f"{here} imports {module}"


@pytest.mark.parametrize(("one", "other"), [("nbpress", "handson"), ("handson", "nbpress")])
def test_the_two_packages_do_not_know_each_other(one, other):
    assert not [path for path in files(one) if set(imports(path, other))]


@pytest.mark.parametrize("path", files("handson"), ids=lambda path: path.relative_to(SRC).as_posix())
def test_imports_of_the_library_point_one_way(path):
    package, *inner = path.relative_to(SRC / "handson").with_suffix("").parts
    others = set(imports(path, "handson")) - {package, "__version__"}
    if package in {"data", "nn", "__init__"}:
        assert not others, f"{package} imports {others}"
    for module in others:
        assert level(module, LIBRARY) < level(package, LIBRARY), f"{package} imports {module}"
    if package == "data" and inner[0] != "__init__":
        for module in set(imports(path, "handson.data")) - {inner[0]}:
            assert level(module, DATA) < level(inner[0], DATA), f"data.{inner[0]} imports data.{module}"
