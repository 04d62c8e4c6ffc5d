"""What templates, scripts and the extension itself say, in the language of the book.

All of them ask by the English words: `_("Copy")`, in scripts `say("Copy")`. What `nbpress.words` does not have is
looked up in Sphinx's own catalogue.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from sphinx import locale
from sphinx.application import Sphinx

from nbpress.sphinxext.facts import Facts
from nbpress.words import words

SAID = re.compile(r'\bsay\("([^"]+)"\)')
STATIC = Path(__file__).parent / "static"


class Words(NullTranslations):
    """A catalogue of words that are known by the English ones."""

    def __init__(self, known: Mapping[str, str]) -> None:
        super().__init__()
        self.known = known

    def gettext(self, message: str) -> str:
        """The words, or what Sphinx makes of them."""
        return self.known.get(message) or super().gettext(message)


def speak(app: Sphinx, facts: Facts) -> None:
    """Let Sphinx load its catalogue for the language of the book, which it does before it knows of the book."""
    config = app.config
    if "language" not in {*config._raw_config, *config.overrides}:
        config.language = facts.language
    locale.translators.pop(("general", "sphinx"), None)  # of another book in this process, too
    app._init_i18n()
    if known := words(config.language):
        mine = Words(known)
        mine.add_fallback(app.translator)
        locale.translators["general", "sphinx"] = app.translator = mine


@cache
def said_by_scripts() -> frozenset[str]:
    """The words that scripts ask for."""
    return frozenset(
        word for script in STATIC.glob("*.js") for word in SAID.findall(script.read_text(encoding="utf-8"))
    )


def tell_scripts(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the template of all pages `script_words`: the words of scripts, unless they are English."""
    known = {word: app.translator.gettext(word) for word in sorted(said_by_scripts())}
    translated = {word: other for word, other in known.items() if other != word}
    text = json.dumps(translated, ensure_ascii=False).replace("<", "\\u003c")  # no text ends the element
    context["script_words"] = text if translated else ""


def setup(app: Sphinx) -> None:
    """Register what scripts are told."""
    app.connect("html-page-context", tell_scripts)
