"""What a process of its own is asked, in a module that it can import."""

from __future__ import annotations

import os
from pathlib import Path

from nbpress.errors import BookError, Place, Problem

PROBLEM = Problem("wrong", Place("notebooks/chapter/page.ipynb", 2, "c2", 1), "mend it")


class Thing:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked = 0

    def count(self, step: int) -> tuple[Path, int]:
        self.asked += step
        return self.root, self.asked

    def complain(self) -> None:
        raise BookError(PROBLEM)

    def write(self) -> None:
        raise OSError(28, "No space left on device", "build/serve/page.html")

    def crash(self) -> None:
        os._exit(7)
