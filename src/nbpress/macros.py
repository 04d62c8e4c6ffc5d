"""Macros for formulas, as `book.toml` defines them: what may be wrong with them, and how TeX is told of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

NAME = re.compile(r"\\[A-Za-z]+")
TOKEN = re.compile(r"\\(?:[A-Za-z]+|.|$)|#.?|[{}%]", re.S)  # of a body: the pieces that TeX takes apart


def declaration(name: str, body: str) -> str:
    r"""The definition as TeX, LaTeX, KaTeX and MathJax read it; it has as many arguments as its highest `#n` says.

    >>> print(declaration(r"\norm", r"\lVert #1 \rVert"))
    \def\norm#1{\lVert #1 \rVert}
    """
    return rf"\def{name}{''.join(f'#{number}' for number in range(1, _count(body) + 1))}{{{body}}}"


def expand(tex: str, macros: Mapping[str, str]) -> str:
    r"""A formula in which no macro is left, for programs that are not told of them.

    >>> expand(r"\norm{x}^2 + \norm y", {r"\norm": r"\lVert #1 \rVert"})
    '\\lVert x \\rVert^2 + \\lVert y \\rVert'
    """
    done = ""
    while found := NAME.search(tex):
        done, name, tex = done + tex[: found.start()], found[0], tex[found.end() :]
        if name not in macros:
            done += name
            continue
        body = macros[name]
        for number in range(1, _count(body) + 1):
            argument, tex = _argument(tex)
            body = re.sub(rf"(?<!\\)#{number}", lambda _, argument=argument: argument, body)  # type: ignore[misc]
        gap = " " if re.search(r"\\[A-Za-z]+$", body) and tex[:1].isalpha() else ""
        tex = body + gap + tex
    return done + tex


def _argument(tex: str) -> tuple[str, str]:
    """What a macro takes from the TeX behind it, and the rest: a group, a command, or a character."""
    tex = tex.lstrip()
    if not tex.startswith("{"):
        found = re.match(r"\\[A-Za-z]+|\\.|.", tex, re.S)
        return (found[0], tex[found.end() :]) if found else ("", "")
    depth = 0
    for token in re.finditer(r"\\.|[{}]", tex, re.S):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if not depth:
            return tex[1 : token.start()], tex[token.end() :]
    return tex[1:], ""


def _count(body: str) -> int:
    """How many arguments a macro has: as many as its highest `#n` says."""
    return max((int(token[1]) for token in TOKEN.findall(body) if token[0] == "#"), default=0)


def mistakes(macros: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The name of each macro that TeX could not read, and what is wrong with it."""
    for name, body in macros.items():
        if not NAME.fullmatch(name):
            yield name, "a macro's name is a backslash and letters"
        elif mistake := _mistake(body) or _loop(name, macros):
            yield name, mistake


def _mistake(body: str) -> str:
    open_braces = 0
    for token in TOKEN.findall(body):
        open_braces += {"{": 1, "}": -1}.get(token, 0)
        if open_braces < 0:
            return "a brace is closed that was not opened"
        if token[0] == "#" and not re.fullmatch("#[1-9]", token):
            return f'"{token}" is no argument; they are #1 to #9, and the sign itself is \\#'
        if token == "%":
            return "a % begins a comment; the sign itself is \\%"
        if token == "\\":
            return "it ends with a backslash"
    return "a brace is not closed" if open_braces else ""


def _loop(name: str, macros: Mapping[str, str]) -> str:
    """Whether the macro uses itself, perhaps by way of others: TeX would never come to an end."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for used in NAME.findall(macros[waiting.pop()]):
            if used == name:
                return "it uses itself" + "".join(f", by way of {other}" for other in sorted(seen)[:1])
            if used in macros and used not in seen:
                seen.add(used)
                waiting.append(used)
    return ""
