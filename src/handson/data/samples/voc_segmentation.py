"""A calibrated stand-in for PASCAL VOC's segmentation: one to three objects, and the class of each pixel."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from handson.data.samples.cifar10 import TABLES
from handson.data.samples.sculpture import Look, background, clutter, finish, palette, place
from handson.data.samples.seeding import generator

__all__ = ["BORDER", "CLASSES", "SIZES", "draw"]

SIZES = {"train": 1_000, "test": 200}
CLASSES = ("background", "airplane", "automobile", "cat", "dog", "ship")
BORDER = 255  # the class of pixels between object and background, as VOC's white border
BLOCK = 100
PRESENT = (1.0, 0.55, 0.55)
LOOK = Look(scale=(0.32, 0.62), shift=0.6)


def draw(split: str = "train", n: int | None = None, seed: int = 0, size: int = 64) -> dict[str, NDArray[Any]]:
    """Draw `images` (n, 3, size, size) and `masks` (n, size, size): a class for each pixel, or BORDER.

    >>> draw("test", 2)["masks"].dtype
    dtype('uint8')
    """
    n = SIZES[split] if n is None else n
    blocks = [_block(generator(seed, split, number), size) for number in range(-(-n // BLOCK))]
    images = np.concatenate([images for images, _ in blocks] or [np.empty((0, 3, size, size), np.uint8)])
    masks = np.concatenate([masks for _, masks in blocks] or [np.empty((0, size, size), np.uint8)])
    return {"images": images[:n], "masks": masks[:n]}


def _block(rng: Generator, size: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    image = background(rng, BLOCK, size)
    clutter(rng, image, 3)
    masks = np.zeros((BLOCK, size, size), np.uint8)
    for probability in PRESENT:
        kinds = np.where(rng.random(BLOCK) < probability, rng.integers(1, len(CLASSES), BLOCK), 0)
        for kind, name in enumerate(CLASSES[1:], start=1):
            rows = np.flatnonzero(kinds == kind)
            part = image[rows]
            cover = place(rng, part, TABLES[name], palette(rng, len(rows), LOOK), LOOK)
            image[rows] = part
            masks[rows] = np.select([cover > 0.5, cover > 0.1], [np.uint8(kind), np.uint8(BORDER)], masks[rows])
    return finish(rng, image), masks
