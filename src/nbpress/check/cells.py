"""Rules on code cells: their options and tags are words that the press knows."""

from __future__ import annotations

from collections.abc import Iterator

from nbpress.check import Sources, rule
from nbpress.errors import Problem, did_you_mean
from nbpress.notebook import CONTINUES, OPTIONS, SLIDES, TAGS, split_options

NEAR = 0.85  # how like a known tag another must be to be taken for a slip of the pen


@rule
def options_known(sources: Sources) -> Iterator[Problem]:
    """The lines `#| key: value` that open a code cell have keys that the press knows."""
    for source in sources.reported:
        for cell in source.notebook.cells:
            options = split_options(cell.source)[0] if cell.kind == "code" else {}
            for line, key in enumerate(options, start=1):
                if key not in OPTIONS:
                    hint = did_you_mean(key, OPTIONS) or f"known here: {', '.join(OPTIONS)}"
                    yield Problem(f'unknown option "{key}".', source.notebook.place(cell, line), hint)


@rule
def tags_known(sources: Sources) -> Iterator[Problem]:
    """A cell's tag that is nearly one of the press's is that one; any other is the author's own."""
    for source in sources.reported:
        for cell in source.notebook.cells:
            for tag in sorted(cell.tags - set(TAGS)):
                near = did_you_mean(tag.lower().replace("_", "-"), TAGS, cutoff=NEAR)
                if near:
                    yield Problem(f'the tag "{tag}" has no effect.', source.notebook.place(cell), near)


@rule
def slides_known(sources: Sources) -> Iterator[Problem]:
    """What Jupyter's metadata call a cell in a slide show is one of: slide, subslide, fragment, skip, notes, `-`."""
    for source in sources.reported:
        for cell in source.notebook.cells:
            if cell.slide_type and cell.slide_type not in (*SLIDES, CONTINUES):
                hint = did_you_mean(cell.slide_type, SLIDES) or f"known are: {', '.join(SLIDES)}, {CONTINUES}"
                yield Problem(f'"{cell.slide_type}" is no type of slide.', source.notebook.place(cell), hint)
