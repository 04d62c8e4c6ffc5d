"""Optimisers: what has `step()` and `zero_grad()`. What changes an update is attached to the one that makes it."""

from collections.abc import Iterable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

__all__ = ["SGD", "clipped"]

Optimiser = TypeVar("Optimiser", bound=torch.optim.Optimizer)


class SGD:
    """Mini-batch gradient descent and nothing else: w ← w - lr · ∂L/∂w.

    >>> w = torch.tensor([1.0], requires_grad=True)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (3 * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([0.7000], requires_grad=True)

    Taught in: linear-networks/linear-regression-scratch.
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float) -> None:
        self.parameters = list(parameters)
        self.lr = lr

    @torch.no_grad()
    def step(self) -> None:
        """Update every parameter that has a gradient."""
        for parameter in self.parameters:
            if parameter.grad is not None:
                parameter.sub_(parameter.grad, alpha=self.lr)  # w - lr · grad, rounded once

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for parameter in self.parameters:
            parameter.grad = None


def clipped(optimizer: Optimiser, norm: float) -> Optimiser:
    """Return the same optimiser, which from now on clips gradients before each step.

    All gradients together count as one vector; where it is longer than `norm`, it is scaled to
    that length, so that its direction stays.

    Raises ValueError where `norm` is not positive.

    >>> w = nn.Parameter(torch.zeros(2))
    >>> optimizer = clipped(torch.optim.SGD([w], lr=1.0), norm=1.0)
    >>> w.grad = torch.tensor([3.0, 4.0])
    >>> optimizer.step()
    >>> w.detach()
    tensor([-0.6000, -0.8000])

    Source: Pascanu et al. (2013), On the Difficulty of Training Recurrent Neural Networks.
    Taught in: recurrent-networks/rnn-scratch.
    """
    if norm <= 0:
        raise ValueError(f"clipped: norm must be positive, got {norm}")

    def clip(optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        parameters = [one for group in optimizer.param_groups for one in group["params"]]
        nn.utils.clip_grad_norm_(parameters, norm)

    optimizer.register_step_pre_hook(clip)
    return optimizer
