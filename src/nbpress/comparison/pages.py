"""Two versions of a page, cell by cell, and of a book, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from nbpress.comparison.outputs import OutputChange, Picture, PictureChange, compare_outputs, compare_pictures
from nbpress.comparison.texts import Span, changed, compare
from nbpress.git.clean import text_of
from nbpress.notebook import VALUES, Notebook, split_options

State = Literal["added", "removed", "changed", "moved"]


class Version(NamedTuple):
    """A page as it was or is: its source, with outputs where there is a run, and its picture files."""

    notebook: Notebook
    raw: Mapping[str, Any]  # with outputs
    executed: bool  # whether the outputs are known
    pictures: Mapping[str, tuple[Picture, str]]  # path → the picture, and what its alt text or caption says


@dataclass(frozen=True)
class CellChange:
    """What is different in a cell."""

    id: str
    number: int  # in the version that has it: the new one where both do
    kind: str
    state: State
    source: list[Span] = field(default_factory=list)  # empty where the text is the same
    outputs: list[OutputChange] = field(default_factory=list)


@dataclass(frozen=True)
class PageChange:
    """What is different on a page."""

    name: str
    title: str
    file: str
    state: State
    cells: list[CellChange]
    pictures: list[tuple[str, PictureChange]] = field(default_factory=list)  # files that the page shows
    unknown: tuple[str, ...] = ()  # the sides whose outputs nobody has: "old", "new"

    @property
    def words(self) -> tuple[int, int]:
        """How many words of prose went, and how many came."""
        spans = [span for cell in self.cells if cell.kind == "markdown" for span in cell.source]
        return _count(spans, "-"), _count(spans, "+")

    @property
    def lines(self) -> tuple[int, int]:
        """How many lines of code changed: those that had something which went, and those with something that came."""
        sources = [cell.source for cell in self.cells if cell.kind == "code"]
        return sum(_lines(source, "-") for source in sources), sum(_lines(source, "+") for source in sources)

    @property
    def shown(self) -> tuple[int, int]:
        """How many outputs changed that are text or tables, and how many pictures."""
        outputs = [output for cell in self.cells for output in cell.outputs]
        pictures = sum(isinstance(output, PictureChange) for output in outputs)
        return len(outputs) - pictures, pictures + len(self.pictures)


def _count(spans: Sequence[Span], op: str) -> int:
    return sum(len(span.text.split()) for span in spans if span.op == op)


def _lines(spans: Sequence[Span], op: str) -> int:
    text = "".join(span.text if span.op == "=" else f"\0{span.text}\0" for span in spans if span.op in ("=", op))
    inside, count = False, 0
    for line in text.split("\n"):
        count += inside or "\0" in line
        inside ^= line.count("\0") % 2 == 1
    return count


def compare_pages(name: str, old: Version | None, new: Version | None, tolerance: float) -> PageChange | None:
    """What is different on a page that one or both have; None where a reader sees no difference."""
    there = new or old
    assert there is not None
    cells = list(_cells(old, new, tolerance))
    pictures = list(_pictures(old, new)) if old and new else []
    state: State = "changed" if old and new else "added" if new else "removed"
    if not cells and not pictures and state == "changed":
        return None
    sides = (("old", old), ("new", new))
    unknown = tuple(side for side, one in sides if one and not one.executed) if state == "changed" else ()
    return PageChange(name, _title(there.notebook), there.notebook.file, state, cells, pictures, unknown)


def _title(notebook: Notebook) -> str:
    lines = notebook.cells[0].source.split("\n") if notebook.cells else []
    return next((line[2:].strip() for line in lines if line.startswith("# ")), notebook.file)


def _cells(old: Version | None, new: Version | None, tolerance: float) -> Iterator[CellChange]:
    """The cells that differ, in the order of the new version, each removed one behind what was before it."""
    before, after = _by_id(old), _by_id(new)
    compared = bool(old and new and old.executed and new.executed)
    moved = _moved(list(before), list(after))
    gone = [name for name in before if name not in after]
    order = list(after)
    for name in gone:
        earlier = list(before)[: list(before).index(name)]
        anchor = next((one for one in reversed(earlier) if one in order), None)
        order.insert(order.index(anchor) + 1 if anchor is not None else 0, name)
    for name in order:
        change = _cell(name, before.get(name), after.get(name), tolerance if compared else None, name in moved)
        if change is not None:
            yield change


def _by_id(version: Version | None) -> dict[str, tuple[int, Mapping[str, Any]]]:
    """The cells by id, with their numbers; where an id is missing or there twice, by number."""
    found: dict[str, tuple[int, Mapping[str, Any]]] = {}
    for number, cell in enumerate(version.raw["cells"] if version else (), start=1):
        name = str(cell.get("id", ""))
        found[name if name and name not in found else f"{number}. cell"] = number, cell
    return found


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The cells that stand elsewhere among those that both have: as few as explain the new order."""
    common = [name for name in new if name in old]
    rank = {name: old.index(name) for name in common}
    longest: dict[str, list[str]] = {}
    for position, name in enumerate(common):
        chains = [longest[other] for other in common[:position] if rank[other] < rank[name]]
        longest[name] = [*max(chains, key=len, default=[]), name]
    stayed = max(longest.values(), key=len, default=[])
    return {name for name in common if name not in stayed}


def _cell(
    name: str,
    old: tuple[int, Mapping[str, Any]] | None,
    new: tuple[int, Mapping[str, Any]] | None,
    tolerance: float | None,
    moved: bool,
) -> CellChange | None:
    number, there = new or old or (0, {})
    kind = there["cell_type"]
    texts = [text_of(one[1]) if one else "" for one in (old, new)]
    spans = compare(*texts, prose=kind == "markdown")
    source = spans if changed(spans) else []
    outputs: list[OutputChange] = []
    if tolerance is not None and old and new:
        alt = split_options(texts[1])[0].get("alt", "") if kind == "code" else ""
        outputs = compare_outputs(_outputs(old[1]), _outputs(new[1]), tolerance, alt)
    if not (source or outputs or moved):
        return None
    state: State = "added" if old is None else "removed" if new is None else "changed"
    return CellChange(name, number, kind, "moved" if moved and not (source or outputs) else state, source, outputs)


def _outputs(cell: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a code cell shows, or the values in the text of a Markdown cell."""
    if cell["cell_type"] == "code":
        return list(cell.get("outputs", ()))
    values = cell.get("metadata", {}).get(VALUES, ())
    results = [value["result"] for value in values if value["result"].get("status") == "ok"]
    return [{"output_type": "display_data", "data": result["data"]} for result in results]


def _pictures(old: Version, new: Version) -> Iterator[tuple[str, PictureChange]]:
    """The picture files that both or one of them show, and that look different."""
    for path in dict.fromkeys([*new.pictures, *old.pictures]):
        before, after = old.pictures.get(path), new.pictures.get(path)
        change = compare_pictures(before and before[0], after and after[0], (after or before or (None, ""))[1])
        if change is not None:
            yield path, change
