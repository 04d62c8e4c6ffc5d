"""The notebooks that readers get of pages: plain Markdown in which every reference has been resolved, and the code.

One with its outputs lies beside each page; all without outputs are a folder of the site, which can be published as it
is, and from which readers run them.
"""

from __future__ import annotations

import base64
import html
import json
import mimetypes
import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _

from nbpress.notebook import dump, split_options
from nbpress.sphinxext.addresses import address
from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.markdown import Piece, pieces
from nbpress.sphinxext.markdown_lines import Target, escaped

SVG = "image/svg+xml"
HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}  # tags of cells whose code a page does not show

Raw = dict[str, Any]


def install(facts: Facts, folder: str = "") -> str:
    """The code that installs the book's library where it is missing, or says how; empty where there is none.

    `folder` is that of the library, as the notebook sees it, where it lies beside it.
    """
    archive = f"{facts.url}/{facts.archive}" if facts.url else folder
    source = facts.launch.get("install") or (archive if facts.library else "")
    command = f'%pip install --quiet "{source}"'
    if not facts.library:
        return command if source else ""
    missing = " or ".join(f'find_spec("{name}") is None' for name in facts.library)
    if source:
        comment = _("What this page imports is installed where it is missing, as in Colab.")
    else:
        comment = _("What this page imports comes with all notebooks.")
        where = _("run pip install . in the folder to which %s unpacks") % facts.archive
        command = f'raise ModuleNotFoundError("{", ".join(facts.library)}: {where}")'
    return f"# {comment}\nfrom importlib.util import find_spec\n\nif {missing}:\n    {command}"


def write(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Write both notebooks of a page."""
    facts: Facts = app.config.nbpress_facts
    if doctree is None or app.config.nbpress_draft or not facts.is_notebook(pagename):
        return
    raw: Raw = json.loads((Path(app.srcdir) / f"{pagename}.ipynb").read_text(encoding="utf-8"))
    target = Target(app.env, pagename, _links(facts, pagename), _pictures(app, facts), facts.macros)
    cells = list(_cells(raw["cells"], pieces(doctree, target)))
    code = next((n for n, cell in enumerate(cells) if cell["cell_type"] == "code"), len(cells))
    cells.append(_markdown("imprint", _imprint(app, facts, pagename)))
    empty = [_empty(cell) for cell in cells]
    above = posixpath.relpath(".", posixpath.dirname(pagename) or ".")
    for made, setup_ in ((cells, install(facts)), (empty, install(facts, above))):
        if setup_ and code < len(made) - 1:
            made.insert(code, _code("install", setup_, {"tags": ["install"]}))
    for file, notebook in (
        (f"{pagename}.ipynb", _notebook(raw, cells)),
        (f"{facts.notebooks}/{pagename}.ipynb", _notebook(raw, empty, widgets=False)),
    ):
        path = Path(app.outdir) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dump(notebook), encoding="utf-8")


def _links(facts: Facts, page: str) -> Callable[[str, str], str]:
    """The address of another page: on the site if that is published, else of its notebook."""

    def link(document: str, anchor: str) -> str:
        if facts.url:
            return f"{address(facts, document)}{f'#{anchor}' if anchor else ''}"
        if facts.is_notebook(document):
            return posixpath.relpath(f"{document}.ipynb", posixpath.dirname(page) or ".")
        return ""

    return link


def _pictures(app: Sphinx, facts: Facts) -> Callable[[str], str]:
    """The address of a picture: on the site if that is published, else the picture itself."""
    files = {quote(name): Path(app.srcdir) / source for source, name in app.builder.images.items()}

    def picture(uri: str) -> str:
        name = posixpath.basename(uri)
        if name not in files:  # on another site
            return uri
        return f"{facts.url}/{app.builder.imagedir}/{name}" if facts.url else _inlined(files[name])

    return picture


def _inlined(file: Path) -> str:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def _cells(raw: Sequence[Raw], made: Sequence[Piece]) -> Iterator[Raw]:
    """The cells of the page, each with the Markdown that was made of it; what code shows has its caption below."""
    texts: dict[tuple[int, bool], list[str]] = defaultdict(list)  # by cell, and whether they are in a solution
    for piece in made:
        if piece.kind in ("text", "caption"):
            texts[piece.cell, piece.folded].append(piece.text)
    folded = {piece.cell for piece in made if piece.folded}
    for number, cell in enumerate(raw, start=1):
        name = cell.get("id") or f"cell-{number}"
        is_code = cell["cell_type"] == "code"
        if is_code:
            yield _computed(cell, name, number in folded)
        for in_solution, suffix in ((False, "-caption" if is_code else ""), (True, "-solution")):
            if texts[number, in_solution]:
                yield _markdown(name + suffix, "\n\n".join(texts[number, in_solution]), hidden=in_solution)
    end = "\n\n".join(piece.text for piece in made if piece.kind == "end")
    if end:
        yield _markdown("references", end)


def _computed(cell: Raw, name: str, in_solution: bool) -> Raw:
    source = cell.get("source", "")
    options, code = split_options(source if isinstance(source, str) else "".join(source))
    tags = cell.get("metadata", {}).get("tags", [])
    metadata: Raw = {"tags": tags} if tags else {}
    if in_solution:
        metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
    elif HIDDEN & {*tags}:
        metadata["jupyter"] = {"source_hidden": True}
    outputs = [_as_image(output, options.get("alt", "")) for output in cell.get("outputs", [])]
    shown = {"outputs": outputs, "execution_count": cell.get("execution_count")}
    return _code(name, code, metadata) | shown


def _as_image(output: Raw, alt: str) -> Raw:
    """An output whose drawing is an image: Jupyter shows no drawings of notebooks that others have run."""
    data = output.get("data", {})
    if SVG not in data or "image/png" in data:
        return output
    drawing = base64.b64encode("".join(data[SVG]).encode()).decode()
    image = f'<img alt="{html.escape(alt)}" src="data:{SVG};base64,{drawing}">'
    others = {kind: content for kind, content in data.items() if kind != SVG}
    return output | {"data": {"text/html": image} | others}


def _code(name: str, source: str, metadata: Raw) -> Raw:
    made = {"cell_type": "code", "id": name[:64], "source": source, "metadata": metadata}
    return {**made, "outputs": [], "execution_count": None}


def _markdown(name: str, source: str, *, hidden: bool = False) -> Raw:
    metadata = {"jupyter": {"source_hidden": True}} if hidden else {}
    return {"cell_type": "markdown", "id": name[:64], "source": source, "metadata": metadata}


def _empty(cell: Raw) -> Raw:
    return cell | {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell


def _imprint(app: Sphinx, facts: Facts, page: str) -> str:
    """Whose text this is; the licence may ask for it."""
    title = escaped(app.env.titles[page].astext())
    named = f"[{title}]({address(facts, page)})" if facts.url else title
    words = _("%(page)s, from *%(book)s* by %(authors)s.") % {
        "page": named,
        "book": escaped(facts.title),
        "authors": escaped(", ".join(facts.authors)),
    }
    return f"---\n\n{words}" + (f" {facts.licence}." if facts.licence else "")


def _notebook(raw: Raw, cells: Sequence[Raw], *, widgets: bool = True) -> Mapping[str, Any]:
    kept = ("kernelspec", "language_info", *(["widgets"] if widgets else []))
    metadata = {key: raw["metadata"][key] for key in kept if key in raw.get("metadata", {})}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


def setup(app: Sphinx) -> None:
    """Register what is written with each page."""
    app.connect("html-page-context", write)
