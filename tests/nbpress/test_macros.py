import pytest

from nbpress.macros import declaration, mistakes


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        (r"\mathbb{R}", r"\def\x{\mathbb{R}}"),
        (r"\lVert #1 \rVert", r"\def\x#1{\lVert #1 \rVert}"),
        ("#2", r"\def\x#1#2{#2}"),
        (r"\#3 \\#1", r"\def\x#1{\#3 \\#1}"),
    ],
)
def test_as_many_arguments_as_the_highest(body, declared):
    assert declaration(r"\x", body) == declared


def test_good_macros():
    assert not list(mistakes({r"\R": r"\mathbb{R}", r"\set": r"\{ #1 \}", r"\RR": r"\R^#1", r"\hash": r"\# \%"}))


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("R", "x", "a macro's name is a backslash and letters"),
        (r"\x1", "x", "a macro's name is a backslash and letters"),
        (r"\x", "{{a}", "a brace is not closed"),
        (r"\x", "a}{", "a brace is closed that was not opened"),
        (r"\x", "#10#a", '"#a" is no argument; they are #1 to #9, and the sign itself is \\#'),
        (r"\x", "#0", '"#0" is no argument; they are #1 to #9, and the sign itself is \\#'),
        (r"\x", "#", '"#" is no argument; they are #1 to #9, and the sign itself is \\#'),
        (r"\x", "5 % of", "a % begins a comment; the sign itself is \\%"),
        (r"\x", "a\\", "it ends with a backslash"),
        (r"\x", r"\hat{\x}", "it uses itself"),
    ],
)
def test_what_tex_could_not_read(name, body, said):
    assert list(mistakes({name: body})) == [(name, said)]


def test_a_circle():
    said = list(mistakes({r"\a": r"\b", r"\b": r"{\a}", r"\c": r"\a"}))
    assert said == [(r"\a", r"it uses itself, by way of \b"), (r"\b", r"it uses itself, by way of \a")]
