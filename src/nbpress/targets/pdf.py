"""The printed book: LaTeX by Sphinx, PDF by xelatex through latexmk."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from nbpress.book import Book
from nbpress.errors import BookError, Place, Problem, UsageError
from nbpress.targets import sphinx

PROGRAMS = ("xelatex", "latexmk", "rsvg-convert")
OPTIONS = ("-xelatex", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "-silent")
INDEX = "-s nbpress.ist %O -o %D %S"  # upmendex knows the letters of all languages, and comes with most TeX
TIMEOUT = 900  # seconds that TeX may take for all its passes; a book of a thousand pages takes two minutes
FINISHED = ".fdb_latexmk"  # the file that latexmk leaves in the end
HALF_WRITTEN = (".aux", ".fls", ".idx", ".ilg", ".ind", ".log", ".out", ".toc")  # by TeX when it is stopped
OVERLAY = "book"  # the folder beside the TeX file for what the book has in conf/latex

MARK = re.compile(r"%% nbpress: ?(?:(?P<file>[^|]*)\|(?P<cell>\d+)\|(?P<id>.*))?")
ERROR = re.compile(r"^(?:(?P<file>[^\s:]+\.\w+):(?P<line>\d+): |! )(?P<message>.*)$", re.M)
MISSING = re.compile(r'^Missing character: There is no (\S+)(?: \([^)]*\))? in font "?([^"!:\n]+)', re.M)


def require() -> None:
    """TeX and the converter of SVG pictures must be installed."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        hint = "nbpress doctor names what to install; for this repository's book make pdf does so by itself"
        raise UsageError(Problem(f"the PDF needs {' and '.join(missing)}, not found on this machine.", hint=hint))


def render(book: Book, source: Path, out: Path) -> Path:
    """Write the TeX files beside `source`, run TeX there, and put the finished PDF into `out`.

    Raises:
        BookError: Sphinx warned, TeX stopped, or a character is in no font. Unless TeX stopped, the PDF is in `out`.
    """
    folder = source.parent / "latex"
    tex = folder / f"{book.slug}.tex"
    tex.unlink(missing_ok=True)
    problems: list[Problem] = []
    try:
        sphinx.run(book, "latex", source, folder)
    except BookError as error:
        problems += error.problems
        if not tex.exists():
            raise
    _overlay(book.root / "conf" / "latex", folder / OVERLAY)
    log = tex.with_suffix(".log")
    if not tex.with_suffix(FINISHED).exists():  # what was left then would stop it for ever
        for suffix in HALF_WRITTEN:
            tex.with_suffix(suffix).unlink(missing_ok=True)
    stopped = _run_tex(tex)
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    written = tex.read_text(encoding="utf-8")
    if stopped:
        tex.with_suffix(FINISHED).unlink(missing_ok=True)
        said = tex_error(written, text, book.relative(log))
        raise BookError(problems if _cell(said) in map(_cell, problems) else [*problems, said])
    pdf = _publish(tex.with_suffix(".pdf"), out)
    problems += missing_characters(written, text)
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


def _run_tex(tex: Path) -> bool:
    """Run TeX as often as latexmk finds necessary; whether it failed.

    Raises:
        BookError: it did not end in time.
    """
    # no nested `make`, and a group of its own, so that all of it can be ended at once
    program = "upmendex" if shutil.which("upmendex") else "makeindex"
    command = ["latexmk", *OPTIONS, "-e", f"$makeindex = q({program} {INDEX})", tex.name]
    inputs = os.pathsep.join([".", f"./{OVERLAY}", os.environ.get("TEXINPUTS", "")])
    env = {**os.environ, "TEXINPUTS": inputs, "max_print_line": "1000"}  # else the log breaks lines, and names, at 79
    null = subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=tex.parent, env=env, stdin=null, stdout=null, stderr=null, start_new_session=True
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
