"""Whatever stands in a module and in a notebook: nothing but what is saved changes, and nothing changes twice."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factory import notebook_text
from nbpress import book as books
from nbpress import notebook as notebooks
from nbpress.library import files, plan

NAMES = ["alpha", "beta", "Gamma", "DELTA", "epsilon"]
OTHERS = [
    "# a comment of the author\n",
    "def helper( x,y = 1 ) :   # odd form\n    return (x,\n            y)\n",
    "if True:\n    LATER = [ 1,2 ]\n",
    '"""Text\nin the middle."""\n',
    "\n\n\n",
    "class Own:\n\n    x = 1\n    # the end of it\n",
    "VALUE = 3;  OTHER = 4\n",
]


def definition(name: str, number: int, style: int) -> str:
    if name == "DELTA":
        return f"DELTA = {number}" if style else f"DELTA: int = (\n    {number}  # a value\n)"
    if name == "Gamma":
        return f"class Gamma:\n    '''Of {number}.'''\n\n    x = {number}\n\n    def f(self):\n        return self.x\n        # {number}"
    text = f"def {name}(x, *, y={number}):\n    # {number}\n    text = '''\n {number}'''\n\n    return x, text"
    return f"@staticmethod\n{text}" if style else text


definitions = st.builds(definition, st.just("alpha"), st.integers(0, 99), st.integers(0, 1))
versions = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 99), st.integers(0, 1)), unique_by=lambda one: one[0]
)
pieces = st.lists(st.sampled_from(OTHERS), unique=True)
ends = st.sampled_from(["\n", "\r\n"])


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("synced")
    for folder in ("conf", "notebooks/chapter", "src/lib"):
        (root / folder).mkdir(parents=True)
    toml = 'title = "B"\nauthors = ["A"]\n[execution]\ntrack = ["lib"]\n[[parts]]\ntitle = "P"\n[[parts.chapters]]\n'
    (root / "conf" / "book.toml").write_text(f'{toml}path = "chapter"\npages = ["page"]\n')
    return root


def write(root, saved, before, between, end):
    """A module with `before` and `between`, and a notebook that saves `saved`; the text of the module."""
    inner = [definition(*one) + "\n" for one in before]
    module = "".join(
        part
        for pair in zip([*inner, *[""] * len(between)], [*between, *[""] * len(inner)], strict=False)
        for part in pair
    )
    (root / "src" / "lib" / "code.py").write_bytes(module.replace("\n", end).encode())
    cells = [(f"x = 1\n\n#@save lib.code\n{definition(*one)}\n\nprint(x)  # used",) for one in saved]
    (root / "notebooks" / "chapter" / "page.ipynb").write_text(notebook_text("# Page", *cells))
    return module


def planned(root):
    book = books.load(root)
    return book, plan.make(book, [notebooks.load(book.pages[-1].path, "notebooks/chapter/page.ipynb")])


def synced(root):
    """Sync without ruff and import, which know nothing of the rest; the text of the module afterwards."""
    _, made = planned(root)
    assert made.problems == []
    path = root / "src" / "lib" / "code.py"
    for module in made.modules.values():
        path.write_bytes(module.wanted.encode())
    return path.read_bytes().decode()


slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@slow
@given(saved=versions, before=versions, between=pieces, end=ends)
def test_the_second_time_nothing_changes(root, saved, before, between, end):
    write(root, saved, before, between, end)
    once = synced(root)
    assert planned(root)[1].differences == []
    assert synced(root) == once


@slow
@given(saved=versions, before=versions, between=pieces, end=ends)
def test_the_rest_of_the_module_is_byte_for_byte_the_same(root, saved, before, between, end):
    text = write(root, saved, before, between, end)
    after = synced(root)
    assert end not in text.replace("\n", end) or after.count("\n") == after.count(end)
    names = {name for name, *_ in saved}

    def rest(module: str, versions) -> str:
        for one in versions:
            if one[0] in names:
                module = module.replace(definition(*one), "")
        return module.rstrip("\n")

    kept = rest(text, before)
    assert rest(after.replace(end, "\n"), saved)[: len(kept)] == kept
    assert rest(after.replace(end, "\n"), saved)[len(kept) :].strip() == ""


@slow
@given(saved=versions, before=versions, between=pieces, end=ends)
def test_back_and_forth_changes_nothing(root, saved, before, between, end):
    write(root, saved, before, between, end)
    once = synced(root)
    notebook = (root / "notebooks" / "chapter" / "page.ipynb").read_text()
    assert files.write_notebooks(*planned(root)) == []
    assert synced(root) == once
    assert (root / "notebooks" / "chapter" / "page.ipynb").read_text() == notebook


@slow
@given(saved=versions, between=pieces, end=ends, number=st.integers(100, 199))
def test_an_edit_of_the_module_survives_the_way_back(root, saved, between, end, number):
    write(root, saved, saved, between, end)
    path = root / "src" / "lib" / "code.py"
    edited = [(name, number, style) for name, _, style in saved]
    text = path.read_bytes().decode()
    for old, new in zip(saved, edited, strict=True):
        text = text.replace(definition(*old).replace("\n", end), definition(*new).replace("\n", end))
    path.write_bytes(text.encode())
    files.write_notebooks(*planned(root))
    cells = json.loads((root / "notebooks" / "chapter" / "page.ipynb").read_text())["cells"][1:]
    wanted = [f"x = 1\n\n#@save lib.code\n{definition(*one)}\n\nprint(x)  # used" for one in edited]
    assert [re.sub(r"\r\n", "\n", "".join(cell["source"])) for cell in cells] == wanted
    assert synced(root) == text
