"""What each data set of the book is, which kind is in force, and its raw arrays, texts or tables."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from handson.data import cache
from handson.data.catalogue import ENTRIES, entry
from handson.data.entries import Entry, Fields, File
from handson.data.errors import DataError
from handson.data.profiles import Profile, profile

__all__ = ["ENTRIES", "Data", "Entry", "File", "entry", "load", "profile"]

told: set[str] = set()  # of which data sets the notebook has said what they are


@dataclass(frozen=True)
class Data(Mapping[str, Any]):
    """A part of a data set: a mapping from names to arrays, lists of texts, a text or a table.

    `.source` says which data these are, and so does the object itself at the end of a cell.

    >>> data = Data("dice", "train", "sample", {"eyes": np.array([4, 2])})
    >>> data["eyes"].sum(), data.source
    (np.int64(6), 'sample')
    >>> data
    dice, train, sample: eyes int64 (2,)
    """

    name: str
    split: str
    source: Profile  # "real" or "sample"
    fields: Fields = field(repr=False)

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def __repr__(self) -> str:
        parts = ", ".join(f"{name} {_described(value)}" for name, value in self.fields.items())
        return f"{self.name}, {self.split}, {self.source}: {parts}"


def load(name: str, split: str = "train", n: int | None = None, seed: int = 0) -> Data:
    """Return the first `n` examples (characters of a text) of a split, all of them by default.

    `seed` chooses among samples and means nothing for real data. Arrays are shared between calls
    and cannot be written to: copy them. In a notebook the first call for a data set shows a line
    that says which data these are.

    Raises ValueError for an unknown name, and a split that the data set does not have; DataError
    where the published files cannot be had or are not read by this version.

    >>> load("fashion_mnist", "test", n=5)["images"].shape
    (5, 28, 28)

    Taught in: multilayer-perceptrons/house-prices.
    """
    one = entry(name)
    if split not in one.splits:
        raise ValueError(f"{name} has no split {split!r}; it has {', '.join(one.splits)}")
    data = _load(name, split, n, seed, profile())
    _tell(one, data.source)
    return data


def _tell(one: Entry, source: Profile) -> None:
    """Let a notebook show once which data it computes with: its readers must never take a sample for the world."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if one.name not in told and getattr(shell, "kernel", None):
        told.add(one.name)
        text = f"Data: {one.title}, {'as published' if source == 'real' else 'a generated sample'}."
        sys.modules["IPython"].display.display({"text/plain": text, "text/markdown": f"*{text}*"}, raw=True)


@lru_cache(maxsize=8)
def _load(name: str, split: str, n: int | None, seed: int, source: Profile) -> Data:
    one = ENTRIES[name]
    if source == "real":
        fields = {key: value[:n] for key, value in _read(one, split).items()}
    elif one.slow:
        fields = cache.stored_sample(one, split, n, seed)
    else:
        fields = one.sample(split, n, seed)
    for value in fields.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return Data(name, split, source, fields)


def _read(one: Entry, split: str) -> Fields:
    if one.read is None:
        raise DataError(
            f"{one.name}: this version of handson downloads the published files (fetch({one.name!r})) but does not "
            "read them; set HANDSON_DATA=sample to use the generated sample"
        )
    from handson.data.download import fetch  # with all that the network needs, which samples do without

    return one.read(fetch(one.name), split)


def _described(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    if isinstance(value, str):
        return f"{len(value):,} characters"
    if isinstance(value, list):
        return f"{len(value):,} items"
    return f"{value.shape}"
