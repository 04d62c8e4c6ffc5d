"""Pictures that notebooks hold: written to files, where Sphinx collects them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from pathlib import Path

from docutils import nodes

SVG = "image/svg+xml"
SUFFIXES = {  # the first that a picture has is taken
    SVG: ".svg",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
}
PDF = "application/pdf"
BEGINS = {  # with which bytes a file of that kind begins
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
    PDF: b"%PDF",
}


def decode(mime: str, data: str) -> bytes:
    """The bytes of a picture as a notebook stores it: SVG as text in outputs, everything else as base64.

    Raises:
        ValueError: it is not base64, or not of that kind.
    """
    if mime == SVG and data.lstrip()[:1] == "<":
        return data.encode()
    try:
        content = base64.b64decode(data)
    except binascii.Error as error:
        raise ValueError(f"the picture is not base64: {error}") from None
    if not content.startswith(BEGINS.get(mime, b"")):
        raise ValueError(f"the picture is not of the type {mime}")
    return content


def store(document: nodes.document, stem: str, mime: str, content: bytes) -> str:
    """Write a picture into the build folder and return its address, relative to the page."""
    env = document.settings.env
    digest = hashlib.sha256(content).hexdigest()[:8]
    name = re.sub(r"[^\w.-]", "-", f"{env.docname}-{stem}-{digest}", flags=re.A)  # TeX reads no others in every place
    path = Path(env.nbsphinx_auxdir) / (name + {**SUFFIXES, PDF: ".pdf"}.get(mime, ""))
    if not path.exists():
        path.write_bytes(content)
    return os.path.relpath(path, Path(env.doc2path(env.docname)).parent).replace(os.sep, "/")


def has_tones(mime: str, content: bytes) -> bool:
    """Whether the tones of a picture mean something, as those of a colour map do: it must not be turned dark."""
    return mime == SVG and b"<image" in content
