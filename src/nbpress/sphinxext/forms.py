"""The forms that an output has, and which of them the site and the paper show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nbpress.sphinxext.pictures import PDF, SUFFIXES
from nbpress.sphinxext.tables import has_table

Data = Mapping[str, Any]  # MIME type → what a form holds; text is one string

PICTURES = tuple(SUFFIXES)
SCRIPTS = ("application/javascript", "text/javascript")
WIDGET = "application/vnd.jupyter.widget-view+json"
INTERACTIVE = re.compile(r"application/vnd\.(plotly|vega|vegalite|bokehjs_exec|holoviews_exec)\b.*")
MARKDOWN_TABLE = re.compile(r"^\|?\s*:?-+:?\s*\|[\s:|-]*$", re.M)
REPR = re.compile(r"<[\w.<>\[\]]+( object)?( at 0x[0-9a-f]+)?>")  # what Python calls an object that has no text
NO_FORMULA = re.compile(
    r"\\begin\{(tabular|table|longtable|figure|tikzpicture|center|itemize|enumerate|minipage)|\\includegraphics"
)


# The richest form that a medium can show comes first.
SITE = ("text/html", *PICTURES, "text/markdown", "text/latex", "text/plain", "application/json", PDF, WIDGET)
PAPER = ("text/latex", PDF, *PICTURES, "text/html", "text/markdown", "text/plain", "application/json", WIDGET)


def data_of(output: Mapping[str, Any]) -> dict[str, Any]:
    """The forms of an output, each text in one piece."""
    data = output.get("data")
    return {mime: _joined(mime, value) for mime, value in data.items()} if isinstance(data, dict) else {}


def _joined(mime: str, value: Any) -> Any:
    if mime.endswith("json"):
        return value
    return string(value)


def string(value: Any) -> str:
    """Text that a notebook holds as one string or as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def site_form(data: Data) -> str:
    """The MIME type of the form that the site shows, or nothing."""
    order = (*PICTURES, *SITE) if interactive(data) else SITE
    return next((mime for mime in order if mime in data and _fit_for_site(mime, data)), _last(data))


def paper_form(data: Data) -> str:
    """The MIME type of the form that paper shows, or nothing."""
    return next((mime for mime in PAPER if mime in data and _fit_for_paper(mime, data)), _last(data))


def _last(data: Data) -> str:
    """Python's name of an object says little: it stands where there is nothing else at all."""
    return "text/plain" if "text/plain" in data and not for_screens(data) else ""


def for_screens(data: Data) -> bool:
    """Whether an output has a form that a browser could show, or a script."""
    return interactive(data) != "" or any(mime in data for mime in ("text/html", WIDGET, *SCRIPTS))


def _fit_for_site(mime: str, data: Data) -> bool:
    return is_formula(data[mime]) if mime == "text/latex" else _says_something(mime, data)


def _fit_for_paper(mime: str, data: Data) -> bool:
    return has_table(data[mime]) if mime == "text/html" else _says_something(mime, data)


def _says_something(mime: str, data: Data) -> bool:
    return mime != "text/plain" or not REPR.fullmatch(data[mime].strip())


def is_formula(text: str) -> bool:
    """Whether LaTeX is formulas and words, which the site can set, and not tables and drawings, for paper only."""
    return not NO_FORMULA.search(text)


def interactive(data: Data) -> str:
    """The name of the library whose scripts an output needs to be seen, or nothing."""
    return next((match[1] for mime in data if (match := INTERACTIVE.fullmatch(mime))), "")


def is_picture(mime: str) -> bool:
    """Whether a form is a picture."""
    return mime in (*PICTURES, PDF)


def fits(kind: str, data: Data) -> bool:
    """Whether an output can be a numbered `figure` or `table`."""
    table = has_table(data.get("text/html", "")) or bool(MARKDOWN_TABLE.search(data.get("text/markdown", "")))
    if kind == "table":
        return table
    return (
        any(map(is_picture, data))
        or "![" in data.get("text/markdown", "")
        or interactive(data) != ""
        or ("text/html" in data and not table)
    )
