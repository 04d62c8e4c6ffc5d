"""Texts, from characters to batches of token numbers."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import torch
from torch import Tensor

from handson.data.loading import Loaders
from handson.data.registry import load

__all__ = ["Vocabulary", "time_machine", "tokenize", "windows"]


def time_machine() -> str:
    """Return the text of The Time Machine, or the sample's story.

    `load("time_machine").source` says which of them it is.

    >>> len(time_machine()) > 170_000
    True

    Source: H. G. Wells (1895), The Time Machine. Taught in: recurrent-networks/text-preprocessing.
    """
    text: str = load("time_machine")["text"]
    return text


def tokenize(text: str, unit: Literal["word", "char"] = "word") -> list[str]:
    """Return the tokens of a text in lower case, everything but the letters a to z being a space.

    Tokens are words, or characters with one space between words. Raises ValueError for another unit.

    >>> tokenize("The Time Machine, by H. G. Wells")
    ['the', 'time', 'machine', 'by', 'h', 'g', 'wells']
    >>> tokenize("A b.", "char")
    ['a', ' ', 'b']

    Taught in: recurrent-networks/text-preprocessing.
    """
    cleaned = re.sub("[^a-z]+", " ", text.lower()).strip()
    if unit == "word":
        return cleaned.split()
    if unit == "char":
        return list(cleaned)
    raise ValueError(f"unit must be 'word' or 'char', got {unit!r}")


class Vocabulary:
    """The tokens of a text and their numbers, the most frequent first, after the reserved ones.

    Tokens that occur less than `min_count` times are left out; they and unknown ones get the number
    of the first reserved token. Of equally frequent tokens the one that occurs first comes first.

    >>> vocabulary = Vocabulary("the cat and the dog".split())
    >>> vocabulary.encode(["the", "bird"])
    tensor([1, 0])
    >>> vocabulary.decode(torch.tensor([1, 0])), len(vocabulary)
    (['the', '<unk>'], 5)

    Taught in: recurrent-networks/text-preprocessing.
    """

    def __init__(self, tokens: Iterable[str], *, min_count: int = 1, reserved: Sequence[str] = ("<unk>",)) -> None:
        self.counts = Counter(tokens)
        frequent = [token for token, count in self.counts.most_common() if count >= min_count]
        self.tokens = tuple(dict.fromkeys([*reserved, *frequent]))
        self.numbers = {token: number for number, token in enumerate(self.tokens)}
        self.unknown = reserved[0] if reserved else None

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, tokens: Iterable[str]) -> Tensor:
        """Return the numbers of tokens, int64 of shape (count,).

        Raises KeyError for an unknown token where no token is reserved.
        """
        if self.unknown is None:
            return torch.tensor([self.numbers[token] for token in tokens], dtype=torch.int64)
        other = self.numbers[self.unknown]
        return torch.tensor([self.numbers.get(token, other) for token in tokens], dtype=torch.int64)

    def decode(self, ids: Tensor) -> list[str]:
        """Return the tokens that numbers of shape (count,) stand for."""
        return [self.tokens[number] for number in ids.tolist()]


def windows(ids: Tensor, steps: int, *, batch_size: int = 32, valid: float = 0.1) -> Loaders:
    """Return batches of windows (B, steps) of a sequence (count,), and as targets the same moved on by one.

    The last `valid` of the sequence is for validation. The windows do not overlap; in training they
    begin at another random offset each epoch and come in random order.

    Raises ValueError where a part is too short for one window.

    >>> train, valid = windows(torch.arange(100), steps=5, batch_size=4)
    >>> x, y = next(iter(train))
    >>> x.shape, bool((y == x + 1).all())
    (torch.Size([4, 5]), True)

    Taught in: recurrent-networks/sequence-batches.
    """
    cut = len(ids) - round(valid * len(ids))
    for part, length in (("training", cut), ("validation", len(ids) - cut)):
        if length <= steps and not (part == "validation" and valid == 0):
            raise ValueError(f"windows of {steps} steps need at least {steps + 1} tokens, the {part} part has {length}")
    return Loaders(_Windows(ids[:cut], steps, batch_size, True), _Windows(ids[cut:], steps, batch_size, False))


class _Windows:
    """Windows of a sequence, cut anew at each iteration."""

    def __init__(self, ids: Tensor, steps: int, batch_size: int, moving: bool) -> None:
        self.ids, self.steps, self.batch_size, self.moving = ids, steps, batch_size, moving
        room = min(steps - 1, len(ids) - steps - 1) if moving else 0  # offsets beyond 0 that leave a window
        self.offsets = max(room, 0) + 1
        self.count = max(len(ids) - self.offsets, 0) // steps  # windows that fit behind every offset

    def __len__(self) -> int:
        return -(-self.count // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        offset = int(torch.randint(self.offsets, ())) if self.moving else 0
        order = torch.randperm(self.count) if self.moving else torch.arange(self.count)
        for numbers in torch.split(order, self.batch_size):
            rows = offset + numbers[:, None] * self.steps + torch.arange(self.steps)  # (B, steps)
            yield self.ids[rows], self.ids[rows + 1]
