import pytest

from nbpress.sphinxext.math import Katex


@pytest.fixture(scope="module")
def katex():
    setter = Katex()
    yield setter
    setter.close()


def test_inline(katex):
    assert 'class="katex"' in katex.render("x^2", display=False)["html"]


def test_mathml_for_screen_readers(katex):
    assert "<msup>" in katex.render("x^2", display=False)["html"]


def test_a_formula_is_set_once(katex):
    assert katex.render("y", display=True) is katex.render("y", display=True)


def test_an_error_says_what(katex):
    assert "Undefined control sequence: \\undefinedmacro" in katex.render(r"\undefinedmacro", display=False)["error"]


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
