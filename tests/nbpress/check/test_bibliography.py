import pytest

from nbpress import book
from nbpress.check import check

GOOD = "@misc{harris2020, title={T}, author={A B}, year={2020}}\n"


@pytest.fixture
def said(make_book):
    def run(text, bib):
        root = make_book({"page": ["# Page", text]})
        if bib is not None:
            (root / "notebooks" / "references.bib").write_text(bib)
        loaded = book.load(root)
        return "\n".join(map(str, check(loaded, loaded.pages)))

    return run


@pytest.mark.parametrize(
    "text",
    [
        "{cite:p}`harris2020`",
        "- {cite}`{see}harris2020{p. 5}`",
        ":::{note}\n{cite:t}`harris2020`\n:::",
        "`{cite:p}` of code, and no {cite}-role",
    ],
)
def test_good_citations(said, text):
    assert said(text, GOOD) == ""


def test_an_unknown_key_names_place_and_nearest(said):
    text = said("one\n\n- two {cite:p}`harris2020,haris2020`", GOOD)
    assert text == (
        'notebooks/chapter/page.ipynb, cell 2 (id c2), line 3: the bibliography has no entry "haris2020".\n'
        '    did you mean "harris2020"?'
    )


def test_a_key_without_a_file(said):
    assert 'no entry "harris2020".\n    add it to references.bib' in said("{cite:p}`harris2020`", None)


@pytest.mark.parametrize(
    ("bib", "problem"),
    [
        (GOOD + "@misc{b,\n title={x}\n year={2}}", "line 4: syntax error: '}' expected."),
        (GOOD + "@misc{b, title=foo}", "line 2: undefined string: foo."),
        (GOOD + "@misc{b, title={x}}\n\n@book{harris2020,", "line 4: repeated bibliography entry: harris2020."),
    ],
)
def test_a_mistake_in_the_bibtex_file_has_its_line(said, bib, problem):
    assert f"notebooks/references.bib, {problem}" in said("text", bib)
