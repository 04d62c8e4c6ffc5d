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
from urllib.parse import quote

import msgspec
from babel import Locale, UnknownLocaleError

from nbpress import macros
from nbpress.errors import Place, Problem, UsageError, did_you_mean

PATH = Path("conf/book.toml")
ADDRESS = r"^(https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~%+@/-]*)?)?$"  # as it is written in links: other letters as %…
BRANCH = r"^(?![-/.])(?!.*(\.\.|//|@\{))[^\s~^:?*\[\\]+$"  # as git has them
WRONG = {  # of values that have a pattern: what they are not, and what to write
    "slug": ("cannot be the name of a file", "write letters, digits, dots, - and _ only"),
    "url": ("is not the address of a site", "write it as in a browser, such as https://example.org/book"),
    "repository": ("is not the address of a repository", "write it as in a browser: https://github.com/OWNER/NAME"),
    "branch": ("cannot be the name of a branch", "write the name that `git branch` shows"),
    "address": (
        "is not the address of a page's topic",
        "write it from https:// on, and in braces only {page}, {title} and {url}: https://forum.example.org/search?q={page}",
    ),
}
Address = Annotated[str, msgspec.Meta(pattern=ADDRESS)]
Branch = Annotated[str, msgspec.Meta(pattern=BRANCH)]
FORGES = ("https://github.com", "https://gitlab.com", "https://codeberg.org", "https://bitbucket.org")
KINDS = {"kind": ("discourse", "giscus"), "figure_format": ("svg", "png", "retina")}  # values that are names
TABLES = {  # of the reference page: the structs below and their names in TOML
    "Config": "The book",
    "Part": "`[[parts]]`",
    "Chapter": "`[[parts.chapters]]` and `[handbook]`",
    "Execution": "`[execution]`",
    "Edition": "`[editions.NAME]`",
    "Check": "`[check]`",
    "Launch": "`[launch]`",
    "Giscus": '`[discussion]` with `kind = "giscus"`',
    "Discourse": '`[discussion]` with `kind = "discourse"`',
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
    """What `nbpress build --edition NAME` prints. The editions `student`, `instructor` and `print` need no table."""

    solutions: bool = False
    """Whether the solutions of exercises are in it."""
    paper: bool = False
    """Whether its PDF is [for a printer](printing.md#for-a-printer): two sides, addresses of links in footnotes."""
    title: str = ""
    """What it is called; printed behind the book's subtitle."""
    include: tuple[str, ...] = ()
    """Tags of cells that are [for this edition](printing.md#editions): the book and other editions do not have them."""
    exclude: tuple[str, ...] = ()
    """Tags of cells that this edition does not have."""
    targets: tuple[str, ...] = ()
    """What `nbpress build --edition NAME` prints where no target is named, such as `["html", "pdf"]`."""


PRESETS: dict[str, dict[str, Any]] = {  # editions that come with the press; a table of that name changes what it says
    "student": {"title": "Student edition"},
    "instructor": {"title": "Instructor edition", "solutions": True, "include": ["instructor"]},
    "print": {"solutions": True, "paper": True},
}


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `nbpress check` asks of pages beyond [what holds for every book](rules.md)."""

    sections: tuple[str, ...] = ()
    """Titles of sections that every page has, such as `["Summary", "Exercises"]`."""
    cell_lines: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Lines that a code cell may have where readers see it; 0 for any number."""
    line_length: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Characters that a line of code may have where readers see it; 0 for any number."""
    spelling: bool = False
    """Whether to look for known misspellings; `conf/words.txt` lists words, one a line, that are none."""
    terms: dict[str, str] = {}
    """Names that the book does not use, and those that it has for the same, such as `"data set" = "dataset"`."""


class Launch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where readers run pages without installing anything, from [notebooks](printing.md#run-it) on a branch."""

    repository: str = ""
    """The repository of the readers' notebooks, where it is not the book's own."""
    branch: Branch = "notebooks"
    """The branch of it that holds them."""
    colab: bool = False
    """Whether pages open in Google Colab; the repository must be on GitHub."""
    binder: bool = False
    """Whether pages open in Binder, at mybinder.org."""
    jupyterhub: str = ""
    """Address of a JupyterHub with nbgitpuller, such as `https://hub.example.org`."""
    install: str = ""
    """What pip installs where the book's library is missing; if empty, the archive of the notebooks on the site."""


class Giscus(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="giscus"):
    """A discussion on GitHub under each page, loaded when a reader opens it; giscus.app tells the values."""

    repo: str
    """The repository with the discussions, as `owner/name`."""
    repo_id: str
    """Its identifier."""
    category: str
    """The category in which discussions are opened."""
    category_id: str
    """Its identifier."""


class Discourse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="discourse"):
    """A link under each page to its topic in a forum."""

    address: Annotated[str, msgspec.Meta(pattern=r"^https?://([^\s{}]|\{(page|title|url)\})+$")]
    """Address of a page's topic, with `{page}`, `{title}` and `{url}` for what they say, such as `https://…/search?q={page}`."""


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
    repository: Address = ""
    """Address of the repository, for links from the site."""
    url: Address = ""
    """Address at which the site is published, for what needs whole addresses: other sites, search engines, feeds."""
    branch: Branch = "main"
    """The branch of the repository that readers' changes are for."""
    description: str = ""
    """A sentence on the book for search engines and for those who are sent a link."""
    bibliography: str = "references.bib"
    """The BibTeX file under `notebooks/`, if there is one."""
    macros: dict[str, str] = {}
    r"""Commands for formulas in every output, such as `"\\norm" = "\\lVert #1 \\rVert"`; arguments are `#1` to `#9`."""
    execution: Execution = Execution()
    """How the code of the pages is run."""
    data: dict[str, str] = {}
    """Environment variables that say which data pages compute with, and their values where the caller sets none."""
    editions: dict[str, Edition] = {}
    """Editions beside the whole book, by name."""
    check: Check = Check()
    """What pages are asked for beyond the rules for every book."""
    launch: Launch = Launch()
    """Where readers can run a page."""
    discussion: Giscus | Discourse | None = None
    """Where readers discuss a page, if anywhere."""
    redirects: dict[str, str] = {}
    """Pages that have moved: the old name of each and the new one, such as `"old-chapter/page" = "chapter/page"`."""
    trusted: tuple[str, ...] = ()
    """Pages whose HTML is printed [as it is](printing.md#safety), scripts too; `chapter/*` is a whole chapter."""
    handbook: Chapter | None = None
    """A folder of pages beside `notebooks/`, Markdown files or notebooks, that the web site prints after the book."""


def variables(config: Config) -> tuple[str, ...]:
    """The names of the environment variables that the stored runs depend on."""
    return tuple(dict.fromkeys([*config.execution.environment, *config.data]))


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
    editions = data.get("editions")
    for name, table in editions.items() if isinstance(editions, dict) else ():
        if isinstance(table, dict):
            table.update({key: value for key, value in PRESETS.get(name, {}).items() if key not in table})
    try:
        config = msgspec.convert(data, Config)
    except msgspec.ValidationError as error:
        raise UsageError(_wrong_value(str(error), data, text)) from None
    wrong = [_wrong_macro(name, mistake, text) for name, mistake in macros.mistakes(config.macros)]
    wrong += [*_wrong_launch(config, text), *_wrong_repository(config, text), *_wrong_languages(config, text)]
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


def _wrong_value(message: str, data: Any, text: str) -> Problem:
    """msgspec's sentence (`Expected `int`, got `str` - at `$.execution.cell_timeout``) as a problem with its line."""
    what, _, path = message.partition(" - at ")
    keys = re.findall(r"[A-Za-z_]\w*", path)
    missing = re.search(r"missing required field `(\w+)`", what)
    place = Place(str(PATH), line=_line_of(keys[-1], text) if keys else None)
    name = ".".join(keys)
    if missing:
        where = f" in [[{name}]]" if path.endswith("]`") else f" in [{name}]" if name else ""
        return Problem(f'the key "{missing[1]}" is missing{where}.', place)
    if "matching regex" in what:
        return _wrong_text(keys, data, place)
    known = KINDS.get(keys[-1], ()) if keys and what.startswith("Invalid") else ()
    return Problem(f"{name or 'the file'}: {what[0].lower()}{what[1:]}.", place, f"write {_or(known)}" if known else "")


def _wrong_text(keys: list[str], data: Any, place: Place) -> Problem:
    """A text that its pattern does not allow; an address with other letters is shown as it is to be written."""
    value = data
    for key in keys:
        value = value[key]
    what, hint = WRONG[keys[-1]]
    encoded = quote(value, safe="/:%@+~&?=#")
    if "https:" in encoded and encoded != value and re.match(ADDRESS, encoded):
        hint = f"write {encoded}"
    return Problem(f'{".".join(keys)}: "{value}" {what}.', place, hint)


def _or(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _wrong_macro(name: str, mistake: str, text: str) -> Problem:
    line = _line_of(name.replace("\\", "\\\\"), text) or _line_of(name, text)  # TOML has two kinds of strings
    return Problem(f'the macro "{name}": {mistake}.', Place(str(PATH), line=line))


def _wrong_launch(config: Config, text: str) -> list[Problem]:
    launch = config.launch
    place = Place(str(PATH), line=_line_of("launch", text))
    repository = launch.repository or config.repository
    if not repository and (launch.colab or launch.binder or launch.jupyterhub):
        hint = 'set it there, or as the book\'s: repository = "https://github.com/owner/name"'
        return [Problem("[launch] does not say in which repository the notebooks are.", place, hint)]
    if launch.colab and not repository.startswith("https://github.com/"):
        return [Problem(f"Colab opens notebooks from GitHub only, not from {repository}.", place, "leave colab out")]
    return []


def _wrong_repository(config: Config, text: str) -> Iterator[Problem]:
    for value in {config.repository, config.launch.repository}:
        host, *path = value.rstrip("/").removeprefix("https://").split("/")
        if f"https://{host}" in FORGES and len(path) < 2:
            place = Place(str(PATH), line=_line_of("repository", text))
            hint = f"write https://{host}/{path[0] if path else 'OWNER'}/NAME"
            yield Problem(f'repository: "{value}" names no repository.', place, hint)


def _wrong_languages(config: Config, text: str) -> Iterator[Problem]:
    place = Place(str(PATH), line=_line_of("languages", text))
    for number, language in enumerate(config.languages):
        if language in config.languages[:number]:
            yield Problem(f'languages: "{language}" stands there twice.', place, "take one out")
        try:
            Locale.parse(language)
        except (UnknownLocaleError, ValueError):
            yield Problem(f'languages: "{language}" is no language.', place, "write its code, such as en, de or zh_CN")


def place_of(root: Path, key: str) -> Place:
    """Where the configuration of the book in `root` sets `key`."""
    return Place(str(PATH), line=_line_of(key, (root / PATH).read_text(encoding="utf-8")))


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
