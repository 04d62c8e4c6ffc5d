"""Word vectors "trained elsewhere": from another and longer topic corpus, by counting and an SVD."""

from collections import Counter
from functools import cache
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handson.data.samples import imdb, snli
from handson.data.samples.topics import paragraphs

__all__ = ["DIMENSION", "draw", "vectors"]

DIMENSION = 50
SENTENCES = 56_000  # four times as many as the topic corpus has
WINDOW = 5
ELSEWHERE = 1_000  # added to the seed, so that the corpus is another one


def draw(split: str = "train", n: int | None = None, seed: int = 0) -> dict[str, Any]:
    """Make `words`, the most frequent first, and their `vectors` (n, 50), float32.

    >>> draw(n=3)["vectors"].shape
    (3, 50)
    """
    words, table = _made(seed)
    return {"words": list(words[:n]), "vectors": table[:n].copy()}


@cache
def _made(seed: int) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    sentences = [text.split() for paragraph in paragraphs(Random(ELSEWHERE + seed), SENTENCES) for text in paragraph]
    for text in [
        *imdb.draw("train", 2_000, ELSEWHERE + seed)["texts"],
        *snli.draw("train", 1_000, ELSEWHERE)["premises"],
    ]:
        sentences.append("".join(letter if letter.isalpha() else " " for letter in text.lower()).split())
    words = tuple(word for word, _ in Counter(word for text in sentences for word in text).most_common())
    return words, vectors(sentences, words, DIMENSION)


def vectors(sentences: list[list[str]], words: tuple[str, ...], dimension: int) -> NDArray[np.float32]:
    """Return a vector for each word, (len(words), dimension): positive mutual information, cut by an SVD.

    Words count as neighbours up to five places apart, weighted by one over the distance.

    Source: Levy and Goldberg (2014), Neural Word Embedding as Implicit Matrix Factorization.
    """
    number = {word: place for place, word in enumerate(words)}
    ids = np.array([number[word] for text in sentences for word in [*text]])
    line = np.repeat(np.arange(len(sentences)), [len(text) for text in sentences])
    counts = np.zeros((len(words), len(words)))
    for apart in range(1, WINDOW + 1):
        same = line[apart:] == line[:-apart]
        np.add.at(counts, (ids[apart:][same], ids[:-apart][same]), 1 / apart)
    counts += counts.T
    total = counts.sum()
    expected = counts.sum(1, keepdims=True) @ counts.sum(0, keepdims=True) / total
    information = np.log(np.maximum(counts / np.maximum(expected, 1e-12), 1))
    left, values, _ = np.linalg.svd(information, hermitian=True)
    return np.asarray(left[:, :dimension] * np.sqrt(values[:dimension]), np.float32)
