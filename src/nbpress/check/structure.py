"""Rules on files and their form: the table of contents, cell ids, headings, stored outputs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbpress import config
from nbpress.book import package_files
from nbpress.check import Sources, mended_by, rule
from nbpress.errors import BookError, Place, Problem, did_you_mean
from nbpress.git.clean import cleaned
from nbpress.needs import needs


@rule
def files_exist(sources: Sources) -> Iterator[Problem]:
    """Every page that `book.toml` names is a notebook."""
    book = sources.book
    toml = (book.root / config.PATH).read_text(encoding="utf-8")
    existing = [path.relative_to(book.notebooks).with_suffix("").as_posix() for path in book.notebooks.rglob("*.ipynb")]
    for chapter in book.chapters:
        for page in chapter.pages:
            if not page.path.exists():
                line = _line_of_name(toml, page.name.rsplit("/", 1)[1])
                hint = did_you_mean(page.name, existing) or "write the notebook, or take the page out of the list"
                message = f'the page "{page.name}" does not exist ({book.relative(page.path)}).'
                yield Problem(message, Place(str(config.PATH), line=line), hint)
        if not chapter.all_pages:
            line = _line_of_name(toml, chapter.name)
            message = f'the chapter "{chapter.name}" has neither pages nor an index.ipynb.'
            yield Problem(message, Place(str(config.PATH), line=line), "list its pages, or take it out")


def _line_of_name(toml: str, name: str) -> int | None:
    quoted = re.compile(rf"""["']{re.escape(name)}["']""")
    return next((number for number, line in enumerate(toml.splitlines(), start=1) if quoted.search(line)), None)


@rule
def fences_closed(sources: Sources) -> Iterator[Problem]:
    """Every fence has a line that ends it; without one it takes everything up to the end of its cell."""
    for source in sources.reported:
        for mark in source.markup.open_fences:
            fence = re.match(r"[:`~]+", mark.text)
            hint = (
                f"end it with {fence[0]} on a line of its own; a block around others has more of them" if fence else ""
            )
            yield Problem(f'"{mark.text}" has no end.', source.notebook.place(mark.cell, mark.line), hint)


@rule
def names_valid(sources: Sources) -> Iterator[Problem]:
    """Chapters and pages have plain names, and each stands once in `book.toml`."""
    book = sources.book
    toml = (book.root / config.PATH).read_text(encoding="utf-8")
    seen: set[str] = set()
    for chapter in book.chapters:
        for name in (chapter.name, *(page.name for page in chapter.pages)):
            last = name.rsplit("/", 1)[-1]
            place = Place(str(config.PATH), line=_line_of_name(toml, last))
            if not re.fullmatch(r"\w[\w -]*(/\w[\w -]*)*", name):
                yield Problem(f'"{last}" is not a name.', place, "write it without .ipynb, dots and slashes at an end")
            elif last == "index" and name != chapter.name:
                yield Problem(f'the opening page of "{chapter.name}" is listed.', place, "index.ipynb needs no listing")
            elif name in seen:
                yield Problem(f'"{name}" is listed twice.', place, "take one out")
            seen.add(name)


@rule
def tracked_exist(sources: Sources) -> Iterator[Problem]:
    """Every package that `track` lists stands under `src/`."""
    book = sources.book
    toml = (book.root / config.PATH).read_text(encoding="utf-8")
    for name in book.config.execution.track:
        if not package_files(book, name):
            place = Place(str(config.PATH), line=_line_of_name(toml, name))
            yield Problem(
                f'there is no package or module "{name}" under src/.', place, "correct the name, or take it out"
            )


@rule
def handbook_exists(sources: Sources) -> Iterator[Problem]:
    """The handbook's opening page and the pages it lists exist."""
    handbook = sources.book.config.handbook
    for name in ("index", *handbook.pages) if handbook else ():
        path = sources.book.root / handbook.path / f"{name}.md"  # type: ignore[union-attr]
        if not path.is_file() and not path.with_suffix(".ipynb").is_file():
            message = f"there is neither {sources.book.relative(path)} nor a notebook of this name."
            yield Problem(message, Place(str(config.PATH)), "see [handbook]")


@rule
def no_orphans(sources: Sources) -> Iterator[Problem]:
    """Every notebook under `notebooks/` has its place in `book.toml`."""
    book = sources.book
    known = {page.path for page in book.pages}
    for path in sorted(book.notebooks.rglob("*.ipynb")):
        if path not in known and not _hidden(path.relative_to(book.notebooks).parts):
            hint = f"add it to its chapter's pages in {config.PATH}, or delete it"
            yield Problem("no chapter lists this notebook.", Place(book.relative(path)), hint)


def _hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") for part in parts)


@mended_by(cleaned)
@rule
def cell_ids(sources: Sources) -> Iterator[Problem]:
    """Notebooks are of format 4.5, and every cell has an id of its own."""
    for source in sources.reported:
        notebook = source.notebook
        if notebook.raw.get("nbformat_minor", 0) < 5:
            message = f"notebook format 4.{notebook.raw.get('nbformat_minor', 0)}; the book's is 4.5, with cell ids."
            hint = f"nbpress check --fix {notebook.file}"
            yield Problem(message, Place(notebook.file), hint)
            continue
        seen: dict[str, int] = {}
        for cell in notebook.cells:
            if not re.fullmatch(r"[\w-]{1,64}", cell.id):
                yield Problem("the cell has no valid id.", notebook.place(cell), "1 to 64 letters, digits, - and _")
            elif cell.id in seen:
                yield Problem(f'cell {seen[cell.id]} has the same id "{cell.id}".', notebook.place(cell), "change one")
            seen.setdefault(cell.id, cell.number)


@rule
def edition_tags_used(sources: Sources) -> Iterator[Problem]:
    """Each tag that `[editions]` names is that of a cell."""
    used = {tag for source in sources.pages.values() for cell in source.notebook.cells for tag in cell.tags}
    for name, edition in sources.book.config.editions.items():
        own = config.PRESETS.get(name, {}).get("include", ())  # which the press has named, not the author
        for tag in (*edition.include, *edition.exclude):
            if tag not in {*used, *own}:
                hint = did_you_mean(tag, sorted(used)) or f"tag a cell with it, or take it out of [editions.{name}]"
                yield Problem(f'no cell has the tag "{tag}" of the edition "{name}".', Place(str(config.PATH)), hint)


@rule
def no_conflicts(sources: Sources) -> Iterator[Problem]:
    """No cell has the markers that git leaves where two people changed the same."""
    for source in sources.reported:
        for cell in source.notebook.cells:
            for number, line in enumerate(cell.source.split("\n"), start=1):
                if line.startswith("<<<<<<< "):
                    hint = "keep what is right of both sides, and delete the lines with <<<<<<<, ======= and >>>>>>>"
                    yield Problem("a merge conflict is left here.", source.notebook.place(cell, number), hint)


@rule
def needs_valid(sources: Sources) -> Iterator[Problem]:
    """What a page declares of its execution, under `nbpress` in the notebook's metadata, can be understood."""
    for source in sources.reported:
        try:
            needs(source.notebook)
        except BookError as error:
            yield from error.problems


@rule
def one_title(sources: Sources) -> Iterator[Problem]:
    """A page has exactly one heading of the first level, and begins with it."""
    for source in sources.reported:
        titles = [heading for heading in source.markup.headings if heading.level == 1]
        first = source.notebook.cells[0] if source.notebook.cells else None
        if not titles:
            yield Problem("the page has no title.", Place(source.notebook.file), "begin its first cell with: # Title")
        elif titles[0].cell is not first or source.markup.headings[0] is not titles[0]:
            place = source.notebook.place(titles[0].cell, titles[0].line)
            yield Problem("the title is not the page's first heading in its first cell.", place, "move it there")
        for extra in titles[1:]:
            place = source.notebook.place(extra.cell, extra.line)
            yield Problem(f'a second title: "{extra.text}".', place, "make it a section: ## " + extra.text)


@mended_by(cleaned)
@rule
def no_outputs(sources: Sources) -> Iterator[Problem]:
    """Outputs and execution counts are not stored in the notebooks; the press computes them."""
    for source in sources.reported:
        for cell in source.notebook.cells:
            raw = source.notebook.raw["cells"][cell.number - 1]
            if cell.kind == "code" and (cell.outputs or raw.get("execution_count") is not None):
                hint = f"nbpress check --fix {source.notebook.file}"
                yield Problem("the cell has stored outputs.", source.notebook.place(cell), hint)
                break
