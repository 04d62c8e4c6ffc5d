"""Two texts, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpress.comparison.texts import Span, around, changed, compare, same_numbers


def spans(old, new, prose=True):
    return [f"{op}{text}" for op, text in compare(old, new, prose=prose)]


def test_words_are_compared_not_letters():
    assert spans("It has a typo: teh end. More.", "It has a typo: the end. More.") == [
        "=It has a typo: ",
        "-teh",
        "+the",
        "= end. More.",
    ]


def test_words_in_a_row_are_one_change():
    assert spans("One old sentence here.", "One quite new sentence here.") == [
        "=One ",
        "-old",
        "+quite new",
        "= sentence here.",
    ]


def test_numbers_and_chinese():
    assert spans("误差是 0.91 米", "误差为 0.93 米") == ["=误差", "-是 0.91", "+为 0.93", "= 米"]


def test_lines_of_code():
    assert spans("a = 1\nb = 2\n", "a = 1\nc = 3\nb = 2\n", prose=False) == ["=a = 1\n", "+c = 3\n", "=b = 2\n"]


@given(st.text(st.sampled_from("ab .\n是1")), st.text(st.sampled_from("ab .\n是1")), st.booleans())
def test_both_texts_are_whole(old, new, prose):
    found = compare(old, new, prose=prose)
    assert "".join(text for op, text in found if op in "=-") == old
    assert "".join(text for op, text in found if op in "=+") == new
    assert changed(found) == (old != new)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("loss 0.100000", "loss 0.1000000001", True),
        ("loss 0.10", "loss 0.11", False),
        ("loss 1e-3 at 4", "loss 0.001 at 4", True),
        ("gain 0.1", "loss 0.1", False),
        ("v1.2.3", "v1.2.4", False),
        ("x1 = 2", "x2 = 2", False),
    ],
)
def test_numbers_that_agree(old, new, same):
    assert same_numbers(old, new, 1e-6) is same


def test_what_stayed_is_shortened():
    text = [Span("=", "a" * 50), Span("-", "b"), Span("=", "c" * 50), Span("+", "d"), Span("=", "e" * 50)]
    assert around(text, 3) == [
        Span("=", "…aaa"),
        Span("-", "b"),
        Span("=", "ccc…ccc"),
        Span("+", "d"),
        Span("=", "eee…"),
    ]
