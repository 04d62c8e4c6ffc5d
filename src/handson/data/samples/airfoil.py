"""A calibrated stand-in for NASA's measurements of the noise of airfoils in a wind tunnel."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from handson.data.samples.seeding import generator

__all__ = ["ROWS", "draw"]

ROWS = 1_503
BANDS = np.array(
    [
        200,
        250,
        315,
        400,
        500,
        630,
        800,
        1000,
        1250,
        1600,
        2000,
        2500,
        3150,
        4000,
        5000,
        6300,
        8000,
        10000,
        12500,
        16000,
        20000,
    ]
)  # Hz
CHORDS = np.array([0.0254, 0.0508, 0.1016, 0.1524, 0.2286, 0.3048])  # metres
SPEEDS = np.array([31.7, 39.6, 55.5, 71.3])  # metres a second
ANGLES = np.array([0, 1.5, 2, 2.7, 3.3, 4, 5.4, 7.2, 8.4, 9.5, 12.3, 12.6, 15.4, 17.4, 22.2])  # degrees


def draw(split: str = "train", n: int | None = None, seed: int = 0) -> dict[str, NDArray[Any]]:
    """Draw `features` (n, 5) and `level` (n,), in decibels; at most 1,503 rows.

    The features are frequency (Hz), angle of attack (degrees), chord (m), velocity (m/s) and
    thickness of the boundary layer (m).

    >>> draw(n=2)["features"].shape
    (2, 5)
    """
    rng = generator(seed, split)
    runs = []
    for chord in CHORDS:
        for speed in SPEEDS:
            for angle in rng.choice(ANGLES, 4, replace=False):
                growth = (1 + 0.018 * angle**1.9) * (speed / 50) ** -0.2 * np.exp(0.15 * rng.normal())
                count = int(rng.integers(15, 19))
                first = rng.integers(0, len(BANDS) - count + 1)
                bands = BANDS[first : first + count]
                run = np.broadcast_to([angle, chord, speed, 0.022 * chord**0.75 * growth], (count, 4))
                runs.append(np.column_stack([bands, run]))
    features = rng.permutation(np.concatenate(runs))[:ROWS]
    level = _level(features) + 1.6 * rng.normal(size=len(features))
    return {"features": features[:n], "level": level[:n].round(3)}


def _level(features: NDArray[Any]) -> NDArray[Any]:
    frequency, angle, _, speed, thickness = features.T
    peak = 260 * (speed / 50) / thickness**0.42 * np.where(angle > 12, 0.55, 1)
    x = np.log10(frequency / peak)
    level = 127 + 21 * np.log10(speed / 55) + 4.2 * np.log10(thickness / 0.01)
    level += np.where(angle < 12, 0.12 * angle, -3.5)
    level -= 10.5 * x**2 / (1 + 0.4 * np.abs(x)) + 3 * np.maximum(x, 0)
    tone = 2.5 * np.exp(-(((x - 0.35) / 0.12) ** 2))
    return np.asarray(level + tone * ((angle < 5) & (speed < 50)))
