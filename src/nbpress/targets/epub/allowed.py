"""What XHTML knows: elements and attributes that stay, what stands for others, and the spelling of SVG."""

from __future__ import annotations

XHTML = "http://www.w3.org/1999/xhtml"
MATHML = "http://www.w3.org/1998/Math/MathML"
SVG = "http://www.w3.org/2000/svg"
FOREIGN = {"math": MATHML, "svg": SVG}

GONE = {  # with all that is in them
    *("script", "style", "button", "iframe", "object", "embed", "applet", "form", "select", "textarea", "template"),
    *("noscript", "link", "meta", "base", "title", "audio", "video", "canvas", "dialog", "map", "frame", "frameset"),
}
KNOWN = {
    *("a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code"),
    *("col", "colgroup", "data", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure"),
    *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "input", "ins", "kbd", "li", "main"),
    *("mark", "nav", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strong"),
    *("sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "wbr"),
}
INSTEAD = {"tt": "code", "strike": "s", "center": "div", "big": "span", "acronym": "abbr", "dir": "ul"}
ATTRIBUTES = {
    "*": {"class", "title", "lang", "dir"},
    "a": {"href"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "data": {"value"},
    "img": {"src", "alt", "width", "height"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
}
CAPITALS = (  # which an HTML parser makes small
    *("viewBox", "preserveAspectRatio", "linearGradient", "radialGradient", "clipPath", "textPath", "foreignObject"),
    *("gradientUnits", "gradientTransform", "patternUnits", "patternTransform", "spreadMethod", "textLength"),
    *("lengthAdjust", "markerWidth", "markerHeight", "markerUnits", "refX", "refY", "clipPathUnits", "maskUnits"),
    *("startOffset", "stdDeviation", "feGaussianBlur", "feOffset", "feMerge", "feMergeNode", "feBlend", "feFlood"),
)
SPELLED = {name.lower(): name for name in CAPITALS}


def spelled(name: str) -> str:
    """A name of SVG with its capitals."""
    return SPELLED.get(name, name)
