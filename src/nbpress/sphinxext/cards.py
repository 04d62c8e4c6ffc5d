"""The picture of a page that other sites show where somebody links to it (Open Graph): its title in the book's type."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from PIL import Image, ImageDraw, ImageFont
from sphinx.application import Sphinx

from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.links import section_number

FOLDER = "_cards"
LOOKS = "2"  # of all pictures; another number has them drawn again
SIZE = WIDTH, HEIGHT = (1200, 630)
LEFT, RIGHT, TOP, BOTTOM = 104, 1110, 96, 550  # where the text stands
GROUND, INK, MUTED, BLUE = "#ffffff", "#22303c", "#5b6770", "#2f6db3"
SMALL, SIZES = 34, (84, 72, 60, 50)  # of the type, in pixels; a long title is set smaller
LINES = 4
STATIC = Path(__file__).parent / "static"
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


class Card(NamedTuple):
    """What stands on a picture."""

    number: str
    title: str
    book: str
    authors: str
    language: str = "en"

    @property
    def file(self) -> str:
        """Its path on the site, by what stands on it."""
        digest = hashlib.sha256("\n".join((LOOKS, *self)).encode()).hexdigest()
        return f"{FOLDER}/{digest[:20]}.png"


def card(app: Sphinx, facts: Facts, document: str) -> Card | None:
    """The picture of a document, or that of the book where its title cannot be set: formulas, unknown scripts."""
    authors = ", ".join(facts.authors)
    number = section_number(app.env, document) or ""
    title = app.env.titles[document]
    whole = Card("", facts.title, facts.subtitle, authors, facts.language)
    own = Card(number, title.astext(), facts.title, authors, facts.language)
    wanted = [whole] if document == "index" or title.next_node(nodes.math) else [own, whole]
    return next((made for made in wanted if _can_be_set(" ".join(made))), None)


def _can_be_set(text: str) -> bool:
    return all(character.isspace() or _face(character) is not None for character in text)


class Type(NamedTuple):
    """How text is set."""

    size: int
    language: str = "zh"


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
        font = _font(name, Type(SMALL))
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


def _lines(text: str, kind: Type) -> list[str]:
    """The text broken where it may be: between words, and between Chinese characters; in a word that fills a line."""
    lines = [""]
    words = PIECE.findall(text)
    for piece in (part for word in words for part in ([word] if _width(word, kind) <= RIGHT - LEFT else word)):
        if lines[-1] and _width((lines[-1] + piece).rstrip(), kind) > RIGHT - LEFT:
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece
    return [line.strip() for line in lines]


def _write(canvas: ImageDraw.ImageDraw, text: str, kind: Type, baseline: float, colour: str) -> None:
    left: float = LEFT
    for run, font in _runs(text, kind):
        canvas.text((left, baseline), run, font=font, fill=colour, anchor="ls")
        left += font.getlength(run)


def draw(made: Card) -> Image.Image:
    """The picture."""
    picture = Image.new("RGB", SIZE, GROUND)
    canvas = ImageDraw.Draw(picture)
    small = Type(SMALL, made.language)
    canvas.rectangle((0, 0, 28, HEIGHT), fill=BLUE)
    top = TOP
    if made.number:
        _write(canvas, made.number, Type(44, made.language), top + 44, BLUE)
        top += 76
    kinds = [Type(size, made.language) for size in SIZES]
    kind = next((kind for kind in kinds if len(_lines(made.title, kind)) < LINES), kinds[-1])
    lines = _lines(made.title, kind)
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], lines[LINES - 1] + " …"]
    for number, line in enumerate(lines, start=1):
        _write(canvas, line, kind, top + number * kind.size * 1.18, INK)
    _write(canvas, _lines(made.book, small)[0], small, BOTTOM - 48, INK)
    _write(canvas, _lines(made.authors, small)[0], small, BOTTOM, MUTED)
    return picture.quantize(32, Image.Quantize.FASTOCTREE)


def draw_all(outdir: Path, cards: Iterable[Card]) -> None:
    """Draw those pictures that are not there yet, and delete those of nothing any more."""
    wanted = {outdir / made.file: made for made in cards}
    for file, made in wanted.items():
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            draw(made).save(partial := file.with_suffix(".part"), "PNG", optimize=False)
            partial.replace(file)  # what exists is whole
    for file in set((outdir / FOLDER).glob("*.png")) - wanted.keys():
        file.unlink()


def write(app: Sphinx, error: Exception | None) -> None:
    """Put the pictures beside the pages, where the book has an address under which others find them."""
    facts: Facts = app.config.nbpress_facts
    if app.builder.name == "html" and not error:
        documents = sorted(app.env.found_docs) if facts.url else []
        draw_all(Path(app.outdir), filter(None, (card(app, facts, document) for document in documents)))


def setup(app: Sphinx) -> None:
    """Register the pictures."""
    app.connect("build-finished", write)
