"""Multilayer perceptrons."""

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

__all__ = ["MLP"]


class MLP(nn.Sequential):
    """A multilayer perceptron: h_0 = x, h_k = σ(W_k h_(k-1) + b_k), and the last layer without σ.

    `sizes` are the lengths of x, of each hidden layer, and of the output; W_k has shape
    (sizes[k], sizes[k-1]). `activation` is the class of σ; after each σ, `dropout` is the
    probability with which training sets a hidden unit to zero. Inputs have shape (B, …) with
    sizes[0] numbers in each example, and are flattened; outputs have shape (B, sizes[-1]).

    Raises ValueError for fewer than two sizes, and for inputs of another size.

    >>> import torch
    >>> model = MLP([784, 256, 10], dropout=0.5)
    >>> model(torch.zeros(32, 1, 28, 28)).shape
    torch.Size([32, 10])

    Source: Rumelhart, Hinton and Williams (1986), Learning representations by back-propagating
    errors, Nature 323. Taught in: multilayer-perceptrons/mlp-concise.
    """

    def __init__(self, sizes: Sequence[int], *, activation: type[nn.Module] = nn.ReLU, dropout: float = 0.0) -> None:
        if len(sizes) < 2:
            raise ValueError(f"MLP: expected the sizes of input and output at least, got {list(sizes)}")
        layers: list[nn.Module] = [nn.Flatten()]
        for number, (inputs, outputs) in enumerate(pairwise(sizes)):
            if number > 0:
                layers += [activation(), *([nn.Dropout(dropout)] if dropout else [])]
            layers.append(nn.Linear(inputs, outputs))
        super().__init__(*layers)
        self.inputs = sizes[0]

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, …) to (B, sizes[-1])."""
        if x.shape[1:].numel() != self.inputs:
            raise ValueError(f"MLP: expected {self.inputs} numbers an example, got {tuple(x.shape)}")
        output: Tensor = super().forward(x)  # type: ignore[no-untyped-call]
        return output
