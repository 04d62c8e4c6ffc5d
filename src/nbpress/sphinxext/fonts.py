"""The fonts of the site with the characters that it has: a third to a half of their bytes."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Set
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

logging.getLogger("fontTools").setLevel(logging.WARNING)  # else it tells of every glyph

FOLDER = "fonts"  # in the site's _static
STAMP = ".made.json"  # in it: of what each font was made
FIRST = ("source-serif-4-latin-400-normal.woff2", "source-serif-4-latin-600-normal.woff2")  # which every page needs
FORMULAS = ("KaTeX_Main-Regular.woff2", "KaTeX_Math-Italic.woff2")
FONT = re.compile(r'url\("((?!data:)[^"]+\.woff2)"\)')
KEPT = frozenset(map(chr, range(0x20, 0x7F)))  # what a script may still write


def cut(sheet: str, static: Path, characters: Set[str]) -> str:
    """A style sheet in `static` that links smaller fonts, which are made where the same are not there from before."""
    folder = static / FOLDER
    folder.mkdir(exist_ok=True)
    stamp = folder / STAMP
    before: dict[str, str] = json.loads(stamp.read_text()) if stamp.exists() else {}
    made: dict[str, str] = {}

    def smaller(found: re.Match[str]) -> str:
        font = static / found[1]
        if not font.exists():
            return found[0]
        has = _characters(font) & (characters | KEPT)
        made[font.name] = hashlib.sha256(font.read_bytes() + "".join(sorted(has)).encode()).hexdigest()
        if before.get(font.name) != made[font.name] or not (folder / font.name).exists():
            _subset(font, folder / font.name, has)
        return f'url("{FOLDER}/{font.name}?v={made[font.name][:8]}")'

    linked = FONT.sub(smaller, sheet)
    stamp.write_text(json.dumps(made))
    return linked


def _characters(font: Path) -> set[str]:
    with TTFont(font, lazy=True) as read:
        return set(map(chr, read.getBestCmap()))


def _subset(font: Path, target: Path, characters: Set[str]) -> None:
    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False, notdef_outline=True)
    with subset.load_font(str(font), options) as read:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=map(ord, characters))
        subsetter.subset(read)
        subset.save_font(read, str(target), options)
