"""Plots that take data together with their labels and return the axes they drew on.

Whatever else a figure needs (a logarithmic scale, a title, limits) is matplotlib's, on those axes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

__all__ = ["heatmap", "lines"]

NUMBERED = 12  # a matrix of at most so many rows and columns has its numbers in the cells
SQUARE = 4  # cells stay square until one side has this many times more cells than the other


def lines(
    x: ArrayLike,
    series: Mapping[str, ArrayLike],
    *,
    xlabel: str = "",
    ylabel: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw labelled curves over common x.

    `x` has shape (n,), and so has each value of `series`, whose keys become the legend. Draws on
    `ax`, or on new axes, and returns them.

    Raises ValueError where a curve is not as long as x.

    >>> ax = lines([0, 1, 2], {"square": [0, 1, 4], "double": [0, 2, 4]}, xlabel="x")
    >>> [line.get_label() for line in ax.lines]
    ['square', 'double']

    Taught in: preliminaries/calculus.
    """
    common = _array(x)  # (n,)
    curves = {label: _array(values) for label, values in series.items()}
    for label, curve in curves.items():
        if curve.shape != common.shape:
            raise ValueError(f"lines: {label!r} has shape {curve.shape}, but x {common.shape}")
    ax = ax or plt.subplots()[1]
    for label, curve in curves.items():
        ax.plot(common, curve, label=label)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if any(curves):
        ax.legend()
    return ax


def heatmap(
    matrix: torch.Tensor,
    *,
    xlabel: str = "",
    ylabel: str = "",
    ticks: Sequence[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw a matrix as colours, with its numbers in the cells when it is small.

    `matrix` has shape (rows, columns); `ticks` names the columns, and the rows too where there
    are as many. A larger matrix has a colour bar instead of numbers, unless it is boolean. Cells
    are never blended: of more rows than the picture has pixels, some are not drawn.

    Raises ValueError where `matrix` has not two axes or `ticks` are not as many as its columns.

    >>> ax = heatmap(torch.eye(2), ticks=["cat", "dog"])
    >>> [text.get_text() for text in ax.texts]
    ['1.00', '0.00', '0.00', '1.00']

    Taught in: linear-networks/naive-bayes.
    """
    values = _array(matrix)  # (rows, columns)
    if values.ndim != 2:
        raise ValueError(f"heatmap: expected (rows, columns), got shape {values.shape}")
    if len(ticks) not in (0, values.shape[1]):
        raise ValueError(f"heatmap: {values.shape[1]} columns, but {len(ticks)} ticks")
    ax = ax or plt.subplots()[1]
    square = max(values.shape) < SQUARE * min(values.shape)
    image = ax.imshow(values, aspect="equal" if square else "auto", interpolation="nearest")
    ax.grid(False)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    _name_cells(ax, values.shape, ticks)
    if max(values.shape) <= NUMBERED:
        _write_numbers(image, values)
    elif values.dtype != np.bool_:
        ax.figure.colorbar(image, ax=ax)
    return ax


def _array(values: ArrayLike) -> NDArray[Any]:
    """The values as a numpy array, also of a tensor with gradient or on another device."""
    if isinstance(values, torch.Tensor):
        return values.detach().cpu().numpy()
    return np.asarray(values)


def _name_cells(ax: Axes, shape: tuple[int, ...], ticks: Sequence[str]) -> None:
    if not ticks:
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(integer=True))
        return
    long = max(map(len, ticks)) > 3
    slanted: dict[str, Any] = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
    ax.set_xticks(range(shape[1]), ticks, **(slanted if long else {}))
    if shape[0] == shape[1]:
        ax.set_yticks(range(shape[0]), ticks)


def _write_numbers(image: AxesImage, values: NDArray[Any]) -> None:
    """Write each value into its cell, light on dark colours and dark on light ones."""
    form = ".2f" if values.dtype.kind == "f" else "d"
    colours = np.asarray(image.cmap(image.norm(values)))[..., :3]  # (rows, columns, 3)
    bright = colours @ np.array([0.3, 0.6, 0.1]) > 0.5
    for (row, column), value in np.ndenumerate(values):
        ink = "black" if bright[row, column] else "white"
        text = format(value.item(), form)
        image.axes.text(column, row, text, ha="center", va="center", color=ink)
