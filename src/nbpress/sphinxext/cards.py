"""The picture of a page that other sites show where somebody links to it (Open Graph): its title in the book's type."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from PIL import Image, ImageDraw
from sphinx.application import Sphinx

from nbpress.lettering import BLUE, GROUND, INK, MUTED, Type, can_be_set, lines
from nbpress.lettering import write as write_text
from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.links import section_number

FOLDER = "_cards"
LOOKS = "2"  # of all pictures; another number has them drawn again
SIZE = WIDTH, HEIGHT = (1200, 630)
LEFT, ROOM, TOP, BOTTOM = 104, 1006, 96, 550  # where the text stands
SMALL, SIZES = 34, (84, 72, 60, 50)  # of the type, in pixels; a long title is set smaller
LINES = 4


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
    return next((made for made in wanted if can_be_set(" ".join(made))), None)


def draw(made: Card) -> Image.Image:
    """The picture."""
    picture = Image.new("RGB", SIZE, GROUND)
    canvas = ImageDraw.Draw(picture)
    small = Type(SMALL, made.language)
    canvas.rectangle((0, 0, 28, HEIGHT), fill=BLUE)
    top = TOP
    if made.number:
        write_text(canvas, made.number, Type(44, made.language), (LEFT, top + 44), BLUE)
        top += 76
    kinds = [Type(size, made.language) for size in SIZES]
    kind = next((kind for kind in kinds if len(lines(made.title, kind, ROOM)) < LINES), kinds[-1])
    title = lines(made.title, kind, ROOM)
    if len(title) > LINES:
        title = [*title[: LINES - 1], title[LINES - 1] + " …"]
    for number, line in enumerate(title, start=1):
        write_text(canvas, line, kind, (LEFT, top + number * kind.size * 1.18), INK)
    write_text(canvas, lines(made.book, small, ROOM)[0], small, (LEFT, BOTTOM - 48), INK)
    write_text(canvas, lines(made.authors, small, ROOM)[0], small, (LEFT, BOTTOM), MUTED)
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
