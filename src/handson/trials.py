"""The same experiment with several seeds: its mean result, and how sure one can be of it."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean, stdev

import torch

__all__ = ["Trials", "repeat"]


@dataclass(frozen=True)
class Trials:
    """The results of repeated runs, one for each seed.

    >>> runs = Trials((0.8, 0.9, 1.0))
    >>> f"{runs.mean:.2f} ± {runs.std:.2f}"
    '0.90 ± 0.10'
    >>> difference = runs - Trials((0.7, 0.8, 0.8))  # run by run: both had the same seeds
    >>> f"{difference.mean:.2f} ± {difference.std:.2f}"
    '0.13 ± 0.06'

    Taught in: multilayer-perceptrons/experiments.
    """

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean of the results."""
        return fmean(self.values)

    @property
    def std(self) -> float:
        """The standard deviation of the results, with n - 1 in the denominator."""
        return stdev(self.values)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The interval of Student's t in which the true mean lies with probability `level`.

        Raises ValueError where there are fewer than two runs or `level` is not between 0 and 1.
        """
        count = len(self.values)
        if count < 2:
            raise ValueError(f"interval: one needs at least two runs, got {count}")
        if not 0 < level < 1:
            raise ValueError(f"interval: expected a level between 0 and 1, got {level}")
        half = _quantile((1 + level) / 2, count - 1) * self.std / math.sqrt(count)
        return self.mean - half, self.mean + half

    def __sub__(self, other: "Trials") -> "Trials":
        """The differences run by run, for two methods that were tried with the same seeds."""
        if len(self.values) != len(other.values):
            raise ValueError(f"cannot compare {len(self.values)} runs with {len(other.values)}")
        return Trials(tuple(a - b for a, b in zip(self.values, other.values, strict=True)))


def repeat(run: Callable[[int], float], seeds: Iterable[int] = range(3)) -> Trials:
    """Seed torch's generator, run, and collect the result, for each seed.

    >>> repeat(lambda seed: torch.rand(()).item()) == repeat(lambda seed: torch.rand(()).item())
    True

    Taught in: multilayer-perceptrons/experiments.
    """
    values = []
    for seed in seeds:
        torch.manual_seed(seed)
        values.append(float(run(seed)))
    return Trials(tuple(values))


def _quantile(probability: float, freedom: int) -> float:
    """The quantile of Student's t above one half, by bisection of its distribution."""
    low, high = 0.0, 1.0
    while _cumulative(high, freedom) < probability:
        high *= 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _cumulative(middle, freedom) < probability else (low, middle)
    return high


def _cumulative(t: float, freedom: int) -> float:
    """P(T ≤ t) for t ≥ 0 and whole degrees of freedom: the finite sums 26.7.3 and 26.7.4 of Abramowitz and Stegun."""
    angle = math.atan(t / math.sqrt(freedom))
    cosine = math.cos(angle)
    term, total = 1.0, 0.0
    if freedom % 2:
        term = cosine
        for k in range(1, (freedom - 1) // 2 + 1):
            total += term
            term *= cosine**2 * 2 * k / (2 * k + 1)
        between = 2 / math.pi * (angle + math.sin(angle) * total)
    else:
        for k in range(1, freedom // 2 + 1):
            total += term
            term *= cosine**2 * (2 * k - 1) / (2 * k)
        between = math.sin(angle) * total
    return (1 + between) / 2
