"""What can be wrong with a book, where it is wrong, and how the program ends because of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Place:
    """A place in the book as its author knows it: a file, and in a notebook a cell and a line of it."""

    file: str
    cell: int | None = None  # counted from 1, as the author counts
    cell_id: str | None = None
    line: int | None = None  # of the cell, or of the file where there is no cell

    def __str__(self) -> str:
        text = self.file
        if self.cell is not None:
            text += f", cell {self.cell}"
            if self.cell_id:
                text += f" (id {self.cell_id})"
        if self.line is not None:
            text += f", line {self.line}"
        return text


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: what, where, and what to do next."""

    message: str
    place: Place | None = None
    hint: str = ""
    rule: str = ""

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.place else self.message
        indented = "\n".join(f"    {line}" for line in self.hint.splitlines())
        return f"{head}\n{indented}" if indented else head


class PressError(Exception):
    """Ends the program with its problems shown; the subclass says with which exit code."""

    exit_code = 1

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class BookError(PressError):
    """The book has problems: its author mends the pages."""


class UsageError(PressError):
    """The call, the configuration or the machine is not as it must be: nothing was built."""

    exit_code = 2


def did_you_mean(word: str, known: Sequence[str], cutoff: float = 0.6) -> str:
    """A sentence that names the nearest known word, or the empty string.

    >>> did_you_mean("titel", ["title", "parts"])
    'did you mean "title"?'
    """
    near = get_close_matches(word, known, n=1, cutoff=cutoff)
    return f'did you mean "{near[0]}"?' if near else ""
