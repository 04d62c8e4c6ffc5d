"""Random packages are executed: the page's value changes with an edit exactly when what it depends on does."""

import sys
from types import ModuleType
from typing import NamedTuple
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from nbpress.execute.symbols import closure

MODULES = 3
EACH = 3  # functions of a module
FORMS = {  # of a function that adds a constant to the values of others
    "plain": "def f{i}():\n    return {value} + {calls}\n",
    "variable": "A{i} = {value}\ndef f{i}():\n    return A{i} + {calls}\n",
    "default": "def f{i}(x={value}):\n    return x + {calls}\n",
    "lambda": "f{i} = lambda: {value} + {calls}\n",
    "nested": "def f{i}():\n    def inner():\n        return {value} + {calls}\n    return inner()\n",
    "method": "class C{i}:\n    def m{i}(self):\n        return {value} + {calls}\n    def n{i}(self):\n        return 0\ndef f{i}():\n    return C{i}().m{i}()\n",
    "inherited": "class B{i}:\n    x = {value}\n    def m{i}(self):\n        return self.x + {calls}\nclass C{i}(B{i}):\n    pass\ndef f{i}():\n    return C{i}().m{i}()\n",
    "decorated": "def d{i}(f):\n    return lambda: f() + {value}\n@d{i}\ndef f{i}():\n    return {calls}\n",
    "condition": "if {value}:\n    def f{i}():\n        return {value} + {calls}\n",
    "registered": "T{i} = {{}}\ndef keep{i}(f):\n    T{i}['x'] = f\n    return f\n@keep{i}\ndef g{i}():\n    return {value}\ndef f{i}():\n    return T{i}['x']() + {calls}\n",
}
IMPORTS = {
    "from": ("from lib.m{m} import f{i}\n", "f{i}()"),
    "as": ("from lib.m{m} import f{i} as z{i}\n", "z{i}()"),
    "module": ("import lib.m{m}\n", "lib.m{m}.f{i}()"),
    "package": ("from lib import m{m}\n", "m{m}.f{i}()"),
    "star": ("from lib.m{m} import *\n", "f{i}()"),
}


class Function(NamedTuple):
    form: str
    calls: frozenset[int]  # of functions before it
    style: str


@st.composite
def packages(draw):
    """Functions that call some of those before them."""
    return [
        Function(
            # what registers itself counts wherever its module is imported: exactness is tested without it
            draw(st.sampled_from(sorted(FORMS.keys() - {"registered"}))),
            draw(st.frozensets(st.sampled_from(range(index)), max_size=3)) if index else frozenset(),
            draw(st.sampled_from(sorted(IMPORTS))),
        )
        for index in range(MODULES * EACH)
    ]


def imported(index, style):
    """The statement that imports a function, and the call of it."""
    return tuple(text.format(m=index // EACH, i=index) for text in IMPORTS[style])


def write(functions, values):
    """The sources of the package's modules."""
    sources = {"lib": ""}
    for module in range(MODULES):
        head, body = "", ""
        for index in range(module * EACH, (module + 1) * EACH):
            form, calls, style = functions[index]
            ways = {call: imported(call, style) if call // EACH != module else ("", f"f{call}()") for call in calls}
            head += "".join(way[0] for way in ways.values())
            expression = " + ".join(["0", *(way[1] for way in ways.values())])
            body += FORMS[form].format(i=index, value=values[index], calls=expression)
        sources[f"lib.m{module}"] = head + body
    return sources


def run(sources, page):
    """The value that the page ends with."""
    with mock.patch.dict(sys.modules):
        for name, source in sources.items():
            module = sys.modules[name] = ModuleType(name)
            if name == "lib":
                module.__path__ = []
            else:
                setattr(sys.modules["lib"], name.removeprefix("lib."), module)
            exec(source, module.__dict__)
        names = {}
        exec(page, names)
        return names["value"]


def symbols(sources, page):
    library = {name: closure.summarise(source, name, name == "lib") for name, source in sources.items()}
    return closure.reach(closure.summarise_page([(1, page)]), library, ["lib"]).symbols


INDEX = st.integers(0, MODULES * EACH - 1)


@settings(max_examples=60, deadline=None)
@given(packages(), INDEX, INDEX, st.sampled_from(sorted(IMPORTS)))
def test_an_edit_counts_exactly_where_it_changes_the_value(functions, called, changed, style):
    statement, call = imported(called, style)
    page = f"{statement}value = {call}\n"
    values = [1] * len(functions)
    before = write(functions, values)
    values[changed] = 2
    after = write(functions, values)
    assert (run(before, page) != run(after, page)) == (symbols(before, page) != symbols(after, page))


@settings(max_examples=40, deadline=None)
@given(packages(), INDEX, INDEX, st.sampled_from(sorted(IMPORTS)))
def test_what_registers_itself_is_never_missed(functions, called, changed, style):
    functions[changed] = functions[changed]._replace(form="registered")
    statement, call = imported(called, style)
    page = f"{statement}value = {call}\n"
    values = [1] * len(functions)
    before = write(functions, values)
    values[changed] = 2
    after = write(functions, values)
    assert run(before, page) == run(after, page) or symbols(before, page) != symbols(after, page)
