"""The cover: the book's own picture, or one with its title in the type of the press."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from nbpress.lettering import BLUE, GROUND, INK, MUTED, Type, can_be_set, lines, write

SIZE = WIDTH, HEIGHT = (1600, 2400)
LEFT, ROOM = 180, 1240
COLOURS = ("#2f6db3", "#d9772b", "#2e8b6f", "#b8466b")
OWN = ("cover.png", "cover.jpg", "cover.jpeg", "cover.svg")


def picture(folder: Path, facts: dict[str, Any]) -> tuple[str, bytes] | None:
    """The name of the picture's file and its content; None where no font of this machine has the title."""
    own = next((folder / name for name in OWN if (folder / name).is_file()), None)
    if own is not None:
        return own.name, own.read_bytes()
    title, subtitle, authors = facts["title"], facts["subtitle"], ", ".join(facts["authors"])
    if not can_be_set(f"{title} {subtitle} {authors}"):
        return None
    file = io.BytesIO()
    _drawn(title, subtitle, authors, facts["language"]).quantize(64, Image.Quantize.FASTOCTREE).save(
        file, "PNG", optimize=False
    )
    return "cover.png", file.getvalue()


def _drawn(title: str, subtitle: str, authors: str, language: str) -> Image.Image:
    made = Image.new("RGB", SIZE, GROUND)
    canvas = ImageDraw.Draw(made)
    canvas.rectangle((0, 0, 56, HEIGHT), fill=BLUE)
    kinds = [Type(size, language) for size in (190, 160, 130, 100)]
    kind = next((kind for kind in kinds if len(lines(title, kind, ROOM)) <= 5), kinds[-1])
    baseline = 420.0
    for line in lines(title, kind, ROOM):
        write(canvas, line, kind, (LEFT, baseline), INK)
        baseline += kind.size * 1.16
    for line in lines(subtitle, Type(74, language), ROOM):
        write(canvas, line, Type(74, language), (LEFT, baseline + 40), MUTED)
        baseline += 92
    left, width = LEFT, 400
    for colour in COLOURS:  # the rule of the printed title
        canvas.rectangle((left, 1980, left + width, 1996), fill=colour)
        left, width = left + width + 50, width // 2
    for number, line in enumerate(lines(authors, Type(66, language), ROOM)[:3]):
        write(canvas, line, Type(66, language), (LEFT, 2110 + 84 * number), INK)
    return made
