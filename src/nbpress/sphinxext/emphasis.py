"""Emphasis in Chinese: dots under its characters, italics for the Latin words among them."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

LATIN = re.compile(r"([A-Za-z\u00c0-\u024f](?:[\x20-\x7e\u00c0-\u024f]*[\x21-\x7e\u00c0-\u024f])?)")


class MarkLatin(SphinxPostTransform):
    """Marks the Latin words in emphasis, for the style sheet: no selector tells scripts apart."""

    default_priority = 900  # when lists of works are there, too
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Mark them all, in a book whose emphasis has dots."""
        if not str(self.config.language).startswith("zh"):
            return
        for emphasis in self.document.findall(nodes.emphasis):
            for text in [child for child in emphasis.children if isinstance(child, nodes.Text)]:
                pieces = [piece for piece in LATIN.split(text) if piece]
                emphasis.replace(text, [_marked(piece) for piece in pieces])


def _marked(piece: str) -> nodes.Node:
    return nodes.inline("", piece, classes=["latin"]) if LATIN.fullmatch(piece) else nodes.Text(piece)


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_post_transform(MarkLatin)
