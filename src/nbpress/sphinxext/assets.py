"""One style sheet with the rules that the site's pages can use, and no script but those that they need.

The theme, Sphinx and its extensions come with 480 KiB of style sheets and 200 KiB of scripts for every page. A book
uses a fifth of the rules, and two small scripts of its own do what it needs of the rest.
"""

from __future__ import annotations

import hashlib
import html
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import tinycss2
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _CascadingStyleSheet, _file_checksum, _JavaScript
from sphinx.environment import BuildEnvironment
from tinycss2.ast import AtRule, Node, QualifiedRule

from nbpress.sphinxext import fonts

SHEET = "book.css"
BUILD_INFO = ".buildinfo"  # which Sphinx leaves in the folder of each site
SCRIPTS = ("search.js", "nbpress.js")  # in static/; the second calls the first
THEME = ("styles/theme.css", "styles/pydata-sphinx-theme.css")  # which the theme's layout links before all others
TABS = "design-tabs.js"
REPLACED = {  # scripts that `SCRIPTS` stand for
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "clipboard.min.js",
    "copybutton.js",
}
LICENCE = "source-serif-4-LICENSE.txt"
TEXT = "search-text.js"  # the words of the book, which are on its pages
NESTED = ("media", "supports", "layer", "container")  # at-rules that hold rules
NAMES = re.compile(r'(?:class|id)="([^"]*)"')
WORDS = re.compile(r"[\w-]+")
LINKED = re.compile(r"_static/([\w./-]+)")
VERSION = re.compile(r'url\("(fonts/[^"?]+)\?v=(\w+)"\)')
VERSIONED = re.compile(r'(href="[^"]*_static/)(book\.css|fonts/[^"?]+)(?:\?v=\w+)?"')
NAMED = re.compile(r"[\w./-]+\.(?:css|js|woff2|svg|png|gif|ico)\b")


def choose(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Link the one sheet in place of all that are files of the site, and only the scripts that the page needs."""
    sheets = [sheet for sheet in context["css_files"] if _is_local(sheet)]
    app.builder.nbpress_sheets = [*THEME, *map(_name, sheets)]  # type: ignore[attr-defined]
    context["css_files"] = [sheet for sheet in context["css_files"] if sheet not in sheets]
    context["book_sheet"] = f"_static/{SHEET}?v={_version(app, app.builder.nbpress_sheets)}"  # type: ignore[attr-defined]
    body = context.get("body", "")
    first = fonts.FIRST + fonts.FORMULAS * ('class="katex' in body)
    early = () if app.config.nbpress_draft else first
    context["book_fonts"] = [f"_static/{fonts.FOLDER}/{name}" for name in early]
    context["script_files"] = [one for one in context["script_files"] if _is_needed(one, "sd-tab-set" in body)]


def _is_local(sheet: Any) -> bool:
    return isinstance(sheet, _CascadingStyleSheet) and str(sheet.filename).startswith("_static/")


def _name(sheet: _CascadingStyleSheet) -> str:
    return str(sheet.filename).removeprefix("_static/")


def _is_needed(script: Any, has_tabs: bool) -> bool:
    if not isinstance(script, _JavaScript):
        return True
    if not script.filename:
        return "DOCUMENTATION_OPTIONS" not in script.attributes.get("body", "")
    name = posixpath.basename(str(script.filename))
    return name not in REPLACED and (name != TABS or has_tabs)


def _version(app: Sphinx, sheets: Sequence[str]) -> str:
    """A digest of the sheets as they came, since the rules that are left are known only when all pages are written."""
    known: dict[tuple[str, ...], str] = vars(app.builder).setdefault("nbpress_versions", {})
    if (key := tuple(sheets)) not in known:
        static = Path(app.outdir) / "_static"
        parts = "".join(_file_checksum(static, name) for name in sheets if (static / name).exists())
        known[key] = hashlib.sha256(parts.encode()).hexdigest()[:8]
    return known[key]


def write(app: Sphinx, error: Exception | None) -> None:
    """Put the sheets together; without the rules for what no page has, unless pages are still going to change."""
    sheets: list[str] = getattr(app.builder, "nbpress_sheets", [])
    if error or not sheets:
        return
    static = Path(app.outdir) / "_static"
    if app.config.nbpress_draft:
        sheet = "".join(_sheet(static, name, None) for name in sheets)
    else:
        used = _used_on(Path(app.outdir))
        sheet = fonts.cut("".join(_sheet(static, name, used.names) for name in sheets), static, used.characters)
        _clear(app, static, used.files | {*NAMED.findall(sheet)})
        _link_versions(Path(app.outdir), sheet)
    (static / SHEET).write_text(sheet, encoding="utf-8")


def _link_versions(out: Path, sheet: str) -> None:
    """Let all pages ask for the sheet and the fonts as they are now, which only the last page has decided."""
    versions = {path: version for path, version in VERSION.findall(sheet)}
    versions[SHEET] = hashlib.sha256(sheet.encode()).hexdigest()[:8]

    def versioned(found: re.Match[str]) -> str:
        return f'{found[1]}{found[2]}?v={versions[found[2]]}"' if found[2] in versions else found[0]

    for page in _pages(out):
        head, end, body = page.read_text(encoding="utf-8").partition("</head>")
        new = VERSIONED.sub(versioned, head)
        if new != head:
            page.write_text(new + end + body, encoding="utf-8")


def _pages(out: Path) -> Iterator[Path]:
    """The pages of the site, without those of editions and translations, which are sites in folders of it."""
    others = {site.parent for site in out.rglob(BUILD_INFO)} - {out} | {out / "_static"}
    return (page for page in out.rglob("*.html") if others.isdisjoint(page.parents))


def _clear(app: Sphinx, static: Path, used: set[str]) -> None:
    """Delete what the theme, Sphinx and its extensions have put there, and nobody asks for."""
    own = _own_folders(app)
    for file in sorted(static.rglob("*"), reverse=True):
        path = file.relative_to(static)
        if file.is_dir():
            if not any(file.iterdir()):
                file.rmdir()
        elif path.as_posix() not in used | {LICENCE} and not any((folder / path).exists() for folder in own):
            file.unlink()


def _own_folders(app: Sphinx) -> list[Path]:
    """The folders from which the book itself brings files."""
    folders = [Path(app.confdir) / folder for folder in app.config.html_static_path]
    return [folder for folder in folders if folder.is_relative_to(app.confdir)]


def renew(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """All pages, when the book's style sheets or scripts have changed: each says which version of them it wants."""
    files = sorted(file for folder in _own_folders(app) for file in folder.rglob("*") if file.suffix in (".css", ".js"))
    now = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    before = getattr(env, "nbpress_static", now)
    env.nbpress_static = now  # type: ignore[attr-defined]  # kept with the environment between builds
    return set(env.found_docs) if before != now else set()


class _Used(NamedTuple):
    """What the site's pages and scripts name: classes and ids, and files; and all characters that they have."""

    names: set[str]
    files: set[str]
    characters: set[str]


def _used_on(out: Path) -> _Used:
    names: set[str] = set()
    files: set[str] = {SHEET, TEXT}
    characters: set[str] = set()
    for page in _pages(out):
        text = html.unescape(page.read_text(encoding="utf-8"))
        characters.update(text)
        names.update(*map(str.split, NAMES.findall(text)))
        files.update(LINKED.findall(text))
    for script in (out / "_static").glob("*.js"):
        text = script.read_text(encoding="utf-8") if script.name in files - {TEXT} else ""
        characters.update(text)
        names.update(WORDS.findall(text))
        files.update(path.removeprefix("_static/") for path in NAMED.findall(text))
    return _Used(names, files, characters)


def _sheet(static: Path, name: str, names: set[str] | None) -> str:
    """The rules of a sheet that can be used, and of those that it imports."""
    file, folder = static / name, posixpath.dirname(name)
    if not file.exists():  # Sphinx has warned
        return ""
    rules = tinycss2.parse_stylesheet(file.read_text(encoding="utf-8"), skip_comments=True, skip_whitespace=True)
    imported = [_import(rule) for rule in rules if rule.type == "at-rule" and rule.lower_at_keyword == "import"]
    before = "".join(_sheet(static, posixpath.normpath(posixpath.join(folder, one)), names) for one in imported)
    return before + "".join(_used(rules, names, folder))


def _import(rule: AtRule) -> str:
    return next(_address(token) or str(token.value) for token in rule.prelude if token.type != "whitespace")


def _used(rules: Iterable[Node], names: set[str] | None, folder: str) -> Iterator[str]:
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            selectors = [one for one in _split(rule.prelude) if names is None or _names_of(one) <= names]
            if selectors:
                prelude = ",".join(tinycss2.serialize(one).strip() for one in selectors)
                yield f"{prelude}{{{_content(rule.content, folder)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTED and rule.content is not None:
            inner = "".join(_used(tinycss2.parse_rule_list(rule.content, True, True), names, folder))
            yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}" if inner else ""
        elif rule.type == "at-rule" and rule.lower_at_keyword not in ("charset", "import"):
            content = "" if rule.content is None else f"{{{_content(rule.content, folder)}}}"
            yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{content or ';'}"


def _split(prelude: Sequence[Node]) -> Iterator[list[Node]]:
    """The selectors of a rule."""
    selector: list[Node] = []
    for token in prelude:
        if token == ",":
            yield selector
            selector = []
        else:
            selector.append(token)
    yield selector


def _names_of(selector: Sequence[Node]) -> set[str]:
    """The classes and ids that a page must have for the selector; those in `:not(…)` and the like are not looked at."""
    classes = {after.value for dot, after in pairwise(selector) if dot == "." and after.type == "ident"}
    return classes | {token.value for token in selector if token.type == "hash"}


def _content(tokens: Iterable[Node], folder: str) -> str:
    """Declarations without needless space, their addresses as seen from the folder of the one sheet."""
    text = ""
    for token in tokens:
        if token.type == "whitespace":
            text += "" if text[-1:] in ("", ";", ":", ",") else " "
        elif token.type != "comment":
            address = _address(token)
            is_moved = address and not re.match(r"[a-z]+:|/|#", address)  # relative to the folder
            text += f'url("{posixpath.normpath(posixpath.join(folder, address))}")' if is_moved else token.serialize()
    return text.strip()


def _address(token: Node) -> str:
    if token.type == "function" and token.lower_name == "url":
        return str(token.arguments[0].value)
    return str(token.value) if token.type == "url" else ""


def forget_pictures(app: Sphinx, error: Exception | None) -> None:
    """Delete pictures that no page shows any more; a drawing that has changed has another name."""
    if error or app.builder.format != "html" or app.config.nbpress_draft:
        return
    shown = {name for _, name in app.env.images.values()}
    folder = Path(app.outdir) / app.builder.imagedir
    for picture in folder.glob("*") if shown else ():
        if picture.name not in shown:
            picture.unlink()


def setup(app: Sphinx) -> None:
    """Register the scripts, and what is done before and after pages are written."""
    app.add_config_value("nbpress_draft", False, "", types=[bool])
    for script in SCRIPTS:
        app.add_js_file(script, loading_method="defer")
    app.connect("env-get-updated", renew)
    app.connect("html-page-context", choose, priority=900)  # when all others have added theirs
    app.connect("build-finished", forget_pictures)
    app.connect("build-finished", write, priority=950)  # when the theme has written its colours of code
