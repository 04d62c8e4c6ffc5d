"""Finished runs to be stored."""

from __future__ import annotations

from nbpress.execute.run import Entry, Last, Observed, Run, Static

KEY = "ab" + "0" * 62
NAME = "book chapter/page"
STATIC = Static(
    cells=("c0ffee",), folder="chapter", kernel="python3", python="3.11", device="cpu", figures="svg", parameters={}
)


def finished(text: str = "x", torch: str = "2.6") -> tuple[Last, Run]:
    """A run that printed `text` and saw that version of torch."""
    run = Run(outputs=([{"output_type": "stream", "name": "stdout", "text": text}], []))
    return Last(STATIC, Entry(Observed(versions={"torch": torch}), run="", seconds=1.5), cells=("one", "two")), run
