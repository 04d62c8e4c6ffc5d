"""Rules on what is in a notebook beside its text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nbpress.check import Sources, mended_by, rule
from nbpress.errors import Place, Problem
from nbpress.git.clean import DEFAULTS, cleaned


@mended_by(cleaned)
@rule
def no_noise(sources: Sources) -> Iterator[Problem]:
    """A notebook holds nothing that an editor or a run keeps for itself: folded cells, times, versions."""
    for source in sources.reported:
        raw, clean = source.notebook.raw, cleaned(source.notebook.raw)
        hint = f"nbpress check --fix {source.notebook.file}; nbpress setup-git keeps it out of commits"
        if extra := _extra(raw.get("metadata", {}), clean["metadata"]):
            yield Problem(f"the notebook's metadata hold {extra}.", Place(source.notebook.file), hint)
        for cell, one, other in zip(source.notebook.cells, raw["cells"], clean["cells"], strict=True):
            if extra := _extra(one.get("metadata", {}), other["metadata"]):
                yield Problem(f"the cell's metadata hold {extra}.", source.notebook.place(cell), hint)


def _extra(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The keys that only an editor or a run has a use for."""
    names = [key for key, value in before.items() if after.get(key) != value and DEFAULTS.get(key) != value]
    return ", ".join(f'"{name}"' for name in names)
