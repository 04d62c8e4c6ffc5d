"""`conf/book.toml`, read once into one frozen tree. The sentence under a field is its documentation.

`python -m nbpress.config` prints the reference page that is made of those sentences.
"""

from __future__ import annotations

import ast
import re
import tomllib
import typing
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from nbpress import macros
from nbpress.errors import Place, Problem, UsageError, did_you_mean

PATH = Path("conf/book.toml")
TABLES = {  # of the reference page: the structs below and their names in TOML
    "Config": "The book",
    "Part": "`[[parts]]`",
    "Chapter": "`[[parts.chapters]]` and `[handbook]`",
    "Execution": "`[execution]`",
    "Edition": "`[editions.NAME]`",
}


class Execution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the code of the pages is run."""

    enabled: bool = True
    """`false` prints the notebooks of others with the [outputs stored in them](writing.ipynb#notebooks-of-others)."""
    preload: tuple[str, ...] = ()
    """Modules, none of them the book's own, that pages are likely to import: they are imported once for all kernels."""
    track: tuple[str, ...] = ()
    """Packages under `src/` whose code the stored runs depend on."""
    environment: tuple[str, ...] = ()
    """Names of the environment variables that the stored runs depend on."""
    data: tuple[str, ...] = ()
    """Folders outside the project whose files are data, such as `~/.cache/handson`; runs depend on those they read."""
    parameters: dict[str, Any] = {}
    """Values for variables that a page's cell with the tag `parameters` sets; they take the place of its own."""
    remote: str = ""
    """A second store behind the local one: any address that fsspec understands, such as `https://…` or `s3://…`."""
    cell_timeout: Annotated[float, msgspec.Meta(gt=0)] = 300
    """Seconds after which a cell that has not finished is an error."""
    page_timeout: Annotated[float, msgspec.Meta(gt=0)] = 1800
    """Seconds after which a page that has not finished is an error."""
    output_limit: Annotated[int, msgspec.Meta(gt=0)] = 1_000_000
    """Characters that a cell may show; what is beyond is cut, with a notice."""
    figure_format: Literal["svg", "png", "retina"] = "svg"
    """The format in which matplotlib's figures are stored."""


class Chapter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A folder of pages under `notebooks/`."""

    path: str
    """The folder's name under `notebooks/`."""
    pages: tuple[str, ...] = ()
    """The pages in reading order: file names without `.ipynb`. An `index.ipynb`, if any, opens the chapter unlisted."""
    title: str = ""
    """The chapter's title where it has no `index.ipynb`."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of chapters under one title."""

    title: str
    """The part's title."""
    chapters: tuple[Chapter, ...] = ()
    """The chapters in reading order."""
    numbered: bool = True
    """Whether the chapters carry numbers; front matter does not."""


class Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `nbpress build --edition NAME` prints. The edition `student`, without solutions, needs no table."""

    solutions: bool = False
    """Whether the solutions of exercises are in it."""
    title: str = ""
    """What it is called; printed behind the book's subtitle."""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that nbpress knows about one book."""

    title: str
    """The book's title."""
    authors: tuple[str, ...]
    """The names on the cover."""
    parts: tuple[Part, ...] = ()
    """Parts, chapters and pages in reading order: the only table of contents."""
    subtitle: str = ""
    """A line under the title."""
    slug: Annotated[str, msgspec.Meta(pattern=r"^[\w.-]*$")] = ""
    """The file name of the PDF without its ending; made from the title where it is empty."""
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = ("en",)
    """Languages of the book; the first is the one the notebooks are written in."""
    licence: str = ""
    """One line on what readers may do with the text; printed on the imprint and under each page."""
    repository: str = ""
    """Address of the repository, for links from the site."""
    bibliography: str = "references.bib"
    """The BibTeX file under `notebooks/`, if there is one."""
    macros: dict[str, str] = {}
    r"""Commands for formulas in every output, such as `"\\norm" = "\\lVert #1 \\rVert"`; arguments are `#1` to `#9`."""
    execution: Execution = Execution()
    """How the code of the pages is run."""
    editions: dict[str, Edition] = {}
    """Editions beside the whole book, by name."""
    handbook: Chapter | None = None
    """A folder of pages beside `notebooks/`, Markdown files or notebooks, that the web site prints after the book."""


def load(root: Path) -> Config:
    """The configuration of the book in the folder `root`.

    Raises:
        UsageError: no such file, not TOML, an unknown key, a value of the wrong type or a missing key; with the line.
    """
    file = root / PATH
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(
            Problem(
                f"there is no {PATH} in {root.resolve()}.",
                hint="run nbpress in the folder of a book, or name it: nbpress -C FOLDER …",
            )
        ) from None
    except UnicodeDecodeError as error:
        raise UsageError(Problem(f"not UTF-8 text: {error}", Place(str(PATH)))) from None
    except OSError as error:
        raise UsageError(Problem(f"cannot be read: {error.strerror}.", Place(str(PATH)))) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = Place(str(PATH), line=int(line[1]) if line else None)
        raise UsageError(Problem(f"not valid TOML: {error}", place)) from None
    unknown = _unknown_keys(data, Config, text)
    if unknown:
        raise UsageError(unknown)
    try:
        config = msgspec.convert(data, Config)
    except msgspec.ValidationError as error:
        raise UsageError(_wrong_value(str(error), text)) from None
    wrong = [_wrong_macro(name, mistake, text) for name, mistake in macros.mistakes(config.macros)]
    if wrong:
        raise UsageError(wrong)
    return config


def _unknown_keys(data: Any, wanted: Any, text: str) -> list[Problem]:
    """All keys of `data` that the struct type `wanted` does not have, at any depth."""
    if isinstance(data, list):
        (item_type, *_) = typing.get_args(wanted) or (None,)
        return [problem for item in data for problem in _unknown_keys(item, item_type, text)]
    if isinstance(data, dict) and typing.get_origin(wanted) is dict:
        return [problem for item in data.values() for problem in _unknown_keys(item, typing.get_args(wanted)[1], text)]
    if not (isinstance(data, dict) and isinstance(wanted, type) and issubclass(wanted, msgspec.Struct)):
        return []
    types = typing.get_type_hints(wanted)
    problems = []
    for key, value in data.items():
        if key in types:
            problems += _unknown_keys(value, types[key], text)
        else:
            place = Place(str(PATH), line=_line_of(key, text))
            hint = did_you_mean(key, list(types)) or f"known here: {', '.join(types)}"
            problems.append(Problem(f'unknown key "{key}".', place, hint))
    return problems


def _wrong_value(message: str, text: str) -> Problem:
    """msgspec's sentence (`Expected `int`, got `str` - at `$.execution.cell_timeout``) as a problem with its line."""
    what, _, path = message.partition(" - at ")
    keys = re.findall(r"[A-Za-z_]\w*", path)
    missing = re.search(r"missing required field `(\w+)`", what)
    line = _line_of(keys[-1], text) if keys else None
    name = ".".join(keys)
    if missing:
        where = f" in [[{name}]]" if name else ""
        return Problem(f'the key "{missing[1]}" is missing{where}.', Place(str(PATH), line=line))
    return Problem(f"{name or 'the file'}: {what[0].lower()}{what[1:]}.", Place(str(PATH), line=line))


def _wrong_macro(name: str, mistake: str, text: str) -> Problem:
    line = _line_of(name.replace("\\", "\\\\"), text) or _line_of(name, text)  # TOML has two kinds of strings
    return Problem(f'the macro "{name}": {mistake}.', Place(str(PATH), line=line))


def _line_of(key: str, text: str) -> int | None:
    """The first line that sets `key` or opens the table of that name."""
    pattern = re.compile(rf"""^\s*(?:\[+[\w.\s]*\b{re.escape(key)}\s*\]+|["']?{re.escape(key)}["']?\s*=)""")
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.match(line):
            return number
    return None


def reference() -> str:
    """The handbook's page on `book.toml`: every table, its keys, their types, defaults and sentences."""
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    text = "# Configuration\n\n"
    text += f"Everything nbpress knows about a book stands in `{PATH}`. An unknown key is an error.\n"
    for name, title in TABLES.items():
        text += f"\n## {title}\n\n{ast.get_docstring(classes[name])}\n\n"
        text += "| key | type | default | |\n|---|---|---|---|\n" + "".join(_rows(classes[name]))
    return text


def _rows(table: ast.ClassDef) -> Iterator[str]:
    for field, sentence in pairwise(table.body):
        if isinstance(field, ast.AnnAssign) and isinstance(sentence, ast.Expr):
            default = f"`{ast.unparse(field.value)}`" if field.value else "required"
            kind = re.sub(r"Annotated\[(.*), msgspec.*", r"\1", ast.unparse(field.annotation)).replace("|", "\\|")
            yield f"| `{ast.unparse(field.target)}` | `{kind}` | {default} | {ast.literal_eval(sentence.value)} |\n"


if __name__ == "__main__":
    print(reference(), end="")
