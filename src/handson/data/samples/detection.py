"""A calibrated stand-in for the banana set: one banana an image, and the box around it."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from handson.data.samples.drawing import Array
from handson.data.samples.sculpture import Look, background, clutter, finish, palette, place
from handson.data.samples.seeding import generator

__all__ = ["SIZES", "draw"]

SIZES = {"train": 1_000, "test": 100}
BLOCK = 100
LOOK = Look(
    jitter=0.12, scale=(0.26, 0.5), shift=0.5, turn=3.1416, value=(0.5, 0.98), hue=(0.14, 0.03, 1.0), stripes=0.15
)
BANANA = (
    (-0.5, -0.12, 0.46, 0.2, 2, 0.6, 0),
    (0.5, -0.12, 0.46, 0.2, 2, -0.6, 0),
    (0.0, 0.06, 0.5, 0.24, 2, 0.0, 0),
    (0.88, -0.4, 0.12, 0.1, 4, -0.6, 2),
)


def draw(split: str = "train", n: int | None = None, seed: int = 0, size: int = 96) -> dict[str, NDArray[Any]]:
    """Draw `images` (n, 3, size, size) and `labels` (n, 1, 5): class 0, left, top, right, bottom in 0 … 1.

    >>> draw("test", 2, size=32)["labels"].shape
    (2, 1, 5)
    """
    n = SIZES[split] if n is None else n
    blocks = [_block(generator(seed, split, number), size) for number in range(-(-n // BLOCK))]
    images = np.concatenate([images for images, _ in blocks] or [np.empty((0, 3, size, size), np.uint8)])
    labels = np.concatenate([labels for _, labels in blocks] or [np.empty((0, 1, 5), np.float32)])
    return {"images": images[:n], "labels": labels[:n]}


def _block(rng: Generator, size: int) -> tuple[NDArray[np.uint8], Array]:
    image = background(rng, BLOCK, size)
    clutter(rng, image, 4)
    mask = place(rng, image, BANANA, palette(rng, BLOCK, LOOK), LOOK)
    return finish(rng, image), _boxes(np.asarray(mask > 0.5))


def _boxes(mask: NDArray[Any]) -> Array:
    """The extent of each mask (k, size, size), in parts of the image."""
    size = mask.shape[-1]
    sides = []
    for axis in (1, 2):  # columns, then rows
        across = np.asarray(mask.any(axis=axis))  # (k, size)
        sides += [across.argmax(axis=1), size - across[:, ::-1].argmax(axis=1)]
    left, right, top, bottom = np.stack(sides) / size
    rows = np.stack([np.zeros_like(left), left, top, right, bottom], axis=1)
    return rows[:, None].astype(np.float32)
