"""Random numbers of the samples: a generator for each seed, split and block of examples."""

import random

import numpy as np
from numpy.random import Generator

__all__ = ["SPLITS", "chooser", "generator"]

SPLITS = ("train", "test", "valid")


def generator(seed: int, split: str, block: int = 0) -> Generator:
    """Return numpy's generator for a block of a split: other splits and blocks do not disturb it.

    >>> float(generator(0, "train").random()) == float(generator(0, "train").random())
    True
    """
    return np.random.default_rng([seed, SPLITS.index(split), block])


def chooser(seed: int, split: str) -> random.Random:
    """Return Python's generator for a split, for texts.

    >>> chooser(0, "train").random() == chooser(0, "test").random()
    False
    """
    return random.Random(f"{seed}-{split}")
