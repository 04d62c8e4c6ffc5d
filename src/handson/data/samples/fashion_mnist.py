"""A calibrated stand-in for Fashion-MNIST: ten garments drawn with soft edges, 28 × 28 grey values.

T-shirt, pullover, coat and shirt share one construction, and some lose the details that tell them
apart: this makes the classes as confusable as the published ones, without a wrong label.
"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from handson.data.samples.drawing import Array, between, chance, edge, ellipse
from handson.data.samples.garments import FAMILIES
from handson.data.samples.seeding import generator

__all__ = ["SIZES", "draw"]

SIZES = {"train": 10_000, "test": 2_000}  # images where no number is asked for
SIDE = 28
BLOCK = 200  # images with a generator of their own, so that fewer images are a prefix of more
TONES = 0.55, 0.85  # narrow, else overall brightness is most of what a linear model sees
NOISE = 0.08


def draw(split: str = "train", n: int | None = None, seed: int = 0) -> dict[str, NDArray[np.uint8]]:
    """Draw `images` (n, 28, 28) and `labels` (n,), in the order of Fashion-MNIST's classes.

    The first images do not depend on how many are drawn, nor those of one split on the other.

    >>> draw("test", 3)["images"].shape
    (3, 28, 28)
    """
    n = SIZES[split] if n is None else n
    blocks = [_block(generator(seed, split, number)) for number in range(-(-n // BLOCK))]
    images = np.concatenate([images for images, _ in blocks] or [np.empty((0, SIDE, SIDE), np.uint8)])
    labels = np.concatenate([labels for _, labels in blocks] or [np.empty(0, np.uint8)])
    return {"images": images[:n], "labels": labels[:n]}


def _block(rng: Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    labels = rng.permutation(np.repeat(np.arange(10, dtype=np.uint8), BLOCK // 10))
    images = np.empty((BLOCK, SIDE, SIDE), np.uint8)
    for kinds, garment in FAMILIES:
        rows = np.isin(labels, kinds)
        x, y = _pose(rng, int(rows.sum()))
        cover, shade = garment(rng, x, y, labels[rows][:, None, None])
        images[rows] = _material(rng, x, y, cover, shade)
    return images, labels


def _pose(rng: Generator, count: int) -> tuple[Array, Array]:
    """Coordinates of all pixels as the garment sees them, each (count, 28, 28)."""
    grid = np.arange(SIDE, dtype=np.float32) - np.float32(13.5)
    x = grid[None, None, :] - between(rng, -1.6, 1.6, count)
    y = grid[None, :, None] - between(rng, -1.6, 1.6, count)
    angle = between(rng, -0.12, 0.12, count)
    scale = between(rng, 0.86, 1.10, count)
    wide = scale * between(rng, 0.92, 1.08, count)
    turned_x = (np.cos(angle) * x + np.sin(angle) * y) / wide
    turned_y = (np.cos(angle) * y - np.sin(angle) * x) / scale
    return turned_x, turned_y


def _material(rng: Generator, x: Array, y: Array, cover: Array, shade: Array) -> NDArray[np.uint8]:
    """Grey values: tone, stripes, folds, print and grain of the stuff that the garment is made of."""
    count = len(x)
    texture = 1 + np.float32(0.22) * _folds(rng, x, y)
    striped = np.flatnonzero(rng.random(count) < 0.35)
    texture[striped] += _stripes(rng, x[striped], y[striped])
    printed = np.flatnonzero(rng.random(count) < 0.18)
    texture[printed] += _print(rng, x[printed], y[printed])
    value = cover * shade * between(rng, *TONES, count) * texture
    grain = np.float32(NOISE) * rng.standard_normal(x.shape, dtype=np.float32)
    value = value + grain * (np.float32(0.35) + value) * (cover > 0)
    return np.asarray(np.clip(value, 0, 1) * 255, dtype=np.uint8)


def _folds(rng: Generator, x: Array, y: Array) -> Array:
    waves: Array = np.zeros_like(x)
    for _ in range(3):
        across, down = between(rng, -0.45, 0.45, len(x)), between(rng, -0.45, 0.45, len(x))
        waves += np.sin(across * x + down * y + between(rng, 0, 6.2832, len(x)))
    return np.asarray(waves / 3)


def _stripes(rng: Generator, x: Array, y: Array) -> Array:
    angle, often = between(rng, 0, 3.1416, len(x)), between(rng, 0.5, 2.2, len(x))
    wave = np.sin(often * (np.cos(angle) * x + np.sin(angle) * y) + between(rng, 0, 6.2832, len(x)))
    stripes: Array = np.float32(0.22) * between(rng, 0.3, 1.6, len(x)) * wave
    return stripes


def _print(rng: Generator, x: Array, y: Array) -> Array:
    count = len(x)
    centre = between(rng, -2, 2, count), between(rng, -4, 4, count)
    radii = between(rng, 1.5, 3.2, count), between(rng, 1.5, 3.2, count)
    return (chance(rng, 0.5, count) - np.float32(0.5)) * edge(ellipse(x, y, centre, radii))
