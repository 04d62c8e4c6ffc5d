"""Mini-batches: what a training loop is fed with."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

__all__ = ["Loaders", "batches"]


class Loaders(NamedTuple):
    """Batches to train on and batches to validate with, to be unpacked.

    >>> train, valid = Loaders([1, 2], [3])
    >>> train
    [1, 2]
    """

    train: Iterable[Any]
    valid: Iterable[Any]


def batches(*tensors: Tensor, size: int = 64, shuffle: bool = True) -> DataLoader[tuple[Tensor, ...]]:
    """Return mini-batches of `size` rows of equally long tensors, in a new order each epoch.

    >>> import torch
    >>> [len(x) for x, y in batches(torch.arange(5), torch.arange(5), size=2)]
    [2, 2, 1]
    """
    return DataLoader(TensorDataset(*tensors), batch_size=size, shuffle=shuffle)
