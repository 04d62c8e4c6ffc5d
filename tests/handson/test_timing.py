import time

import pytest

from handson.timing import measure


def test_the_median_of_calls_after_one_that_does_not_count():
    pauses = iter([0.2, 0.02, 0.02, 0.3])
    assert measure(lambda: time.sleep(next(pauses)), repeats=3) == pytest.approx(0.02, abs=0.015)


def test_it_is_called_once_more_than_it_counts():
    calls = []
    measure(lambda: calls.append(1), repeats=4)
    assert len(calls) == 5


def test_no_repeats():
    with pytest.raises(ValueError, match="must be positive, got 0"):
        measure(list, repeats=0)
