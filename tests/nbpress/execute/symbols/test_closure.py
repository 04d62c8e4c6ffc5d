from pathlib import PurePath

import msgspec
import pytest

from nbpress.execute.symbols import closure


def reached(cells, files):
    """The closure of a page whose cells are texts, with modules of the package `lib` by their name."""
    summaries = {}
    for name, source in files.items():
        path = PurePath("lib", *name.split(".")).with_suffix(".py")
        path = PurePath("lib/__init__.py") if name == "lib" else path
        module, is_package = closure.module_name(path)
        summaries[module] = closure.summarise(source, module, is_package)
    summaries.setdefault("lib", closure.summarise("", "lib", True))
    stored = msgspec.msgpack.decode(msgspec.msgpack.encode(summaries), type=dict[str, closure.Summary])
    cells = [cells] if isinstance(cells, str) else cells
    page = msgspec.msgpack.encode(closure.summarise_page(list(enumerate(cells, 1))))
    return closure.reach(msgspec.msgpack.decode(page, type=closure.PageSummary), stored, ["lib"])


def edited(files, module, old, new):
    assert old in files[module]
    return files | {module: files[module].replace(old, new, 1)}


def counts(cells, files, module, old, new):
    """Whether an edit changes what the page depends on."""
    return reached(cells, files).symbols != reached(cells, edited(files, module, old, new)).symbols


FUNCTION = {"a": "def f():\n    return 1\n\ndef g():\n    return 5\n"}
DEEP = {
    "a": "from lib.b import g\n\ndef f():\n    return g()\n",
    "b": "from . import c as inner\n\ndef g():\n    return inner.h()\n\ndef other():\n    return 5\n",
    "c": "def h():\n    return C\n\nC = 1\nD = 5\n",
}
# what a page does, the package, what counts (1 → 2 in which module) and what does not (5 → 6)
CASES = {
    "function": ("from lib.a import f\nf()", FUNCTION, "a", "a"),
    "function by module": ("import lib.a\nlib.a.f()", FUNCTION, "a", "a"),
    "function by alias": ("import lib.a as z\nz.f()", FUNCTION, "a", "a"),
    "function in a function": ("def p():\n    from lib.a import f\n    return f()", FUNCTION, "a", "a"),
    "three calls deep": ("from lib.a import f\nf()", DEEP, "c", "c"),
    "beside the chain": ("from lib.a import f\nf()", DEEP, "c", "b"),
    "re-export": ("from lib import f\nf()", {"lib": "from .a import f, g\n", **FUNCTION}, "a", "a"),
    "re-export under a name": ("import lib\nlib.h()", {"lib": "from .a import f as h\n", **FUNCTION}, "a", "a"),
    "star": ("from lib.a import *\nf()", FUNCTION, "a", "a"),
    "star with all": ("from lib.a import *\ng()\nf()", {"a": '__all__ = ["f"]\n' + FUNCTION["a"]}, "a", "a"),
    "star with more": (
        "from lib.a import *\nf()",
        {"a": '__all__ = ["x"]\n__all__ += ["f"]\nx = 3\n' + FUNCTION["a"]},
        "a",
        "a",
    ),
    "star with computed names": (
        "from lib.a import *\nf()",
        {"a": '__all__ = list("fg")\n' + FUNCTION["a"]},
        "a",
        "a",
    ),
    "star of a star": ("from lib import *\nf()", {"lib": "from .a import *\n", **FUNCTION}, "a", "a"),
    "async": (
        "from lib.a import f\nawait f()",
        {"a": "async def f():\n    return 1\nasync def g(): return 5\n"},
        "a",
        "a",
    ),
    "constant": ("from lib.a import A\nA", {"a": "A: int = 1\nB = 5\n"}, "a", "a"),
    "unpacked": ("from lib.a import A\nA", {"a": "A, B = 1, 3\nC = 5\n"}, "a", "a"),
    "lambda": ("from lib.a import A\nA()", {"a": "A = lambda: B\nB = 1\nC = 5\n"}, "a", "a"),
    "condition": ("from lib.a import A\nA", {"a": "X = 1\nif X:\n    A = 3\n    B = 5\nelse:\n    A = 4\n"}, "a", "a"),
    "try": (
        "from lib.a import A\nA",
        {"a": "try:\n    import b\n    A = 1\nexcept ImportError:\n    A = 0\nC = 5\n"},
        "a",
        "a",
    ),
    "augmented": ("from lib.a import A\nA", {"a": "A = 3\nA += 1\nB = 5\nB += 7\n"}, "a", "a"),
    "decorator": (
        "from lib.a import f\nf()",
        {"a": "def d(f): return 1\n@d\ndef f(): pass\n@d\ndef g(): return 5\n"},
        "a",
        "a",
    ),
    "default": ("from lib.a import f\nf()", {"a": "A = 1\ndef f(x=A): return x\ndef g(x=5): return x\n"}, "a", "a"),
    "nested function": (
        "from lib.a import f\nf()",
        {"a": "def f():\n    def g(): return A\n    return g()\nA = 1\nB = 5\n"},
        "a",
        "a",
    ),
    "base": (
        "from lib.a import C\nC()",
        {"a": "class B:\n    x = 1\nclass C(B): pass\nclass D(B):\n    x = 5\n"},
        "a",
        "a",
    ),
    "metaclass": (
        "from lib.a import C\nC()",
        {"a": "class M(type):\n    def m(c): return 1\nclass C(metaclass=M): pass\nA = 5\n"},
        "a",
        "a",
    ),
    "class attribute": ("from lib.a import C\nC.x", {"a": "class C:\n    x = A\nA = 1\nB = 5\n"}, "a", "a"),
    "field": (
        "from lib.a import C\nC()",
        {"a": "from dataclasses import dataclass\n@dataclass\nclass C:\n    x: int = 1\n    def m(self): return 5\n"},
        "a",
        "a",
    ),
    "annotation of a field": (
        "from lib.a import C\nC()",
        {"a": "class T:\n    x = 1\nclass C:\n    x: 'T'\n    def m(self): return 5\n"},
        "a",
        "a",
    ),
    "own annotation": ("from lib.a import f\nf()", {"a": "def f(x: 'A1'): pass\ndef g(x: 'A5'): pass\n"}, "a", "a"),
    "annotation of a parameter": (
        "from lib.a import f\nf()",
        {"a": "class T:\n    x = 5\ndef f(t: T): return 1\n"},
        "a",
        "a",
    ),
    "property": (
        "from lib.a import C\nC().p",
        {"a": "class C:\n    @property\n    def p(self): return 1\n    @property\n    def q(self): return 5\n"},
        "a",
        "a",
    ),
    "method": (
        "from lib.a import C\nC().m()",
        {"a": "class C:\n    def m(self): return 1\n    def n(self): return 5\n"},
        "a",
        "a",
    ),
    "method by name": (
        "from lib.a import C\ngetattr(C(), 'm')()",
        {"a": "class C:\n    def m(self): return 1\n    def n(self): return 5\n"},
        "a",
        "a",
    ),
    "method by getter": (
        "from operator import attrgetter\nfrom lib.a import C\nattrgetter('k.m')(C())",
        {"a": "class C:\n    def m(self): return 1\n    def n(self): return 5\n"},
        "a",
        "a",
    ),
    "method through another": (
        "from lib.a import C\nC().m()",
        {"a": "class C:\n    def m(self): return self.n()\n    def n(self): return 1\n    def o(self): return 5\n"},
        "a",
        "a",
    ),
    "inherited method": (
        "from lib.a import C\nC().m()",
        {"a": "class B:\n    def m(self): return 1\n    def n(self): return 5\nclass C(B): pass\n"},
        "a",
        "a",
    ),
    "special method": (
        "from lib.a import C\nC()",
        {"a": "class C:\n    def __init__(self): self.x = 1\n    def n(self): return 5\n"},
        "a",
        "a",
    ),
    "shown by Jupyter": (
        "from lib.a import C\nC()",
        {"a": "class C:\n    def _repr_html_(self): return 1\n    def n(self): return 5\n"},
        "a",
        "a",
    ),
    "class attribute is a method": (
        "from lib.a import C\nC()()",
        {"a": "class C:\n    def m(self): return 1\n    __call__ = m\n    def n(self): return 5\n"},
        "a",
        "a",
    ),
    "framework": (
        "from lib.a import C\nC()",
        {
            "a": "from torch import nn\nclass C(nn.Module):\n    def m(self): return 1\nclass D(nn.Module):\n    def m(self): return 5\n"
        },
        "a",
        "a",
    ),
    "framework two classes up": (
        "from lib.a import C\nC()",
        {"a": "from torch import nn\nclass B(nn.Module): pass\nclass C(B):\n    def m(self): return 1\nA = 5\n"},
        "a",
        "a",
    ),
    "foreign decorator": (
        "from lib.a import C\nC()",
        {"a": "import x\n@x.y\nclass C:\n    def m(self): return 1\nA = 5\n"},
        "a",
        "a",
    ),
    "parameters hide": ("from lib.a import f\nf()", {"a": "def f(A, *, C=1): return A\nA = 5\n"}, "a", "a"),
    "comprehensions hide": (
        "from lib.a import f\nf()",
        {"a": "def f(): return [A for A in B]\nA = 5\nB = 1\n"},
        "a",
        "a",
    ),
    "global": (
        "from lib.a import f\nf()",
        {"a": "A = 1\ndef f():\n    global A\n    A += 1\ndef g(): return 5\n"},
        "a",
        "a",
    ),
    "cyclic imports": (
        "from lib.a import f\nf()",
        {"a": "from lib import b\ndef f(): return b.g()\nX = 5\n", "b": "from lib import a\ndef g(): return 1, a.f\n"},
        "b",
        "a",
    ),
    "name of a submodule": (
        "from lib import f\nf()",
        {"lib": "from lib.f import f\n", "f": "def f(): return 1\ndef g(): return 5\n"},
        "f",
        "f",
    ),
    "name of a submodule by attribute": (
        "import lib\nlib.f()",
        {"lib": "from lib.f import f\n", "f": "def f(): return 1\ndef g(): return 5\n"},
        "f",
        "f",
    ),
    "effect": ("import lib.a", {"a": "print(A)\nA = 1\nB = 5\n"}, "a", "a"),
    "effect of what is imported": ("import lib.a", {"a": "import lib.b\n", "b": "print(1)\nB = 5\n"}, "b", "b"),
    "effect on a variable": ("import lib.a", {"a": "import torch\ntorch.x = 1\nB = 5\n"}, "a", "a"),
    "effect of an underscore": ("import lib.a", {"a": "_ = print(1)\nB = 5\n"}, "a", "a"),
    "effect of a loop": ("import lib.a", {"a": "T = {}\nfor i in range(3):\n    T[i] = 1\nB = 5\n"}, "a", "a"),
    "type checking": (
        "from lib.a import f\nf()",
        {"a": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    print(5)\ndef f(): return 1\n"},
        "a",
        "a",
    ),
    "magic": ("from lib.a import f\nget_ipython().run_line_magic('timeit', '-n 10 f()')", FUNCTION, "a", "a"),
    "cell magic": ("from lib.a import f\nget_ipython().run_cell_magic('timeit', '', 'f(\\n)')", FUNCTION, "a", "a"),
    "monkeypatch": ("import lib.a\nlib.a.f = 3", FUNCTION, "a", "a"),
    "module as an argument of getattr": ("import lib.a\ngetattr(lib.a, 'f')()", FUNCTION, "a", "a"),
    "import in a class": (
        "from lib.b import C\nC.x",
        {"b": "class C:\n    from lib.a import f\n    x = f()\n", **FUNCTION},
        "a",
        "a",
    ),
    "import under a condition": (
        "from lib.b import f\nf()",
        {"b": "X = 1\nif X:\n    from lib.a import f\nelse:\n    from lib.a import g as f\nY = 5\n", **FUNCTION},
        "b",
        "b",
    ),
    "changed between two readers": (
        "from lib.b import Y\nY",
        {"b": "X = [1]\nX.append(3)\nY = list(X)\nZ = 5\n"},
        "b",
        "b",
    ),
    "import in a function": (
        "from lib.b import g\ng()",
        {"b": "def g():\n    from .a import f\n    return f()\n", **FUNCTION},
        "a",
        "a",
    ),
    "variable set by another": (
        "from lib.b import C\nC().p = 3",
        {
            "b": "class C:\n    @property\n    def p(self): ...\n    @p.setter\n    def p(self, x): return 1\n    def q(self): return 5\n"
        },
        "b",
        "b",
    ),
    "singledispatch": (
        "from lib.a import f\nf(1)",
        {
            "a": "from functools import singledispatch\n@singledispatch\ndef f(x): pass\n@f.register\ndef _(x: int): return 1\nB = 5\n"
        },
        "a",
        "a",
    ),
    "base that registers": (
        "import lib.a",
        {
            "a": "class B:\n    known = []\n    def __init_subclass__(cls): cls.known.append(cls)\nclass C(B):\n    x = 1\nclass D:\n    x = 5\n"
        },
        "a",
        "a",
    ),
    "subclasses": (
        "from lib.a import B\nB.__subclasses__()",
        {"a": "class B: pass\nclass C(B):\n    x = 1\nclass D:\n    x = 5\n"},
        "a",
        "a",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_page_uses_counts(case):
    cells, files, module, _ = CASES[case]
    assert counts(cells, files, module, "1", "2")


@pytest.mark.parametrize("case", CASES)
def test_what_a_page_does_not_use_does_not_count(case):
    cells, files, _, module = CASES[case]
    assert not counts(cells, files, module, "5", "6")


REGISTRY = {
    "registry": """
KNOWN = {}
def register(name):
    def keep(function):
        KNOWN[name] = function
        return function
    return keep
def load(name):
    return KNOWN[name]()
""",
    "a": "from lib.registry import register\n@register('one')\ndef one(): return helper()\ndef helper(): return 1\ndef g(): return 5\n",
    "lib": "from lib import a\nfrom lib.registry import load\n",
}
LOAD = "from lib import load\nload('one')"


@pytest.mark.parametrize(
    "keep",
    [
        "KNOWN[name] = function",
        "KNOWN.update({name: function})",
        "KNOWN.setdefault(name, []).append(function)",
        "known = KNOWN\n        known[name] = function",
        "setattr(KNOWN, name, function)",
        "global X\n        X = function",
        "put(KNOWN, function)",
    ],
)
def test_what_registers_itself(keep):
    files = edited(REGISTRY, "registry", "KNOWN[name] = function", keep)
    files["registry"] += "def put(known, function): known['x'] = function\n"
    assert counts(LOAD, files, "a", "1", "2")
    assert not counts(LOAD, files, "a", "5", "6")


def test_a_registry_that_is_an_object():
    files = {
        "registry": "class Registry:\n    def register(self, f):\n        self.last = f\n        return f\nKNOWN = Registry()\n",
        "a": "from lib.registry import KNOWN\n@KNOWN.register\ndef one(): return 1\ndef g(): return 5\n",
    }
    page = "import lib.a\nfrom lib.registry import KNOWN\nKNOWN.last()"
    assert counts(page, files, "a", "1", "2")
    assert not counts(page, files, "a", "5", "6")


def test_registration_by_a_call():
    files = REGISTRY | {
        "a": "from lib.registry import register\ndef one(): return 1\nX = register('one')(one)\nY = 5\n"
    }
    assert counts(LOAD, files, "a", "1", "2")
    assert not counts(LOAD, files, "a", "5", "6")


def test_a_decorator_that_changes_nothing():
    timer = "import time\ndef timed(f):\n    def g(*a):\n        t = time.time()\n        return f(*a)\n    g.name = f\n    return g\n"
    files = {"timer": timer, "a": "from lib.timer import timed\n@timed\ndef f(): return 1\n@timed\ndef g(): return 5\n"}
    assert counts("from lib.a import f\nf()", files, "a", "1", "2")
    assert not counts("from lib.a import f\nf()", files, "a", "5", "6")


def test_a_table_of_functions_calls_none_of_them():
    files = {
        "a": "from dataclasses import dataclass\n@dataclass\nclass Entry:\n    draw: object\n"
        "SEEN = []\ndef one():\n    SEEN.append(5)\nT = {'one': Entry(draw=one)}\ndef f(): return 1\n"
    }
    assert not counts("from lib.a import f\nf()", files, "a", "5", "6")
    assert counts("from lib.a import T\nT['one'].draw()", files, "a", "5", "6")


def test_a_record_that_counts_its_objects():
    files = {
        "a": "from dataclasses import dataclass, field\nSEEN = []\ndef new():\n    SEEN.append(1)\n"
        "@dataclass\nclass Entry:\n    x: int = field(default_factory=new)\nT = Entry()\n"
    }
    assert counts("import lib.a\nlib.a.SEEN", files, "a", "append(1)", "append(2)")


def test_the_order_of_registrations():
    files = REGISTRY | {
        "a": "from lib.registry import register\n@register('a')\ndef a(): ...\n@register('b')\ndef b(): ...\n"
    }
    swapped = files | {
        "a": "from lib.registry import register\n@register('b')\ndef b(): ...\n@register('a')\ndef a(): ...\n"
    }
    assert reached(LOAD, files).symbols != reached(LOAD, swapped).symbols


def test_the_order_of_imports_that_register():
    files = REGISTRY | {
        "lib": "from lib import a\nfrom lib import b\nfrom lib.registry import load\n",
        "b": REGISTRY["a"],
    }
    swapped = files | {"lib": "from lib import b\nfrom lib import a\nfrom lib.registry import load\n"}
    assert reached(LOAD, files).symbols != reached(LOAD, swapped).symbols


def test_a_new_module_that_registers():
    more = REGISTRY | {"b": REGISTRY["a"], "a": "import lib.b\n" + REGISTRY["a"]}
    assert reached(LOAD, REGISTRY).symbols != reached(LOAD, more).symbols


def test_a_condition_that_registers():
    files = REGISTRY | {
        "a": "from lib.registry import register\nif register('x')(1):\n    pass\nif len([5]):\n    A = 3\n"
    }
    assert counts(LOAD, files, "a", "1", "2")
    assert not counts(LOAD, files, "a", "5", "6")


@pytest.mark.parametrize(
    "lines", [["X = 1", "Y = X + 1", "X = 3"], ["X = []", "X.append(1)", "Y = len(X)", "X.append(2)"]]
)
def test_what_is_read_between_two_changes(lines):
    page = "from lib.a import Y\nY"
    moved = [lines[0], *lines[2:], lines[1]]
    assert reached(page, {"a": "\n".join(lines)}).symbols != reached(page, {"a": "\n".join(moved)}).symbols


def test_a_global_name_that_is_local_around():
    nested = "X = 1\ndef f():\n    X = 3\n    def g():\n        global X\n        return X\n    return g()\nY = 5\n"
    assert counts("from lib.a import f\nf()", {"a": nested}, "a", "X = 1", "X = 2")
    assert not counts("from lib.a import f\nf()", {"a": nested}, "a", "5", "6")


# Documentation

DOCUMENTED = {"a": '"""Module 1."""\n\ndef f():\n    """One 1."""  # 5\n    return 3\n\nclass C:\n    """Two 1."""\n'}


@pytest.mark.parametrize("name", ["f", "C"])
def test_a_docstring_does_not_count(name):
    assert not counts(f"from lib.a import {name}\n{name}()", DOCUMENTED, "a", "One 1", "One 2")
    assert not counts(f"from lib.a import {name}\n{name}()", DOCUMENTED, "a", "Two 1", "Two 2")


@pytest.mark.parametrize(
    "look",
    [
        "help(f)",
        "f.__doc__",
        "import inspect",
        "from inspect import getdoc",
        "get_ipython().run_line_magic('pinfo', 'f')",
        "getattr(f, '__doc__')",
    ],
)
def test_a_docstring_counts_where_somebody_looks(look):
    assert counts(f"from lib.a import f\nf()\n{look}", DOCUMENTED, "a", "One 1", "One 2")
    assert not counts(f"from lib.a import f\nf()\n{look}", DOCUMENTED, "a", "5", "6")


def test_a_comment_counts_where_the_source_is_shown():
    assert counts("from lib.a import f\nget_ipython().run_line_magic('pinfo2', 'f')", DOCUMENTED, "a", "5", "6")


def test_the_docstring_of_a_module():
    assert counts("import lib.a\nlib.a.__doc__", DOCUMENTED, "a", "Module 1", "Module 2")


def test_the_library_looks_at_documentation():
    files = {"a": 'def f():\n    return g.__doc__\ndef g():\n    """Text 1."""\n'}
    assert counts("from lib.a import f\nf()", files, "a", "Text 1", "Text 2")


def test_all_methods_of_a_class_that_is_shown():
    files = {"a": 'class C:\n    def m(self):\n        """Text 1."""\nclass D:\n    """Text 5."""\n'}
    assert counts("from lib.a import C\nhelp(C)", files, "a", "1", "2")
    assert not counts("from lib.a import C\nhelp(C)", files, "a", "5", "6")


@pytest.mark.parametrize("text", ["# note\ndef f(): return (1)\n", "def f():\n\n    return 1  # note\n"])
def test_formatting_does_not_count(text):
    page = "from lib.a import f\nf()"
    assert reached(page, {"a": "def f():\n    return 1\n"}).symbols == reached(page, {"a": text}).symbols


# What is not there yet


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(): return len([])\n", "def len(x): return 1\ndef f(): return len([])\n"),
        ("from lib.b import *\ndef f(): return g()\n", "from lib.b import *\ndef g(): return 2\ndef f(): return g()\n"),
        ("def f(): return 1\n", "def f(): return 1\ndef missing(): return 2\n"),
        (
            "class B:\n    def m(s): ...\nclass f(B): ...\n",
            "class B:\n    def m(s): ...\nclass f(B):\n    def m(s): return 2\n",
        ),
    ],
)
def test_a_new_definition_that_captures_a_name(before, after):
    page = "import lib.a\nlib.a.f().m()\nlib.a.missing"
    others = {"b": "def g(): return 1\n"}
    assert reached(page, others | {"a": before}).symbols != reached(page, others | {"a": after}).symbols


def test_a_new_definition_that_captures_nothing():
    page = "import lib.a\nlib.a.f().m()"
    files = {"a": "class f:\n    def m(s): ...\n"}
    more = {"a": "class f:\n    def m(s): ...\n    def n(s): ...\nclass g(f):\n    def m(s): ...\n", "b": "x = 1"}
    assert reached(page, files).symbols == reached(page, more).symbols


def test_a_missing_name_is_a_symbol_without_a_digest():
    assert reached("from lib.a import f", {"a": ""}).symbols == {"lib.a.f": ""}


def test_a_missing_module():
    assert reached("import lib.b", {}).symbols == {"lib.b": ""}


def test_a_name_that_an_imported_module_misses():
    assert counts("import lib", {"lib": "from lib.a import f\n", **FUNCTION}, "a", "def f", "def h")


# Too dynamic

WHOLE = {
    "passed on": "import lib.a\nshow(lib.a)",
    "in a container": "import lib.a\n[lib.a]",
    "getattr": "import lib.a\ngetattr(lib.a, name)",
    "vars": "from lib import a\nvars(a)",
    "dict": "from lib import a\na.__dict__",
    "import_module": "import importlib\nimportlib.import_module('lib.a')",
    "import_module of anything": "import importlib\nimportlib.import_module(name)",
    "__import__": "__import__('lib.a')",
    "sys.modules": "import sys\nimport lib.a\nsys.modules[name]",
    "eval": "eval('lib.a.f()')",
    "exec": "exec('import lib')",
    "shell": "get_ipython().system('python -m lib.a')",
    "bash": "get_ipython().run_cell_magic('bash', '', 'python -m lib.a')",
    "not Python": "!!! lib",
    "subprocess": "import subprocess\nsubprocess.run(['python', '-m', 'lib.a'])",
    "library": "from lib.b import b\nb()",
    "library runs text": "from lib.e import e\ne()",
    "lazy": "import lib.c\nlib.c.anything",
    "globals": "from lib.d import d\nd()",
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_module_as_a_whole(case):
    files = FUNCTION | {
        "b": "from lib import a\ndef b(): return getattr(a, input())\n",
        "e": "def e(): return eval('lib.a.' + x)\n",
        "c": "from lib import a\ndef __getattr__(name): return getattr(a, name)\n",
        "d": "from lib.a import *\nfrom lib.a import g\ndef d(): return globals()['g']\n",
    }
    assert counts(WHOLE[case], files, "a", "5", "6")
    assert not counts(WHOLE[case], files, "a", "\n\n", "\n\n\n")


@pytest.mark.parametrize(
    "cell",
    ["model.eval()\nre.compile('lib')", "print('lib')", "eval('library')", "!!! library", "get_ipython().system('ls')"],
)
def test_nothing_dynamic(cell):
    assert not reached(["from lib.a import f\nf()", cell], FUNCTION).whole


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("import lib.a\ngetattr(lib.a, name)", "cell 2 passes it to getattr() in line 2"),
        ("!!! lib", "cell 2 mentions lib in text that it runs"),
        ("from lib.b import b", "lib.b.b passes it to getattr() in line 2"),
    ],
)
def test_the_reason(cell, reason):
    files = FUNCTION | {"b": "from lib import a\ndef b(): return getattr(a, input())\n"}
    assert reached(["x", cell + "\nb"], files).whole["lib.a"] == reason


def test_a_module_that_is_not_python():
    found = reached("import lib.a", {"a": "x = 1\ndef f(:\n"})
    assert found.whole == {"lib.a": "it is not valid Python in line 2"}
    assert counts("import lib.a", {"a": "def f(:\n5"}, "a", "5", "6")


def test_a_module_that_is_nested_too_deeply():
    files = FUNCTION | {"b": f"x = {' + '.join(['1'] * 300)}\n"}
    assert counts("import lib.b", files, "b", "1", "2")
    assert counts("import lib.b", files, "a", "5", "6")


def test_a_cell_that_is_nested_too_deeply():
    assert counts(f"import lib.a\nx = {' + '.join(['1'] * 3000)}\n", FUNCTION, "a", "5", "6")


def test_a_folder_without_an_init():
    library = {"lib.deep.a": closure.summarise("A = 1\n", "lib.deep.a", False)}
    page = closure.summarise_page([(1, "from lib.deep import a\na.A")])
    assert list(closure.reach(page, library, ["lib"]).symbols) == ["lib.deep.a.A"]


def test_the_name_of_a_public_list_counts():
    files = {"a": '__all__ = ["f", "g"]\n' + FUNCTION["a"]}
    page = "from lib.a import *\nf()"
    assert counts(page, files, "a", '"f", ', "")


def test_a_whole_module_brings_what_it_uses():
    files = {"a": "from lib.b import g\ndef f(): return g()\n", "b": "def g(): return 1\ndef h(): return 5\n"}
    assert counts("import lib.a\nshow(lib.a)", files, "b", "1", "2")
    assert not counts("import lib.a\nshow(lib.a)", files, "b", "5", "6")


@pytest.mark.parametrize("name", ["getattr(x, name)", "vars(x)", "dir(x)", "x.__dict__", "attrgetter(name)(x)"])
def test_attributes_that_only_the_run_knows(name):
    files = {"a": "class C:\n    def m(self): return 1\nclass D:\n    def m(self): return 5\n"}
    page = f"from operator import attrgetter\nfrom lib.a import C\nx = C()\n{name}"
    assert counts(page, files, "a", "1", "2")
    assert not counts(page, files, "a", "5", "6")


# What is told


def test_the_chain():
    found = reached(["1", "from lib.a import f", "f()"], DEEP)
    assert found.chain("lib.c.C") == (["lib.a.f", "lib.b.g", "lib.c.h", "lib.c.C"], 3)


def test_the_chain_of_an_effect():
    found = reached(["1", "import lib.a"], {"a": "import lib.b\n", "b": "print(1)\n"})
    assert found.chain("lib.b.<module>") == (["import lib.a", "import lib.b", "lib.b.<module>"], 2)


def test_the_chain_of_a_method():
    found = reached("from lib.a import C\nC().m()", {"a": "class C:\n    def m(self): ...\n"})
    assert found.chain("lib.a.C.m") == (["lib.a.C", "lib.a.C.m"], 1)


def test_external_packages():
    files = {"a": "import numpy as np\nimport pandas\nimport seaborn\ndef f(): return np.x\ndef g(): pandas.y\n"}
    assert reached("import torch\nfrom lib.a import f\nf()", files).imports == {"torch", "numpy", "seaborn"}


def test_the_modules_that_are_imported():
    assert reached("from lib.a import f", DEEP).modules == {"lib", "lib.a", "lib.b", "lib.c"}


def test_a_single_module():
    library = {"tool": closure.summarise("A = 1\nB = 2\n", "tool", False)}
    page = closure.summarise_page([(1, "import tool\ntool.A")])
    assert list(closure.reach(page, library, ["tool"]).symbols) == ["tool.A"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("lib/__init__.py", ("lib", True)), ("lib/a.py", ("lib.a", False)), ("tool.py", ("tool", False))],
)
def test_the_name_of_a_module(path, expected):
    assert closure.module_name(PurePath(path)) == expected
