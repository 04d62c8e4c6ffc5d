"""Dice."""

from random import Random


def throws(count, seed=0):
    """Throw a die `count` times; the list of what it shows, each from 1 to 6."""
    return Random(seed).choices(range(1, 7), k=count)
