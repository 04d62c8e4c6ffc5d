"""The library, tested against what is known."""

from collections import Counter

from bookpackage.dice import throws


def test_every_face_comes_up_about_equally_often():
    counted = Counter(throws(60_000))
    assert set(counted) == set(range(1, 7))
    assert all(abs(count - 10_000) < 500 for count in counted.values())


def test_a_seed_repeats_what_was_thrown():
    assert throws(20, seed=3) == throws(20, seed=3)
