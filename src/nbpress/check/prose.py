"""Rules on prose: words written twice, slips of spelling, terms of the book, spaces between scripts."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from nbpress.check import Source, Sources, mended_by, rule
from nbpress.errors import Problem
from nbpress.notebook import Cell

FENCE = re.compile(r"\s*(`{3,}|~{3,})(?!.*`)")  # code; colon fences hold prose
FORMULA = re.compile(r"(?<!\\)\$\$.*?(?:(?<!\\)\$\$|\Z)|\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.S)
NO_PROSE = re.compile(
    r"(`+)(?!`).+?(?<!`)\1(?!`)"  # code
    r"|(?<![\\$])\$(?!\$)[^$\n]+\$"  # formulas
    r"|\]\([^)\s]*\)|<[^>\n]+>|\{[^}\n]*\}|https?://\S+"  # where links lead, HTML, roles and attributes, addresses
)
TWICE = re.compile(r"(?<![\w-])([A-Za-z]+)[ \t]+\1(?![\w-])", re.I)
RIGHTLY_TWICE = {"had", "that"}
HAN = r"[\u3400-\u9fff]"
UNSPACED = re.compile(rf"(?<={HAN})(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?={HAN})")


class Line(NamedTuple):
    """A line of prose, with spaces in place of what is none."""

    source: Source
    cell: Cell
    number: int
    text: str

    def problem(self, message: str, hint: str) -> Problem:
        """Something that is wrong with it."""
        return Problem(message, self.source.notebook.place(self.cell, self.number), hint)


def lines(sources: Sources) -> Iterator[Line]:
    """All lines of prose of the chosen pages."""
    for source in sources.reported:
        for cell in source.notebook.cells:
            if cell.kind == "markdown":
                yield from (Line(source, cell, n, text) for n, text in _prose(cell.source) if text.strip())


def _prose(source: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers; those of code and of formulas are left out."""
    blank = FORMULA.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)
    fence = ""
    for number, line in enumerate(blank.split("\n"), start=1):
        mark = FENCE.match(line)
        if fence:
            fence = "" if mark and line.strip() == mark[1] and mark[1].startswith(fence) else fence
        elif mark:
            fence = mark[1]
        elif not re.match(r"\s*:[\w-]+:", line):  # an option of a directive
            yield number, NO_PROSE.sub(lambda found: "\ufffc" * len(found[0]), line)


@rule
def words_once(sources: Sources) -> Iterator[Problem]:
    """No word stands twice in a row."""
    for line in lines(sources):
        for found in TWICE.finditer(line.text):
            if found[1].lower() not in RIGHTLY_TWICE:
                yield line.problem(f'"{found[0]}": the word stands twice.', "delete one")


@rule
def words_spelled(sources: Sources) -> Iterator[Problem]:
    """No word is a known misspelling, with `spelling = true`; the book's own words stand in `conf/words.txt`."""
    conf = sources.book.config.check
    if not conf.spelling:
        return
    found = list(lines(sources))
    own = sources.book.root / "conf" / "words.txt"
    options = ["--ignore-words", str(own)] if own.exists() else []
    command = [sys.executable, "-m", "codespell_lib", "--stdin-single-line", *options, "-"]
    text = "".join(f"{line.text}\n" for line in found)
    done = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=False)
    for said in re.finditer(r"^(\d+): (.*) ==> (.*)$", done.stdout, re.M):
        yield found[int(said[1]) - 1].problem(
            f'"{said[2]}" is misspelled.', f"it is: {said[3]}; or add it to conf/words.txt"
        )


@rule
def terms_kept(sources: Sources) -> Iterator[Problem]:
    """The book calls a thing by one name: that of `terms` under `[check]`."""
    terms = sources.book.config.check.terms
    if not terms:
        return
    wrong = re.compile("|".join(_term(term) for term in sorted(terms, key=len, reverse=True)), re.I)
    known = {term.lower(): right for term, right in terms.items()}
    for line in lines(sources):
        for found in wrong.finditer(line.text):
            yield line.problem(f'the book does not say "{found[0]}".', f'it says "{known[found[0].lower()]}"')


def _term(term: str) -> str:
    edges = [r"(?<!\w)" if term[0].isascii() else "", r"(?!\w)" if term[-1].isascii() else ""]
    return f"{edges[0]}{re.escape(term)}{edges[1]}"


def space_scripts(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook with a space between Chinese and Latin letters in its prose."""
    cells = []
    for cell in raw["cells"]:
        source = cell.get("source", "")
        text = source if isinstance(source, str) else "".join(source)
        spaced = _spaced(text) if cell["cell_type"] == "markdown" else text
        cells.append(cell if spaced == text else {**cell, "source": spaced.splitlines(keepends=True)})
    return {**raw, "cells": cells}


def _spaced(text: str) -> str:
    written = text.split("\n")
    for number, prose in _prose(text):
        places = [found.start() for found in UNSPACED.finditer(prose)]
        for place in reversed(places):
            written[number - 1] = f"{written[number - 1][:place]} {written[number - 1][place:]}"
    return "\n".join(written)


@mended_by(space_scripts)
@rule
def scripts_spaced(sources: Sources) -> Iterator[Problem]:
    """A space stands between Chinese and Latin letters or figures."""
    for line in lines(sources):
        if found := UNSPACED.search(line.text):
            near = line.text[max(0, found.start() - 4) : found.start() + 4].strip()
            yield line.problem(
                f'"{near}": a space is missing between the scripts.', "nbpress check --fix puts it there"
            )
