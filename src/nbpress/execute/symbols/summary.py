"""What is kept of a module or a page once its syntax tree has been read: values, without a tree in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Literal

import msgspec

Digests = tuple[str, str, str]  # of the code, of the code with its docstrings, of the text as it is written
Looks = Literal[0, 1, 2]  # code may look at nothing, at documentation, at the source as it is written
EFFECTS = "<module>"  # the name of what a module does when it is imported, beside defining names
# Built-in types and their like: to make one only stores what it is given
BUILT_IN = frozenset(
    """Counter MappingProxyType OrderedDict bytes compile defaultdict deque dict float frozenset int list range set
    sorted str tuple""".split()  # noqa: SIM905
)
HARMLESS = frozenset(  # methods of built-in types that change nothing
    """capitalize casefold center copy count decode difference encode endswith expandtabs find findall finditer format
    fullmatch get index intersection isalpha isdigit isdisjoint issubset issuperset items join keys ljust lower lstrip
    match most_common partition replace rfind rindex rjust rpartition rsplit rstrip search split splitlines startswith
    strip sub swapcase symmetric_difference title translate union upper values zfill""".split()  # noqa: SIM905
)


class Code(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a piece of code refers to, and what it may change.

    A reference is a dotted name that the module resolves, or an absolute one after a colon. What stands beside it says
    how the code uses it, in words that go on from "the function f …".
    """

    references: dict[str, str] = {}
    annotations: tuple[str, ...] = ()  # references of which only annotations of functions speak
    attributes: frozenset[str] = frozenset()  # names that may be those of methods
    imports: tuple[str, ...] = ()  # imported when it runs: absolute dotted names
    changes: bool = False  # what outlives a call: a global name, an attribute of a module
    alters: bool = False  # something that it was given
    calls: tuple[str, ...] = ()  # methods of global names
    passes: tuple[str, ...] = ()  # global names that are arguments
    called: tuple[str, ...] = ()  # in code that runs on import: all that it calls, empty for no dotted name
    looks: Looks = 0
    any_method: bool = False  # takes attributes whose names only the run knows
    subclasses: bool = False  # asks a class for those derived from it
    dynamic: dict[str, str] = {}  # modules needed as a whole, and why: "" the own, "*" all, or its name


class Symbol(msgspec.Struct, frozen=True, omit_defaults=True):
    """A definition of a module: a function, a class without its methods, a method, a variable, or the effects."""

    name: str
    kind: Literal["function", "class", "variable"]
    digests: Digests
    code: Code
    eager: Code | None = None  # the part that runs on import, where that can do anything but define
    plain: bool = False  # a variable whose value is of a built-in type
    methods: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()  # and metaclasses
    decorators: tuple[str, ...] = ()
    opaque: bool = False  # a class with a base or a decorator that is no dotted name


class Summary(msgspec.Struct, frozen=True, omit_defaults=True):
    """A module of a tracked package."""

    module: str
    digests: Digests
    symbols: dict[str, Symbol] = {}
    imports: dict[str, tuple[str, ...]] = {}  # a name of the module → what it is imported from
    loads: tuple[str, ...] = ()  # what the module imports when it is imported itself
    stars: tuple[str, ...] = ()  # the modules of which it imports all names
    public: tuple[str, ...] | None = None  # `__all__`, where there is one
    open: bool = False  # `__all__` is computed: any name may be in it
    unused: tuple[str, ...] = ()  # imports whose names the module does not use itself
    broken: str = ""  # why it cannot be parsed


class Cell(msgspec.Struct, frozen=True, omit_defaults=True):
    """A code cell of a page. All imports of the page are already resolved in its references."""

    number: int
    code: Code
    words: tuple[str, ...] = ()  # dotted words of text that is run, but not as the Python of this page
    named: tuple[str, ...] = ()  # absolute names that words stand for


class PageSummary(msgspec.Struct, frozen=True, omit_defaults=True):
    """The code cells of a page."""

    cells: tuple[Cell, ...]
    stars: tuple[str, ...] = ()


def module_name(path: PurePath) -> tuple[str, bool]:
    """The dotted name of the module in a file, and whether it is a package; `path` counts from `src`.

    >>> module_name(PurePath("handson/nn/__init__.py"))
    ('handson.nn', True)
    """
    parts = path.with_suffix("").parts
    is_package = parts[-1] == "__init__"
    return ".".join(parts[:-1] if is_package else parts), is_package


def summarise(source: str, module: str, is_package: bool) -> Summary:
    """Read a module of a tracked package."""
    from nbpress.execute.symbols import syntax  # it imports ast, which who finds all summaries kept does not need

    return syntax.module(source, module, is_package)


def summarise_page(cells: Sequence[tuple[int, str]]) -> PageSummary:
    """Read the code cells of a page, each with its number.

    Magics are calls of `get_ipython()` by now. A cell that is not Python all the same is read for the words in it.
    """
    from nbpress.execute.symbols import syntax

    return syntax.page(cells)
