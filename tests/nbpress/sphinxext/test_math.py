import filecmp
import subprocess
import sys

import pytest


def test_display_lines_are_aligned(page):
    formulas = [a.get_text() for a in page("basics/syntax").select(".displaymath annotation")]
    assert any(formula.startswith(r"\begin{aligned}") for formula in formulas)


def test_no_script_sets_formulas(page):
    assert not [s for s in page("basics/syntax").select("script[src]") if "math" in s["src"].lower()]


def test_a_formula_that_cannot_be_set_is_a_problem_with_its_place(make_book, press):
    done = press(make_book({"page": ["# Page", "one\n\ntwo $\\frac{1}$ three"]}), "build", "html")
    assert "notebooks/chapter/page.ipynb, cell 2 (id c2), line 3: KaTeX cannot set this formula" in done.stderr
    assert done.returncode == 1


def test_a_formula_in_an_output_is_a_problem_of_its_cell(make_book, press):
    code = "from IPython.display import Latex\nLatex(r'$\\frac{1}$')"
    done = press(make_book({"page": ["# Page", "words", (code,)]}), "build", "html")
    assert "cell 3 (id c3), line 1: KaTeX cannot set this formula" in done.stderr


def sphinx(source, out, processes):
    """Print the folder with so many processes; what Sphinx says."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-C", "-D", "extensions=nbpress.sphinxext"]
    done = subprocess.run(
        [*command, "-j", str(processes), source, out], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout + done.stderr


@pytest.fixture
def twelve(make_book, press):
    """The source folder of a book of twelve pages, each with formulas, links and an exercise; one formula is wrong."""
    page = "$$\ny_{n}\n$$ (eq-{n})\n\n$x_{n}$, [](#eq-{next})\n\n:::{{exercise}}\n:label: ex-{n}\n$z$\n:::\n\n[](#ex-{next})"
    texts = {f"p{n}": page.format(n=n, next=(n + 1) % 12) for n in range(12)}
    texts["p7"] += "\n\n$\\frac{7}$"
    root = make_book({name: [f"# The ${name}$ norm", text] for name, text in texts.items()})
    assert press(root, "build", "html").returncode == 1
    return root / "build" / "sphinx" / "source"


def test_several_processes_write_what_one_writes(twelve, tmp_path):
    said = {processes: sphinx(twelve, tmp_path / str(processes), processes) for processes in (1, 2)}
    assert "parallel" not in said[2]  # Sphinx says so where it must not
    for text in said.values():
        assert "notebooks/chapter/p7.ipynb, cell 2 (id c2), line 14: WARNING: KaTeX cannot set this formula" in text
    pages = [path.relative_to(tmp_path / "1") for path in (tmp_path / "1").rglob("*.html")]
    assert len(pages) > 12
    assert filecmp.cmpfiles(tmp_path / "1", tmp_path / "2", pages, shallow=False) == (pages, [], [])
