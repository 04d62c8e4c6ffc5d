import pytest


@pytest.fixture(scope="module")
def twin(print_book):
    def read(book, page):
        return (print_book(book).root / "build" / "html" / f"{page}.md").read_text(encoding="utf-8")

    return read


@pytest.fixture(scope="module")
def first(twin):
    return twin("runnable", "chapter/first")


def test_headings_carry_their_numbers(first):
    assert first.startswith("# 1.1 First steps\n\n")
    assert "\n\n## 1.1.1 Exercises\n\n" in first


def test_references_are_words_and_links_to_other_pages(first):
    assert "as in (1.1)." in first
    assert "see Figure 1.1, Table 1.1, [Section 1.2](second.md) and [its section](second.md)" in first


def test_values_are_what_was_computed(first):
    assert "Twice 21 is 42;" in first


def test_signs_that_mean_something_are_escaped(first):
    assert r"Not *all* stars are 2 \* 3, and no_one minds `a_b`." in first


def test_formulas_are_free_of_macros_and_have_their_numbers(first):
    assert r"The norm $\lVert x \rVert$ of" in first
    assert "$$\n\\lVert x \\rVert^2 = \\sum_i x_i^2 \\tag{1.1}\n$$" in first


def test_a_table_has_its_number_and_a_formula_in_it_no_stroke(first):
    assert "**Table 1.1.** Parts | wholes\n\n| name | value |\n| --- | --- |\n| $\\lvert x \\rvert$ | 1 |" in first


def test_code_and_what_it_shows_follow_each_other(first):
    code, shown = first.split("SVG(")[1].split("\n```\n\n", 1)
    assert "<rect" in code
    assert shown.startswith("![One blue square.](../_images/")
    assert "\n\n**Figure 1.1.** A square of side $s$.\n" in shown


def test_a_solution_is_folded_and_a_formula_in_it_on_one_line(first):
    assert "> **Exercise 1.1** (Double it)\n>\n> Double 4.\n\n" in first
    assert "<summary>Solution</summary>\n\nIt is\n\n$$2 \\cdot 4 = 8.$$\n\n</details>" in first


def test_statements_and_proofs(twin):
    text = twin("blocks", "statements/theorems")
    assert "> **Theorem 1.1** (Jensen’s inequality)\n>\n> For a convex $f$" in text
    assert ">\n> ∎\n" in text


def test_a_proof_of_several_cells_begins_with_its_name(twin):
    text = twin("blocks", "statements/theorems")
    assert "**Proof** (of Corollary 1.1, by example)\n\n```python\nsum(" in text


def test_lists_in_lists(twin):
    text = twin("blocks", "statements/theorems")
    assert "> 2. For $k = 0, 1, \\dots$ until" in text
    assert ">    1. compute $g" in text


def test_boxes_notes_tabs_and_cards(twin):
    text = twin("prose", "text/blocks")
    assert "> **Warning**\n>\n> Text of a warning." in text
    assert "> **A title with $x$**" in text
    assert "**Julia**\n\nText in Julia." in text
    assert "**Card one**\n\nBody one." in text
    assert "<svg" not in text


def test_footnotes_and_what_is_between(twin):
    text = twin("prose", "text/notes")
    assert "A claim.<sup>1</sup>" in text
    assert "---\n\n<sup>1</sup> Defined at the end." in text


def test_tables_of_code_and_errors(twin):
    text = twin("small", "basics/outputs")
    assert "\n| a |\n| --- |\n| 42 |\n" in text
    assert "ZeroDivisionError: division by zero\n```" in text


def test_what_a_page_cites_stands_at_its_end(twin):
    assert "\n\n**References**\n\n- " in twin("formulas", "maps/works")


def test_nothing_of_a_page_is_lost(print_book, twin):
    """Every word of the text of a page of the site is in its twin, those of formulas and of headings' links apart."""
    for book, page in [("blocks", "statements/theorems"), ("prose", "text/notes"), ("small", "basics/syntax")]:
        article = print_book(book).page(page).select_one("article")
        for formula in article.select(".katex, .math, .headerlink, svg, .highlight, .fn-bracket, input"):
            formula.decompose()
        text = twin(book, page).replace("\\", "").replace("*", "").replace("`", "").replace("~~", "")
        missing = [word for word in article.get_text(" ").split() if word.rstrip(".") not in text]
        assert missing == []
