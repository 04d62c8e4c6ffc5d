"""Letters of formulas in Unicode's alphabets, which e-readers know better than MathML's `mathvariant`."""

from __future__ import annotations

import unicodedata

STYLES = {  # of MathML, and the words of Unicode's names
    "bold": "BOLD",
    "italic": "ITALIC",
    "bold-italic": "BOLD ITALIC",
    "double-struck": "DOUBLE-STRUCK",
    "script": "SCRIPT",
    "bold-script": "BOLD SCRIPT",
    "fraktur": "FRAKTUR",
    "bold-fraktur": "BOLD FRAKTUR",
    "sans-serif": "SANS-SERIF",
    "bold-sans-serif": "SANS-SERIF BOLD",
    "sans-serif-italic": "SANS-SERIF ITALIC",
    "sans-serif-bold-italic": "SANS-SERIF BOLD ITALIC",
    "monospace": "MONOSPACE",
}
OLDER = {"FRAKTUR": "BLACK-LETTER"}  # the letters that Unicode had before have other names


def lettered(text: str, style: str) -> str:
    """The text in that alphabet; a character that is not in it stays as it is.

    >>> lettered("R", "double-struck") + lettered("x1", "bold")
    'ℝ𝐱𝟏'
    """
    words = STYLES.get(style)
    return "".join(_letter(character, words) for character in text) if words else text


def _letter(character: str, style: str) -> str:
    name = unicodedata.name(character, "")
    kind = name.removeprefix("LATIN ").removeprefix("GREEK ").replace(" LETTER", "")
    tried: tuple[str, ...] = (f"MATHEMATICAL {style} {kind}", f"{OLDER.get(style, style)} {kind}")
    if name == "LATIN SMALL LETTER H" and style == "ITALIC":
        tried = ("PLANCK CONSTANT",)
    for one in tried if name.startswith(("LATIN", "GREEK", "DIGIT")) else ():
        try:
            return unicodedata.lookup(one)
        except KeyError:
            continue
    return character
