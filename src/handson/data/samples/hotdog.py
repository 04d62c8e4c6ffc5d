"""A calibrated stand-in for pictures of hot dogs, and of other food made of the same materials."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from handson.data.samples.sculpture import Look, Table, background, clutter, finish, palette, place
from handson.data.samples.seeding import generator

__all__ = ["SIZES", "draw"]

SIZES = {"train": 1_000, "test": 500}
LOOK = Look(jitter=0.10, scale=(0.70, 0.98), turn=0.7, hue=(0.06, 0.05, 0.75))

# fmt: off
_SAUSAGE = ((0, 0, .82, .15, 4, 0, 1), (0, -.05, .7, .03, 4, 0, 3))
HOTDOG: Table = (
    (0, .16, .76, .26, 4, 0, 0), (0, -.18, .76, .2, 4, 0, 0), (0, -.01, .86, .15, 4, 0, 1),
    (-.52, -.02, .16, .04, 4, .6, 3), (-.26, -.02, .16, .04, 4, -.6, 3), (0, -.02, .16, .04, 4, .6, 3),
    (.26, -.02, .16, .04, 4, -.6, 3), (.52, -.02, .16, .04, 4, .6, 3),
)
OTHERS: tuple[Table, ...] = (
    ((0, .3, .7, .16, 8, 0, 0), (0, .08, .74, .07, 4, 0, 3), (0, -.04, .68, .08, 8, 0, 1), (0, -.26, .7, .16, 8, 0, 0)),
    _SAUSAGE,
    ((0, .36, .6, .17, 4, 0, 0), (0, .14, .66, .1, 4, 0, 2), (0, .02, .68, .06, 4, 0, 3), (0, -.26, .6, .28, 2, 0, 0)),
    (
        (0, 0, .8, .26, 2, 0, 3), (-.5, 0, .03, .2, 4, 0, 1), (-.25, 0, .03, .24, 4, 0, 1), (0, 0, .03, .25, 4, 0, 1),
        (.25, 0, .03, .24, 4, 0, 1), (.5, 0, .03, .2, 4, 0, 1), (-.7, .14, .3, .1, 1, .4, 0),
    ),
    (
        (-.42, .1, .44, .15, 2, .5, 0), (0, .2, .46, .18, 2, 0, 0), (.42, .1, .44, .15, 2, -.5, 0),
        (.8, -.1, .08, .06, 2, 0, 2),
    ),
    (
        (0, 0, .84, .3, 2, 0, 0), (-.4, -.06, .05, .18, 2, .5, 3), (-.1, -.06, .05, .2, 2, .5, 3),
        (.2, -.06, .05, .2, 2, .5, 3), (.5, -.06, .05, .16, 2, .5, 3),
    ),
)
# fmt: on


def draw(split: str = "train", n: int | None = None, seed: int = 0, size: int = 32) -> dict[str, NDArray[Any]]:
    """Draw `images` (n, 3, size, size) and `labels` (n,): 1 is a hot dog, 0 something else.

    >>> draw("test", 4)["labels"].tolist().count(1)
    2
    """
    n = SIZES[split] if n is None else n
    rng = generator(seed, split)
    labels = rng.permutation(np.arange(n) % 2).astype(np.uint8)
    kinds = np.where(labels == 1, 0, rng.integers(1, len(OTHERS) + 1, n))
    images = np.empty((n, 3, size, size), np.uint8)
    for kind, table in enumerate((HOTDOG, *OTHERS)):
        rows = kinds == kind
        image = background(rng, int(rows.sum()), size, 0.1)
        clutter(rng, image, 2)
        place(rng, image, table, palette(rng, len(image), LOOK), LOOK)
        images[rows] = finish(rng, image)
    return {"images": images, "labels": labels}
