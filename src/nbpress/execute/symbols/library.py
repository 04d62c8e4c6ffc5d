"""Which definitions of the tracked packages a name stands for, and which of them act as soon as they are imported."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from nbpress.execute.symbols.summary import BUILT_IN, EFFECTS, HARMLESS, Code, Summary, Symbol

HARMLESS_BASES = frozenset(
    """abc.ABC abc.ABCMeta enum.Enum enum.Flag enum.IntEnum enum.IntFlag enum.StrEnum typing.Generic typing.NamedTuple
    typing.Protocol typing.TypedDict typing_extensions.Protocol typing_extensions.TypedDict""".split()  # noqa: SIM905
)
HARMLESS_DECORATORS = frozenset(
    """attr.attrs attr.dataclass attr.define attr.frozen attr.s attrs.define attrs.frozen attrs.mutable
    dataclasses.dataclass enum.unique functools.total_ordering typing.final typing.runtime_checkable
    typing_extensions.final typing_extensions.runtime_checkable""".split()  # noqa: SIM905
)
MAKES = frozenset({"__init__", "__new__", "__post_init__"})
FACTORIES = frozenset({"field", "Factory", "attrib", "ib"})  # in the body of a class: run for each object
OF_EVERY_MODULE = frozenset({"__name__", "__file__", "__path__", "__package__", "__spec__", "__loader__"})
ACTS_OUTSIDE = re.compile(r"(^|_)(register|seed|set|install|enable|disable|patch|use)(_|$)")


class Target(NamedTuple):
    """What a dotted name stands for, and the attributes of it that are left."""

    kind: Literal["symbol", "module", "absent", "external"]
    name: str
    rest: tuple[str, ...] = ()


class Links(NamedTuple):
    """What a piece of code leads to in the tracked packages."""

    symbols: tuple[str, ...]
    annotations: tuple[str, ...]
    absent: tuple[str, ...]
    modules: tuple[tuple[str, str], ...]  # those needed as a whole, and how the code uses them
    external: frozenset[str]
    loads: tuple[str, ...]  # the modules that it imports


class Library(Mapping[str, Summary]):
    """The summaries of all modules of the tracked packages. What is found out about them is kept for the next page."""

    def __init__(self, summaries: Mapping[str, Summary], tracked: Iterable[str]) -> None:
        self.tracked = frozenset(tracked)
        self.modules = dict(summaries)
        for module in summaries:
            for package in _packages(module):
                self.modules.setdefault(package, Summary(package, ("", "", "")))  # a folder without __init__.py
        self.owners = {f"{m}.{name}": m for m, summary in self.modules.items() for name in summary.symbols}
        self.symbols = {
            f"{m}.{n}": symbol for m, summary in self.modules.items() for n, symbol in summary.symbols.items()
        }
        self._targets: dict[tuple[str, str], list[Target]] = {}
        self._links: dict[str, Links] = {}
        self._open: dict[str, bool] = {}
        self._effects: dict[str, tuple[str, ...]] = {}
        self._loads: dict[str, tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]] = {}
        self._order: dict[str, str] = {}

    def __getitem__(self, module: str) -> Summary:
        return self.modules[module]

    def __iter__(self) -> Iterator[str]:
        return iter(self.modules)

    def __len__(self) -> int:
        return len(self.modules)

    # Names

    def targets(self, reference: str, module: str) -> list[Target]:
        """What a reference in the code of `module` may stand for."""
        key = (reference, "" if reference.startswith(":") else module)
        if key not in self._targets:
            self._targets[key] = list(dict.fromkeys(self._resolve(*key)))
        return self._targets[key]

    def _resolve(self, reference: str, module: str) -> list[Target]:
        if reference.startswith(":"):
            return self._absolute(tuple(reference[1:].split(".")), frozenset())
        parts = tuple(reference.split("."))
        found = self._named(module, parts, frozenset())
        child = f"{module}.{parts[0]}"
        return found or (self._attribute(child, parts[1:], frozenset()) if child in self.modules else [])

    def _absolute(self, parts: tuple[str, ...], seen: frozenset[tuple[str, str]]) -> list[Target]:
        if parts[0] not in self.tracked:
            return [Target("external", parts[0], parts[1:])]
        if parts[0] not in self.modules:
            return [Target("absent", parts[0])]
        return self._attribute(parts[0], parts[1:], seen)

    def _attribute(self, module: str, parts: tuple[str, ...], seen: frozenset[tuple[str, str]]) -> list[Target]:
        """What `module.name.more` is: a definition, an import or a submodule; where it may be two, both count."""
        if not parts or parts[0] == "__dict__":
            return [Target("module", module)]
        child = f"{module}.{parts[0]}"
        found = self._named(module, parts, seen)
        if child in self.modules:
            inside = self._attribute(child, parts[1:], seen)
            if not found:
                return inside
            if parts[1:] or not any(target.name.startswith(f"{child}.") for target in found):
                found += [target for target in inside if target.kind != "absent"]
        if found or parts[0] in OF_EVERY_MODULE:
            return found
        if "__getattr__" in self.modules[module].symbols or self.modules[module].broken:
            return [Target("module", module)]
        return [Target("absent", child)]

    def _named(self, module: str, parts: tuple[str, ...], seen: frozenset[tuple[str, str]]) -> list[Target]:
        name, rest = parts[0], parts[1:]
        summary = self.modules[module]
        if (module, name) in seen:
            return []
        seen |= {(module, name)}
        found = [Target("symbol", f"{module}.{name}", rest)] if name in summary.symbols else []
        for target in summary.imports.get(name, ()):
            found += self._absolute((*target.split("."), *rest), seen)
        for star in summary.stars:
            found += self.starred(star, parts, seen)
        return found

    def starred(
        self, star: str, parts: tuple[str, ...], seen: frozenset[tuple[str, str]] = frozenset()
    ) -> list[Target]:
        """What a name stands for where all names of the module `star` are imported."""
        if star not in self.modules:
            return []
        summary = self.modules[star]
        asked = summary.public or ()
        public = not parts[0].startswith("_") if summary.public is None else summary.open or parts[0] in asked
        found = self._attribute(star, parts, seen) if public else []
        return [target for target in found if target.kind != "absent" or parts[0] in asked]

    # Code

    def links(self, key: str) -> Links:
        """What the code of a symbol leads to."""
        if key not in self._links:
            self._links[key] = self.follow(self.symbols[key].code, self.owners[key])
        return self._links[key]

    def follow(self, code: Code, module: str, stars: tuple[str, ...] = ()) -> Links:
        """What code in `module` leads to; a page has no module, but may have imported all names of some."""
        found: dict[str, dict[tuple[str, str], None]] = {"symbol": {}, "module": {}, "absent": {}, "external": {}}
        for target, how in self._uses(code, module, stars):
            found[target.kind].setdefault((target.name, how))
        noted = [target for name in code.annotations for target in (self.targets(name, module) if module else ())]
        return Links(
            symbols=tuple(dict.fromkeys(name for name, _ in found["symbol"])),
            annotations=_names(target for target in noted if target.kind == "symbol"),
            absent=tuple(dict.fromkeys(name for name, _ in found["absent"])),
            modules=tuple(found["module"]),
            external=frozenset(name for name, _ in found["external"]),
            loads=self._modules_of(code.imports) if code.imports else (),
        )

    def _uses(self, code: Code, module: str, stars: tuple[str, ...]) -> Iterator[tuple[Target, str]]:
        for name, how in code.references.items():
            for target in self.targets(name, module) if module else self._from_page(name, stars):
                yield target, how
        for name, how in code.dynamic.items():
            for target in self._by_name(name, module, how):
                yield target, how
        for name in code.imports:
            for target in self.targets(f":{name}", ""):
                if target.kind in ("absent", "external"):
                    yield target, ""

    def _from_page(self, name: str, stars: tuple[str, ...]) -> list[Target]:
        if name.startswith(":"):
            return self.targets(name, "")
        return [target for star in stars for target in self.starred(star, tuple(name.split(".")))]

    def _by_name(self, name: str, module: str, how: str) -> list[Target]:
        if name == "*":
            return [Target("module", known) for known in self.modules]
        if name == "":
            return [Target("module", module)] if module else []
        return [target for target in self.targets(f":{name}", "") if target.kind != "external"]

    def _modules_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """The tracked modules that are imported with `names`, packages before what is in them."""
        prefixes = (prefix for name in names for prefix in (*_packages(name), name))
        return tuple(dict.fromkeys(prefix for prefix in prefixes if prefix in self.modules))

    # Imports

    def loads(self, module: str) -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
        """What importing `module` imports: modules, names that are not there, and external packages it does not use."""
        if module not in self._loads:
            summary = self.modules[module]
            names = [*summary.loads, *(f"{star}.{name}" for star in summary.stars for name in self._public(star))]
            targets = [target for name in names for target in self.targets(f":{name}", "")]
            unused = [*summary.unused, *summary.stars]
            self._loads[module] = (
                self._modules_of([*_packages(module), *names]),
                _names(target for target in targets if target.kind == "absent"),
                frozenset(name.partition(".")[0] for name in unused) - self.tracked,
            )
        return self._loads[module]

    def _public(self, star: str) -> tuple[str, ...]:
        return (self.modules[star].public or ()) if star in self.modules else ()

    def effects(self, module: str) -> tuple[str, ...]:
        """The symbols of a module that act when it is imported."""
        if module not in self._effects:
            keys = ((f"{module}.{name}", symbol) for name, symbol in self.modules[module].symbols.items())
            self._effects[module] = tuple(key for key, symbol in keys if self._acts(key, symbol, module))
        return self._effects[module]

    def order(self, module: str) -> str:
        """A digest of the order in which the symbols of a module act."""
        if module not in self._order:
            self._order[module] = hash_names(self.effects(module))
        return self._order[module]

    def _acts(self, key: str, symbol: Symbol, module: str) -> bool:
        """Whether defining a symbol changes anything but its name: it registers itself, say."""
        if symbol.eager is None:
            return symbol.name == EFFECTS
        if self._changes(symbol.eager, module):
            return True
        if symbol.kind == "variable" and all(self._only_stores(called, module) for called in symbol.eager.called):
            return False
        reached = self._called(symbol.eager, module)
        if reached is None:
            return True
        functions = [(self.symbols[name].code, self.owners[name]) for name in reached if name != key]
        functions = [
            item for item, name in zip(functions, reached, strict=False) if self.symbols[name].kind == "function"
        ]
        if any(self._changes(code, owner) for code, owner in functions):
            return True
        passing = [(symbol.eager, module), *functions]
        return any(code.alters for code, _ in functions) and any(self._passes(*item) for item in passing)

    def _only_stores(self, called: str, module: str) -> bool:
        """Whether a call makes a value of what it is given, and does not call that in turn."""
        targets = self.targets(called, module) if called else []
        for target in targets:
            if target.kind == "symbol":
                if target.rest or not self._is_record(target.name):
                    return False
            elif target.kind != "external" or (target.rest or ("",))[-1] not in BUILT_IN:
                return False
        return bool(targets) or called in BUILT_IN

    def _is_record(self, key: str) -> bool:
        """Whether to make an object of a class runs no code but that of its decorators, as with dataclasses."""
        symbol = self.symbols[key]
        if symbol.kind != "class" or symbol.bases or set(symbol.methods) & MAKES or self.is_open(key):
            return False
        called = symbol.eager.called if symbol.eager else ()
        own = (target.kind == "symbol" for name in symbol.decorators for target in self.targets(name, self.owners[key]))
        return not any(own) and not any(name.rpartition(".")[2] in FACTORIES for name in called)

    def _called(self, code: Code, module: str) -> list[str] | None:
        """All that code may call, directly or not; None where this cannot be told."""
        links = self.follow(code, module)
        reached = dict.fromkeys(links.symbols)
        waiting = [*links.symbols]
        while waiting and not links.modules:
            name = waiting.pop()
            links = self.links(name)
            methods = [f"{name}.{method}" for method in self.symbols[name].methods]
            new = [found for found in (*links.symbols, *methods) if found not in reached]
            reached |= dict.fromkeys(new)
            waiting += new
        return None if links.modules else list(reached)

    def _changes(self, code: Code, module: str) -> bool:
        return code.changes or any(
            self._is_change(target) for call in code.calls for target in self.targets(call, module)
        )

    def _is_change(self, target: Target) -> bool:
        """Whether a method call changes what lives in a module."""
        if target.kind == "external":
            return bool(target.rest) and ACTS_OUTSIDE.search(target.rest[-1]) is not None
        if target.kind != "symbol" or not target.rest:
            return False
        symbol = self.symbols[target.name]
        harmless = target.rest[-1] in HARMLESS
        if symbol.kind == "class":
            return len(target.rest) > 1 and not harmless
        return not (harmless and (symbol.plain or symbol.kind == "function"))

    def _passes(self, code: Code, module: str) -> bool:
        found = (target for name in code.passes for target in self.targets(name, module) if target.kind == "symbol")
        return any(self.symbols[target.name].kind == "variable" for target in found)

    # Classes

    def is_open(self, key: str) -> bool:
        """Whether code outside of the tracked packages may call any method of a class."""
        if key not in self._open:
            self._open[key] = False  # for a class that is its own base
            symbol, module = self.symbols[key], self.owners[key]
            self._open[key] = (
                symbol.opaque
                or any(not self._is_known_base(base, module) for base in symbol.bases)
                or any(self._is_foreign(decorator, module) for decorator in symbol.decorators)
            )
        return self._open[key]

    def _is_known_base(self, base: str, module: str) -> bool:
        targets = self.targets(base, module)
        if not targets:
            return base == "object" or base.endswith(("Error", "Exception", "Warning"))
        return all(self._is_closed(target) for target in targets)

    def _is_closed(self, target: Target) -> bool:
        if target.kind == "external":
            return ".".join((target.name, *target.rest)) in HARMLESS_BASES
        if target.kind == "symbol":
            return self.symbols[target.name].kind == "class" and not target.rest and not self.is_open(target.name)
        return target.kind == "absent"

    def _is_foreign(self, decorator: str, module: str) -> bool:
        external = (target for target in self.targets(decorator, module) if target.kind == "external")
        return any(".".join((target.name, *target.rest)) not in HARMLESS_DECORATORS for target in external)


def hash_names(names: Iterable[str]) -> str:
    """A digest of names in their order."""
    return hashlib.blake2b("\n".join(names).encode(), digest_size=16).hexdigest()


def _names(targets: Iterable[Target]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(target.name for target in targets))


def _packages(module: str) -> Iterator[str]:
    """The packages around a module, outermost first."""
    parts = module.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))
