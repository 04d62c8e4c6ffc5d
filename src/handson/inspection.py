"""What is inside a model: its parameters, what its layers compute, how much work that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["activations", "multiply_adds", "parameter_count", "summary"]


def parameter_count(model: nn.Module, *, trainable: bool = False) -> int:
    """Return the number of parameters, those that layers share counted once.

    With `trainable` only those count that have gradients.

    >>> parameter_count(nn.Linear(3, 2))
    8

    Taught in: computation/parameters.
    """
    return sum(one.numel() for one in model.parameters() if one.requires_grad or not trainable)


def activations(model: nn.Module, *inputs: Tensor) -> dict[str, Tensor]:
    """Return the output of every layer that holds no others, by its name, from one forward pass.

    A layer that is called several times shows its last output. Nothing of this stays in the model.

    >>> model = nn.Sequential(nn.Linear(3, 2), nn.ReLU())
    >>> {name: tuple(output.shape) for name, output in activations(model, torch.ones(1, 3)).items()}
    {'0': (1, 2), '1': (1, 2)}

    Taught in: computation/debugging.
    """
    outputs: dict[str, Tensor] = {}

    def note(name: str) -> Callable[[nn.Module, object, Tensor], None]:
        return lambda layer, arguments, output: outputs.update({name: output})

    with _hooks(model, note), torch.no_grad():
        model(*inputs)
    return outputs


def summary(model: nn.Module, *inputs: Tensor) -> pd.DataFrame:
    """Return a table of the layers that hold no others: type, shape of the output, parameters.

    On the device "meta" nothing is computed, so that the largest models can be looked at.
    Parameters that layers share are counted where they are met first; those of the model outside
    of such layers stand in a row of their own.

    >>> table = summary(nn.Sequential(nn.Linear(3, 2), nn.ReLU()), torch.ones(1, 3))
    >>> table["layer"].tolist(), table["parameters"].tolist()
    (['Linear', 'ReLU'], [8, 0])

    Taught in: computation/debugging.
    """
    import pandas as pd  # of all this module, only here

    seen: set[int] = set()

    def new(parameters: Iterator[nn.Parameter]) -> int:
        fresh = [one for one in parameters if id(one) not in seen]
        seen.update(map(id, fresh))
        return sum(one.numel() for one in fresh)

    layers = dict(model.named_modules())
    rows = [
        (name or "-", type(layers[name]).__name__, tuple(output.shape), new(layers[name].parameters()))
        for name, output in activations(model, *inputs).items()
    ]
    if rest := new(model.parameters()):
        rows.append(("-", type(model).__name__, (), rest))
    return pd.DataFrame(rows, columns=["name", "layer", "output shape", "parameters"]).set_index("name")


def multiply_adds(model: nn.Module, *inputs: Tensor) -> int:
    """Return how many multiplications, each with an addition, one forward pass makes.

    Matrix products and convolutions count; what is done once for each value does not.

    >>> multiply_adds(nn.Linear(3, 2), torch.ones(4, 3))
    24

    Taught in: convolutional-networks/receptive-fields.
    """
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(*inputs)
    return int(counter.get_total_flops()) // 2


@contextmanager
def _hooks(model: nn.Module, hook: Callable[[str], Callable[[nn.Module, object, Tensor], None]]) -> Iterator[None]:
    """Let `hook(name)` see the output of every layer that holds no others."""
    leaves = [(name, layer) for name, layer in model.named_modules() if not any(layer.children())]
    handles = [layer.register_forward_hook(hook(name)) for name, layer in leaves]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
