"""What `nbpress sync` does, through the command line."""

import json

import pytest

MODULE = (
    '"""Losses."""\n\nimport torch\n\nEPSILON = 1e-9  # the author\'s own\n\n\ndef kept(x):\n    return x  # as it is\n'
)
LOSS = "#@save lib.losses\ndef squared(output, target):\n    # half of it, so that the gradient is simple\n    return (output - target) ** 2 / 2"


def module(root, name="losses"):
    return (root / "src" / "lib" / f"{name}.py").read_bytes().decode()


def source(root, cell, page="page"):
    raw = json.loads((root / "notebooks" / "chapter" / f"{page}.ipynb").read_text())
    return "".join(raw["cells"][cell - 1]["source"])


def test_a_definition_goes_to_the_end_of_its_module(make_library, press):
    root = make_library({"page": ["# Page", (LOSS,)]}, losses=MODULE)
    done = press(root, "sync")
    assert (done.returncode, done.stdout) == (0, "written: src/lib/losses.py\n"), done.stderr
    assert module(root) == MODULE + "\n\n" + LOSS.partition("\n")[2] + "\n"


def test_the_second_time_nothing_is_written(make_library, press):
    root = make_library({"page": ["# Page", (LOSS,)]}, losses=MODULE)
    press(root, "sync")
    assert press(root, "sync").stdout == "library and notebooks agree.\n"


def test_a_definition_takes_the_place_of_the_old_one(make_library, press):
    old = MODULE.replace("def kept", "# the loss\ndef squared(output):\n    return 0\n\n\ndef kept")
    root = make_library({"page": ["# Page", (LOSS,)]}, losses=old)
    assert press(root, "sync").returncode == 0
    new = LOSS.partition("\n")[2]
    assert module(root) == old.replace("def squared(output):\n    return 0", new)


@pytest.mark.parametrize(
    "code",
    [
        "@staticmethod\ndef f(x, *, y=1):  # why\n    '''Doc.'''\n    return x\n    # the end",
        "async def f(x):\n    return x",
        "class A:\n    '''A class.'''\n\n    x: int = 1\n\n    def f(self):\n        return self.x  # x",
        "from dataclasses import dataclass\n\n\n#@save lib.losses\n@dataclass(frozen=True)\nclass A:\n    x: int\n    y: float = 0.5",
        "RATES = {\n    'a': 1,  # first\n    'b': 2,\n}",
        "RATE: float = 0.1",
        "def f(x):\n  if x:\n    return '''\nnot indented\n'''\n  return 2",
    ],
)
def test_kinds_of_definitions_and_their_form(make_library, press, code):
    marked = code if "#@save" in code else f"#@save lib.losses\n{code}"
    root = make_library({"page": ["# Page", (marked,)]}, losses="")
    done = press(root, "sync")
    assert done.returncode == 0, done.stderr
    wanted = code.partition("#@save lib.losses\n")[2] or code
    if "  if" not in code:  # a module has one indent
        assert wanted in module(root)
    assert press(root, "sync", "--check").returncode == 0


def test_a_method_that_is_added_later(make_library, press):
    first = "#@save lib.losses\nclass Mean:\n    '''A mean.'''\n\n    def __init__(self):\n        self.total = 0"
    later = "#@save lib.losses.Mean\ndef add(self, value):\n    self.total += value\n\nMean.add = add"
    root = make_library({"page": ["# Page", (first,), (later,)]}, losses="")
    done = press(root, "sync")
    assert done.returncode == 0, done.stderr
    assert module(root).endswith("self.total = 0\n\n    def add(self, value):\n        self.total += value\n")
    assert press(root, "sync", "--check").returncode == 0


def test_imports_that_a_definition_needs_come_with_it(make_library, press):
    cells = (
        ("import xml.dom as d\nfrom math import pi as PI, tau\nimport json",),
        ("#@save lib.losses\ndef f():\n    return d.Node, PI, int, json",),
    )
    root = make_library({"page": ["# Page", *cells]}, losses='"""Losses."""\n\nimport re\n\nX = re.IGNORECASE\n')
    done = press(root, "sync")
    assert done.returncode == 0, done.stderr
    head = (
        '"""Losses."""\n\nimport json\nimport re\nimport xml.dom as d\nfrom math import pi as PI\n\nX = re.IGNORECASE\n'
    )
    assert module(root).startswith(head)
    assert "tau" not in module(root)


def test_a_name_that_the_module_would_not_have(make_library, press):
    root = make_library(
        {"page": ["# Page", ("x = 1",), ("#@save lib.losses\ndef f():\n    return x + scale",)]}, losses=""
    )
    done = press(root, "sync")
    assert done.returncode == 1
    for name in ("x", "scale"):
        assert f'cell 3 (id c3), line 1: "f" uses "{name}", which lib.losses would not have.' in done.stderr
    assert module(root) == ""


def test_one_name_saved_by_two_cells(make_library, press):
    root = make_library({"page": ["# Page", (LOSS,)], "other": ["# Other", (LOSS,)]}, losses="")
    done = press(root, "sync")
    assert done.returncode == 1
    assert 'other.ipynb, cell 2 (id c2), line 1: "squared" is saved in lib.losses by two cells.' in done.stderr
    assert "the other one: notebooks/chapter/page.ipynb, cell 2 (id c2), line 1" in done.stderr


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("#@save lib.los\ndef f(): pass", "line 1: there is no module lib.los."),
        ("#@save libs.losses\ndef f(): pass", 'line 1: "libs" is no package that the book tracks.'),
        ("#@save\ndef f(): pass", 'line 1: "#@save" names no module.'),
        ("#@save lib.losses\nprint(1)", "line 1: #@save stands above what is not a function"),
        ("def f():\n    #@save lib.losses\n    pass", "line 2: #@save is not on the line above a definition."),
        ("def f(): pass  #@save lib.losses", "line 1: #@save is not on the line above a definition."),
        ("#@save lib.losses.Mean\ndef f(): pass", "a class Mean in lib.losses."),
        ("x = 1\n#@save lib.losses\ndef f(:", "line 3: the cell saves code, but is not Python"),
    ],
)
def test_marks_that_lead_nowhere(make_library, press, code, message):
    root = make_library({"page": ["# Page", (code,)]}, losses="")
    done = press(root, "sync")
    assert done.returncode == 1
    assert f"notebooks/chapter/page.ipynb, cell 2 (id c2), {message}" in done.stderr or message in done.stderr


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("#@save lib.losses\ndef f(x=1/0):\n    return x", "lib.losses could not be imported."),
        ("#@save lib.losses\ndef f():\n    import os", "it would not pass ruff."),
        ("#@save lib.losses\ndef f():\n    %time 1", "the cell saves code, but is not Python"),
    ],
)
def test_a_module_that_would_not_be_sound_is_not_written(make_library, press, code, message):
    root = make_library({"page": ["# Page", (LOSS,), (code,)]}, losses="")
    done = press(root, "sync")
    assert done.returncode == 1
    assert message in done.stderr
    assert module(root) == ""


def test_a_module_that_is_not_python(make_library, press):
    root = make_library({"page": ["# Page", (LOSS,)]}, losses="x = 1\ndef (")
    done = press(root, "sync")
    assert done.returncode == 1
    assert "src/lib/losses.py, line 2: the module is not Python" in done.stderr


@pytest.mark.parametrize("verb", [("sync", "--check"), ("check",)])
def test_a_difference_is_shown_with_its_cell(make_library, press, verb):
    root = make_library({"page": ["# Page", (LOSS,)]}, losses="def squared(output, target):\n    return 0\n")
    done = press(root, *verb)
    assert done.returncode == 1
    assert (
        'notebooks/chapter/page.ipynb, cell 2 (id c2), line 1: "squared" is not what it is in lib.losses.'
        in done.stderr
    )
    assert "-    return 0" in done.stderr
    assert "+    return (output - target) ** 2 / 2" in done.stderr
    assert module(root).endswith("return 0\n")


def test_back_carries_an_edit_of_the_module_into_the_cell(make_library, press):
    cell = f"%matplotlib inline\nimport torch\n\n{LOSS}\n\nsquared(1, 2)  # used"
    root = make_library({"page": ["# Page", (cell,)]}, losses=MODULE)
    assert press(root, "sync").returncode == 0
    path = root / "src" / "lib" / "losses.py"
    path.write_text(module(root).replace("** 2 / 2", "** 2"))
    before = (root / "notebooks" / "chapter" / "page.ipynb").read_text()
    done = press(root, "sync", "--back")
    assert (done.returncode, done.stdout) == (0, "written: notebooks/chapter/page.ipynb\n"), done.stderr
    assert source(root, 2) == cell.replace("** 2 / 2", "** 2")
    assert (root / "notebooks" / "chapter" / "page.ipynb").read_text() == before.replace("** 2 / 2", "** 2")
    assert press(root, "sync", "--check").returncode == 0


def test_back_of_what_the_library_does_not_have(make_library, press):
    root = make_library({"page": ["# Page", (LOSS,)]}, losses="")
    done = press(root, "sync", "--back")
    assert done.returncode == 1
    assert 'lib.losses has no "squared".' in done.stderr


def test_ends_of_lines_stay_as_they_are(make_library, press):
    root = make_library({"page": ["# Page", (LOSS,)]}, losses=MODULE.replace("\n", "\r\n"))
    assert press(root, "sync").returncode == 0
    assert module(root).replace("\r\n", "").count("\n") == 0
    assert press(root, "sync", "--check").returncode == 0


def test_books_without_saved_code(make_book, press):
    assert press(make_book({"page": ["# Page", ("1",)]}), "sync").stdout == "library and notebooks agree.\n"
