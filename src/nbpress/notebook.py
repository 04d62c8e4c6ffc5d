"""What a page's file holds: cells, read from JSON. Pure functions; nothing here writes or executes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from nbpress.errors import BookError, Place, Problem

CellKind = Literal["markdown", "code", "raw"]
NOT_EXECUTED = "skip-execution"
THUMBNAIL = "thumbnail"  # the tag of the cell whose picture stands for its chapter
OPTIONS = ("label", "caption", "alt", "width")  # of a code cell, in the lines `#| key: value` that open it
SLIDES = ("slide", "subslide", "fragment", "skip", "notes")  # what a cell is in a deck: by a tag, or in Jupyter's words
CONTINUES = "-"  # Jupyter's word for a cell that goes on with the slide before it
TAGS = (  # of a cell that have an effect
    *SLIDES,
    "full-width",
    "hide-cell",
    "hide-input",
    "hide-output",
    "parameters",
    "raises-exception",
    "remove-cell",
    "remove-input",
    "remove-output",
    NOT_EXECUTED,
    THUMBNAIL,
    "timing",
)
FORMS = ("text/markdown", "text/latex", "text/plain")  # of a value that a line of text can hold, the richest first
SAVE = re.compile(r"#\s*@save\b[ \t]*(?P<target>.*)")  # on the line above a definition that the library keeps
VALUES = "user_expressions"  # in the metadata of a Markdown cell: what its text shows, as JupyterLab-MyST keeps it


class Expression(NamedTuple):
    """Code in the text of a Markdown cell, which is printed as its value."""

    text: str
    line: int  # of the cell, counted from 1


@dataclass(frozen=True)
class Cell:
    """A cell as its author wrote it."""

    number: int  # counted from 1
    id: str
    kind: CellKind
    source: str
    tags: frozenset[str] = frozenset()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    outputs: Sequence[Mapping[str, Any]] = ()
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # file name → MIME type → base64
    expressions: tuple[Expression, ...] = ()  # of a Markdown cell, where `execute.expressions` has looked for them

    @property
    def executed(self) -> bool:
        """Whether a run of the page runs this cell."""
        runs = bool(self.source.strip()) if self.kind == "code" else bool(self.expressions)
        return runs and NOT_EXECUTED not in self.tags

    @property
    def slide_type(self) -> str:
        """What Jupyter's metadata say of the cell in a deck; empty where they say nothing."""
        slideshow = self.metadata.get("slideshow")
        return str(slideshow.get("slide_type") or "") if isinstance(slideshow, dict) else ""

    @property
    def slide(self) -> str:
        """What the cell is in a deck: one of `SLIDES`, `CONTINUES`, or nothing."""
        return self.slide_type or next((tag for tag in SLIDES if tag in self.tags), "")

    @property
    def code(self) -> str:
        """What a run of the page executes of this cell."""
        if self.kind == "code":
            return split_options(self.source)[1]
        return "\n".join(expression.text for expression in self.expressions)


@dataclass(frozen=True)
class Notebook:
    """A notebook's cells and metadata. `raw` is the JSON as read, for whoever must write it back."""

    file: str  # as messages name it
    cells: tuple[Cell, ...]
    metadata: Mapping[str, Any]
    raw: Mapping[str, Any]

    @property
    def executed_cells(self) -> Iterator[Cell]:
        """The cells that a run executes, in order: code, and prose that shows values."""
        return (cell for cell in self.cells if cell.executed)

    @property
    def language(self) -> str:
        """The language of the code cells, by the name that Pygments and Jupyter share."""
        info = self.metadata.get("language_info", {})
        return str(info.get("name") or self.metadata.get("kernelspec", {}).get("language") or "python")

    @property
    def kernel(self) -> str:
        """The name of the kernel that the notebook asks for."""
        return str(self.metadata.get("kernelspec", {}).get("name") or "python3")

    def showing(self, expressions: Mapping[int, tuple[Expression, ...]]) -> Notebook:
        """The notebook with the expressions whose values its prose shows, by the number of their cell."""
        cells = (replace(cell, expressions=expressions.get(cell.number, ())) for cell in self.cells)
        return replace(self, cells=tuple(cells))

    def place(self, cell: Cell, line: int | None = None) -> Place:
        """Where `cell` is."""
        return Place(self.file, cell.number, cell.id, line)


def load(path: Path, file: str) -> Notebook:
    """The notebook in `path`, called `file` in messages.

    Raises:
        BookError: there is none, it is not UTF-8 or not JSON, or not notebook format 4.
    """
    try:
        return parse(path.read_text(encoding="utf-8-sig"), file)
    except FileNotFoundError:
        raise BookError(Problem("there is no such notebook.", Place(file))) from None
    except UnicodeDecodeError as error:
        raise BookError(Problem(f"not UTF-8 text: {error}", Place(file))) from None
    except OSError as error:
        raise BookError(Problem(f"cannot be read: {error.strerror}.", Place(file))) from None


def parse(text: str, file: str) -> Notebook:
    """A notebook from its JSON text; `file` is its name in messages.

    Raises:
        BookError: the text is not JSON or not a notebook of format 4.
    """
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        hint = _json_hint(text, error.lineno)
        raise BookError(Problem(f"not valid JSON: {error.msg}.", Place(file, line=error.lineno), hint)) from None
    if "\\ud" in text.lower():
        _check_characters(raw, file)
    return read(raw, file)


def _check_characters(raw: Any, file: str) -> None:
    r"""JSON may spell half a character as \ud800, which no file and no output can hold."""
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        found = f"\\u{ord(str(error.object)[error.start]):04x}"
        message = f"it holds {found}, which is half a character."
        raise BookError(Problem(message, Place(file), "delete it; the editor shows it as a box or a ?")) from None


def read(raw: Any, file: str) -> Notebook:
    """A notebook from its JSON as Python values; `file` is its name in messages.

    Raises:
        BookError: it is not a notebook of format 4.
    """
    version = raw.get("nbformat") if isinstance(raw, dict) else None
    if version != 4 or not isinstance(raw.get("cells"), list):
        problem = f"notebook format {version}" if version else "not a Jupyter notebook"
        hint = "convert it once: jupyter nbconvert --to notebook --nbformat 4 --inplace FILE"
        raise BookError(Problem(f"{problem}; nbpress reads format 4.", Place(file), hint if version else ""))
    problems = list(_malformed(raw, file))
    if problems:
        raise BookError(problems)
    cells = tuple(_cell(number, cell) for number, cell in enumerate(raw["cells"], start=1))
    return Notebook(file, cells, raw.get("metadata", {}), raw)


def _malformed(raw: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """What is of another type than notebook format 4 says, as far as nbpress looks at it."""
    hint = "open the notebook in Jupyter and save it, or mend the JSON"
    metadata = raw.get("metadata", {})
    inner = [metadata.get(key, {}) for key in ("kernelspec", "language_info")] if isinstance(metadata, dict) else [None]
    if not all(isinstance(value, dict) for value in inner) or not isinstance(raw.get("nbformat_minor", 0), int):
        yield Problem("the notebook's metadata are not those of a Jupyter notebook.", Place(file), hint)
    for number, cell in enumerate(raw["cells"], start=1):
        if not _is_cell(cell):
            yield Problem("this is not a cell of a Jupyter notebook.", Place(file, number), hint)


def _is_cell(raw: Any) -> bool:
    if not isinstance(raw, dict) or raw.get("cell_type") not in get_args(CellKind):
        return False
    metadata, source = raw.get("metadata", {}), raw.get("source", "")
    tags = metadata.get("tags", []) if isinstance(metadata, dict) else None
    return (
        _strings([source] if isinstance(source, str) else source)
        and _strings(tags)
        and all(map(_is_output, outputs if isinstance(outputs := raw.get("outputs", []), list) else [None]))
        and isinstance(raw.get("attachments", {}), dict)
    )


def _is_output(raw: Any) -> bool:
    return isinstance(raw, dict) and isinstance(raw.get("output_type"), str)


def _strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _json_hint(text: str, line: int) -> str:
    shown = text.splitlines()[line - 1 : line] or [""]
    if shown[0].startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return "a git merge conflict is left in the file: resolve it, or check out one side."
    return f"the line reads: {shown[0].strip()[:90]}"


def _cell(number: int, raw: Mapping[str, Any]) -> Cell:
    source = raw.get("source", "")
    metadata = raw.get("metadata", {})
    return Cell(
        number=number,
        id=str(raw.get("id", "")),
        kind=raw["cell_type"],
        source=source if isinstance(source, str) else "".join(source),
        tags=frozenset(metadata.get("tags", ())),
        metadata=metadata,
        outputs=raw.get("outputs", ()),
        attachments=raw.get("attachments", {}),
    )


def dump(raw: Mapping[str, Any]) -> str:
    """The canonical text of a notebook: sorted keys, one space, a final newline. Equal notebooks are equal bytes."""
    return json.dumps(raw, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def split_options(source: str) -> tuple[dict[str, str], str]:
    """The `#| key: value` lines that open a code cell, and the rest of it.

    >>> split_options("#| label: fig-loss\\n#| caption: The loss.\\nplot()")
    ({'label': 'fig-loss', 'caption': 'The loss.'}, 'plot()')
    """
    options: dict[str, str] = {}
    lines = source.split("\n")
    while lines and lines[0].startswith("#|"):
        key, _, value = lines.pop(0)[2:].partition(":")
        options[key.strip()] = value.strip()
    return options, "\n".join(lines)
