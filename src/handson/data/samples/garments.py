"""The ten garments of the Fashion-MNIST sample: where each covers the picture, and how it is shaded.

A garment is a function of a generator, coordinates `x`, `y` (k, 28, 28) with the origin at its
centre, and labels (k, 1, 1); it returns coverage and a factor of brightness, both (k, 28, 28).
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from handson.data.samples.drawing import Array, between, chance, edge, ellipse, limb, mix, profile, trunk

__all__ = ["AMBIGUITY", "FAMILIES"]

T_SHIRT, TROUSER, PULLOVER, DRESS, COAT, SANDAL, SHIRT, SNEAKER, BAG, BOOT = range(10)
AMBIGUITY = 0.14  # a shirt loses collar and buttons, a coat its collar and its opening
LONG_SLEEVES = {T_SHIRT: 0.05, PULLOVER: 0.94, COAT: 0.94, SHIRT: 0.62}

Labels: TypeAlias = NDArray[np.uint8]
Drawn: TypeAlias = tuple[Array, Array]
Garment: TypeAlias = Callable[[Generator, Array, Array, Labels], Drawn]


def upper(rng: Generator, x: Array, y: Array, labels: Labels) -> Drawn:
    """T-shirt, pullover, coat and shirt."""
    count = len(x)
    coat, t_shirt = _is(labels, COAT), _is(labels, T_SHIRT)
    shoulder, top = between(rng, 4.6, 6.2, count), between(rng, -11, -9, count)
    hem = top + between(rng, 18, 21.5, count)
    hem = hem + coat * between(rng, 0, 2.5, count) - t_shirt * between(rng, 0, 1.5, count)
    waist = shoulder * between(rng, 0.82, 1.02, count)
    wide = shoulder * between(rng, 0.88, 1.08, count) + coat * between(rng, 0, 0.7, count)
    heights, halves = [top, top + 2, top + 10, hem], [np.float32(0.55) * shoulder, shoulder, waist, wide]
    body, half = trunk(x, y, heights, halves)
    mirrored = np.abs(x)
    long = chance(rng, _by_label(labels, LONG_SLEEVES), count)
    sleeve = edge(_sleeve(rng, mirrored, y, shoulder, top, long))
    cover = np.maximum(edge(body), sleeve)
    seam = long * sleeve * np.clip(1 - np.abs(half - mirrored), 0, 1)
    shade = 1 - np.float32(0.55) * seam * (y < hem)
    return _details(rng, x, y, labels, (top, hem, shoulder), (cover, shade))


def _sleeve(rng: Generator, x: Array, y: Array, shoulder: Array, top: Array, long: Array) -> Array:
    count = len(x)
    spread = mix(between(rng, 2.8, 5.2, count), between(rng, 1.2, 5.2, count), long)
    length = mix(between(rng, 4, 7.5, count), between(rng, 14.5, 18, count), long)
    down = np.sqrt(np.maximum(length**2 - spread**2, 1))
    start = shoulder - np.float32(0.6), top + np.float32(2.2)
    radii = between(rng, 1.7, 2.2, count), between(rng, 1.2, 1.9, count)
    return limb(x, y, start, (start[0] + spread, start[1] + down), radii)


def _details(
    rng: Generator, x: Array, y: Array, labels: Labels, place: tuple[Array, Array, Array], drawn: Drawn
) -> Drawn:
    """What decides the class: neck, collar, buttons, opening, ribbed hem."""
    (top, hem, shoulder), (cover, shade), count = place, drawn, len(x)
    shirt, coat, pullover = (_is(labels, kind) for kind in (SHIRT, COAT, PULLOVER))
    plain = chance(rng, AMBIGUITY, count)
    collar = (shirt * chance(rng, 0.85, count) + coat * chance(rng, 0.80, count)) * (1 - plain)
    middle = x - between(rng, -0.4, 0.4, count)
    line = np.clip(np.float32(0.75) - np.abs(middle), 0, 1) * (y > top + 3)
    holes = np.sin(y * between(rng, 1.6, 2.4, count) + between(rng, 0, 6.2832, count)) > 0.3
    shade = shade * (1 - np.float32(0.60) * line * holes * shirt * (1 - plain))
    shade = shade * (1 - np.float32(0.85) * line * coat * (1 - chance(rng, AMBIGUITY, count)))
    ribs = pullover * chance(rng, 0.8, count) * (y > hem - np.float32(1.6)) * (np.sin(np.float32(3.1) * x) > 0)
    shade = shade * (1 - np.float32(0.35) * ribs)
    cover = cover * (1 - _neck(rng, x, y, top, collar))
    flap = edge(
        limb(
            np.abs(x), y, (0.6, top + np.float32(2.6)), (np.float32(0.42) * shoulder, top + np.float32(0.3)), (0.7, 0.7)
        )
    )
    shade = mix(shade, between(rng, 0.75, 1.15, count), flap * collar)
    return np.maximum(cover, flap * collar), shade


def _neck(rng: Generator, x: Array, y: Array, top: Array, collar: Array) -> Array:
    """The hole for the neck: pointed under a collar, else round."""
    count = len(x)
    round_ = ellipse(x, y, (0.0, top), (between(rng, 1.7, 3.2, count), between(rng, 1, 2.8, count)))
    pointed = between(rng, 1.4, 2.2, count) * (1 - (y - top) / between(rng, 2.5, 4, count)) - np.abs(x)
    return edge(np.where(collar > 0, pointed, round_))


def trouser(rng: Generator, x: Array, y: Array, labels: Labels) -> Drawn:
    """A short trunk and two legs."""
    count = len(x)
    half, top, length = between(rng, 3.2, 4.8, count), between(rng, -12.5, -11, count), between(rng, 20, 24, count)
    hips, _ = trunk(x, y, [top, top + 3, top + 8], [half * np.float32(0.82), half, half])
    mirrored, middle = np.abs(x), half * np.float32(0.52)
    end = middle + between(rng, 0, 2, count), top + length
    leg = limb(mirrored, y, (middle, top + 5), end, (middle, half * between(rng, 0.28, 0.46, count)))
    legs = np.minimum(leg, top + length - y)
    inseam = np.clip(np.float32(0.9) - mirrored, 0, 1) * (y > top + 7)
    return edge(np.maximum(hips, legs)), 1 - np.float32(0.5) * inseam


def dress(rng: Generator, x: Array, y: Array, labels: Labels) -> Drawn:
    """A long trunk with a waist, wider at the hem, with or without sleeves."""
    count = len(x)
    half, top, length = between(rng, 2.6, 4.2, count), between(rng, -12.5, -11, count), between(rng, 19, 24, count)
    waist = half * between(rng, 0.62, 0.95, count)
    heights = [top, top + 2, top + length * between(rng, 0.33, 0.45, count), top + length]
    body, _ = trunk(x, y, heights, [half * np.float32(0.7), half, waist, half * between(rng, 0.9, 2.1, count)])
    long = chance(rng, 0.35, count)
    sleeve = edge(_sleeve(rng, np.abs(x), y, half, top, long)) * chance(rng, 0.45, count)
    neck = ellipse(x, y, (0.0, top), (between(rng, 1.2, 2.2, count), between(rng, 1, 3.2, count)))
    belt = np.clip(1 - np.abs(y - heights[2]), 0, 1) * chance(rng, 0.4, count)
    return np.maximum(edge(body), sleeve) * (1 - edge(neck)), 1 - np.float32(0.35) * belt


def shoe(rng: Generator, x: Array, y: Array, labels: Labels) -> Drawn:
    """Sneaker and ankle boot: a profile that rises from the toe to the shaft, on a sole."""
    count = len(x)
    boot = _is(labels, BOOT)
    base, ends = between(rng, 5, 8, count), (-between(rng, 10.2, 12.2, count), between(rng, 9.5, 11.5, count))
    toe = between(rng, 2.5, 4, count)
    shaft = mix(between(rng, 6.5, 9, count), between(rng, 11, 17, count), boot)
    ankle = mix(between(rng, -1, 4, count), between(rng, 0, 3.5, count), boot)
    rise = np.clip((x - ends[0]) / (ankle - ends[0]), 0, 1) ** between(rng, 1.2, 2.2, count)
    height = toe + (shaft - toe) * rise - np.float32(0.6) * np.clip(ends[0] + 2 - x, 0, 2)
    cover = edge(profile(x, y, base, ends, height))
    sole = np.clip(y - (base - between(rng, 1, 2.2, count)), 0, 1)
    heel = boot * edge(ellipse(x, y, (ends[1] - np.float32(2.2), base + 1), (2.2, between(rng, 0.8, 2, count)), 6))
    shade = mix(np.ones_like(x), between(rng, 1.0, 1.35, count), sole * (1 - boot * np.float32(0.5)))
    mouth = (1 - boot) * edge(ellipse(x, y, ((ankle + ends[1]) / 2 + 1, base - shaft), ((ends[1] - ankle) / 2, 1.6)))
    laced = (x > ankle - 6) * (x < ankle + 1) * (np.sin(np.float32(1.9) * (x + y)) > 0.2) * (y > base - height)
    laced = laced * (y < base - height + 3) * (1 - boot) * chance(rng, 0.75, count)
    band = boot * chance(rng, 0.4, count) * (np.abs(y - (base - shaft + 2)) < 0.8)
    shade = shade * (1 - np.float32(0.7) * mouth) * (1 - np.float32(0.45) * laced) * (1 - np.float32(0.4) * band)
    return np.maximum(cover, heel), shade


def sandal(rng: Generator, x: Array, y: Array, labels: Labels) -> Drawn:
    """A thin sole that rises to the heel, and three or four straps with gaps between."""
    count = len(x)
    base, ends = between(rng, 4.5, 8, count), (-between(rng, 10.2, 12.2, count), between(rng, 9.5, 11.5, count))
    lift = between(rng, 0.5, 6, count) * np.clip((x - ends[0]) / (ends[1] - ends[0]), 0, 1) ** 2
    line = base - lift
    ends_in = np.minimum(x - ends[0], ends[1] - x)
    sole = np.minimum(np.minimum(base + np.float32(0.6) - y, y - (line - between(rng, 0.8, 1.8, count))), ends_in)
    cover = edge(np.where((lift > 3.2) & (x < ends[1] - 4), np.minimum(sole, line + np.float32(1.4) - y), sole))
    top = base - between(rng, 5.5, 9.5, count)
    strap = np.zeros_like(x)
    for number in range(4):
        foot = ends[0] + (ends[1] - ends[0]) * (np.float32(0.12 + 0.24 * number) + between(rng, -0.06, 0.06, count))
        tilt, radius = between(rng, -3.5, 4.5, count), between(rng, 0.6, 1.15, count)
        start, end = (foot, base - 1), (foot + tilt, top + np.float32(3 - number))
        shown = 1 if number < 3 else chance(rng, 0.6, count)
        strap = np.maximum(strap, edge(limb(x, y, start, end, (radius, radius))) * shown)
    closed = profile(x, y, base, ends, (base - top) * np.clip((x - ends[0]) / 14, 0.3, 1))
    strap = np.maximum(strap, edge(closed) * chance(rng, 0.16, count))
    return np.maximum(cover, strap), mix(np.ones_like(x), between(rng, 0.8, 1.2, count), strap)


def bag(rng: Generator, x: Array, y: Array, labels: Labels) -> Drawn:
    """A box with rounded corners, a handle above it, the line of a flap."""
    count = len(x)
    radii = between(rng, 7, 11.5, count), between(rng, 4, 8, count)
    middle = between(rng, 1, 4, count)
    body = edge(ellipse(x, y, (0.0, middle), radii, 6))
    top = middle - radii[1]
    ring_x, ring_y, thick = (
        radii[0] * between(rng, 0.35, 0.8, count),
        between(rng, 3, 8, count),
        between(rng, 0.6, 1.1, count),
    )
    ring = edge(thick - np.abs(ellipse(x, y, (0.0, top), (ring_x, ring_y)))) * (y < top + 1)
    flap = np.clip(1 - np.abs(y - (middle - radii[1] * between(rng, 0, 0.6, count))), 0, 1) * chance(rng, 0.6, count)
    return np.maximum(body, ring * chance(rng, 0.85, count)), 1 - np.float32(0.4) * flap * body


def _is(labels: Labels, kind: int) -> Array:
    return np.asarray(labels == kind, dtype=np.float32)


def _by_label(labels: Labels, table: dict[int, float]) -> Array:
    values = np.zeros(10, np.float32)
    values[list(table)] = list(table.values())
    return values[labels]


FAMILIES: tuple[tuple[tuple[int, ...], Garment], ...] = (
    ((T_SHIRT, PULLOVER, COAT, SHIRT), upper),
    ((TROUSER,), trouser),
    ((DRESS,), dress),
    ((SANDAL,), sandal),
    ((SNEAKER, BOOT), shoe),
    ((BAG,), bag),
)
