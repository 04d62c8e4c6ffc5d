"""What is installed, by the names of folders: looking is quick, and nothing is imported or opened."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path


@cache
def installed() -> dict[str, str]:
    """All installed distributions with their versions."""
    found: dict[str, str] = {}
    for folder in sys.path:
        entries = Path(folder).iterdir() if Path(folder).is_dir() else ()
        for entry in entries:
            if entry.suffix in {".dist-info", ".egg-info"}:
                name, _, version = entry.stem.partition("-")
                found.setdefault(canonical(name), version.partition("-")[0])
    return found


def canonical(name: str) -> str:
    """A distribution's name as all its spellings are compared.

    >>> canonical("Jinja2_Time.x")
    'jinja2-time-x'
    """
    return re.sub(r"[-_.]+", "-", name).lower()
