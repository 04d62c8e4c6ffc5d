"""Soft-edged shapes on a grid of pixels, evaluated for many images at once.

Coordinates `x`, `y` are arrays (k, h, w), parameters (k, 1, 1); y points down. A distance is signed,
in pixels, positive inside the shape.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

__all__ = ["Array", "between", "chance", "edge", "ellipse", "limb", "mix", "profile", "trunk"]

Array: TypeAlias = NDArray[Any]  # of float32, so that a block of images stays in the processor's cache
Number: TypeAlias = "Array | float"
Point: TypeAlias = tuple[Number, Number]


def between(rng: Generator, low: float, high: float, count: int) -> Array:
    """Draw `count` uniform parameters, of shape (count, 1, 1)."""
    return rng.uniform(low, high, (count, 1, 1)).astype(np.float32)


def chance(rng: Generator, probability: Number, count: int) -> Array:
    """Toss `count` coins, of shape (count, 1, 1), that are 1 with the given probability, else 0."""
    return (rng.random((count, 1, 1), dtype=np.float32) < probability).astype(np.float32)


def edge(distance: Array) -> Array:
    """Turn signed distances into coverage: 1 inside, 0 outside, a ramp of one pixel between."""
    return np.clip(distance + np.float32(0.5), 0, 1)


def mix(below: Array, above: Number, cover: Array) -> Array:
    """Paint `above` over `below` where `cover` is 1."""
    return below + (above - below) * cover


def trunk(x: Array, y: Array, heights: Sequence[Array], halves: Sequence[Array]) -> tuple[Array, Array]:
    """Return the distance to a shape symmetric in x, and its half-width at each y.

    The half-width is given at increasing heights and linear between them.
    """
    half = np.broadcast_to(halves[0], y.shape)
    for top, bottom, wide, wider in zip(heights[:-1], heights[1:], halves[:-1], halves[1:], strict=True):
        slope = (wider - wide) / np.maximum(bottom - top, np.float32(0.1))
        half = half + slope * np.clip(y - top, 0, bottom - top)
    inside = np.minimum(half - np.abs(x), np.minimum(y - heights[0], heights[-1] - y))
    return inside, half


def limb(
    x: Array, y: Array, start: tuple[Number, Number], end: tuple[Number, Number], radii: tuple[Number, Number]
) -> Array:
    """Return the distance to a capsule between two points, its radius linear between two values."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = ((x - start[0]) * dx + (y - start[1]) * dy) / (dx * dx + dy * dy + np.float32(1e-6))
    along = np.clip(along, 0, 1)
    across = np.sqrt((x - start[0] - along * dx) ** 2 + (y - start[1] - along * dy) ** 2)
    return np.asarray(radii[0] + (radii[1] - radii[0]) * along - across, dtype=np.float32)


def ellipse(x: Array, y: Array, centre: Point, radii: Point, power: int = 2) -> Array:
    """Return the distance to a superellipse: 2 is an ellipse, 6 nearly a box (even powers only)."""
    u, v = (x - centre[0]) / radii[0], (y - centre[1]) / radii[1]
    size = (u * u) ** (power // 2) + (v * v) ** (power // 2)
    size = np.sqrt(size) if power == 2 else size ** np.float32(1 / power)
    return np.asarray((1 - size) * np.minimum(radii[0], radii[1]), dtype=np.float32)


def profile(x: Array, y: Array, base: Array, ends: tuple[Array, Array], height: Array) -> Array:
    """Return the distance to what stands on the line y = `base` with a height that depends on x."""
    above = base - y
    inside: Array = np.minimum(np.minimum(height - above, above), np.minimum(x - ends[0], ends[1] - x))
    return inside
