"""Notebooks made from a few strings."""

from __future__ import annotations

import json
from collections.abc import Sequence

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
