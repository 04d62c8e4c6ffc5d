"""Which definitions of the tracked packages a page reaches: a stored run is reused while their digests are the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from nbpress.execute.symbols.library import Library, Links, hash_names
from nbpress.execute.symbols.summary import (
    EFFECTS,
    Cell,
    Code,
    PageSummary,
    Summary,
    module_name,
    summarise,
    summarise_page,
)

__all__ = ["Closure", "Library", "PageSummary", "Summary", "module_name", "reach", "summarise", "summarise_page"]

ORDER = "<order of imports>"
# Methods by which libraries know what they are given, whatever its class
PROTOCOLS = frozenset(
    """close fit fit_transform flush forward get_params keys predict read readline set_params state_dict step tolist
    transform write""".split()  # noqa: SIM905
)


class Closure(NamedTuple):
    """What a page reaches, and from where."""

    symbols: dict[str, str]  # dotted name → digest, empty for a name that is not defined
    parents: dict[str, str]  # what was first seen to use it; "import x" stands for importing a module
    cells: dict[str, int]  # the cells that use something themselves
    whole: dict[str, str]  # modules depended on as a whole, and why
    imports: frozenset[str]  # packages that are not tracked
    modules: frozenset[str]  # tracked modules that are imported

    def chain(self, symbol: str) -> tuple[list[str], int]:
        """What leads from a cell to a symbol, the symbol last, and the number of the cell."""
        names = [symbol]
        while names[-1] in self.parents:
            names.append(self.parents[names[-1]])
        return names[::-1], self.cells[names[-1]]


def reach(page: PageSummary, library: Mapping[str, Summary], tracked: Iterable[str]) -> Closure:
    """Follow every name of a page through the modules of the tracked packages.

    For many pages, `library` should be a `Library`: what it finds out for one it keeps for the next.
    """
    walk = _Walk(page, library if isinstance(library, Library) else Library(library, tracked))
    walk.run()
    return walk.closure()


class _Walk:
    """Breadth first, so that chains are shortest."""

    def __init__(self, page: PageSummary, library: Library) -> None:
        self.page = page
        self.library = library
        self.queue: deque[str] = deque()
        self.symbols: dict[str, None] = {}
        self.absent: dict[str, None] = {}
        self.parents: dict[str, str] = {}
        self.cells: dict[str, int] = {}
        self.whole: dict[str, str] = {}
        self.external: set[str] = set()
        self.loaded: dict[str, None] = {}
        self.acting: list[str] = []  # modules that do something when imported, in the order of their imports
        self.attributes: set[str] = set()
        self.waiting: dict[str, list[str]] = {}  # methods of reached classes, by name, that nobody has named yet
        self.any_method = self.subclasses = False
        self.looks = 0

    def run(self) -> None:
        cells = [(cell, self.library.follow(cell.code, "", self.page.stars)) for cell in self.page.cells]
        for cell, links in cells:
            for module in links.loads:
                self.load(module, cell.number)
            self.load_all(cell)
        for cell, links in cells:
            self.see(cell.code, links, cell.number)
            self.see_text(cell)
        self.drain()
        while self.add_late():
            self.drain()

    def load_all(self, cell: Cell) -> None:
        """A star imports the modules in `__all__` too."""
        for star in self.page.stars:
            if star in self.library and star in cell.code.imports:
                for name in self.library[star].public or ():
                    if f"{star}.{name}" in self.library:
                        self.load(f"{star}.{name}", cell.number)

    def drain(self) -> None:
        while self.queue:
            key = self.queue.popleft()
            symbol = self.library.symbols[key]
            self.load(self.library.owners[key], key)
            self.see(symbol.code, self.library.links(key), key)
            if symbol.kind == "class":
                self.see_class(key)

    def add_late(self) -> bool:
        """Reach what only matters because of something seen elsewhere; whether there was any."""
        if self.looks:
            for key in list(self.symbols):
                for name in self.library.links(key).annotations:
                    self.reach(name, key)
        if self.any_method:
            for methods in self.waiting.values():
                for method in methods:
                    self.reach(method, method.rpartition(".")[0])
        if self.subclasses:
            for module in list(self.loaded):
                for name, symbol in self.library.modules[module].symbols.items():
                    if symbol.bases:
                        self.reach(f"{module}.{name}", f"import {module}")
        return bool(self.queue)

    def first(self, name: str, by: str | int) -> bool:
        """Note what uses a name; whether it was the first to do so."""
        if name in self.parents or name in self.cells or name == by:
            return False
        if isinstance(by, int):
            self.cells[name] = by
        else:
            self.parents[name] = by
        return True

    def reach(self, key: str, by: str | int) -> None:
        if key not in self.symbols:
            self.first(key, by)
            self.symbols[key] = None
            self.queue.append(key)

    def see(self, code: Code, links: Links, by: str | int) -> None:
        for key in links.symbols:
            self.reach(key, by)
        for name in links.absent:
            self.absent[name] = None
            self.first(name, by)
        for module in links.loads:
            self.load(module, by)
        for module, how in links.modules:
            self.take_whole(module, f"{by if isinstance(by, str) else f'cell {by}'} {how}", by)
        self.external |= links.external
        self.any_method |= code.any_method
        self.subclasses |= code.subclasses
        self.looks = max(self.looks, code.looks)
        new = code.attributes - self.attributes
        self.attributes |= new
        for name in sorted(new & self.waiting.keys()):
            for method in self.waiting.pop(name):
                self.reach(method, method.rpartition(".")[0])

    def see_text(self, cell: Cell) -> None:
        """Text that is run somehow: a package that it mentions may be used in any way."""
        for word in cell.words:
            package = word.partition(".")[0]
            if package in self.library.tracked:
                for module in self.library.modules:
                    if module.partition(".")[0] == package:
                        self.take_whole(
                            module, f"cell {cell.number} mentions {package} in text that it runs", cell.number
                        )
        if cell.named:
            named = {f":{name}": "names it in text that it runs" for name in cell.named}
            self.see(Code(), self.library.follow(Code(references=named), ""), cell.number)

    def see_class(self, key: str) -> None:
        every = self.library.is_open(key)
        for name in self.library.symbols[key].methods:
            special = name.startswith("_") and name.endswith("_")
            if every or special or name in PROTOCOLS or name in self.attributes:
                self.reach(f"{key}.{name}", key)
            else:
                self.waiting.setdefault(name, []).append(f"{key}.{name}")

    def load(self, module: str, by: str | int) -> None:
        """A module is imported, and with it what it imports itself."""
        if module in self.loaded:
            return
        self.loaded[module] = None
        node = f"import {module}"
        self.first(node, by)
        modules, absent, unused = self.library.loads(module)
        for other in modules:
            self.load(other, node)
        for name in absent:
            self.absent[name] = None
            self.first(name, node)
        self.external |= unused
        effects = self.library.effects(module)
        if effects:
            self.acting.append(module)
        for key in effects:
            self.reach(key, node)
        broken = self.library.modules[module].broken
        if broken:
            self.take_whole(module, broken, node)
        elif module.rpartition(".")[0] in self.whole:
            self.take_whole(module, "the package that it is in is depended on as a whole", node)

    def take_whole(self, module: str, reason: str, by: str | int) -> None:
        """A module is used in a way that names no single definition."""
        if module in self.whole:
            return
        self.whole[module] = reason
        node = f"{module}.*"
        self.first(node, by)
        self.load(module, by)
        summary = self.library.modules[module]
        for name in summary.symbols:
            self.reach(f"{module}.{name}", node)
        bound = {f":{target}": "" for targets in summary.imports.values() for target in targets}
        links = self.library.follow(Code(references=bound), module)
        inner = [name for name in self.loaded if name.rpartition(".")[0] == module]
        for other in [*(name for name, _ in links.modules), *inner]:
            self.take_whole(other, f"{module} is depended on as a whole, and holds it", node)
        self.see(Code(), links._replace(modules=()), node)

    def closure(self) -> Closure:
        library, level = self.library, self.looks
        symbols = {
            key: library.symbols[key].digests[level] for key in self.symbols if library.owners[key] not in self.whole
        }
        symbols |= {f"{module}.*": library.modules[module].digests[level] for module in self.whole}
        symbols |= dict.fromkeys(self.absent, "")
        for module in self.acting:
            if len(library.effects(module)) > 1 and module not in self.whole:
                name = f"{module}.{EFFECTS}"
                symbols[name] = symbols.get(name, "") + library.order(module)
                self.first(name, f"import {module}")
        if len(self.acting) > 1:
            symbols[ORDER] = hash_names(self.acting)
            self.first(ORDER, f"import {self.acting[-1]}")
        return Closure(
            symbols, self.parents, self.cells, self.whole, frozenset(self.external - {""}), frozenset(self.loaded)
        )
