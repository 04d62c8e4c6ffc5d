"""A page to execute, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from nbpress.book import Page
from nbpress.errors import Problem
from nbpress.notebook import Notebook


class Task(NamedTuple):
    """A page with its notebook."""

    page: Page
    notebook: Notebook


class Run(msgspec.Struct, frozen=True):
    """The outputs of a page's executed cells, in their order, and the seconds it took."""

    outputs: tuple[list[dict[str, Any]], ...]
    seconds: float


@dataclass(frozen=True)
class Failure:
    """A page that could not be executed to its end: what happened, and what its cells had shown until then."""

    problem: Problem
    partial: Run
