"""Colour images of objects made of superellipses, for all samples of colour pictures.

An object is a table of parts (centre x, centre y, radius x, radius y, power, angle, colour) in a
frame from -1 to 1, y down. Power 2 is an ellipse, 8 nearly a box, 1 a diamond; colours are 0 main,
1 second, 2 dark, 3 light. Images are float32 of shape (k, 3, h, w), masks (k, h, w).
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from handson.data.samples.drawing import Array, between, chance, edge

__all__ = ["Look", "Part", "Table", "background", "clutter", "finish", "hsv", "palette", "place"]

Part: TypeAlias = tuple[float, float, float, float, int, float, int]
Table: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True)
class Look:
    """How the objects of a data set vary: ranges are uniform, deviations normal."""

    jitter: float = 0.18  # of each part: centre, radii, angle
    scale: tuple[float, float] = (0.53, 0.92)  # of half the image
    shift: float = 0.3
    turn: float = 0.26  # radians
    value: tuple[float, float] = (0.3, 0.95)
    hue: tuple[float, float, float] | None = None  # mean, deviation, probability; else any
    stripes: float = 0.33
    clutter: int = 3


def grid(size: int) -> tuple[Array, Array]:
    """Coordinates of the pixels, (1, 1, size) and (1, size, 1)."""
    line = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(2 / size) - 1
    return line[None, None, :], line[None, :, None]


def hsv(hue: Array, saturation: Array, value: Array) -> Array:
    """Turn hue (any number, 1 is a full turn), saturation and value (k, 1, 1) into red, green, blue (k, 3)."""
    shift = np.array([5, 3, 1], dtype=np.float32)
    k = (shift + 6 * hue[:, :, 0]) % 6
    return np.asarray(value[:, :, 0] * (1 - saturation[:, :, 0] * np.clip(np.minimum(k, 4 - k), 0, 1)), np.float32)


def palette(rng: Generator, count: int, look: Look) -> Array:
    """Draw four colours for each object, (count, 4, 3): main, second, dark, light."""
    hue, value = between(rng, 0, 1, count), between(rng, *look.value, count)
    if look.hue:
        mean, deviation, probability = look.hue
        near = np.float32(mean) + np.float32(deviation) * rng.standard_normal((count, 1, 1), dtype=np.float32)
        hue = np.where(chance(rng, probability, count) > 0, near, hue)
    near_hue = hue + between(rng, -0.08, 0.08, count)
    second = np.where(chance(rng, 0.6, count) > 0, near_hue, between(rng, 0, 1, count))
    saturation = between(rng, 0.2, 0.9, count)
    colours = [
        hsv(hue, saturation, value),
        hsv(second, between(rng, 0.2, 0.9, count), np.clip(value * between(rng, 0.65, 1.3, count), 0, 1)),
        hsv(hue, between(rng, 0.1, 0.6, count), between(rng, 0.05, 0.25, count)),
        hsv(hue, between(rng, 0.0, 0.3, count), between(rng, 0.8, 1.0, count)),
    ]
    return np.stack(colours, axis=1)


def background(rng: Generator, count: int, size: int, sky: float = 0.4) -> Array:
    """Two colours, one above a random horizon, mixed by waves; a sky above with probability `sky`."""
    x, y = grid(size)
    top = hsv(between(rng, 0, 1, count), between(rng, 0.1, 0.7, count), between(rng, 0.25, 0.95, count))
    blue = hsv(between(rng, 0.53, 0.64, count), between(rng, 0.1, 0.6, count), between(rng, 0.6, 1.0, count))
    top = np.where(chance(rng, sky, count)[:, :, 0] > 0, blue, top)
    low = hsv(between(rng, 0, 1, count), between(rng, 0.1, 0.7, count), between(rng, 0.2, 0.9, count))
    steep = between(rng, 0.5, 4, count)
    blend = np.clip(np.float32(0.5) + steep * (y - between(rng, -0.5, 0.7, count)), 0, 1)
    blend = blend + np.float32(0.25) * _wave(rng, x, y, count, 4)
    blend = np.clip(blend + np.float32(0.08) * _wave(rng, x, y, count, 16), 0, 1)
    mixed: Array = top[:, :, None, None] + (low - top)[:, :, None, None] * blend[:, None]
    return mixed


def _wave(rng: Generator, x: Array, y: Array, count: int, often: float) -> Array:
    across, down = between(rng, -often, often, count), between(rng, -often, often, count)
    wave: Array = np.sin(across * x + down * y + between(rng, 0, 6.2832, count))
    return wave


def place(rng: Generator, image: Array, table: Table, colours: Array, look: Look) -> Array:
    """Paint an object of `table` into each image, in place, and return its mask."""
    count, size = len(image), image.shape[-1]
    u, v, scale = _pose(rng, count, size, look)
    pixel = scale * np.float32(size / 2)
    light = 1 + np.float32(0.12) * _wave(rng, u, v, count, 3)
    amplitude = chance(rng, 0.5, count) * between(rng, 0, look.stripes, count)
    light = light + amplitude * _wave(rng, u, v, count, 14)
    mask = np.zeros(u.shape, np.float32)
    for part in table:
        cover = _part(rng, u, v, pixel, part, look.jitter)
        paint = colours[:, part[6], :, None, None] * light[:, None]
        image += (paint - image) * cover[:, None]
        mask = np.maximum(mask, cover)
    return mask


def _pose(rng: Generator, count: int, size: int, look: Look) -> tuple[Array, Array, Array]:
    """Coordinates of all pixels in the object's frame, and its size."""
    x, y = grid(size)
    scale, angle = between(rng, *look.scale, count), between(rng, -look.turn, look.turn, count)
    x = x - between(rng, -look.shift, look.shift, count)
    y = y - between(rng, -look.shift, look.shift, count)
    mirror = 2 * chance(rng, 0.5, count) - 1
    u = mirror * (np.cos(angle) * x + np.sin(angle) * y) / scale
    v = (np.cos(angle) * y - np.sin(angle) * x) / (scale * between(rng, 0.88, 1.12, count))
    return u, v, scale


def _part(rng: Generator, u: Array, v: Array, pixel: Array, part: Part, jitter: float) -> Array:
    centre_x, centre_y, radius_x, radius_y, power, angle, _ = part
    noise = np.float32(jitter) * rng.standard_normal((5, len(u), 1, 1), dtype=np.float32)
    p = u - (centre_x + noise[0] * np.float32(0.12 + 0.35 * abs(centre_x)))
    q = v - (centre_y + noise[1] * np.float32(0.12 + 0.35 * abs(centre_y)))
    turn = np.float32(angle) + np.float32(0.9) * noise[4]
    across, down = np.float32(radius_x) * np.exp(noise[2]), np.float32(radius_y) * np.exp(noise[3])
    cosine, sine = np.cos(turn), np.sin(turn)
    reach = np.abs((cosine * p + sine * q) / across), np.abs((cosine * q - sine * p) / down)
    inside = (1 - _norm(*reach, power)) * np.minimum(across, down) * pixel
    return edge(inside)


def _norm(a: Array, b: Array, power: int) -> Array:
    """(a^p + b^p)^(1/p) for p = 1, 2, 4, 8, by squares and roots, which are fast."""
    times = power.bit_length() - 1
    for _ in range(times):
        a, b = a * a, b * b
    total = a + b
    for _ in range(times):
        total = np.sqrt(total)
    return total


def clutter(rng: Generator, image: Array, pieces: int, probability: float = 0.7) -> None:
    """Paint coloured ellipses anywhere, in place."""
    count, size = len(image), image.shape[-1]
    x, y = grid(size)
    for _ in range(pieces):
        colour = hsv(between(rng, 0, 1, count), between(rng, 0.1, 0.9, count), between(rng, 0.2, 0.95, count))
        p, q = x - between(rng, -1, 1, count), y - between(rng, -1, 1, count)
        angle, across, down = (
            between(rng, 0, 3.14, count),
            between(rng, 0.1, 0.4, count),
            between(rng, 0.06, 0.2, count),
        )
        a = (np.cos(angle) * p + np.sin(angle) * q) / across
        b = (np.cos(angle) * q - np.sin(angle) * p) / down
        cover = np.clip(np.float32(0.5) + (1 - np.sqrt(a * a + b * b)) * down * np.float32(size / 2), 0, 1)
        cover = cover * chance(rng, probability, count)
        image += (colour[:, :, None, None] - image) * cover[:, None]


def finish(rng: Generator, image: Array) -> NDArray[np.uint8]:
    """Exposure, a cast of colour and noise; then bytes."""
    count = len(image)
    cast = rng.uniform(-0.06, 0.06, (count, 3, 1, 1)).astype(np.float32)
    noise = np.float32(0.04) * rng.standard_normal(image.shape, dtype=np.float32)
    image = image * between(rng, 0.75, 1.2, count)[:, None] + cast + noise
    return (np.clip(image, 0, 1) * 255).astype(np.uint8)
