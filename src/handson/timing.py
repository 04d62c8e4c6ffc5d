"""How long a computation takes, measured so that two of them can be compared."""

import statistics
import time
from collections.abc import Callable

import torch

__all__ = ["measure"]


def measure(function: Callable[[], object], *, repeats: int = 5) -> float:
    """Return the median seconds of a call, after one call that does not count.

    The first call may load libraries or fill caches. A GPU works on while Python goes ahead, so
    the clock is read when it has finished.

    Raises ValueError where `repeats` is not positive.

    >>> measure(lambda: sum(range(1000))) < 1
    True

    Taught in: preliminaries/matrix-multiplication.
    """
    if repeats < 1:
        raise ValueError(f"measure: repeats must be positive, got {repeats}")
    function()
    return statistics.median(_seconds(function) for _ in range(repeats))


def _seconds(function: Callable[[], object]) -> float:
    _finish()
    start = time.perf_counter()
    function()
    _finish()
    return time.perf_counter() - start


def _finish() -> None:
    """Wait for what the GPU has still to do."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    elif torch.backends.mps.is_available():
        torch.mps.synchronize()
