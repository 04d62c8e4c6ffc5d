"""Whoever wants to know how far the work is: a terminal, the preview."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Listener(Protocol):
    """Is told how far the work is."""

    def stage(self, text: str) -> None:
        """A stage begins."""

    def pages(self, total: int, reused: int) -> None:
        """`total` pages will be executed; `reused` have a stored run."""

    def cell(self, page: str, cell: int, cells: int) -> None:
        """A cell of a page begins."""

    def page(self, name: str, seconds: float, failed: bool) -> None:
        """A page has been executed."""

    def note(self, text: str) -> None:
        """Something that people should know."""


def note_pages(listener: Listener, text: str, names: Iterable[str]) -> None:
    """Tell of pages, if there are any."""
    if listed := ", ".join(names):
        listener.note(f"{text}: {listed}")
