import statistics

import pytest
import torch

from handson.trials import Trials, repeat


@pytest.mark.parametrize(
    ("runs", "level", "quantile"),  # of Student's t, from a table
    [
        (2, 0.95, 12.706),
        (3, 0.95, 4.303),
        (5, 0.95, 2.776),
        (5, 0.99, 4.604),
        (10, 0.95, 2.262),
        (31, 0.90, 1.697),
        (101, 0.95, 1.984),
    ],
)
def test_the_interval_is_that_of_the_table(runs, level, quantile):
    trials = Trials(tuple(float(number) for number in range(runs)))
    low, high = trials.interval(level)
    half = quantile * statistics.stdev(trials.values) / runs**0.5
    assert (high - low) / 2 == pytest.approx(half, rel=3e-4)
    assert (high + low) / 2 == pytest.approx(trials.mean)


def test_intervals_hold_the_true_mean_as_often_as_they_say():
    torch.manual_seed(0)
    samples = torch.randn(2000, 4, dtype=torch.double)
    intervals = [Trials(tuple(sample)).interval(0.9) for sample in samples.tolist()]
    assert sum(low < 0 < high for low, high in intervals) / 2000 == pytest.approx(0.9, abs=0.02)


def test_differences_are_those_of_pairs():
    assert (Trials((3.0, 5.0)) - Trials((1.0, 1.0))).values == (2.0, 4.0)


def test_other_numbers_of_runs_cannot_be_compared():
    with pytest.raises(ValueError, match="cannot compare 2 runs with 1"):
        Trials((1.0, 2.0)) - Trials((1.0,))


@pytest.mark.parametrize(
    ("values", "level", "message"), [((1.0,), 0.95, "two runs, got 1"), ((1.0, 2.0), 1.0, "between 0 and 1, got 1.0")]
)
def test_intervals_that_there_are_not(values, level, message):
    with pytest.raises(ValueError, match=message):
        Trials(values).interval(level)


def test_repeat_seeds_each_run_and_hands_it_its_seed():
    trials = repeat(lambda seed: seed + torch.rand(()).item(), seeds=[5, 7])
    expected = []
    for seed in (5, 7):
        torch.manual_seed(seed)
        expected.append(seed + torch.rand(()).item())
    assert trials.values == tuple(expected)
