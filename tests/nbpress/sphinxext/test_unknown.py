"""One book in which nothing is known, printed once as a site and once on paper."""

import json

import pytest

from factory import notebook_text

KNOWN = [
    "# Known\n\n## A section",
    "$$\nx\n$$ (eq-loss)",
    "(here)=\n\nA place.",
    ":::{glossary}\ntensor\n: A thing.\n:::",
]
CASES = [  # source, line of what is unknown, what is said
    (":::{exercice}\nx\n:::", 1, 'the directive "exercice" is not known.\n    did you mean "exercise"?'),
    ("a\n\n{emphasise}`x`", 3, 'the role "emphasise" is not known.\n    did you mean "emphasis"?'),
    (
        ":::{exercise}\n:lable: ex-a\nx\n:::",
        2,
        'the directive "exercise" has no option "lable".\n    did you mean "label"?',
    ),
    ("{eq}`eq-los`", 1, 'the label "eq-los" is not defined.\n    did you mean "eq-loss"?'),
    ("{ref}`her`", 1, 'the label "her" is not defined.\n    did you mean "here"?'),
    (
        "{numref}`eq-loss`",
        1,
        'the label "eq-loss" has no number here.\n    refer to it by words: [words](#eq-loss)',
    ),
    ("[](#here)", 1, 'the label "here" has no number here.\n    refer to it by words: [words](#here)'),
    ("{term}`tensr`", 1, 'the term "tensr" is not in the glossary.\n    did you mean "tensor"?'),
    ("{doc}`knwon`", 1, 'the page "knwon" does not exist.\n    did you mean "known"?'),
    (":::{image} b.svg\n:::", 1, 'the picture "chapter/b.svg" does not exist.\n    did you mean "chapter/a.svg"?'),
    ("{download}`b.svg`", 1, 'the file "chapter/b.svg" does not exist.\n    did you mean "chapter/a.svg"?'),
    ("```pyhton\nx\n```", 1, 'the language "pyhton" is not known.\n    did you mean "python"?'),
    (":::{prf:x}\n:::", 1, 'the directive "prf:x" is not known.'),
    ("- a\n\n  :::{listed}\n  x\n  :::", 3, 'the directive "listed" is not known.'),
    ("> a\n>\n> :::{quoted}\n> x\n> :::", 3, 'the directive "quoted" is not known.'),
    ("::::{note}\na\n\n:::{noted}\nx\n:::\n::::", 4, 'the directive "noted" is not known.'),
    ("| a |\n|---|\n| {celled}`x` |", 3, 'the role "celled" is not known.'),
    ("::::{exercise}\na\n\n- {exercised}`x`\n::::", 4, 'the role "exercised" is not known.'),
]
KATEX = r"""KaTeX does not know the command \mathbff, nor is it a macro of book.toml.
    did you mean "\mathbf"?"""
MACRO = r"""KaTeX does not know the command \noorm, nor is it a macro of book.toml.
    did you mean "\norm"?"""
FORMULAS = [(r"$\mathbff{x}$", 1, KATEX), ("$$\n\\noorm{x}\n$$", 1, MACRO)]


@pytest.fixture(scope="module")
def unknown(tmp_path_factory):
    root = tmp_path_factory.mktemp("unknown") / "book"
    (root / "notebooks" / "chapter").mkdir(parents=True)
    (root / "conf").mkdir()
    pages = {"known": KNOWN, "bad": ["# Bad", *(source for source, *_ in CASES + FORMULAS)]}
    for name, cells in pages.items():
        (root / "notebooks" / "chapter" / f"{name}.ipynb").write_text(notebook_text(*cells))
    (root / "notebooks" / "chapter" / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>")
    (root / "conf" / "book.toml").write_text(
        'title = "Book"\nauthors = ["Author"]\n[macros]\n"\\\\norm" = "n"\n[[parts]]\ntitle = "Part"\n'
        f'[[parts.chapters]]\npath = "chapter"\npages = {json.dumps(list(pages))}\n'
    )
    return root


@pytest.fixture(scope="module")
def site(unknown, press):
    return press(unknown, "build", "html").stderr


@pytest.fixture(scope="module")
def paper(unknown, press):
    return press(unknown, "build", "pdf").stderr


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES + FORMULAS, start=2)))
def test_what_is_not_known_is_named_with_its_place_and_the_nearest(site, number, case):
    _, line, said = case
    assert f"notebooks/chapter/bad.ipynb, cell {number} (id c{number}), line {line}: {said}\n" in site


def test_the_same_on_paper(site, paper):
    problems = [{line for line in said.splitlines() if "cell" in line} for said in (site, paper)]
    assert len(problems[1]) >= len(CASES)
    assert [line for line in problems[0] ^ problems[1] if "TeX" not in line] == []


def test_on_paper_tex_itself_stops_at_an_unknown_command(paper):
    assert f"cell {len(CASES) + 2} (id c{len(CASES) + 2}): TeX: Undefined control sequence." in paper


def test_each_is_said_once(site):
    assert site.count("prf:x") == 1
