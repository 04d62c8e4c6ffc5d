"""Formulas set by KaTeX: all that are new in one node process, and none of them again in a later build."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

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


class _File(msgspec.Struct):
    made_with: str
    formulas: list[tuple[Formula, Typeset]]


class Katex:
    """Every formula that was set, in memory; `load` and `save` keep them between builds."""

    def __init__(self, declarations: str = "") -> None:
        self.declarations = declarations  # of macros, as TeX
        self.typeset: dict[Formula, Typeset] = {}

    def __getitem__(self, formula: Formula) -> Typeset:
        """What a formula has become; one that `set` was not given is set alone."""
        if formula not in self.typeset:
            self.set([formula])
        return self.typeset[formula]

    def set(self, formulas: Iterable[Formula]) -> None:
        """Set all formulas that are not set yet, in one node process.

        Raises:
            RuntimeError: node failed.
        """
        new = [formula for formula in dict.fromkeys(formulas) if formula not in self.typeset]
        if not new:
            return
        question = json.dumps({"macros": self.declarations, "formulas": new})
        command = [node_program(), str(FOLDER / "render.js")]
        done = subprocess.run(command, input=question, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            raise RuntimeError(f"node ended with exit code {done.returncode} while setting formulas:\n{done.stderr}")
        self.typeset.update(zip(new, (Typeset(*answer) for answer in json.loads(done.stdout)), strict=True))

    def load(self, file: Path) -> None:
        """Take over what an earlier build set in the same way."""
        with suppress(OSError, msgspec.DecodeError):
            kept = msgspec.msgpack.decode(file.read_bytes(), type=_File)
            if kept.made_with == self._made_with():
                self.typeset.update(kept.formulas)

    def save(self, file: Path, used: Iterable[Formula]) -> None:
        """Keep the formulas that the book uses for the next build, and no others."""
        formulas = [(formula, self.typeset[formula]) for formula in sorted(set(used)) if formula in self.typeset]
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
        with os.fdopen(handle, "wb") as out:
            out.write(msgspec.msgpack.encode(_File(self._made_with(), formulas)))
        os.replace(temporary, file)

    def _made_with(self) -> str:
        """A digest of everything but the formula that its HTML depends on."""
        digest = hashlib.sha256(self.declarations.encode())
        for script in ("katex.min.js", "render.js"):
            digest.update((FOLDER / script).read_bytes())
        return digest.hexdigest()


@cache
def known_commands() -> list[str]:
    """The commands that KaTeX's program names, with a backslash as in TeX."""
    program = (FOLDER / "katex.min.js").read_text(encoding="utf-8")
    return sorted({rf"\{name}" for name in re.findall(r"[\"']\\\\([A-Za-z]+)[\"']", program)})
