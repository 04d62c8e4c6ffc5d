"""Rules that a book gives itself under `[check]`: the skeleton of a page, the length of a cell."""

from __future__ import annotations

from collections.abc import Iterator

from nbpress.check import Sources, rule
from nbpress.errors import Place, Problem
from nbpress.notebook import split_options


@rule
def headings_nested(sources: Sources) -> Iterator[Problem]:
    """A heading is at most one level below the one before it."""
    for source in sources.reported:
        before = 0
        for heading in source.markup.headings:
            if before and heading.level > before + 1:
                place = source.notebook.place(heading.cell, heading.line)
                hint = f"write it with {'#' * (before + 1)}, or put a heading between them"
                yield Problem(
                    f'"{heading.text}" is {heading.level - before} levels below the heading before it.', place, hint
                )
            before = heading.level


@rule
def sections_there(sources: Sources) -> Iterator[Problem]:
    """A page has the sections that `sections` under `[check]` names; pages that open a chapter need none."""
    wanted = sources.book.config.check.sections
    openers = {chapter.index for chapter in sources.book.chapters} | {sources.book.cover, *sources.book.handbook}
    for source in sources.reported if wanted else ():
        if source.page in openers:
            continue
        there = {heading.text for heading in source.markup.headings if heading.level == 2}
        for name in wanted:
            if name not in there:
                hint = "write it; a page that needs none says why in its metadata, under nbpress.ignore"
                yield Problem(f'the page has no section "{name}".', Place(source.notebook.file), hint)


@rule
def cells_short(sources: Sources) -> Iterator[Problem]:
    """A code cell that readers see has at most `cell_lines` lines of at most `line_length` characters (`[check]`)."""
    conf = sources.book.config.check
    for source in sources.reported:
        for cell in source.notebook.cells:
            if cell.kind != "code" or {"remove-cell", "remove-input", "hide-input", "hide-cell"} & cell.tags:
                continue
            lines = split_options(cell.source)[1].split("\n")
            if conf.cell_lines and len(lines) > conf.cell_lines:
                hint = f"at most {conf.cell_lines}: divide it, say in words what comes between, or tag it hide-input"
                yield Problem(f"the cell has {len(lines)} lines.", source.notebook.place(cell), hint)
            for number, line in enumerate(cell.source.split("\n"), start=1):
                if conf.line_length and len(line) > conf.line_length and not line.startswith("#|"):
                    hint = f"at most {conf.line_length}, which is what fits on paper"
                    yield Problem(f"the line has {len(line)} characters.", source.notebook.place(cell, number), hint)
