"""What git calls: a filter for what is committed, a text to compare, a merge; each from files to files."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from nbpress import notebook
from nbpress.errors import BookError
from nbpress.git.clean import cleaned
from nbpress.git.merge import merge
from nbpress.git.text import as_text


def clean(content: bytes, file: str, *, keep_outputs: bool) -> tuple[bytes, str]:
    """What is committed of a file, and a warning. What is no notebook stays as it is: git must be able to hold it."""
    try:
        raw = notebook.parse(content.decode("utf-8-sig"), file).raw
    except (BookError, UnicodeDecodeError) as error:
        return content, f"committed as it is: {error}" if content.strip() else ""
    return notebook.dump(cleaned(raw, keep_outputs=keep_outputs)).encode(), ""


def text(path: Path) -> str:
    """What is compared of a file; all of it where it is no notebook."""
    try:
        return as_text(notebook.load(path, str(path)))
    except BookError:
        return path.read_text(encoding="utf-8", errors="replace")


def merge_files(base: Path, ours: Path, theirs: Path, file: str) -> list[str]:
    """Merge into the file `ours`, as git wants it; what a person must look at, a sentence each."""
    try:
        versions = [_read(path, file) for path in (base, ours, theirs)]
    except BookError as error:
        command = ["git", "merge-file", "-L", "ours", "-L", "base", "-L", "theirs", *map(str, (ours, base, theirs))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return [] if done.returncode == 0 else [f"merged as text, for one side is no notebook: {error}"]
    made = merge(*versions)
    ours.write_text(notebook.dump(made.raw), encoding="utf-8")
    return [f"{file}{f', cell {name}' if name else ''}: {why}." for name, why in made.conflicts.items()]


def _read(path: Path, file: str) -> dict[str, Any]:
    """A version of a notebook; one that is not there is an empty file, which git gives for it."""
    content = path.read_text(encoding="utf-8-sig")
    empty = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return dict(notebook.parse(content if content.strip() else json.dumps(empty), file).raw)
