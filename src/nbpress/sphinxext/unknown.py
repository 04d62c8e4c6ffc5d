"""Names that nobody knows: what docutils, MyST and Sphinx say of them in many ways, in one way and with the nearest.

A filter on Sphinx's log, since the words are those of a dozen places in four packages.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple, cast

from docutils.parsers.rst import directives, roles
from pygments.lexers import get_all_lexers
from sphinx.application import Sphinx
from sphinxcontrib.bibtex.domain import BibtexDomain

from nbpress.errors import did_you_mean
from nbpress.sphinxext.formulas import known_commands
from nbpress.sphinxext.locations import HINT


class Rule(NamedTuple):
    """What a package says, what nbpress says, and the names that there are; the first group is the unknown one."""

    theirs: re.Pattern[str]
    ours: str
    known: Callable[[Sphinx, re.Match[str]], Iterable[str]]


def _directives(app: Sphinx, _: re.Match[str]) -> Iterable[str]:
    own = app.env.domains.standard_domain.directives
    return {*directives._directives, *directives._directive_registry, *own}  # type: ignore[attr-defined]


def _roles(app: Sphinx, _: re.Match[str]) -> Iterable[str]:
    own = app.env.domains.standard_domain.roles
    others = [f"{domain.name}:{role}" for domain in app.env.domains.sorted() for role in domain.roles]
    return {*roles._roles, *roles._role_registry, *own, *others}  # type: ignore[attr-defined]


def _options(_: Sphinx, found: re.Match[str]) -> Iterable[str]:
    return re.findall(r"'([^']+)'", found["allowed"])


def _labels(app: Sphinx, _: re.Match[str]) -> Iterable[str]:
    domains = app.env.domains
    return {*domains.math_domain.equations, *domains.standard_domain.anonlabels}


def _equations(app: Sphinx, _: re.Match[str]) -> Iterable[str]:
    return app.env.domains.math_domain.equations


def _documents(app: Sphinx, _: re.Match[str]) -> Iterable[str]:
    return [name for document in app.env.found_docs for name in (document, document.rpartition("/")[2])]


def _terms(app: Sphinx, _: re.Match[str]) -> Iterable[str]:
    return [name for kind, name in app.env.domains.standard_domain.objects if kind == "term"]


def _citation_keys(app: Sphinx, _: re.Match[str]) -> Iterable[str]:
    entries: Iterable[str] = cast(BibtexDomain, app.env.get_domain("cite")).bibdata.data.entries
    return entries


def _files(app: Sphinx, found: re.Match[str]) -> Iterable[str]:
    path = app.srcdir / found[1]
    near = did_you_mean(path.name, [other.name for other in path.parent.glob("*")])  # the folder's name is no likeness
    return [str(path.with_name(near.split('"')[1]).relative_to(app.srcdir))] if near else []


def _languages(_: Sphinx, __: re.Match[str]) -> Iterable[str]:
    return [alias for lexer in get_all_lexers() for alias in lexer[1]]


def _commands(app: Sphinx, _: re.Match[str]) -> Iterable[str]:
    return [*app.config.nbpress_facts.macros, *known_commands()]


RULES = [
    Rule(re.compile(theirs, re.S), ours, known)
    for theirs, ours, known in (
        (r"Unknown directive type: '(.+)'", 'the directive "{}" is not known.', _directives),
        (r'Unknown interpreted text role "(.+)"\.', 'the role "{}" is not known.', _roles),
        (
            r"'(?P<directive>.+)': Unknown option key: '(?P<name>.+)' \(allowed: (?P<allowed>.+)\)",
            'the directive "{directive}" has no option "{name}".',
            _options,
        ),
        (r"undefined label: '(.+)'", 'the label "{}" is not defined.', _labels),
        (r"'any' reference target not found: (.+)", 'the label "{}" is not defined.', _labels),
        (r"'myst' cross-reference target not found: '(.+)'", 'the label "{}" is not defined.', _labels),
        (r'the link "#(.+)" leads nowhere', 'the label "{}" is not defined.', _labels),
        (r"Failed to create a cross reference.* not found: '(.+)'", 'the label "{}" is not defined.', _labels),
        (r"equation not found: (.+)", 'the label "{}" is not defined.', _equations),
        (r"unknown document: '(.+)'", 'the page "{}" does not exist.', _documents),
        (r"toctree contains reference to nonexisting document '(.+)'", 'the page "{}" does not exist.', _documents),
        (r"term not in glossary: '(.+)'", 'the term "{}" is not in the glossary.', _terms),
        (r'could not find bibtex key "(.+)"', 'the bibliography has no entry "{}".', _citation_keys),
        (r"image file not readable: (.+)", 'the picture "{}" does not exist.', _files),
        (r"download file not readable: (.+)", 'the file "{}" does not exist.', _files),
        (r"Directive \"include\": file not found: '(.+)'.*", 'the file "{}" does not exist.', _files),
        (r"Problems with .* No such file or directory: '([^']+)'.*", 'the file "{}" does not exist.', _files),
        (r"Pygments lexer name '(.+)' is not known", 'the language "{}" is not known.', _languages),
        (
            r"KaTeX cannot set this formula: Undefined control sequence: (\\[A-Za-z]+) at .*",
            "KaTeX does not know the command {}, nor is it a macro of book.toml.",
            _commands,
        ),
    )
]


class UnknownNameFilter(logging.Filter):
    """Says in nbpress's words what is not known, and adds the nearest name that is."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__()
        self.app = app

    def filter(self, record: logging.LogRecord) -> bool:
        """False for what would be said twice; changes the record."""
        message = logging.LogRecord.getMessage(record)
        if re.match("unknown (directive|role) name: ", message):  # Sphinx says it without the place, docutils with it
            return False
        for rule in RULES:
            found = rule.theirs.fullmatch(message)
            if found:
                record.msg, record.args = self._ours(rule, found), ()
                break
        return True

    def _ours(self, rule: Rule, found: re.Match[str]) -> str:
        names = found.groupdict()
        name = names.get("name") or found[1].removeprefix(f"{self.app.srcdir}/")
        known = sorted(rule.known(self.app, found))
        if rule.known is _labels and name in known:
            return f'the label "{name}" has no number here.{HINT}refer to it by words: [words](#{name})'
        hint = did_you_mean(name, known)
        message = rule.ours.format(name, **names)
        return message + (HINT + hint if hint else "")


def setup(app: Sphinx) -> None:
    """Add the filter."""
    for handler in logging.getLogger("sphinx").handlers:
        handler.addFilter(UnknownNameFilter(app))
