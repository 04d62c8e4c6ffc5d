import pytest

from factory import notebook_text
from nbpress.errors import Place
from nbpress.sphinxext import locations


@pytest.fixture
def notebook(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(notebook_text("# A", "text"))
    return path


def test_a_line_of_a_cell(notebook):
    assert locations.decode(notebook, locations.encode(2, 4), "a.ipynb") == Place("a.ipynb", 2, "c2", 4)


def test_a_line_of_no_cell(notebook):
    assert locations.decode(notebook, 7, "a.ipynb") == Place("a.ipynb")


def test_a_notebook_that_is_gone(tmp_path):
    assert locations.decode(tmp_path / "b.ipynb", 7, "b.ipynb") == Place("b.ipynb", line=7)
