"""Small data sets whose truth is known, since they are drawn from it with torch's own generator."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["linear_regression", "polynomial", "sine_series", "spirals"]


def linear_regression(weight: Tensor, bias: float, count: int, *, noise: float = 0.01) -> tuple[Tensor, Tensor]:
    """Draw inputs from a normal distribution and targets y = X w + b + ε.

    `weight` has shape (d,); `noise` is the standard deviation of ε. Returns X of shape (count, d)
    and y of shape (count, 1).

    Raises ValueError where `weight` has not one axis.

    >>> x, y = linear_regression(torch.tensor([2.0, -3.4]), 4.2, 5)
    >>> x.shape, y.shape
    (torch.Size([5, 2]), torch.Size([5, 1]))

    Taught in: linear-networks/linear-regression-scratch.
    """
    if weight.ndim != 1:
        raise ValueError(f"linear_regression: expected a weight (d,), got {tuple(weight.shape)}")
    x = torch.randn(count, len(weight), dtype=weight.dtype)
    y = x @ weight[:, None] + bias  # (count, d) @ (d, 1) -> (count, 1)
    return x, y + noise * torch.randn_like(y)


def polynomial(coefficients: Sequence[float], count: int, *, noise: float = 0.1) -> tuple[Tensor, Tensor]:
    """Draw x between -1 and 1, and y = Σ_k c_k xᵏ + ε.

    `coefficients` are c_0, c_1, …; `noise` is the standard deviation of ε. Returns x and y of
    shape (count, 1) each.

    >>> x, y = polynomial([1.0, 2.0], 3, noise=0)
    >>> torch.allclose(y, 1 + 2 * x)
    True

    Taught in: multilayer-perceptrons/underfit-overfit.
    """
    x = 2 * torch.rand(count, 1) - 1
    y = torch.zeros_like(x)
    for coefficient in reversed(coefficients):
        y = y * x + coefficient
    return x, y + noise * torch.randn_like(y)


def sine_series(count: int = 1000, *, noise: float = 0.2) -> Tensor:
    """Return sin(0.01 t) + ε for t = 1, …, count, of shape (count,); its period is 628 steps.

    `noise` is the standard deviation of ε.

    >>> sine_series(3, noise=0)
    tensor([0.0100, 0.0200, 0.0300])

    Taught in: recurrent-networks/sequence-models.
    """
    t = torch.arange(1, count + 1)
    return torch.sin(0.01 * t) + noise * torch.randn(count)


def spirals(count: int, *, arms: int = 2, noise: float = 0.1) -> tuple[Tensor, Tensor]:
    """Draw points of spiral arms around the origin, of one and a half turns each.

    A point at the distance r of 0.5 to 3.5 from the origin has the angle π (r - 0.5), plus that by
    which its arm is turned; `noise` is the standard deviation of what is added to both
    coordinates. Returns points of shape (count, 2) and the numbers of their arms, of shape
    (count,); all arms have as many points, as far as that is possible.

    >>> points, labels = spirals(6, arms=3)
    >>> labels.bincount()
    tensor([2, 2, 2])

    Taught in: multilayer-perceptrons/mlp.
    """
    labels = torch.arange(count) % arms  # (count,)
    radius = 0.5 + 3 * torch.rand(count)
    angle = math.pi * (radius - 0.5) + 2 * math.pi * labels / arms
    points = radius[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)  # (count, 2)
    return points + noise * torch.randn(count, 2), labels
