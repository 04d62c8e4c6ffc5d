"""Data sets of pictures, as batches."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate
from torch.utils.data import DataLoader

from handson.data.loading import Loaders, batches
from handson.data.registry import load

__all__ = ["FASHION_CLASSES", "fashion_mnist"]

FASHION_CLASSES: tuple[str, ...] = (
    *("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"),
)
"""The kinds of clothes, in the order of their labels. Taught in: linear-networks/image-classification-dataset."""


def fashion_mnist(batch_size: int = 64, *, limit: int | None = None, size: int = 28) -> Loaders:
    """Return Fashion-MNIST as batches of images (B, 1, size, size) and labels (B,).

    Images are standardised: of all training images, the mean of a pixel is 0 and its standard
    deviation 1. `limit` keeps the first images of the training part only; `size` enlarges them,
    batch by batch.

    Raises ValueError for a limit or a size that is not positive.

    >>> train, valid = fashion_mnist(batch_size=32, limit=64)
    >>> images, labels = next(iter(train))
    >>> images.shape, labels.dtype, len(train)
    (torch.Size([32, 1, 28, 28]), torch.int64, 2)

    Source: Xiao, Rasul and Vollgraf (2017), Fashion-MNIST: a Novel Image Dataset for Benchmarking
    Machine Learning Algorithms. Taught in: linear-networks/image-classification-dataset.
    """
    for name, value in (("limit", limit), ("size", size)):
        if value is not None and value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    train, valid = load("fashion_mnist"), load("fashion_mnist", "test")
    grey = np.arange(256.0)
    share = np.bincount(train["images"].ravel(), minlength=256) / train["images"].size
    mean = float(share @ grey)
    deviation = float(share @ (grey - mean) ** 2) ** 0.5

    def loader(images: Any, labels: Any, shuffle: bool) -> "DataLoader[tuple[Tensor, ...]] | _Enlarged":
        scaled = torch.tensor(images, dtype=torch.float32)[:, None].sub_(mean).div_(deviation)
        ready = batches(scaled, torch.tensor(labels.astype(np.int64)), size=batch_size, shuffle=shuffle)
        return ready if size == 28 else _Enlarged(ready, size)

    return Loaders(
        loader(train["images"][:limit], train["labels"][:limit], True), loader(valid["images"], valid["labels"], False)
    )


class _Enlarged:
    """Batches whose images are brought to another size as they are taken: all at once would fill the memory."""

    def __init__(self, loader: "DataLoader[tuple[Tensor, ...]]", size: int) -> None:
        self.loader, self.size = loader, size

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        for images, labels in self.loader:
            yield interpolate(images, size=(self.size, self.size), mode="bilinear", align_corners=False), labels
