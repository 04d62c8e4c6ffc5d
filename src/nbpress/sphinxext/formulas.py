"""Formulas set by KaTeX: all that are new in one node process, and none of them again in a later build."""

from __future__ import annotations

import hashlib
import html
import json
import re
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from nbpress.node import node_program

FOLDER = Path(__file__).parent / "katex"
MATHML = re.compile(r"<math.*?</math>", re.S)
NOT_TEXT = re.compile(r"<annotation.*?</annotation>|<[^>]*>", re.S)


class Formula(NamedTuple):
    """A formula as KaTeX sets it: in a line of text, or displayed on its own."""

    tex: str
    display: bool


class Typeset(NamedTuple):
    """What KaTeX made of a formula, or why it could not."""

    html: str  # HTML to look at, with MathML for screen readers
    error: str = ""

    @property
    def mathml(self) -> str:
        """The MathML alone."""
        found = MATHML.search(self.html)
        return found[0] if found else ""

    @property
    def text(self) -> str:
        """The characters alone, for where there can be no markup."""
        return html.unescape(NOT_TEXT.sub("", self.mathml))


class Katex:
    """Formulas as KaTeX sets them, kept in a file between builds.

    The file is open only while it is asked: a connection to it does not survive a fork.
    """

    def __init__(self, file: Path, declarations: str = "") -> None:
        self.file = file
        self.declarations = declarations  # of macros, as TeX

    def set(self, formulas: Iterable[Formula], *, only: bool = False) -> None:
        """Set all formulas that are not set yet, in one node process; with `only` forget all others.

        Raises:
            RuntimeError: node failed.
        """
        wanted = {self._key(formula): formula for formula in formulas}
        try:
            self._set(wanted, only)
        except sqlite3.DatabaseError:  # the file is damaged
            self.file.unlink()
            self._set(wanted, only)

    def _set(self, wanted: dict[bytes, Formula], only: bool) -> None:
        with self._open() as kept:
            known = {key for (key,) in kept.execute("SELECT key FROM formulas")}
            new = {key: formula for key, formula in wanted.items() if key not in known}
            if new:
                rows = ((key, *typeset) for key, typeset in zip(new, self._answers([*new.values()]), strict=True))
                kept.executemany("INSERT OR REPLACE INTO formulas VALUES (?, ?, ?)", rows)
            if only:
                kept.executemany("DELETE FROM formulas WHERE key = ?", [(key,) for key in known - wanted.keys()])

    def look(self, formulas: Iterable[Formula]) -> dict[Formula, Typeset]:
        """What formulas have become, after those that are not set yet were set."""
        wanted = dict.fromkeys(formulas)
        if not wanted:
            return {}
        found = self._find(wanted)
        if len(found) < len(wanted):
            self.set(wanted)
            found = self._find(wanted)
        return found

    def _find(self, wanted: Iterable[Formula]) -> dict[Formula, Typeset]:
        select = "SELECT html, error FROM formulas WHERE key = ?"
        with suppress(sqlite3.DatabaseError), self._open() as kept:
            rows = ((formula, kept.execute(select, (self._key(formula),)).fetchone()) for formula in wanted)
            return {formula: Typeset(*row) for formula, row in rows if row}
        return {}

    def _answers(self, formulas: list[Formula]) -> Iterator[Typeset]:
        """What KaTeX makes of each formula, one by one: all of a book's at once would fill the memory."""
        question = json.dumps({"macros": self.declarations, "formulas": formulas})
        command = [node_program(), str(FOLDER / "render.js")]
        with tempfile.TemporaryFile("w+", encoding="utf-8") as asked, tempfile.TemporaryFile("w+") as said:
            asked.write(question)
            asked.seek(0)
            with subprocess.Popen(command, stdin=asked, stdout=subprocess.PIPE, stderr=said, encoding="utf-8") as node:
                yield from (Typeset(*json.loads(line)) for line in node.stdout or ())
            if node.returncode:
                said.seek(0)
                message = f"node ended with exit code {node.returncode} while setting formulas:"
                raise RuntimeError(f"{message}\n{said.read()}")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.file)) as kept, kept:
            kept.execute("PRAGMA synchronous = OFF")  # what a power failure destroys is set again
            kept.execute("CREATE TABLE IF NOT EXISTS formulas (key BLOB PRIMARY KEY, html TEXT, error TEXT)")
            yield kept

    def _key(self, formula: Formula) -> bytes:
        """A digest of everything that its HTML depends on."""
        text = "\0".join((_program(), self.declarations, str(formula.display), formula.tex))
        return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


@cache
def _program() -> str:
    """A digest of KaTeX."""
    texts = ((FOLDER / name).read_bytes() for name in ("katex.min.js", "render.js"))
    return hashlib.sha256(b"".join(texts)).hexdigest()


@cache
def known_commands() -> list[str]:
    """The commands that KaTeX's program names, with a backslash as in TeX."""
    program = (FOLDER / "katex.min.js").read_text(encoding="utf-8")
    return sorted({rf"\{name}" for name in re.findall(r"[\"']\\\\([A-Za-z]+)[\"']", program)})
