"""A calibrated stand-in for pictures of dogs: each breed has proportions and a coat of its own."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handson.data.samples.sculpture import Look, Table, background, clutter, finish, palette, place
from handson.data.samples.seeding import generator

__all__ = ["BREEDS", "SIZES", "breed", "draw"]

SIZES = {"train": 1_000, "test": 500}
BREEDS = 10


def draw(
    split: str = "train", n: int | None = None, seed: int = 0, size: int = 32, breeds: int = BREEDS
) -> dict[str, NDArray[Any]]:
    """Draw `images` (n, 3, size, size) and `labels` (n,), the breeds in turn and then shuffled.

    >>> int(draw("train", 4, breeds=2)["labels"].sum())
    2
    """
    n = SIZES[split] if n is None else n
    rng = generator(seed, split, breeds)
    labels = rng.permutation(np.arange(n) % breeds).astype(np.uint8)
    images = np.empty((n, 3, size, size), np.uint8)
    for kind in range(breeds):
        rows = labels == kind
        table, look = breed(kind)
        image = background(rng, int(rows.sum()), size)
        clutter(rng, image, 2)
        place(rng, image, table, palette(rng, len(image), look), look)
        images[rows] = finish(rng, image)
    return {"images": images, "labels": labels}


@cache
def breed(kind: int) -> tuple[Table, Look]:
    """Return the shape of a breed and how its dogs vary, the same for every seed."""
    rng = np.random.default_rng([7, kind])

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    leg, muzzle, body, head = between(0.14, 0.42), between(0.08, 0.3), between(0.4, 0.64), between(0.18, 0.3)
    deep, thick = between(0.16, 0.3), between(0.05, 0.1)
    ears = (
        (0.36, -0.12, 0.1, between(0.2, 0.34), 2, 0.2, 1),  # hanging
        (0.42, -0.5, 0.1, between(0.18, 0.3), 1, 0.0, 1),  # pricked
        (0.44, -0.4, 0.08, 0.09, 2, 0.0, 2),  # cropped
    )
    ear = ears[kind % 3]
    sock = int(rng.choice([0, 1, 3]))
    legs = tuple((at, 0.2 + leg, thick, leg, 4, 0.0, sock) for at in (-0.46, -0.22, 0.14, 0.34))
    tail = (-0.16 - body, -between(-0.1, 0.3), thick, between(0.12, 0.36), 2, -between(0.2, 1.2), 0)
    patch = (-0.1, 0.08, between(0.1, 0.3), 0.14, 2, 0.0, int(rng.choice([0, 1, 2, 3])))
    table = (
        *legs,
        (-0.12, 0.1, body, deep, 2, 0.0, 0),
        patch,
        (0.5, -0.2, head, head * 0.92, 2, 0.0, 0),
        (0.58 + muzzle, -0.12, muzzle, 0.1, 4, 0.0, 1),
        (0.6 + 2 * muzzle, -0.16, 0.06, 0.05, 2, 0.0, 2),
        ear,
        tail,
    )
    hue = between(0.04, 0.12) if rng.random() < 0.7 else between(0, 1)
    bright = between(0.35, 0.8)
    look = Look(
        jitter=0.06,
        scale=(0.72, 0.96),
        shift=0.14,
        turn=0.12,
        value=(bright - 0.18, bright + 0.18),
        hue=(hue, 0.02, 1.0),
    )
    return table, look
