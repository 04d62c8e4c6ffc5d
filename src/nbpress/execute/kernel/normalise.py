"""Outputs without what differs from run to run and from machine to machine: two runs of a page give the same bytes."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CELL_FILE = re.compile(r"(?:[A-Za-z]:)?[/\\](?:[\w.+-]{1,64}[/\\]){0,16}ipykernel_\d+[/\\]\d+\.py")
ADDRESS = re.compile(r"(?<= at )0x([0-9a-fA-F]{6,16})\b")
TEMPORARY = re.compile(re.escape(tempfile.gettempdir()) + r"[/\\]tmp[a-z0-9_]{8}\b")
OVERWRITTEN = re.compile(r"^.*\r(?=[^\n])", re.M)
FIRST_ADDRESS = 0x7F0000000010
TEXT = ("text/", "image/svg+xml", "application/javascript")


def normalise(outputs: Sequence[Sequence[Mapping[str, Any]]], root: Path) -> tuple[list[dict[str, Any]], ...]:
    """The outputs of a page's executed cells in their stable form. `root` is the project's folder in that run.

    Equal memory addresses stay equal and different ones different; they are counted in the order in which they appear.
    """
    text = _Text(root)
    return tuple([text.output(output) for output in coalesced(cell)] for cell in outputs)


def coalesced(outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Outputs with the texts between two others as one of each stream, as a terminal would show it.

    How a text is cut into messages differs from run to run, and so does the order of the two streams.
    """
    shown: list[dict[str, Any]] = []
    for output in outputs:
        if output["output_type"] != "stream":
            shown.append(dict(output))
            continue
        place = len(shown)
        while place and shown[place - 1]["output_type"] == "stream":
            place -= 1
        same = next((old for old in shown[place:] if old["name"] == output["name"]), None)
        if same is not None:
            same["parts"].append(output["text"])
        elif output["name"] == "stdout":
            shown.insert(place, {**output, "parts": [output["text"]]})
        else:
            shown.append({**output, "parts": [output["text"]]})
    for output in shown:
        if output["output_type"] == "stream":
            output["text"] = on_terminal("".join(output.pop("parts")))
    return [output for output in shown if output["output_type"] != "stream" or output["text"]]


def on_terminal(text: str) -> str:
    """A text as a terminal shows it: what a carriage return or a backspace takes back is gone.

    >>> on_terminal("10 %\\r100 %\\ndonn\\be")
    '100 %\\ndone'
    """
    text = OVERWRITTEN.sub("", text)
    if "\b" not in text:
        return text
    kept: list[str] = []
    for character in text:
        if character != "\b":
            kept.append(character)
        elif kept and kept[-1] != "\n":
            kept.pop()
    return "".join(kept)


class _Text:
    """The texts of one page, which share their addresses."""

    def __init__(self, root: Path) -> None:
        packages = {path: "site-packages/" for path in sys.path if path.endswith("-packages")}
        self.folders = {str(root.resolve()): "", **packages}
        longest_first = sorted(self.folders, key=len, reverse=True)
        self.folder = re.compile(rf"({'|'.join(map(re.escape, longest_first))})[/\\]")
        self.addresses: dict[str, str] = {}

    def output(self, output: Mapping[str, Any]) -> dict[str, Any]:
        """One output of a cell."""
        changed = {key: self.value(output[key]) for key in ("text", "evalue", "traceback") if key in output}
        if "data" in output:
            changed["data"] = {
                mime: self.value(value) if mime.startswith(TEXT) else value for mime, value in output["data"].items()
            }
        return {**output, **changed}

    def value(self, value: Any) -> Any:
        """A string, or a list of strings; anything else as it is."""
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if not isinstance(value, str):
            return value
        value = CELL_FILE.sub("cell", value)
        value = self.folder.sub(lambda match: self.folders[match[1]], value)
        value = TEMPORARY.sub(lambda match: match[0][:-8] + "xxxxxxxx", value)
        return ADDRESS.sub(lambda match: self.address(match[1]), value)

    def address(self, digits: str) -> str:
        """The stable form of an address, as long as the original."""
        new = f"0x{FIRST_ADDRESS + 16 * len(self.addresses):0{len(digits)}x}"
        return self.addresses.setdefault(digits, new)
