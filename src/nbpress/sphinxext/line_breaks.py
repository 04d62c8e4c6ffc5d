"""Line breaks of the source between Chinese or Japanese characters: no space stands between these.

They go from the tree, once, so that both outputs, the plain pages and the search agree.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

# Chinese and Japanese, not Korean: it has spaces
WIDE = "\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
SHARED = "·—‘’“”…"  # marks of both scripts, wide beside a wide character
BREAKS = re.compile(  # several, around a link that has no text yet
    rf"(?<=[{WIDE}])\n+(?=[{WIDE}{SHARED}])|(?<=[{SHARED}])\n+(?=[{WIDE}])"
)


class JoinLines(SphinxTransform):
    """Takes out the breaks; the characters around one may stand in different elements."""

    default_priority = 10  # before anything reads text

    def apply(self, **kwargs: Any) -> None:
        """Join the lines of each paragraph, heading and the like."""
        for element in self.document.findall(nodes.TextElement):
            if not isinstance(element, nodes.FixedTextElement) and not isinstance(element.parent, nodes.TextElement):
                _join(element)


def _join(element: nodes.TextElement) -> None:
    texts = [text for text in element.findall(nodes.Text) if not isinstance(text.parent, nodes.raw)]
    breaks = {position for found in BREAKS.finditer("".join(texts)) for position in range(*found.span())}
    start = 0
    for text in texts if breaks else ():
        kept = "".join(character for position, character in enumerate(text, start) if position not in breaks)
        start += len(text)
        if kept != text:
            parent = text.parent
            place = [child is text for child in parent.children].index(True)  # many are equal: breaks
            parent[place] = nodes.Text(kept)


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(JoinLines)
