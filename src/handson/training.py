"""The training loop of this book: it knows neither the model, nor the data, nor the device."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from matplotlib.axes import Axes
from torch import Tensor, nn

from handson.metrics import Mean
from handson.plotting import lines

__all__ = ["History", "evaluate", "fit"]

Loss = Callable[[Tensor, Tensor], Tensor]
Metric = Callable[[Tensor, Tensor], float]
Batches = Iterable[Sequence[Tensor]]  # of tuples (*inputs, target)


class Optimizer(Protocol):
    """What updates parameters: PyTorch's optimisers do, and so does `handson.optim.SGD`."""

    def step(self) -> object:
        """Update the parameters by their gradients."""

    def zero_grad(self) -> None:
        """Forget the gradients."""


@dataclass
class History:
    """What training showed: one row an epoch, each a number by its name.

    >>> history = History([{"train_loss": 2.0}, {"train_loss": 1.0}])
    >>> history["train_loss"], history.last
    ([2.0, 1.0], {'train_loss': 1.0})

    Taught in: linear-networks/training-loop.
    """

    rows: list[dict[str, float]] = field(default_factory=list)

    def __getitem__(self, name: str) -> list[float]:
        """The values of all epochs under one name."""
        return [row[name] for row in self.rows]

    @property
    def last(self) -> dict[str, float]:
        """The row of the last epoch."""
        return self.rows[-1]

    def plot(self, *names: str, ax: Axes | None = None) -> Axes:
        """Draw the curves of these names over the epochs, or those of both losses."""
        shown = names or tuple(name for name in self.last if name.endswith("loss"))
        epochs = range(1, len(self.rows) + 1)
        return lines(epochs, {name.replace("_", " "): self[name] for name in shown}, xlabel="epoch", ax=ax)


def fit(
    model: nn.Module,
    data: tuple[Batches, Batches],
    loss: Loss,
    optimizer: Optimizer,
    *,
    epochs: int = 5,
    metrics: Sequence[Metric] = (),
) -> History:
    """Train a model; return what each epoch showed.

    `data` are training and validation batches, tuples `(*inputs, target)` whose first axis counts
    examples. They follow the model to the device of its first parameter. `loss` and each metric
    are called with output and target; a metric is shown under its function's name. A row holds
    `train_loss` and `valid_loss`, `train_` and `valid_` with each metric, and `seconds`. What is
    shown of training is the mean over the epoch, while the model changes; of validation it is
    the model as it is after the epoch.

    >>> from handson.optim import SGD
    >>> x = torch.tensor([[1.0], [2.0]])
    >>> model = nn.Linear(1, 1)
    >>> batches = [(x, 3 * x)]
    >>> history = fit(model, (batches, batches), nn.MSELoss(), SGD(model.parameters(), lr=0.1), epochs=50)
    >>> history["train_loss"][-1] < history["train_loss"][0]
    True

    Taught in: linear-networks/training-loop.
    """
    train, valid = data
    history = History()
    for _ in range(epochs):
        start = time.perf_counter()
        model.train()
        row = _pass(model, train, loss, metrics, optimizer)
        row = {f"train_{name}": value for name, value in row.items()}
        row |= {f"valid_{name}": value for name, value in evaluate(model, valid, loss, metrics=metrics).items()}
        history.rows.append({**row, "seconds": time.perf_counter() - start})
    return history


def evaluate(model: nn.Module, batches: Batches, loss: Loss, *, metrics: Sequence[Metric] = ()) -> dict[str, float]:
    """Return the mean loss and metrics over all batches, without gradients and in evaluation mode.

    Each batch counts as often as it has examples. The mode of the model is restored.

    >>> evaluate(nn.Identity(), [(torch.ones(2), torch.zeros(2))], nn.MSELoss())
    {'loss': 1.0}

    Taught in: linear-networks/training-loop.
    """
    mode = model.training
    model.eval()
    try:
        with torch.no_grad():
            return _pass(model, batches, loss, metrics)
    finally:
        model.train(mode)


def _pass(
    model: nn.Module,
    batches: Batches,
    loss: Loss,
    metrics: Sequence[Metric],
    optimizer: Optimizer | None = None,
) -> dict[str, float]:
    """One pass over the data, with an update after each batch if there is an optimiser."""
    first = next(model.parameters(), torch.empty(0))
    means = {"loss": Mean(), **{metric.__name__: Mean() for metric in metrics}}
    for batch in batches:
        *inputs, target = (tensor.to(first.device) for tensor in batch)
        output = model(*inputs)
        value = loss(output, target)
        if optimizer is not None:
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
        means["loss"].add(value.item(), len(target))
        for metric in metrics:
            means[metric.__name__].add(metric(output.detach(), target), len(target))
    return {name: mean.value for name, mean in means.items()}
