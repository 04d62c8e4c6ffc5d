import filecmp
import re
import subprocess
import sys

import pytest
from docutils import nodes

from nbpress.sphinxext.math import formula


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


def test_a_title_in_the_contents_has_its_formula_and_its_code(formulas_page):
    entry = formulas_page("sets/equations").select_one(".book-contents a[href='lines.html']")
    assert entry.select_one(".katex-html")
    assert entry.code.get_text() == "code"


def test_a_title_says_its_formula_once_where_there_is_no_markup(formulas, formulas_page):
    said = " ".join(formulas_page("sets/lines").title.get_text().split())
    assert said == "1.1 The ℓ2 norm in code — Formulas"
    assert r"ell_2" not in (formulas / "build" / "html" / "_static" / "search-text.js").read_text()


def test_a_formula_in_a_title_on_paper_has_its_characters_in_the_bookmark(formulas_tex):
    assert r"\section{The \texorpdfstring{\protect\(\ell_2\protect\)}{ℓ2} norm" in formulas_tex


def test_a_caption_describes_its_picture_without_tex(formulas_page):
    assert formulas_page("sets/lines").select_one("figure img")["alt"] == "The curve y=h2."


def test_a_formula_holds_its_punctuation(formulas_page):
    kept = [span.select_one("annotation").get_text() for span in formulas_page("sets/lines").select(".kept")]
    assert {"y_0 = a + b + c", r"\{z_0\}", "w", "q", "v_0", "x + y"} <= set(kept)


def test_a_long_formula_can_be_scrolled_by_the_keyboard(formulas_page):
    assert all(formula["tabindex"] == "0" for formula in formulas_page("sets/lines").select(".katex-display"))


def test_macros_on_the_site(formulas_page):
    first = formulas_page("maps/macros").select_one(".katex-mathml mrow")
    assert first.get_text().startswith("∥x∥=b+φ(R),")


def test_macros_on_paper(formulas_pdf):
    assert "‖𝐱‖ = 𝑏 + 𝜑(ℝ), arg min in text" in formulas_pdf


def test_a_macro_with_the_name_of_a_command_that_tex_is_made_of(make_book, press):
    macros = "[macros]\n'\\left' = 'x'"
    done = press(make_book({"page": ["# Page", "$x$"]}, toml=macros), "build", "pdf")
    assert "the macro \\left of book.toml is a command that TeX itself is made of" in done.stderr


ENVIRONMENTS = ("aligned", "split", "gathered", "cases", "lines", "matrix")


def test_each_pair_of_dollars_has_one_number(formulas_page, formulas_pdf):
    numbers = [number.get_text().strip("#") for number in formulas_page("sets/equations").select(".eqno")]
    assert numbers == [f"(1.{number})" for number in range(2, 2 + len(ENVIRONMENTS))]
    for number in numbers:
        assert f" {number} " in formulas_pdf


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sets/equations", "See (1.2), (1.3), (1.4), (1.5), (1.6), (1.7), (1.1), (2.1) and the cases."),
        ("maps/works", "From elsewhere: (1.6), (1.1), (1.3), Section 1.2."),
        ("front/index", "See (1) and (2)."),
        ("back/index", "See (2) and Figure 1."),
    ],
)
def test_references_say_the_same_on_the_site_and_on_paper(formulas_page, formulas_pdf, name, said):
    assert said in " ".join(formulas_page(name).get_text().split())
    assert said in re.sub(r" on page \d+", "", formulas_pdf)  # paper says where besides


def test_words_lead_to_an_equation(formulas_page, formulas_tex):
    assert formulas_page("sets/equations").find("a", string="the cases")["href"] == "#equation-eq-cases"
    assert r"\hyperref[equation:sets/equations:eq-cases]{the cases}" in formulas_tex


def test_bare_lines_are_aligned_whatever_stands_in_them():
    matrix = r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}"
    assert formula(nodes.math_block("", matrix)).tex == matrix
    assert formula(nodes.math_block("", rf"a &= {matrix} \\ b &= 1")).tex.startswith(r"\begin{aligned}")


@pytest.mark.parametrize(
    ("environment", "hint"),
    [
        ("align*", r"write \begin{aligned} … \end{aligned}"),
        ("gather", r"write \begin{gathered} … \end{gathered}"),
        ("equation", "leave it out"),
    ],
)
def test_a_display_in_a_display_is_a_problem(make_book, press, environment, hint):
    text = f"$$\n\\begin{{{environment}}}\na\n\\end{{{environment}}}\n$$"
    done = press(make_book({"page": ["# Page", text]}), "build", "html")
    said = f"{environment} makes a display, and so do the dollars around it.\n    {hint}"
    assert f"cell 2 (id c2), line 1: {said}" in done.stderr


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
