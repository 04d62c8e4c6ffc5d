"""What TeX says in its log, at the notebook cell whose TeX it is about."""

from __future__ import annotations

import re
from pathlib import Path

from nbpress.errors import Place, Problem

OVERLAY = "book"  # the folder beside the TeX file for what the book has in conf/latex
TOLERATED = {"h": 2.0, "v": 12.0}  # points that lines and pages may be too long: what nobody sees, and above the foot

MARK = re.compile(r"%% nbpress: ?(?:(?P<file>[^|]*)\|(?P<cell>\d+)\|(?P<id>.*))?")
ERROR = re.compile(r"^(?:(?P<file>[^\s:]+\.\w+):(?P<line>\d+): |! )(?P<message>.*)$", re.M)
MISSING = re.compile(r'^Missing character: There is no (\S+)(?: \([^)]*\))? in font "?([^"!:\n]+)', re.M)
OVERFULL = re.compile(
    r"^Overfull \\(?P<box>[hv])box \((?P<points>[\d.]+)pt too \w+\) (?:in \w+ at lines (?P<first>\d+)--\d+"
    r"|detected at line (?P<line>\d+)|has occurred)?.*\n(?P<content>.*)",
    re.M,
)
FILE = re.compile(r"^nbpress: (?:begin (?P<begun>.*)|end .*)$", re.M)  # written by nbpress.sty, of files that TeX reads
SHIPPED = re.compile(r"^[^\n]*\[(\d+)", re.M)  # a page that is finished
FONT = re.compile(r"\\TU/\S+ |\[\]|\$")


def tex_error(tex: str, log: str, log_name: str) -> Problem:
    """The first error in TeX's log, at the notebook cell whose TeX it stands in."""
    error = ERROR.search(log)
    if error is None:
        return Problem("TeX failed without naming an error.", hint=f"the whole log: {log_name}")
    message = error["message"].removeprefix("LaTeX Error: ")
    number = re.search(r"^l\.(\d+) ?(.*)$", log[error.end() :], re.M)
    shown = f"TeX stopped at: {number[2].strip()}\n" if number and number[2].strip() else ""
    began = re.search(r"on input line (\d+)", message)  # of an environment that has no end
    line = int(began[1] if began else error["line"] or (number[1] if number else 0))
    line = line or _runaway(tex, log[: error.start()])
    return Problem(f"TeX: {message}", _place(tex, error["file"], line), f"{shown}the whole log: {log_name}")


def _runaway(tex: str, log: str) -> int:
    """The line on which an argument began that never ended, found by the words that TeX shows of it; 0 for none."""
    shown = re.findall(r"^Runaway .*\n(.{4,40}?)(?: \\|$)", log, re.M)  # to the next command
    start = tex.find(shown[-1]) if shown else -1
    return tex.count("\n", 0, start) + 1 if start >= 0 else 0


def _place(tex: str, file: str | None, line: int) -> Place | None:
    """Where the author finds line `line` of the TeX file `file`; nowhere, if it is neither a cell's nor the book's."""
    path = Path(file or "")
    if path.suffix == ".tex" and path.parts[0] == OVERLAY:
        return Place(f"conf/latex/{path.relative_to(OVERLAY).as_posix()}", line=line)
    return cell_before(tex, line) if path.suffix in ("", ".tex") else None


def cell_before(tex: str, line: int) -> Place | None:
    """The cell whose TeX the line `line` of `tex` belongs to."""
    marks = [match for text in tex.split("\n")[:line] if (match := MARK.match(text))]
    return Place(marks[-1]["file"], int(marks[-1]["cell"]), marks[-1]["id"]) if marks and marks[-1]["file"] else None


def missing_characters(tex: str, log: str) -> list[Problem]:
    """Characters that are blank in the PDF because no font of the preamble has them."""
    found = {(char, font.strip()) for char, font in MISSING.findall(log) if font.strip() != "nullfont"}
    hint = "write it in another way, or choose a font that has it in conf/latex/preamble.tex"
    together: dict[tuple[str, Place | None], list[str]] = {}
    for char, font in sorted(found):
        together.setdefault((font, _only_cell_with(char, tex)), []).append(char)
    return [
        Problem(f"{_named(chars)} not in the font {font}.", place, hint) for (font, place), chars in together.items()
    ]


def _named(chars: list[str]) -> str:
    return f"the character {chars[0]} is" if len(chars) == 1 else f"the characters {' '.join(chars)} are"


def _only_cell_with(char: str, tex: str) -> Place | None:
    """The cell that has the character; nothing where several have it, for some may print it in another font."""
    lines = [number for number, text in enumerate(tex.split("\n"), start=1) if char in text]
    places = {cell_before(tex, number) for number in lines}
    return places.pop() if len(places) == 1 else None


def overfull_boxes(tex: str, log: str) -> list[Problem]:
    """What runs over the edge of the page: of each cell, what does so farthest."""
    found: dict[tuple[str, Place | None], tuple[float, Problem]] = {}
    for box in OVERFULL.finditer(log):
        points = float(box["points"])
        if points > TOLERATED[box["box"]]:
            problem = _tall(box, log) if box["box"] == "v" else _wide(box, tex, log)
            key = (box["box"] if problem.place else problem.message, problem.place)
            found[key] = max(found.get(key, (0.0, problem)), (points, problem), key=lambda one: one[0])
    return [problem for _, problem in found.values()]


def _wide(box: re.Match[str], tex: str, log: str) -> Problem:
    """A line, formula or table that is too wide; in the contents or a running head it is a title."""
    much = f"{float(box['points']):.0f} pt"
    reading = _being_read(log, box.start())
    line = int(box["first"] or box["line"] or 0)
    if line == 0 or reading:
        where = "contents or the index" if reading else f"head of page {_page(log, box.end())}"
        return Problem(f"PDF: a line of the {where} is {much} too wide.", hint="shorten the title")
    words = FONT.sub("", box["content"]).strip() if box["first"] else ""
    shown = f"it ends with: {words[-50:]}\n" if words else ""
    hint = f"{shown}shorten the word or the address that TeX cannot break, or give the formula several lines"
    return Problem(f"PDF: a line is {much} wider than the page.", cell_before(tex, line), hint)


def _tall(box: re.Match[str], log: str) -> Problem:
    page = _page(log, box.end())
    message = f"PDF: page {page} holds {float(box['points']):.0f} pt more than it has room for."
    return Problem(message, hint="make the picture or the block smaller that cannot be divided between two pages")


def _page(log: str, position: int) -> str:
    """The number of the page that TeX was about to finish."""
    shipped = SHIPPED.search(log, position)
    return shipped[1] if shipped else "?"


def _being_read(log: str, position: int) -> bool:
    """Whether TeX was reading another file than that of the book, such as the contents."""
    return sum(1 if mark["begun"] else -1 for mark in FILE.finditer(log, 0, position)) > 0
