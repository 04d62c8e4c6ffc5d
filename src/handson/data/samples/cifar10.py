"""A calibrated stand-in for CIFAR-10: ten kinds of objects before cluttered backgrounds, in colour."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from handson.data.samples.sculpture import Look, Table, background, clutter, finish, palette, place
from handson.data.samples.seeding import generator

__all__ = ["CLASSES", "SIZES", "TABLES", "draw", "draw_tiny"]

SIZES = {"train": 10_000, "test": 2_000}
BLOCK = 200
VEHICLE, ANIMAL, BIRD = Look(), Look(hue=(0.09, 0.05, 0.75)), Look()

# fmt: off
TABLES: dict[str, Table] = {
    "airplane": (
        (0, .02, .85, .15, 2, 0, 0), (-.08, .22, .16, .42, 1, .5, 1), (.05, -.18, .13, .34, 1, -.5, 1),
        (-.74, -.22, .12, .26, 1, -.3, 1), (.7, .02, .16, .12, 2, 0, 3), (.1, .0, .4, .03, 4, 0, 2),
    ),
    "automobile": (
        (0, .18, .88, .24, 4, 0, 0), (-.05, -.14, .5, .24, 4, 0, 0), (-.05, -.12, .38, .15, 4, 0, 3),
        (-.05, -.12, .04, .2, 4, 0, 0), (-.5, .42, .2, .2, 2, 0, 2), (.5, .42, .2, .2, 2, 0, 2),
        (-.5, .42, .08, .08, 2, 0, 3), (.5, .42, .08, .08, 2, 0, 3),
    ),
    "bird": (
        (0, .05, .48, .3, 2, .2, 0), (.45, -.3, .22, .2, 2, 0, 0), (.74, -.28, .16, .07, 1, 0, 3),
        (-.6, .0, .34, .1, 2, -.3, 1), (-.08, .02, .34, .17, 2, .5, 1), (.5, -.34, .05, .05, 2, 0, 2),
        (.0, .55, .03, .26, 4, 0, 2), (.16, .55, .03, .26, 4, 0, 2),
    ),
    "cat": (
        (-.1, .38, .46, .4, 2, 0, 0), (.0, -.28, .38, .33, 2, 0, 0), (-.24, -.62, .13, .2, 1, 0, 0),
        (.24, -.62, .13, .2, 1, 0, 0), (-.14, -.3, .07, .08, 2, 0, 3), (.14, -.3, .07, .08, 2, 0, 3),
        (.0, -.14, .06, .05, 1, 0, 2), (-.1, .45, .22, .26, 2, 0, 3), (-.66, .3, .08, .42, 2, -.5, 1),
    ),
    "deer": (
        (-.1, .1, .46, .22, 2, 0, 0), (.42, -.22, .11, .32, 2, .5, 0), (.58, -.46, .2, .12, 2, .2, 0),
        (-.42, .58, .05, .34, 4, 0, 1), (-.22, .58, .05, .34, 4, 0, 1), (.12, .58, .05, .34, 4, 0, 1),
        (.28, .58, .05, .34, 4, 0, 1), (.38, -.78, .03, .26, 4, -.4, 3), (.6, -.8, .03, .26, 4, .4, 3),
        (-.54, .0, .08, .1, 2, 0, 3),
    ),
    "dog": (
        (-.12, .12, .52, .25, 2, 0, 0), (.5, -.2, .26, .24, 2, 0, 0), (.76, -.1, .2, .12, 4, 0, 1),
        (.36, -.14, .1, .26, 2, .2, 2), (-.46, .54, .09, .3, 4, 0, 0), (-.2, .54, .09, .3, 4, 0, 1),
        (.14, .54, .09, .3, 4, 0, 0), (.34, .54, .09, .3, 4, 0, 1), (-.7, -.14, .07, .32, 2, -.6, 0),
        (.9, -.14, .06, .05, 2, 0, 2),
    ),
    "frog": (
        (0, .2, .6, .36, 2, 0, 0), (0, -.14, .44, .26, 2, 0, 0), (-.28, -.4, .15, .15, 2, 0, 0),
        (.28, -.4, .15, .15, 2, 0, 0), (-.28, -.42, .07, .07, 2, 0, 2), (.28, -.42, .07, .07, 2, 0, 2),
        (0, .0, .34, .04, 2, 0, 2), (-.6, .44, .28, .14, 2, .5, 1), (.6, .44, .28, .14, 2, -.5, 1),
        (0, .34, .34, .18, 2, 0, 3),
    ),
    "horse": (
        (-.1, .0, .52, .24, 2, 0, 0), (.46, -.34, .15, .4, 2, .5, 0), (.68, -.6, .26, .12, 2, .5, 0),
        (.34, -.42, .08, .36, 2, .5, 2), (-.5, .52, .07, .4, 4, 0, 0), (-.3, .52, .07, .4, 4, 0, 0),
        (.16, .52, .07, .4, 4, 0, 0), (.32, .52, .07, .4, 4, 0, 0), (-.7, .12, .09, .36, 2, .3, 2),
    ),
    "ship": (
        (0, .42, .86, .2, 4, 0, 0), (0, .56, .7, .1, 8, 0, 2), (-.1, .1, .44, .16, 8, 0, 3),
        (-.2, -.16, .22, .12, 8, 0, 3), (.16, -.24, .09, .26, 8, 0, 1), (-.36, -.4, .03, .4, 8, 0, 2),
        (-.1, .1, .34, .05, 8, 0, 2),
    ),
    "truck": (
        (-.24, -.12, .58, .46, 8, 0, 0), (.6, .1, .28, .3, 8, 0, 1), (.66, -.02, .17, .13, 8, 0, 3),
        (0, .4, .88, .07, 8, 0, 2), (-.56, .48, .18, .18, 2, 0, 2), (-.16, .48, .18, .18, 2, 0, 2),
        (.58, .48, .18, .18, 2, 0, 2), (-.56, .48, .07, .07, 2, 0, 3), (.58, .48, .07, .07, 2, 0, 3),
    ),
}
# fmt: on
CLASSES = tuple(TABLES)
LOOKS = {name: ANIMAL if name in ("cat", "deer", "dog", "frog", "horse") else VEHICLE for name in CLASSES}
SKY = {"airplane": 0.6, "bird": 0.5, "ship": 0.5}  # of each class's backgrounds; a weak cue, on purpose


def draw(split: str = "train", n: int | None = None, seed: int = 0, size: int = 32) -> dict[str, NDArray[Any]]:
    """Draw `images` (n, 3, size, size) and `labels` (n,), in the order of CIFAR-10's classes.

    >>> draw("test", 2)["images"].shape
    (2, 3, 32, 32)
    """
    n = SIZES[split] if n is None else n
    blocks = [_block(generator(seed, split, number), size) for number in range(-(-n // BLOCK))]
    images = np.concatenate([images for images, _ in blocks] or [np.empty((0, 3, size, size), np.uint8)])
    labels = np.concatenate([labels for _, labels in blocks] or [np.empty(0, np.uint8)])
    return {"images": images[:n], "labels": labels[:n]}


def draw_tiny(split: str = "train", n: int | None = None, seed: int = 0) -> dict[str, NDArray[Any]]:
    """Draw the thousand training images and five test images of the small copy of Kaggle's data.

    >>> len(draw_tiny("test")["labels"])
    5
    """
    return draw(split, {"train": 1_000, "test": 5}[split] if n is None else n, seed)


def _block(rng: Generator, size: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    labels = rng.permutation(np.repeat(np.arange(10, dtype=np.uint8), BLOCK // 10))
    images = np.empty((BLOCK, 3, size, size), np.uint8)
    for label, name in enumerate(CLASSES):
        rows = labels == label
        images[rows] = _scene(rng, int(rows.sum()), size, name)
    return images, labels


def _scene(rng: Generator, count: int, size: int, name: str) -> NDArray[np.uint8]:
    look = LOOKS[name]
    image = background(rng, count, size, SKY.get(name, 0.25))
    clutter(rng, image, look.clutter)
    place(rng, image, TABLES[name], palette(rng, count, look), look)
    clutter(rng, image, 1)
    return finish(rng, image)
