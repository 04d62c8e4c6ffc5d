"""Plots that take data together with their labels and return the axes they drew on.

Whatever else a figure needs (a logarithmic scale, a title, limits) is matplotlib's, on those axes.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

__all__ = ["contours", "heatmap", "images", "lines", "regions"]

NUMBERED = 12  # a matrix of at most so many rows and columns has its numbers in the cells
GRID = 200  # points a side at which functions of the plane are evaluated
LEGIBLE = 0.75  # the share of the colours from which thin lines stand out, on white and on a dark screen
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


def contours(
    function: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    *,
    path: torch.Tensor | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw level lines of f(x, y), and a path on them.

    `function` is called once, with x and y of shape (n, n) each. `path` has shape (steps, 2); its
    beginning is a circle.

    Raises ValueError where `path` has another shape.

    >>> ax = contours(lambda x, y: x**2 + y**2, (-1, 1), (-1, 1), path=torch.tensor([[1.0, 1.0], [0.0, 0.0]]))
    >>> ax.lines[0].get_xydata().tolist()
    [[1.0, 1.0], [0.0, 0.0]]

    Taught in: preliminaries/multivariable-calculus.
    """
    if path is not None and (path.ndim != 2 or path.shape[1] != 2):
        raise ValueError(f"contours: expected a path (steps, 2), got {tuple(path.shape)}")
    ax = ax or plt.subplots()[1]
    x, y = _grid(xlim, ylim)
    cmap = LinearSegmentedColormap.from_list("", plt.get_cmap()(np.linspace(0, LEGIBLE, GRID)))
    lines = ax.contour(_array(x), _array(y), _array(function(x, y)), levels=12, linewidths=1, cmap=cmap)
    ax.clabel(lines, list(lines.levels)[::3], fontsize="small")
    if path is not None:
        steps = _array(path)  # (steps, 2)
        ax.plot(*steps.T, ".-", color="C1")
        ax.plot(*steps[0], "o", color="C1")
    ax.set(xlabel="x", ylabel="y")
    return ax


def images(images: torch.Tensor, titles: Sequence[str] = (), *, columns: int = 8) -> Figure:
    """Draw a grid of pictures, each rescaled so that its darkest point is black and its brightest white.

    `images` has shape (N, H, W), (N, 1, H, W) or, in colour, (N, 3, H, W); `titles` are none or N.
    All pictures share one scale, so that their brightness can be compared.

    Raises ValueError for other shapes and other numbers of titles.

    >>> figure = images(torch.rand(3, 8, 8), ["a", "b", "c"])
    >>> [ax.get_title() for ax in figure.axes]
    ['a', 'b', 'c']

    Taught in: linear-networks/image-classification-dataset.
    """
    pictures = _array(images)  # (N, H, W) or (N, C, H, W)
    if pictures.ndim not in (3, 4) or (pictures.ndim == 4 and pictures.shape[1] not in (1, 3)) or not len(pictures):
        raise ValueError(f"images: expected (N, H, W), (N, 1, H, W) or (N, 3, H, W), got {pictures.shape}")
    if len(titles) not in (0, len(pictures)):
        raise ValueError(f"images: {len(pictures)} images, but {len(titles)} titles")
    if pictures.ndim == 4:
        pictures = np.moveaxis(pictures, 1, -1).squeeze(-1) if pictures.shape[1] == 1 else np.moveaxis(pictures, 1, -1)
    low, high = pictures.min(), pictures.max()
    shown = (pictures - low) / (high - low if high > low else 1)
    rows = -(-len(shown) // columns)
    across = min(columns, len(shown))
    figure = plt.figure(figsize=(1.0 * across, (1.25 if titles else 1.0) * rows))
    for number, picture in enumerate(shown):
        ax = figure.add_subplot(rows, across, number + 1)
        ax.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        ax.axis("off")
        if titles:
            ax.set_title(titles[number], fontsize="small")
    return figure


def regions(
    predict: Callable[[torch.Tensor], torch.Tensor],
    points: torch.Tensor,
    labels: torch.Tensor,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw where in the plane a classifier decides for which class, and points with their true classes.

    `predict` takes points of shape (n, 2) and returns classes of shape (n,) or, to take the
    largest of, logits of shape (n, classes). `points` has shape (N, 2), `labels` (N,).

    Raises ValueError for other shapes.

    >>> ax = regions(lambda x: (x[:, 0] > 0).long(), torch.tensor([[-1.0, 0.0], [1.0, 0.0]]), torch.tensor([0, 1]))
    >>> len(ax.images), len(ax.lines)
    (1, 2)

    Taught in: linear-networks/softmax-regression.
    """
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1]:
        raise ValueError(f"regions: expected (N, 2) and (N,), got {tuple(points.shape)} and {tuple(labels.shape)}")
    ax = ax or plt.subplots()[1]
    low, high = points.min(dim=0).values, points.max(dim=0).values
    edge = torch.where(high > low, 0.08 * (high - low), 1.0)
    (left, bottom), (right, top) = (low - edge).tolist(), (high + edge).tolist()
    x, y = _grid((left, right), (bottom, top))
    with torch.no_grad():
        output = predict(torch.stack([x, y], dim=-1).reshape(-1, 2).to(points.device))
    classes = output.argmax(dim=-1) if output.ndim == 2 else output
    decided = _array(classes).reshape(GRID, GRID)
    colours = [f"C{number}" for number in range(max(int(decided.max()), int(labels.max())) + 1)]
    faint = np.array([to_rgba(colour, alpha=0.25) for colour in colours])[decided.astype(int)]  # (n, n, 4)
    ax.imshow(faint, extent=(left, right, bottom, top), origin="lower", aspect="auto", interpolation="nearest")
    for number, colour in enumerate(colours):
        mine = _array(points[labels == number])
        marker = "osD^vP*X"[number % 8]  # a shape of its own, for those who see no colours
        ax.plot(*mine.T, marker, color=colour, markersize=4, markeredgecolor="white", markeredgewidth=0.5)
    ax.grid(False)
    return ax


def _grid(xlim: tuple[float, float], ylim: tuple[float, float]) -> tuple[torch.Tensor, torch.Tensor]:
    """x and y of points in a rectangle, row by row; shape (n, n) each."""
    x, y = torch.linspace(*xlim, GRID), torch.linspace(*ylim, GRID)
    across, up = torch.meshgrid(x, y, indexing="xy")
    return across, up


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
