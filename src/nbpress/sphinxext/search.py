"""Sphinx's search index with each word of the book reduced to its stem once, and not once a page."""

from __future__ import annotations

from functools import cache

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish


class English(SearchEnglish):
    """English, with a memory."""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self._stem = cache(super().stem)

    def stem(self, word: str) -> str:
        """The stem of a word."""
        return self._stem(word)


def setup(app: Sphinx) -> None:
    """Take the place of Sphinx's English."""
    app.add_search_language(English)
