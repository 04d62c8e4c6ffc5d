import subprocess
import sys

import msgspec
import pytest

from nbpress.execute.symbols import summary

MODULE = '''"""Text."""

from lib.b import x as y

@y.z
def f(a, b=y.w):
    """Text."""
    return a.attribute + y.v + "name"

class C(y.Base):
    def m(self): ...
'''


@pytest.fixture
def read():
    return summary.summarise(MODULE, "lib.a", False)


def test_it_survives_being_stored(read):
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(read), type=summary.Summary) == read


def test_a_page_survives_being_stored():
    page = summary.summarise_page([(3, "from lib.a import *\nf()"), (5, "!!!")])
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(page), type=summary.PageSummary) == page


def test_references(read):
    assert set(read.symbols["f"].code.references) == {":lib.b.x.z", ":lib.b.x.w", ":lib.b.x.v"}


def test_what_runs_on_import(read):
    assert set(read.symbols["f"].eager.references) == {":lib.b.x.z", ":lib.b.x.w"}


def test_names_that_may_be_methods(read):
    assert {"attribute", "name"} <= read.symbols["f"].code.attributes


def test_a_method_is_a_symbol(read):
    assert list(read.symbols) == ["__doc__", "f", "C", "C.m"]


@pytest.mark.parametrize(("old", "new", "same"), [("attribute", "other", False), ("Text", "Words", True)])
def test_digests(read, old, new, same):
    other = summary.summarise(MODULE.replace(old, new), "lib.a", False)
    assert (other.symbols["f"].digests[0] == read.symbols["f"].digests[0]) == same


def test_digests_with_documentation(read):
    other = summary.summarise(MODULE.replace("Text", "Words"), "lib.a", False)
    assert other.symbols["f"].digests[1] != read.symbols["f"].digests[1]


@pytest.mark.parametrize("text", ["def f(:", "x = '\x00'", "(" * 500, "x = " + "-" * 5000 + "1"])
def test_what_is_not_python(text):
    assert summary.summarise(text, "lib.a", False).broken


def test_no_warning_of_an_invalid_escape():
    assert not summary.summarise("x = '\\d'", "lib.a", False).broken


def test_syntax_trees_are_not_needed_for_what_is_kept():
    code = "import sys, nbpress.execute.symbols.closure; print('nbpress.execute.symbols.syntax' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"


def test_hash_seeds_do_not_matter():
    code = (
        "from nbpress.execute.symbols import closure as c\n"
        "lib = {'lib': c.summarise('class C:\\n def a(s): 1\\n def b(s): 2\\nX, Y, Z = {1}, {2}, C()', 'lib', True)}\n"
        "print(c.reach(c.summarise_page([(1, 'import lib; lib.Z.a; lib.X.b; lib.Y')]), lib, ['lib']))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        )
        for seed in ("1", "2")
    ]
    assert runs[0].stdout.partition("modules=")[0] == runs[1].stdout.partition("modules=")[0]
