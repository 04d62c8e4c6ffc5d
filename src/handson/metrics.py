"""Numbers that say how good a model is. A metric is a named function `(output, target) -> float`."""

import math

import torch
from torch import Tensor

__all__ = ["Mean", "accuracy", "calibration_error", "confusion", "perplexity"]


class Mean:
    """A mean of values that come one after the other, each with a weight.

    >>> loss = Mean()
    >>> loss.add(1.0, count=3)
    >>> loss.add(5.0)
    >>> loss.value
    2.0

    Taught in: linear-networks/training-loop.
    """

    def __init__(self) -> None:
        self.total = 0.0
        self.count = 0

    def add(self, value: float, count: int = 1) -> None:
        """Take `value` as the mean of `count` examples."""
        self.total += value * count
        self.count += count

    @property
    def value(self) -> float:
        """The mean so far; not a number while there is nothing."""
        return self.total / self.count if self.count else math.nan


def accuracy(logits: Tensor, labels: Tensor) -> float:
    """Return the share of rows whose largest logit is the one of the label.

    `logits` has shape (n, classes), `labels` has shape (n,). More axes, as in (n, steps, classes)
    and (n, steps), count as more rows.

    Raises ValueError where the shapes do not fit.

    >>> accuracy(torch.tensor([[0.1, 2.0], [3.0, 0.5]]), torch.tensor([1, 1]))
    0.5

    Taught in: linear-networks/softmax-regression-scratch.
    """
    if logits.shape[:-1] != labels.shape:
        raise ValueError(f"accuracy: expected labels {tuple(logits.shape[:-1])}, got {tuple(labels.shape)}")
    return (logits.argmax(dim=-1) == labels).double().mean().item()


def confusion(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    """Count how often each class was taken for each other.

    `predicted` and `labels` have shape (n,) and hold classes 0, …, classes - 1. Returns integers
    of shape (classes, classes): the row is the truth, the column the prediction.

    Raises ValueError where the shapes differ.

    >>> confusion(torch.tensor([0, 1, 1]), torch.tensor([0, 0, 1]), classes=2)
    tensor([[1, 1],
            [0, 1]])

    Taught in: linear-networks/naive-bayes.
    """
    if predicted.shape != labels.shape:
        raise ValueError(f"confusion: expected predictions {tuple(labels.shape)}, got {tuple(predicted.shape)}")
    pairs = labels.long() * classes + predicted.long()  # (n,)
    return torch.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def calibration_error(probabilities: Tensor, labels: Tensor, *, bins: int = 15) -> float:
    """Return how far confidence is from accuracy: the expected calibration error.

    Predictions are sorted into `bins` of equal width by their largest probability; in each, the
    mean confidence and the share of right predictions should agree. The error is the mean of
    their distances, weighted by the number of predictions:
    `Σ_b n_b / n · |accuracy_b - confidence_b|`.

    `probabilities` has shape (n, classes) and rows that sum to one, `labels` has shape (n,).

    Raises ValueError where the shapes do not fit.

    >>> calibration_error(torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 1]))
    0.0

    Source: Guo et al. (2017), On Calibration of Modern Neural Networks.
    Taught in: multilayer-perceptrons/calibration.
    """
    if probabilities.shape[:-1] != labels.shape or labels.ndim != 1:
        raise ValueError(
            "calibration_error: expected probabilities (n, classes) and labels (n,), "
            f"got {tuple(probabilities.shape)} and {tuple(labels.shape)}"
        )
    confidence, predicted = probabilities.double().max(dim=1)  # (n,), (n,)
    right = (predicted == labels).double()  # (n,)
    place = (confidence * bins).ceil().long().clamp(1, bins) - 1  # (n,): bin b holds (b / bins, (b + 1) / bins]
    gaps = torch.zeros(bins, dtype=torch.double, device=place.device).index_add(0, place, right - confidence)
    return (gaps.abs().sum() / len(labels)).item()


def perplexity(loss: float) -> float:
    """Return exp(loss), for a mean negative log-likelihood in nats.

    It is the number of equally likely tokens that would leave a model as uncertain.

    >>> round(perplexity(math.log(27)), 9)
    27.0

    Taught in: recurrent-networks/language-models.
    """
    return math.exp(loss) if loss < 700 else math.inf
