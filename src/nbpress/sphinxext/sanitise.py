"""HTML of authors and of code, without what could act in a reader's browser; what is taken out is a problem."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import nh3
from docutils import nodes
from docutils.parsers.rst import roles
from docutils.parsers.rst.directives.misc import Raw
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from nbpress.sphinxext import drawings
from nbpress.sphinxext.drawings import DRAWING
from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.styles import is_tame, is_tame_sheet

logger = logging.getLogger(__name__)

DRAWN = {  # attributes of drawings
    *("viewBox", "preserveAspectRatio", "xmlns", "version", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r"),
    *("rx", "ry", "dx", "dy", "points", "transform", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width"),
    *("stroke-opacity", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "stroke-miterlimit", "opacity"),
    *("font-family", "font-size", "font-style", "font-weight", "text-anchor", "dominant-baseline", "offset"),
    *("stop-color", "stop-opacity", "gradientUnits", "gradientTransform", "patternUnits", "markerWidth"),
    *("markerHeight", "marker-start", "marker-end", "refX", "refY", "orient", "clip-path", "clip-rule", "mask"),
}
SOUND = {"audio", "video", "source", "track", "picture"}
TAGS = nh3.ALLOWED_TAGS | DRAWING | SOUND | {"style", "tfoot", "section", "main", "address", "label", "input"}
TAGS |= {"font", "big", "progress", "meter", "output", "fieldset", "legend"}
EVERYWHERE = {
    *("id", "class", "style", "title", "lang", "dir", "role", "tabindex", "hidden", "width", "height", "align"),
    *("valign", "border", "cellpadding", "cellspacing", "bgcolor", "color", "open", "name", "value", "datetime"),
}
ATTRIBUTES: Mapping[str, set[str]] = {
    **{name: set(known) for name, known in nh3.ALLOWED_ATTRIBUTES.items()},
    **{name: set(DRAWN) for name in DRAWING},
    "*": EVERYWHERE,
    "svg": {"xlink", *DRAWN},  # the name space that older drawings declare
    "use": {"href", *DRAWN},
    "image": {"href", *DRAWN},
    "a": {"href", "hreflang", "download", "target", "rel"},
    "img": {"src", "alt", "srcset", "sizes", "loading", "decoding"},
    "audio": {"src", "controls", "autoplay", "loop", "muted", "preload"},
    "video": {"src", "controls", "autoplay", "loop", "muted", "preload", "poster", "playsinline"},
    "source": {"src", "srcset", "type", "media"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "input": {"type", "checked", "disabled"},
    "label": {"for"},
    "style": {"scoped", "type", "media"},
    "ol": {"start", "type", "reversed"},
    "li": {"type"},
    "font": {"face", "size"},
    "details": {"open"},
    "progress": {"max"},
    "meter": {"min", "max", "low", "high", "optimum"},
}
PREFIXES = {"data-", "aria-"}
SCHEMES = {"http", "https", "mailto", "tel", "data"}
REMOTE = re.compile(r"(?:^|\s)(?:https?:)?//", re.I)  # an address of another site
ACTIVE = re.compile(r"(javascript|vbscript|data):", re.I)  # an address that a browser does not ask for, but runs
PICTURES = re.compile(r"data:(image|audio|video)/", re.I)  # what an address may hold, and not only name
LETTERS = set("abcdefghijklmnopqrstuvwxyz")

PAGE = {"<html>", "<head>", "<body>"}  # what holds a piece of HTML is that of the page
TAG_NAME = re.compile(r"<([a-zA-Z][^\s/>]*)")
SCHEME = re.compile(r"(?<![a-zA-Z0-9+.-])([a-zA-Z][a-zA-Z0-9+.-]*):")
IGNORED = re.compile(r"[\x00-\x20]")  # by browsers, in addresses

UNSEEN = re.compile(r"<!--.*?-->|<metadata\b.*?</metadata\s*>", re.I | re.S)  # comments, and who made a drawing
TEXT = re.compile(r"<(style|title)\b[^<>]*>(?:[^<]|<(?![a-z/!?]))*(?:</\1\s*>|\Z)", re.I)  # an element of text alone
TAG = re.compile(
    r"</[a-z][^\s<>\"'/=]*\s*>"
    r"|<(?!(?:style|title)\b)[a-z][^\s<>\"'/=]*"
    r"(?:\s+[^\s<>\"'/=]+(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'=<>`]+))?)*\s*/?>",
    re.I,
)
MARKUP = re.compile(r"<[a-z/!?]", re.I)
STYLE = re.compile(r"(?P<start><style\b[^<>]*>)(?P<sheet>.*)(?P<end></style\s*>)", re.I | re.S)
END = re.compile(r"</([a-z][^\s<>\"'/=]*)\s*>", re.I)
EMPTY = re.compile(r"<(img|input)\s*/?>", re.I)  # that show nothing of what they were
KNOWN = {f"<{name.lower()}>" for name in TAGS}
STYLED = {"style", "fill", "stroke", "clip-path", "mask", "marker-start", "marker-end"}  # attributes with styles
EDGE = "<!--edge-->"  # of a piece; its own comments are out of it
AMBIGUOUS = "a < that can be read in two ways (write &lt; in attributes, and end what begins)"
DRAWING_ACTS = "the drawing could act where it is opened by itself, or ask another site; left out is"


class Clean(NamedTuple):
    """A piece of HTML that is safe, and what had to be taken out of it."""

    text: str
    removed: tuple[str, ...]


def clean(text: str, opened: Sequence[str] | None = None, scope: str = "") -> Clean:
    """The HTML without what could act in a browser; its style sheets count only within the selector `scope`.

    `opened` names the elements in which a piece stands that may be the beginning or the end of elements. Where nothing
    has to be taken out it stays as it is, so it must be the same whatever stands before it: see `_is_plain`. HTML that
    is whole (None) may be more than that, and is then what nh3 makes of it.
    """
    text = UNSEEN.sub("", text)
    around = "".join(f"<{name}>" for name in opened or () if name in TAGS - {"style", "title"})
    safe, lost = _judged(around + text)
    if not lost and _is_plain(text):
        return _with_styles(text, (), scope)
    if opened is not None:
        safe, lost = _piece(around, text), lost or (AMBIGUOUS,)
    if not _is_plain(safe):
        return Clean("", (*lost, AMBIGUOUS))
    return _with_styles(EMPTY.sub("", safe) if lost else safe, lost, scope)


def _piece(around: str, text: str) -> str:
    """What nh3 makes of a piece, without the elements in which it stands and the ends that it lacks."""
    parts = PIECE_CLEANER.clean(f"{around}{EDGE}{text}{EDGE}").split(EDGE)
    return parts[1] if len(parts) == 3 else ""  # else it ends within a tag, or a script


def _with_styles(text: str, lost: Sequence[str], scope: str) -> Clean:
    """The HTML with its style sheets within `scope`, without those that are refused and ends of what is not there."""
    refused = []

    def judged(element: re.Match[str]) -> str:
        whole = STYLE.fullmatch(element[0])
        if element[1].lower() != "style":
            return element[0]
        if whole is None or not is_tame_sheet(whole["sheet"]):
            refused.append("<style>")
            return ""
        if not scope:
            return element[0]
        sheet = whole["sheet"].replace(":root", ":scope")  # where libraries keep their variables
        return f"{whole['start']}@scope ({scope}) {{\n{sheet}\n}}{whole['end']}"

    text = END.sub(lambda end: end[0] if f"<{end[1].lower()}>" in PAGE | KNOWN else "", TEXT.sub(judged, text))
    return Clean(text, (*lost, *refused))


def _judged(text: str) -> tuple[str, tuple[str, ...]]:
    """What nh3 leaves of the HTML, and what it takes out."""
    safe = CLEANER.clean(text)
    lost = tuple(_lost(text, safe))
    return safe, lost if lost or safe == _unchanged(text) else ("an element",)


def _is_plain(text: str) -> bool:
    """Whether HTML has the same tags wherever it stands: in an element of text, in a drawing, behind any other piece.

    It has no declarations, every tag ends in it, and no `<` or `>` stands in an attribute or in a style sheet.
    """
    return not MARKUP.search(TAG.sub(" ", TEXT.sub(" ", text)))


def _allowed_value(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute: no link leads to a page that stands in its address, and nothing asks other sites."""
    if (tag in ("image", "use") or name in ("src", "srcset", "poster")) and REMOTE.search(value):
        return None
    if name in STYLED and not is_tame(value):
        return None
    wanted = name in ("href", "src", "poster") and IGNORED.sub("", value).lower().startswith("data:")
    return None if wanted and (tag in ("a", "use") or not PICTURES.match(value.strip())) else value


RULES: dict[str, Any] = {
    "tags": TAGS,
    "clean_content_tags": {"script"},
    "attributes": dict(ATTRIBUTES),
    "generic_attribute_prefixes": PREFIXES,
    "attribute_filter": _allowed_value,
    "url_schemes": SCHEMES,
    "link_rel": None,
}
CLEANER = nh3.Cleaner(**RULES)
PIECE_CLEANER = nh3.Cleaner(**RULES, strip_comments=False)


def _unchanged(text: str) -> str:
    """The HTML as nh3 writes it, with every element, attribute and kind of address that could be in it allowed."""
    plain = IGNORED.sub("", html.unescape(html.unescape(text)))
    tags = TAGS | {"script"} | {name.lower() for name in TAG_NAME.findall(text)} | set(TAG_NAME.findall(text))
    return nh3.clean(
        text,
        tags=tags,
        clean_content_tags=set(),
        attributes=dict(ATTRIBUTES),
        generic_attribute_prefixes=LETTERS,
        url_schemes=SCHEMES | {name.lower() for name in SCHEME.findall(plain)},
        link_rel=None,
    )


class _Parts(HTMLParser):
    """Counts elements and attributes, to say what is missing."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[f"<{tag}>"] += 1
        self.found.update(f"{name} of <{tag}>" for name, _ in attrs)


def _lost(before: str, after: str) -> Iterator[str]:
    lost = _Parts(before).found - _Parts(after).found
    said = PAGE | {name for name in lost if name.startswith("<")}  # so nothing is said of their attributes
    yield from sorted(name for name in lost if name not in PAGE and (name in said or name.split()[-1] not in said))


def sanitised(
    env: BuildEnvironment, text: str, line: int, opened: Sequence[str] | None = None, scope: str = "article"
) -> str:
    """The HTML, whole or a piece in `opened`, as the current page may have it; else there is a problem in `line`."""
    if _trusts(env):
        return text
    cleaned = clean(text, opened, scope)
    if cleaned.removed:
        message = (
            "the HTML holds what could act in a reader's browser, cover the page or ask another site, and is left out: "
        )
        message += ", ".join(cleaned.removed)
        _warn(env, message, (env.docname, line))
    return cleaned.text


def sanitised_drawing(env: BuildEnvironment, content: bytes, line: int) -> bytes:
    """The SVG file as the current page may have it; else there is a problem in `line`."""
    if _trusts(env):
        return content
    cleaned = drawings.clean(content)
    if cleaned.removed:
        _warn(env, f"{DRAWING_ACTS}: {', '.join(cleaned.removed)}", (env.docname, line))
    return cleaned.content


def _trusts(env: BuildEnvironment) -> bool:
    facts: Facts = env.config.nbpress_facts
    return facts.trusts(env.docname)


def _warn(env: BuildEnvironment, message: str, location: Any) -> None:
    hint = f'write it otherwise, or trust the page in conf/book.toml: trusted = ["{env.docname}"]'
    logger.warning(f"{message}\n    {hint}", location=location, type="nbpress", subtype="html")


class SanitisedRaw(Raw):
    """The directive `raw`, whose HTML is no safer than that of a cell."""

    def run(self) -> list[nodes.Node]:
        """Its node, with the HTML sanitised."""
        made = list(super().run())
        env: BuildEnvironment = self.state.document.settings.env
        for node in made:
            _sanitise(env, node, self.lineno)
        return made


def sanitised_role(*arguments: Any, **options: Any) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """The role on which authors build theirs for raw text; what it gives is no safer."""
    made, messages = roles.raw_role(*arguments, **options)
    inliner = arguments[4]
    for node in made:
        _sanitise(inliner.document.settings.env, node, node.line or 0)
    return made, messages


sanitised_role.options = roles.raw_role.options  # type: ignore[attr-defined]


def _sanitise(env: BuildEnvironment, node: nodes.Node, line: int) -> None:
    if isinstance(node, nodes.raw) and "html" in node["format"].split():
        text = sanitised(env, node.astext(), line, ())
        node.rawsource, node.children = text, []
        node += nodes.Text(text)


def look(app: Sphinx, doctree: nodes.document) -> None:
    """Leave out what directives have made of addresses: links that run something, pictures of other sites.

    In a page that is no notebook look at its HTML too, for nobody has yet.
    """
    env = app.env
    if _trusts(env):
        return
    if env.doc2path(env.docname).suffix != ".ipynb":
        for piece in doctree.findall(nodes.raw):
            _sanitise(env, piece, piece.line or 0)
    for link in list(doctree.findall(nodes.reference)):
        if ACTIVE.match(IGNORED.sub("", link.get("refuri", ""))):
            _warn(env, f"the link could act in a reader's browser, and is left out: {link['refuri']}", link)
            link.parent.replace(link, link.children)
    for picture in list(doctree.findall(nodes.image)):
        uri = picture["uri"]
        if REMOTE.match(uri):
            _warn(env, f"the picture would ask another site, and is left out: {uri}", picture)
            picture.replace_self(nodes.inline("", picture.get("alt") or uri))
        elif ACTIVE.match(uri) and not PICTURES.match(uri):
            _warn(env, f"the picture is none, and is left out: {uri[:60]}", picture)
            picture.replace_self(nodes.inline("", picture.get("alt") or ""))
    files: dict[str, type[nodes.Element]] = {"uri": nodes.image, "reftarget": addnodes.download_reference}
    for key, kind in files.items():
        for node in list(doctree.findall(kind)):
            if removed := _active(env, node[key]):
                _warn(env, f"{DRAWING_ACTS}: {', '.join(removed)}: {node[key]}", node)
                node.replace_self(nodes.inline("", node.get("alt") or node.astext() or node[key]))


def _active(env: BuildEnvironment, uri: str) -> tuple[str, ...]:
    """What could act in a drawing that lies in the book's folder."""
    file = Path(env.relfn2path(unquote(uri), env.docname)[1])
    return drawings.clean(file.read_bytes()).removed if file.suffix.lower() == ".svg" and file.is_file() else ()


def setup(app: Sphinx) -> None:
    """Take the place of docutils' directive and role, and look at what is made of others."""
    app.add_directive("raw", SanitisedRaw, override=True)
    app.add_role("raw", sanitised_role, override=True)
    app.connect("doctree-read", look, priority=400)  # before Sphinx collects pictures and downloads: they are copied
