"""Batches of examples, and the parts into which examples are divided."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

__all__ = ["Loaders", "batches", "folds"]


class Loaders(NamedTuple):
    """Training and validation batches: iterables of tuples `(*inputs, target)`.

    >>> train, valid = Loaders([(1, 2)], [(3, 4)])
    >>> valid
    [(3, 4)]

    Taught in: linear-networks/training-loop.
    """

    train: Iterable[Sequence[Any]]
    valid: Iterable[Sequence[Any]]


def batches(*tensors: Tensor, size: int = 64, shuffle: bool = True) -> DataLoader[tuple[Tensor, ...]]:
    """Return mini-batches of tensors whose first axis counts examples.

    Every pass takes each example once, in a new random order unless `shuffle` is off. The last
    batch is smaller where `size` does not divide the number of examples.

    Raises ValueError where the tensors are not equally long, or there are none.

    >>> [x.tolist() for x, y in batches(torch.arange(5), torch.zeros(5), size=2, shuffle=False)]
    [[0, 1], [2, 3], [4]]

    Taught in: linear-networks/linear-regression-concise.
    """
    if len({len(tensor) for tensor in tensors}) != 1:
        raise ValueError(f"batches: expected equally long tensors, got {[len(tensor) for tensor in tensors]}")
    return DataLoader(TensorDataset(*tensors), batch_size=size, shuffle=shuffle)


def folds(count: int, k: int, *, seed: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
    """Divide `count` examples into k parts, and let each be the validation part once.

    Yields k pairs of indices, those to train on and those to validate on. Parts differ in length
    by at most one. The order is random and the same for the same `seed`; torch's own generator is
    left alone.

    Raises ValueError unless 2 ≤ k ≤ count.

    >>> [len(valid) for train, valid in folds(10, k=3)]
    [4, 3, 3]

    Taught in: multilayer-perceptrons/underfit-overfit.
    """
    if not 2 <= k <= count:
        raise ValueError(f"folds: expected 2 ≤ k ≤ {count}, got {k}")
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    parts = torch.tensor_split(order, k)
    return ((torch.cat([*parts[:i], *parts[i + 1 :]]), parts[i]) for i in range(k))
