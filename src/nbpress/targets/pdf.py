"""The printed book: LaTeX by Sphinx, PDF by xelatex through latexmk."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from nbpress import history
from nbpress.book import Book, Page
from nbpress.convert import REFERENCES
from nbpress.errors import BookError, Problem, UsageError
from nbpress.targets import sphinx
from nbpress.targets.tex_log import OVERLAY, missing_characters, overfull_boxes, tex_error

PROGRAMS = ("xelatex", "latexmk", "rsvg-convert")
OPTIONS = ("-xelatex", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "-silent")
INDEX = "-s nbpress.ist %O -o %D %S"  # upmendex knows the letters of all languages, and comes with most TeX
TIMEOUT = 900  # seconds that TeX may take for all its passes; a book of a thousand pages takes two minutes
FINISHED = ".fdb_latexmk"  # the file that latexmk leaves in the end
HALF_WRITTEN = (".aux", ".fls", ".idx", ".ilg", ".ind", ".log", ".out", ".toc")  # by TeX when it is stopped


def require() -> None:
    """TeX and the converter of SVG pictures must be installed."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        hint = "nbpress doctor names what to install; for this repository's book make pdf does so by itself"
        raise UsageError(Problem(f"the PDF needs {' and '.join(missing)}, not found on this machine.", hint=hint))


def render(book: Book, source: Path, out: Path) -> Path:
    """Write the TeX files beside `source`, run TeX there, and put the finished PDF into `out`.

    Raises:
        BookError: Sphinx warned, TeX stopped, a character is in no font, or something runs over the edge of the page.
            Unless TeX stopped, the PDF is in `out`.
    """
    return _print(book, source, out, book.slug)


def require_pages(book: Book, pages: Sequence[Page]) -> None:
    """At least one of `pages` must be one that is on paper."""
    if not any(_chosen(book, pages)):
        names = " and ".join(page.name for page in pages)
        hint = "name chapters or pages of them; cover and handbook are on the web site only"
        raise UsageError(Problem(f"the PDF does not have {names}.", hint=hint))


def render_pages(book: Book, source: Path, out: Path, pages: Sequence[Page]) -> Path:
    """The same of some pages only, with the openings of their chapters, as a file beside that of the whole book.

    Raises:
        BookError: as `render`.
    """
    chosen = dict(_chosen(book, pages))
    documents = [document for some in chosen.values() for document in some]
    name = re.sub(r"[^\w.-]+", "-", "-".join([book.slug, *chosen]))
    return _print(book, source, out, name, nbpress_excerpt={"name": name, "pages": [*documents, REFERENCES]})


def _chosen(book: Book, pages: Sequence[Page]) -> Iterator[tuple[str, list[str]]]:
    """Of each chapter that has some of `pages`, what is printed of it: a name for it, and the documents."""
    for chapter in book.chapters:
        documents = [page.name for page in chapter.all_pages if page in pages]
        if documents:
            whole = len(documents) == len(chapter.all_pages)
            yield chapter.name if whole else "-".join(documents), [f"{chapter.name}/index", *documents]


def _print(book: Book, source: Path, out: Path, name: str, **settings: object) -> Path:
    folder = source.parent / "latex"
    tex = folder / f"{name}.tex"
    tex.unlink(missing_ok=True)
    problems: list[Problem] = []
    try:
        sphinx.run(book, "latex", source, folder, **settings)
    except BookError as error:
        problems += error.problems
        if not tex.exists():
            raise
    _overlay(book.root / "conf" / "latex", folder / OVERLAY)
    log = tex.with_suffix(".log")
    if not tex.with_suffix(FINISHED).exists():  # what was left then would stop it for ever
        for suffix in HALF_WRITTEN:
            tex.with_suffix(suffix).unlink(missing_ok=True)
    stopped = _run_tex(tex, _moment(book))
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    written = tex.read_text(encoding="utf-8")
    if stopped:
        tex.with_suffix(FINISHED).unlink(missing_ok=True)
        said = tex_error(written, text, book.relative(log))
        raise BookError(problems if _cell(said) in map(_cell, problems) else [*problems, said])
    pdf = _publish(tex.with_suffix(".pdf"), out)
    problems += missing_characters(written, text) + overfull_boxes(written, text)
    if problems:
        raise BookError(problems)
    return pdf


def _cell(problem: Problem) -> tuple[str, int | None]:
    """Where a problem is: TeX also stops at what Sphinx has warned about, and says it less well."""
    return (problem.place.file, problem.place.cell) if problem.place else (problem.message, None)


def _overlay(conf: Path, folder: Path) -> None:
    """A fresh copy of the book's own TeX files; TeX could not read them at every path that a folder may have."""
    shutil.rmtree(folder, ignore_errors=True)
    if conf.is_dir():
        shutil.copytree(conf, folder)


def command(tex: Path) -> list[str]:
    """The command that makes a PDF of a TeX file in its folder."""
    program = "upmendex" if shutil.which("upmendex") else "makeindex"
    return ["latexmk", *OPTIONS, "-e", f"$makeindex = q({program} {INDEX})", tex.name]


def environment() -> dict[str, str]:
    """The variables that it needs: where TeX looks for files, and that its log breaks no lines, and so no names."""
    inputs = os.pathsep.join([".", f"./{OVERLAY}", os.environ.get("TEXINPUTS", "")])
    return {"TEXINPUTS": inputs, "max_print_line": "1000"}


def _moment(book: Book) -> str:
    """The time that the PDF names, since the same book shall give the same file: the last day that git knows of."""
    days = [change["date"] for change in history.of_pages(book).values()]
    return str(int(datetime.fromisoformat(f"{max(days, default='1970-01-01')}T00:00:00+00:00").timestamp()))


def _run_tex(tex: Path, moment: str = "0") -> bool:
    """Run TeX as often as latexmk finds necessary; whether it failed.

    Raises:
        BookError: it did not end in time.
    """
    # no nested `make`, and a group of its own, so that all of it can be ended at once
    null = subprocess.DEVNULL
    env = {"SOURCE_DATE_EPOCH": moment, **os.environ, **environment()}
    with subprocess.Popen(
        command(tex), cwd=tex.parent, env=env, stdin=null, stdout=null, stderr=null, start_new_session=True
    ) as process:
        try:
            return process.wait(TIMEOUT) != 0
        except subprocess.TimeoutExpired:
            hint = "a macro that calls itself? the end of build/sphinx/latex/*.log shows where it is"
            raise BookError(Problem(f"TeX had not finished after {TIMEOUT // 60} minutes.", hint=hint)) from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _publish(pdf: Path, out: Path) -> Path:
    """Copy the PDF to `out`, where there is a whole one at any time."""
    out.mkdir(parents=True, exist_ok=True)
    temporary = out / f".{pdf.name}.new"
    shutil.copyfile(pdf, temporary)
    os.replace(temporary, out / pdf.name)
    return out / pdf.name
