"""Styles of authors and of code: which of them leave the page as it is, and ask no other address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import tinycss2
from tinycss2.ast import Node

SUSPECT = re.compile(r"\\|@|url|src|image|cross-fade|fixed|sticky", re.I)  # all else is harmless, and read quickly
LOADING = {"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade"}  # functions that take addresses
HELD = re.compile(r"#|data:(image|font)/", re.I)  # an address in the page itself
FLOATING = {"fixed", "sticky", "-webkit-sticky"}
RULES = {"media", "supports", "container", "font-face", "keyframes"}


def is_tame(text: str) -> bool:
    """Whether declarations, or a value among them, stay where they are and name no address."""
    return not SUSPECT.search(text) or not any(_faults(tinycss2.parse_component_value_list(text)))


def is_tame_sheet(text: str) -> bool:
    """Whether a style sheet does so; no bracket ends in it that does not begin there, so it can stand in a rule."""
    return not any(_faults(tinycss2.parse_component_value_list(text)))


def _faults(values: Sequence[Node], property_: str = "") -> Iterator[bool]:
    """A truth for each thing in the values that is refused."""
    before = ""
    for value in values:
        if value.type == "literal" and value.value == ":":
            property_ = before
        elif value.type == "literal" and value.value == ";":
            property_ = ""
        elif value.type == "ident":
            before = value.lower_value
            yield _places(property_) and before in FLOATING
        elif value.type == "url":
            yield not HELD.match(value.value)
        elif value.type == "at-keyword":
            yield value.lower_value not in RULES
        elif value.type == "function":
            yield from _loads(value) if value.lower_name in LOADING else ()
            yield from _faults(value.arguments, property_)
        elif value.type.endswith("block"):
            yield from _faults(value.content, "" if value.type.startswith("{") else property_)
            property_ = "" if value.type.startswith("{") else property_
        yield value.type == "error"


def _places(property_: str) -> bool:
    return property_ == "position" or property_.startswith("--")


def _loads(function: Node) -> Iterator[bool]:
    return (not HELD.match(given.value) for given in function.arguments if given.type == "string")
