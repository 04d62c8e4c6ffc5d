"""Notebooks made from a few strings."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

Cells = Sequence[str | tuple[str, ...]]


def notebook_text(*cells: str | tuple[str, ...]) -> str:
    """A notebook as JSON: a string is a Markdown cell, a tuple a code cell and its tags."""
    made = []
    for number, cell in enumerate(cells, start=1):
        source, *tags = (cell,) if isinstance(cell, str) else cell
        kind = "markdown" if isinstance(cell, str) else "code"
        extra = {} if kind == "markdown" else {"outputs": [], "execution_count": None}
        made.append({"cell_type": kind, "id": f"c{number}", "metadata": {"tags": tags}, "source": source, **extra})
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": made, "metadata": spec, "nbformat": 4, "nbformat_minor": 5})


def markdown(source: str, **more: Any) -> dict[str, Any]:
    """A Markdown cell as JSON."""
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def code(source: str, *outputs: Mapping[str, Any], tags: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """A code cell as JSON, with the outputs that are stored in it."""
    base = {"cell_type": "code", "metadata": {"tags": list(tags)}, "execution_count": 1}
    return {**base, "source": source, "outputs": list(outputs), **more}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    """What a cell wrote to a stream."""
    return {"output_type": "stream", "name": name, "text": text}


def display(data: Mapping[str, Any], **metadata: Any) -> dict[str, Any]:
    """What a cell showed, by MIME types."""
    return {"output_type": "display_data", "data": dict(data), "metadata": metadata}


def stored(*cells: Mapping[str, Any], minor: int = 5, **metadata: Any) -> dict[str, Any]:
    """A notebook as JSON, its cells numbered."""
    ids = [{"id": f"c{number}"} if minor >= 5 else {} for number in range(1, len(cells) + 1)]
    made = [{**id_, **cell} for id_, cell in zip(ids, cells, strict=True)]
    return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}


def picture(kind: str, size: tuple[int, int] = (120, 80)) -> str:
    """A plain picture of that kind (PNG, GIF, …) in base64."""
    file = io.BytesIO()
    Image.new("RGB", size, (47, 109, 179)).save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="60" height="40" fill="#2f6db3"/></svg>'
)
