"""Tiny books of tests/books as their readers see them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bs4 import BeautifulSoup


@dataclass(frozen=True)
class Printed:
    """A book in a folder, printed as a web site and as a PDF."""

    root: Path

    def page(self, name: str) -> BeautifulSoup:
        """A page of the web site, parsed: `page("basics/syntax")`."""
        text = (self.root / "build" / "html" / f"{name}.html").read_text(encoding="utf-8")
        return BeautifulSoup(text, "html.parser")

    @cached_property
    def tex(self) -> str:
        """The TeX source."""
        [pdf] = (self.root / "build" / "pdf").glob("*.pdf")
        return (self.root / "build" / "sphinx" / "latex" / f"{pdf.stem}.tex").read_text(encoding="utf-8")

    @cached_property
    def paper(self) -> list[str]:
        """The pages of the PDF as text, laid out as they are."""
        [pdf] = (self.root / "build" / "pdf").glob("*.pdf")
        done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True)
        return done.stdout.split("\f")

    @cached_property
    def words(self) -> str:
        """The text of the PDF in one line."""
        return " ".join(" ".join(self.paper).split())
