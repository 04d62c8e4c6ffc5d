"""Rules on pictures: that they can be shown, and what they say to those who do not see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from nbpress.check import Source, Sources, rule
from nbpress.errors import Problem
from nbpress.markup import EXTERNAL, Mark
from nbpress.notebook import split_options

LARGE = 500_000  # bytes: more than a page on a phone should wait for
BARE = re.compile(r"!\[\s*\]\((?P<target>[^)\s]+)[^)]*\)(?!\{[^}]*(?:\balt=|#))")  # no words, no label


def _files(source: Source) -> Iterator[tuple[Mark, Path]]:
    for mark in source.markup.images:
        path = source.page.path.parent / unquote(mark.text)
        if not EXTERNAL.match(mark.text) and path.is_file():
            yield mark, path


@rule
def pictures_described(sources: Sources) -> Iterator[Problem]:
    """Every picture has words for those who do not see it: its caption, or `alt` where that is not enough."""
    for source in sources.reported:
        for cell in source.notebook.cells:
            place = source.notebook.place
            if cell.kind == "markdown":
                for number, line in enumerate(cell.source.split("\n"), start=1):
                    for bare in BARE.finditer(line):
                        hint = f"write them between the brackets: ![What is to be seen.]({bare['target']})"
                        yield Problem("the picture has no words.", place(cell, number), hint)
            elif cell.kind == "code":
                options = split_options(cell.source)[0]
                if options.get("label", "").startswith("fig-") and not {"alt", "caption"} & options.keys():
                    hint = "add a line to those that begin the cell: #| alt: what is to be seen"
                    yield Problem(f'the figure "{options["label"]}" has no words.', place(cell, 1), hint)


@rule
def drawings_valid(sources: Sources) -> Iterator[Problem]:
    """SVG files are well-formed and say how large they are."""
    for source in sources.reported:
        for mark, path in _files(source):
            if path.suffix.lower() == ".svg":
                said = _drawing_problem(path)
                if said:
                    yield Problem(
                        f'the drawing "{mark.text}" {said[0]}', source.notebook.place(mark.cell, mark.line), said[1]
                    )


def _drawing_problem(path: Path) -> tuple[str, str] | None:
    try:
        root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return f"is not well-formed: {error.msg}.", "open it in the program that it was drawn with, and save it again"
    if etree.QName(root).localname != "svg":
        return f"is no SVG, its root is <{etree.QName(root).localname}>.", "export it as SVG"
    if root.get("viewBox") is None and not (root.get("width") and root.get("height")):
        return "does not say how large it is.", 'give its <svg> a viewBox="0 0 WIDTH HEIGHT"'
    return None


@rule
def pictures_light(sources: Sources) -> Iterator[Problem]:
    """Picture files are small enough for a reader on a phone: at most 500 kB."""
    for source in sources.reported:
        for mark, path in _files(source):
            size = path.stat().st_size
            if size > LARGE:
                place = source.notebook.place(mark.cell, mark.line)
                hint = "make it smaller, or compute it in a cell"
                yield Problem(f'the picture "{mark.text}" weighs {size / 1000:.0f} kB.', place, hint)
