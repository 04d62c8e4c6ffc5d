"""What a page reads, however it reads it, is known after its run: a change of it is seen."""

import json

import pytest

READS = {
    "open": "open('data.csv').read()",
    "pathlib": "from pathlib import Path\nPath('data.csv').read_bytes()",
    "os": "import os\nos.read(os.open('data.csv', os.O_RDONLY), 9)",
    "another folder": "import os\nos.chdir('..')\nopen('chapter/data.csv').read()",
    "pandas": "import pandas\npandas.read_csv('data.csv')",
    "numpy": "import numpy\nnumpy.loadtxt('data.csv', delimiter=',')",
    "numpy in C": "import numpy\nnumpy.fromfile('data.csv')",
    "a thread": "import threading\nt = threading.Thread(target=lambda: open('data.csv').read())\nt.start(); t.join()",
    "a child": "import os\npid = os.fork()\nif pid == 0:\n    open('data.csv').read()\n    os._exit(0)\nos.waitpid(pid, 0)",
    "a program": "import subprocess\nsubprocess.run(['cat', 'data.csv'])",
    "a shell line": "!cat data.csv",
    "a database": "import sqlite3\nsqlite3.connect('data.csv').close()",
    "its name only": "import os\nos.path.exists('data.csv')",
    "%%bash": "%%bash\ncat data.csv",
    "a pattern of the shell": "!cat d*.csv",
    "a command put together": "name = 'data' + '.csv'\n!cat {name}",
    "a question for its size": "import os\nos.path.getsize('data' + '.csv')",
    "linecache": "import linecache\nlinecache.getlines('data.csv')",
}


@pytest.fixture
def reading(make_book, press, tmp_path):
    """`reading(cell, …)` runs a page with these cells; then `reading.why()` is what it says of a second run."""

    class Reading:
        def __call__(self, *cells, toml=""):
            self.root = make_book({"page": ["# Page", *((cell,) for cell in cells)]}, toml=toml)
            self.folder = self.root / "notebooks" / "chapter"
            (self.folder / "data.csv").write_text("1,2\n")
            return self

        def run(self):
            done = press(self.root, "run", NBPRESS_STORE=str(tmp_path / "store"))
            assert done.returncode == 0, done.stderr
            return self

        def why(self):
            return press(self.root, "why", NBPRESS_STORE=str(tmp_path / "store")).stdout.strip()

    return Reading()


@pytest.mark.parametrize("cell", READS.values(), ids=READS)
def test_a_file_that_the_page_read(reading, cell):
    page = reading(cell).run()
    assert page.why() == "chapter/page: up to date"
    (page.folder / "data.csv").write_text("3,4\n")
    assert page.why() == "chapter/page: notebooks/chapter/data.csv changed"


def test_a_picture(reading):
    from PIL import Image

    page = reading("from PIL import Image\nImage.open('a.png').size")
    Image.new("L", (2, 2)).save(page.folder / "a.png")
    page.run()
    Image.new("L", (3, 3)).save(page.folder / "a.png")
    assert page.why() == "chapter/page: notebooks/chapter/a.png changed"


LISTS = [
    "import os\nos.listdir('.')",
    "import pathlib\nlist(pathlib.Path().iterdir())",
    "import glob\nglob.glob('*.csv')",
    "!ls",
]


@pytest.mark.parametrize("look", LISTS)
def test_a_folder_that_the_page_listed(reading, look):
    page = reading(look).run()
    (page.folder / "more.csv").write_text("")
    assert page.why() == "chapter/page: notebooks/chapter/ holds other files"


def test_a_file_that_was_not_there(reading):
    page = reading("try:\n    open('no.csv')\nexcept FileNotFoundError:\n    print('no')").run()
    (page.folder / "no.csv").write_text("")
    assert page.why() == "chapter/page: notebooks/chapter/no.csv is there now"


def test_a_question_whether_a_file_is_there(reading):
    page = reading("from pathlib import Path\nPath('no' + '.csv').exists()").run()
    (page.folder / "no.csv").write_text("")
    assert page.why() == "chapter/page: notebooks/chapter/no.csv is there now"


def test_many_threads_at_once(reading):
    page = reading(
        "from concurrent.futures import ThreadPoolExecutor\nfrom pathlib import Path\n"
        "with ThreadPoolExecutor(8) as pool: list(pool.map(lambda n: Path(f'{n}.bin').read_bytes(), range(40)))"
    )
    for number in range(40):
        (page.folder / f"{number}.bin").write_bytes(bytes(500_000))
    page.run()
    for number in range(40):
        (page.folder / f"{number}.bin").write_bytes(b"x")
    assert "and 39 more" in page.why()


def test_a_folder_that_is_a_link(reading, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.txt").write_text("1")
    page = reading("open('data/x.txt').read()")
    (page.folder / "data").symlink_to(tmp_path / "elsewhere")
    page.run()
    (tmp_path / "elsewhere" / "x.txt").write_text("2")
    assert page.why() == "chapter/page: notebooks/chapter/data/x.txt changed"


def test_a_name_that_only_begins_like_that_of_what_is_generated(reading):
    page = reading("open('../../build-data/x').read()")
    (page.root / "build-data").mkdir()
    (page.root / "build-data" / "x").write_text("1")
    page.run()
    (page.root / "build-data" / "x").write_text("2")
    assert page.why() == "chapter/page: build-data/x changed"


def test_a_module_that_was_not_there(reading):
    page = reading("try: import beside\nexcept ImportError: print('no')").run()
    (page.folder / "beside.py").write_text("")
    assert page.why() == "chapter/page: notebooks/chapter/beside.py is there now"


WRITES = [
    "import numpy\nnumpy.savez('out.npz', [1])\nnumpy.load('out.npz')",
    "import sqlite3\nsqlite3.connect('out.db').execute('create table t (a)')",
]


@pytest.mark.parametrize("cell", WRITES)
def test_the_first_run_of_a_page_that_writes_is_kept(reading, cell):
    assert reading(cell).run().why() == "chapter/page: up to date"


def test_a_name_that_is_not_utf_8(reading):
    page = reading("open(b'caf\\xe9.txt').read()")
    (page.folder / "caf\udce9.txt").write_text("1")
    page.run()


WAYS = {
    "a module beside the page": "import helper\nhelper.g()",
    "%run": "%run other.py",
    "pickle": "import pickle\nprint(pickle.loads(b'clib\\nf\\n.')())",
    "resolve_name": "import pkgutil\npkgutil.resolve_name('l' + 'ib:f')()",
    "eval": "import lib\neval('l' + 'ib.f()')",
}


@pytest.mark.parametrize("cell", WAYS.values(), ids=WAYS)
def test_a_tracked_definition_whose_name_the_page_does_not_spell(reading, cell):
    page = reading(cell, toml='[execution]\ntrack = ["lib"]')
    (page.root / "src").mkdir()
    (page.root / "src" / "lib.py").write_text("def f():\n    return 1\n")
    (page.folder / "helper.py").write_text("from lib import f\ndef g():\n    return f()\n")
    (page.folder / "other.py").write_text("import lib\nlib.f()\n")
    page.run()
    assert page.why() == "chapter/page: up to date"
    (page.root / "src" / "lib.py").write_text("def f():\n    return 2\n")
    assert "src/lib.py changed" in page.why() or "lib.f changed" in page.why()


def test_a_file_that_is_gone(reading):
    page = reading("open('data.csv').read()").run()
    (page.folder / "data.csv").unlink()
    assert page.why() == "chapter/page: notebooks/chapter/data.csv is gone"


def test_a_file_that_the_page_wrote_itself(reading):
    page = reading("open('out.txt', 'w').write('x')", "open('out.txt').read()").run()
    (page.folder / "out.txt").write_text("y")
    assert page.why() == "chapter/page: up to date"


def test_what_is_generated_does_not_count(reading):
    page = reading("open('../../build/x').read()")
    (page.root / "build").mkdir()
    (page.root / "build" / "x").write_text("1")
    page.run()
    (page.root / "build" / "x").write_text("2")
    assert page.why() == "chapter/page: up to date"


def test_a_module_beside_the_page(reading):
    page = reading("import beside\nbeside.x")
    (page.folder / "beside.py").write_text("x = 1\n")
    page.run()
    (page.folder / "beside.py").write_text("x = 2\n")
    assert page.why() == "chapter/page: notebooks/chapter/beside.py changed"


def test_a_package_that_is_not_tracked(reading):
    page = reading("import loose\nloose.x")
    (page.root / "src").mkdir()
    (page.root / "src" / "loose.py").write_text("x = 1\n")
    page.run()
    (page.root / "src" / "loose.py").write_text("x = 2\n")
    assert page.why() == "chapter/page: src/loose.py changed"


def edit_first_line(page, cell):
    path = page.folder / "page.ipynb"
    raw = json.loads(path.read_text())
    raw["cells"][1]["source"] = f"# a comment\n{cell}"
    path.write_text(json.dumps(raw))


@pytest.mark.parametrize(
    "cell",
    ["import warnings\nwarnings.warn('careful')", "def f(): pass\nimport inspect\ninspect.getsource(f)"],
    ids=["warning", "inspect"],
)
def test_a_page_that_shows_its_own_source(reading, cell):
    page = reading(cell).run()
    edit_first_line(page, cell)
    assert "the text of a cell changed" in page.why()


def test_a_page_that_does_not(reading):
    page = reading("1 + 1").run()
    edit_first_line(page, "1 + 1")
    assert page.why() == "chapter/page: up to date"


def test_a_file_of_a_data_folder(reading, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "big.bin").write_text("1")
    page = reading(f"open({str(data / 'big.bin')!r}).read()", toml=f'[execution]\ndata = ["{data}"]').run()
    (data / "big.bin").write_text("2")
    assert page.why() == "chapter/page: data big.bin changed"


def test_data_that_are_not_here_cannot_differ(reading, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "big.bin").write_text("1")
    page = reading(f"open({str(data / 'big.bin')!r}).read()", toml=f'[execution]\ndata = ["{data}"]').run()
    (data / "big.bin").unlink()
    assert page.why() == "chapter/page: up to date"


def test_data_that_changed_are_read_again(reading, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "big.bin").write_text("1")
    page = reading(f"open({str(data / 'big.bin')!r}).read()", toml=f'[execution]\ndata = ["{data}"]').run()
    (data / "big.bin").write_text("2")
    assert page.run().why() == "chapter/page: up to date"


def test_a_method_called_eval_hides_nothing(reading):
    cell = "import lib\nclass Net:\n    def eval(self): return lib.f()\nNet().eval()"
    page = reading(cell, toml='[execution]\ntrack = ["lib"]')
    (page.root / "src").mkdir()
    (page.root / "src" / "lib.py").write_text("def f():\n    return 1\n")
    page.run()
    (page.root / "src" / "lib.py").write_text("def f():\n    return 1  # one\n")
    assert page.why() == "chapter/page: up to date"


def test_looking_for_versions_lists_no_folder(reading):
    page = reading("import importlib.metadata\nimportlib.metadata.version('numpy')").run()
    (page.folder / "more.csv").write_text("")
    assert page.why() == "chapter/page: up to date"


MAKES = {
    "asked for before": "import os\nif not os.path.exists('m.txt'):\n    open('m.txt', 'w').write('1')\nopen('m.txt').read()",
    "written in C": "import torch\ntorch.save(torch.ones(2), 'm.pt')\ntorch.load('m.pt')",
    "in a folder that is listed": "import os\nopen('m.txt', 'w').write('1')\nos.listdir('.')",
}


@pytest.mark.parametrize("cell", MAKES.values(), ids=MAKES)
def test_what_the_page_makes_itself_may_be_gone(reading, cell):
    page = reading(cell).run()
    for made in page.folder.glob("m.*"):
        made.unlink()
    assert page.why() == "chapter/page: up to date"


def test_a_page_that_closes_our_log_depends_on_everything(reading):
    page = reading(
        "import os\nfor number in range(3, 64):\n    if 'observed' in os.readlink(f'/proc/self/fd/{number}') if os.path.exists(f'/proc/self/fd/{number}') else False:\n        os.close(number)",
        "1",
    ).run()
    (page.folder / "data.csv").write_text("9")
    assert "a file of the book or of its packages changed" in page.why()
