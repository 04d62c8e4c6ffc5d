"""What changed, as one HTML file that needs no other, and in brief as Markdown for a comment."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from nbpress.comparison.outputs import OutputChange, Picture, PictureChange, TableChange, TextChange
from nbpress.comparison.pages import CellChange, PageChange
from nbpress.comparison.texts import Span, around

LONGEST = 60_000  # characters of the Markdown: GitHub's comments hold 65,536
CONTEXT = 40  # characters beside a change in Markdown


def as_html(title: str, since: str, pages: Sequence[PageChange], tolerance: float) -> str:
    """The whole report. Nothing of a page is in it but as text and as pictures, so it can do nothing."""
    folder = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=folder, autoescape=True, undefined=StrictUndefined)
    known = {"around": around, "address": _address, "percent": _percent, "counted": _counted}
    template = environment.get_template("report.html", globals=known)
    return template.render(title=title, since=since, pages=pages, tolerance=f"{tolerance:g}") + "\n"


def as_markdown(since: str, pages: Sequence[PageChange]) -> str:
    """In brief: a table of pages, then the changes of each, as many as fit."""
    if not pages:
        return f"Nothing changed for the reader since `{since}`.\n"
    head = "| page | words | code lines | outputs | pictures |\n|---|---|---|---|---|\n"
    text = f"### What changed for the reader since `{since}`\n\n{head}{''.join(map(_row, pages))}"
    left = 0
    for page in pages:
        more = "\n" + "\n".join(_page(page)) + "\n"
        if len(text) + len(more) > LONGEST:
            left += 1
        else:
            text += more
    return text + (f"\n{left} more pages do not fit here; the HTML report has them.\n" if left else "")


def _row(page: PageChange) -> str:
    state = "" if page.state == "changed" else f" ({page.state})"
    cells = [
        _escaped(page.title) + state,
        _counted(page.words),
        _counted(page.lines),
        *(str(n or "") for n in page.shown),
    ]
    return f"| {' | '.join(cells)} |\n"


def _page(page: PageChange) -> Iterator[str]:
    yield f"**{_escaped(page.title)}** ({page.file})\n"
    yield from (f"- outputs not compared: the {side} ones are not stored" for side in page.unknown)
    if page.state == "changed":
        yield from (f"- {path}: {_picture(change)}" for path, change in page.pictures)
        yield from (line for cell in page.cells for line in _cell(cell))


def _cell(cell: CellChange) -> Iterator[str]:
    head = f"- cell {cell.number}"
    if cell.state != "changed":
        yield f"{head}: {cell.state}"
    elif cell.source:
        yield f"{head}: {_spans(cell.source)}"
    yield from (f"{head} shows: {_output(output)}" for output in cell.outputs)


def _output(change: OutputChange) -> str:
    if isinstance(change, TextChange):
        return _spans(change.spans)
    if isinstance(change, TableChange):
        cells = [(old, new) for row in change.rows for old, new in row if old is not None]
        more = f" and {len(cells) - 5} more" if len(cells) > 5 else ""
        return ", ".join(f"{_escaped(old)} → {_escaped(new)}" for old, new in cells[:5]) + more
    return _picture(change)


def _picture(change: PictureChange) -> str:
    if change.old is None or change.new is None:
        return "a picture came" if change.old is None else "a picture went"
    share = "" if change.share is None else f": {_percent(change.share)} of its points look different"
    return f"the picture changed{share}"


def _spans(spans: Sequence[Span]) -> str:
    marks = {"-": "~~", "+": "**", "=": ""}
    made: list[str] = []
    for op, text in around(spans, CONTEXT):
        inner = " ".join(text.split())
        ends = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        before, after = (" " if end else "" for end in ends)
        before = before or (" " if op == "+" and made and made[-1].endswith("~~") else "")
        made.append(f"{before}{marks[op]}{_escaped(inner)}{marks[op]}{after}" if inner else before)
    return "".join(made).strip()


def _escaped(text: str) -> str:
    """Text in Markdown as it stands; `@` must call nobody."""
    for char in "\\`*_[]<>|~#":
        text = text.replace(char, f"\\{char}")
    return text.replace("@", "@\u200b")


def _counted(pair: tuple[int, int]) -> str:
    old, new = pair
    return " ".join(filter(None, [f"−{old}" if old else "", f"+{new}" if new else ""]))


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share >= 0.001 else "less than 0.1 %"


def _address(picture: Picture) -> str:
    return f"data:{picture.kind};base64,{base64.b64encode(picture.content).decode()}"
