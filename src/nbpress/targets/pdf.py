"""The printed book: LaTeX by Sphinx, PDF by xelatex through latexmk."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from nbpress.book import Book
from nbpress.errors import BookError, Place, Problem, UsageError
from nbpress.targets import sphinx

PROGRAMS = ("xelatex", "latexmk", "rsvg-convert")
MARK = re.compile(r"%% nbpress: (?P<file>[^|]*)\|(?P<cell>\d+)\|(?P<id>.*)")


def require() -> None:
    """TeX and the converter of SVG pictures must be installed."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        hint = "on Debian or Ubuntu: sudo apt-get install $(cat conf/apt.txt)    (nbpress doctor shows what is there)"
        raise UsageError(Problem(f"the PDF needs {' and '.join(missing)}, not found on this machine.", hint=hint))


def render(book: Book, source: Path, out: Path) -> Path:
    """Write the TeX files beside `source`, run TeX there, and move the finished PDF to `out`."""
    folder = source.parent / "latex"
    sphinx.run(book, "latex", source, folder)
    tex = folder / f"{book.slug}.tex"
    # no nested `make`: latexmk alone knows how often TeX must run
    command = ["latexmk", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", "-silent", tex.name]
    env = {**os.environ, "max_print_line": "1000"}  # TeX's log would break lines, and names with them, at 79
    done = subprocess.run(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    log = tex.with_suffix(".log")
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    if done.returncode:
        raise BookError(tex_error(tex.read_text(encoding="utf-8"), text, book.relative(log)))
    out.mkdir(parents=True, exist_ok=True)
    pdf = out / f"{book.slug}.pdf"
    shutil.copyfile(tex.with_suffix(".pdf"), pdf)
    missing = missing_characters(text)
    if missing:
        raise BookError(missing)
    return pdf


def tex_error(tex: str, log: str, log_name: str) -> Problem:
    """The first error in TeX's log, at the notebook cell whose TeX it stands in."""
    error = re.search(r"^! (.*)$", log, re.M)
    if error is None:
        return Problem("TeX failed without naming an error.", hint=f"the whole log: {log_name}")
    rest = log[error.end() :]
    number = re.search(r"^l\.(\d+) ?(.*)$", rest, re.M)
    shown = f"TeX stopped at: {number[2].strip()}\n" if number and number[2].strip() else ""
    place = _cell_before(tex, int(number[1])) if number else None
    return Problem(f"TeX: {error[1].removeprefix('LaTeX Error: ')}", place, f"{shown}the whole log: {log_name}")


def missing_characters(log: str) -> list[Problem]:
    """Characters that would be blank in the PDF because no font of the preamble has them."""
    found = re.findall(r"^Missing character: There is no (\S+).* in font ([^!:]+)", log, re.M)
    hint = "write it in another way, or choose a font that has it in conf/latex"
    return [Problem(f"the character {char} is not in the font {font.strip()}.", hint=hint) for char, font in sorted(set(found))]


def _cell_before(tex: str, line: int) -> Place | None:
    marks = [match for text in tex.splitlines()[:line] if (match := MARK.match(text))]
    return Place(marks[-1]["file"], int(marks[-1]["cell"]), marks[-1]["id"]) if marks else None
