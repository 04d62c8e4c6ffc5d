"""How long a computation takes, measured so that two of them can be compared."""

import statistics
import time
from collections.abc import Callable

import torch

__all__ = ["measure"]


def measure(function: Callable[[], object], *, repeats: int = 5) -> float:
    """Return the median seconds of a call, after one call that does not count.

    Where there is a GPU, the clock is read when it has finished its work.
    Raises ValueError where `repeats` is not positive.

    >>> measure(lambda: sum(range(1000))) < 1
    True

    Taught in: preliminaries/tensors.
    """
    if repeats < 1:
        raise ValueError(f"measure: repeats must be positive, got {repeats}")

    def seconds() -> float:
        start = time.perf_counter()
        function()
        if torch.accelerator.is_available():
            torch.accelerator.synchronize()
        return time.perf_counter() - start

    seconds()
    return statistics.median(seconds() for _ in range(repeats))
