"""A notebook as it is committed: what its author wrote, without what a run or an editor left in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from nbpress.notebook import VALUES

ID = re.compile(r"[\w-]{1,64}", re.A)
MINOR = 5  # of notebook format 4: the first with ids of cells
OF_RUNS = {VALUES, "execution", "ExecuteTime", "executionInfo", "outputId"}  # in the metadata of a cell
OF_EDITORS = {
    *("autoscroll", "collapsed", "colab", "colab_type", "cell_id", "code_folding", "heading_collapsed", "hidden"),
    *("hide_input", "id", "jp-MarkdownHeadingCollapsed", "jupyter", "pycharm", "scrolled", "trusted", "vscode"),
}
OF_RUNS_OF_ALL = {"papermill", "widgets"}  # in the metadata of a notebook
OF_EDITORS_OF_ALL = {
    *("accelerator", "anaconda-cloud", "celltoolbar", "colab", "gpuClass", "interpreter", "orig_nbformat"),
    *("toc", "toc-autonumbering", "toc-showcode", "toc-showmarkdowntxt", "toc-showtags", "varInspector", "vscode"),
}
DEFAULTS = {"deletable": True, "editable": True, "tags": [], "slideshow": {"slide_type": ""}}  # which say nothing
PYTHON = {"display_name": "Python 3", "language": "python", "name": "python3"}  # whatever an installation calls it


def cleaned(raw: Mapping[str, Any], *, keep_outputs: bool = False) -> dict[str, Any]:
    """The notebook as it is committed; `keep_outputs` where nobody else computes them."""
    metadata = _without(raw.get("metadata", {}), OF_EDITORS_OF_ALL, set() if keep_outputs else OF_RUNS_OF_ALL)
    if metadata.get("kernelspec", {}).get("name") == PYTHON["name"]:
        metadata["kernelspec"] = PYTHON
    if "name" in metadata.get("language_info", {}):
        metadata["language_info"] = {"name": metadata["language_info"]["name"]}
    cells = [_cell(cell, keep_outputs) for cell in raw["cells"]]
    for cell, name in zip(cells, ids(cells), strict=True):
        cell["id"] = name
    minor = max(raw.get("nbformat_minor", 0), MINOR)
    return {**raw, "metadata": metadata, "cells": cells, "nbformat_minor": minor}


def _cell(raw: Mapping[str, Any], keep_outputs: bool) -> dict[str, Any]:
    metadata = _without(raw.get("metadata", {}), OF_EDITORS, set() if keep_outputs else OF_RUNS)
    known = {key: value for key, value in metadata.items() if key not in DEFAULTS or value != DEFAULTS[key]}
    cell = {**raw, "metadata": known, "source": text_of(raw).splitlines(keepends=True)}
    if raw["cell_type"] == "code" and not keep_outputs:
        cell |= {"outputs": [], "execution_count": None}
    return cell


def _without(metadata: Mapping[str, Any], *gone: set[str]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if not any(key in names for names in gone)}


def text_of(raw: Mapping[str, Any]) -> str:
    """The text of a cell, which its file may hold in lines."""
    source = raw.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def ids(cells: list[dict[str, Any]]) -> Iterator[str]:
    """An id of its own for each cell: the one it has, else one that is made of its text, the same in every clone."""
    taken = {cell["id"] for cell in cells if _is_id(cell.get("id"))}
    seen: set[str] = set()
    for cell in cells:
        name = str(cell["id"]) if _is_id(cell.get("id")) else ""
        number = 0
        while name not in taken or name in seen:
            text = f"{cell['cell_type']} {text_of(cell)} {number}"
            made = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
            if made not in taken:
                taken.add(made)
                name = made
            number += 1
        seen.add(name)
        yield name


def _is_id(name: Any) -> bool:
    return isinstance(name, str) and ID.fullmatch(name) is not None
