"""Text on pictures, in the book's type: for what is shown where no page is, such as a cover."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from PIL import ImageDraw, ImageFont

STATIC = Path(__file__).parent / "sphinxext" / "static"
FONTS = (  # the first that has a character sets it; those of the system are found by their names
    str(STATIC / "source-serif-4-latin-600-normal.woff2"),
    str(STATIC / "source-serif-4-latin-ext-400-normal.woff2"),
    *("NotoSerifCJK-Bold.ttc", "NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc"),
    *("Songti.ttc", "PingFang.ttc", "simsun.ttc", "msyh.ttc"),
)
SHAPES = {"ja": 0, "ko": 1, "zh": 2, "zh_TW": 3, "zh_HK": 4}  # of the same characters, by language, in Noto's fonts
PIECE = re.compile(
    r"\s+|[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\uffef]+"
)

GROUND, INK, MUTED, BLUE = "#ffffff", "#22303c", "#5b6770", "#2f6db3"


class Type(NamedTuple):
    """How text is set."""

    size: int
    language: str = "zh"


def can_be_set(text: str) -> bool:
    """Whether this machine has fonts with all characters of a text."""
    return all(character.isspace() or _face(character) is not None for character in text)


@cache
def _font(name: str, kind: Type) -> ImageFont.FreeTypeFont | None:
    shapes = SHAPES.get(kind.language, SHAPES.get(kind.language[:2], SHAPES["zh"]))
    try:
        return ImageFont.truetype(name, kind.size, shapes if "CJK" in name else 0)
    except OSError:
        return None


@cache
def _face(character: str) -> str | None:
    """The font that has a character; one that lacks it draws the same box as for what is no character."""
    for name in FONTS:
        font = _font(name, Type(34))
        if font is not None and bytes(font.getmask(character)) != bytes(font.getmask("\uffff")):
            return name
    return None


def _runs(text: str, kind: Type) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    """The text in pieces of one font each."""
    for name, run in groupby(text, lambda character: _face(character) or FONTS[0]):
        font = _font(name, kind)
        assert font is not None
        yield "".join(run), font


def _width(text: str, kind: Type) -> float:
    return sum(font.getlength(run) for run, font in _runs(text, kind))


def lines(text: str, kind: Type, room: float) -> list[str]:
    """The text in lines no longer than `room`.

    They are broken between words and between Chinese characters, and in a word that fills a line.
    """
    made = [""]
    words = PIECE.findall(text)
    for piece in (part for word in words for part in ([word] if _width(word, kind) <= room else word)):
        if made[-1] and _width((made[-1] + piece).rstrip(), kind) > room:
            made.append(piece.lstrip())
        else:
            made[-1] += piece
    return [line.strip() for line in made]


def write(canvas: ImageDraw.ImageDraw, text: str, kind: Type, place: tuple[float, float], colour: str) -> None:
    """Write a line that begins at `place`, on its baseline."""
    left, baseline = place
    for run, font in _runs(text, kind):
        canvas.text((left, baseline), run, font=font, fill=colour, anchor="ls")
        left += font.getlength(run)
