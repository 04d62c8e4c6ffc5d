"""Losses that PyTorch has not in the form in which pages use them. A loss is `(output, target) -> scalar`."""

from torch import Tensor
from torch.nn import functional as F

__all__ = ["token_cross_entropy"]


def token_cross_entropy(logits: Tensor, targets: Tensor, *, ignore: int = -100) -> Tensor:
    """Return the mean cross-entropy over all tokens that count.

    `logits` has shape (B, T, V): for each of B sequences and T positions a score for each of V
    tokens; `targets` has shape (B, T). Positions where the target is `ignore` do not count: in
    them sequences are padded to one length. Not a number where no position counts.

    Raises ValueError where the shapes do not fit.

    >>> import torch
    >>> token_cross_entropy(torch.zeros(2, 3, 4), torch.zeros(2, 3, dtype=torch.long))
    tensor(1.3863)

    Taught in: recurrent-networks/rnn-scratch.
    """
    if logits.ndim != 3 or logits.shape[:2] != targets.shape:
        raise ValueError(
            "token_cross_entropy: expected logits (B, T, V) and targets (B, T), "
            f"got {tuple(logits.shape)} and {tuple(targets.shape)}"
        )
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=ignore)  # (B·T, V), (B·T,)
