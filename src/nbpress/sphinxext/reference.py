"""The reference of the library: what the docstrings say, with links to the pages that teach it, and back.

Sphinx's autodoc reads the docstrings; what is between single backticks in them is code.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.rst import default_role

from nbpress.notebook import SAVE

logger = logging.getLogger(__name__)

TAUGHT = re.compile(r"(?<=Taught in:)\s+[\w/-]+(?:,\s+[\w-]+/[\w/-]+)*")
PAGE = re.compile(r"[\w/-]+")
IPYTHON = re.compile(r"^([ \t]*)[%!]", re.M)


class saved(nodes.General, nodes.Element):
    """Where the library keeps the definitions of a cell; on paper the mark in the code says enough."""


class ReferenceDirective(SphinxDirective):
    """`:::{reference} handson.training`: the public names of a module, in the order of its source."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """What autodoc makes of the module, or of one that cannot be imported a warning."""
        try:
            importlib.import_module(self.arguments[0])
        except (Exception, SystemExit) as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = "" if last.filename.startswith("<") else f" ({Path(last.filename).name}, line {last.lineno})"
            message = f"{self.arguments[0]} cannot be imported: {type(error).__name__}: {error}{where}"
            logger.warning(message, location=self.get_location(), type="nbpress", subtype="reference")
            self.env.note_reread()
            return []
        text = f".. automodule:: {self.arguments[0]}\n   :members:\n   :member-order: bysource\n"
        token = Token("restructuredtext", "", 0, content=text, map=[self.lineno, self.lineno])
        renderer = self.state._renderer  # type: ignore[attr-defined]  # the state is MyST's
        made = nodes.container("", classes=["reference-entries"])
        with renderer.current_node_context(made), default_role(self.env.docname, "literal"):
            renderer.render_restructuredtext(SyntaxTreeNode([token]).children[0])
        return [made]


class PageRole(SphinxRole):
    """A page of the book by its name, as a link with its title and number."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The link, for `links` to resolve; a page that is not in the book is only named."""
        if self.text not in self.env.found_docs:
            return [nodes.literal(self.text, self.text)], []
        depth = self.env.docname.count("/")
        target = f"{'../' * depth}notebooks/{self.text}.ipynb"
        link = addnodes.pending_xref("", nodes.inline(), refdomain=None, reftype="nbpress", reftarget=target)
        link.update_basic_atts({"refdoc": self.env.docname, "refexplicit": False})
        self.set_source_info(link)
        return [link], []


def link_pages(app: Sphinx, what: str, name: str, documented: Any, options: Any, lines: list[str]) -> None:
    """Make links of the pages after "Taught in:" in a docstring."""

    def roles(found: re.Match[str]) -> str:
        return PAGE.sub(r":nbpress-page:`\g<0>`", found[0])

    lines[:] = TAUGHT.sub(roles, "\n".join(lines)).split("\n")


def as_written(
    app: Sphinx, what: str, name: str, documented: Any, options: Any, signature: str | None, returned: str | None
) -> tuple[str | None, str | None]:
    """Show types and defaults as the source has them: autodoc would spell out every alias, such as `ArrayLike`."""
    function = documented.__dict__.get("__init__") if isinstance(documented, type) else documented
    try:
        source = inspect.getsource(function)  # type: ignore[arg-type]
    except (OSError, TypeError):  # nobody wrote it: the constructor of a dataclass, a constant
        return (signature and signature.replace("<factory>", "..."), returned)
    written: ast.AST = ast.parse(f"if True:\n{textwrap.indent(source, ' ')}").body[0].body[0]  # type: ignore[attr-defined]
    if not (signature and isinstance(written, ast.FunctionDef | ast.AsyncFunctionDef)):
        return (signature, returned)
    places = [*written.args.posonlyargs, *written.args.args]
    if places and places[0].arg in {"self", "cls"}:
        (written.args.posonlyargs or written.args.args).pop(0)
    result = written.returns if function is documented else None
    return (f"({ast.unparse(written.args)})", ast.unparse(result) if result else None)


def skip_alias(app: Sphinx, what: str, name: str, documented: Any, skip: bool, options: Any) -> bool | None:
    """Leave out the fields of a named tuple, of which Python says nothing but their numbers."""
    return True if str(documented.__doc__).startswith("Alias for field number") else None


def saved_in(source: str, document: str) -> Iterator[saved]:
    """A note under a cell whose definitions are marked `#@save`: their names, as links into the reference."""
    names = list(_saved_names(source))
    if names:
        note = nodes.paragraph("", f"{_('In the library:')} ")
        for number, name in enumerate(names):
            code = nodes.literal(name, name)
            link = addnodes.pending_xref("", code, refdomain="py", reftype="obj", reftarget=name, refdoc=document)
            link["refexplicit"] = True
            note += [nodes.Text(", "), link] if number else [link]
        yield saved("", note)


def _saved_names(source: str) -> Iterator[str]:
    if not SAVE.search(source):
        return
    lines = source.splitlines()
    try:
        tree = ast.parse(IPYTHON.sub(r"\1#", source))
    except SyntaxError:  # `check` has said so
        return
    for statement in tree.body:
        first = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", ()))])
        mark = SAVE.fullmatch(lines[first - 2].strip()) if first > 1 else None
        if mark:
            yield f"{mark['target'].strip()}.{_name(statement)}"


def _name(statement: ast.stmt) -> str:
    targets = [*getattr(statement, "targets", ()), getattr(statement, "target", None)]
    return str(getattr(statement, "name", "") or getattr(targets[0], "id", ""))


def visit_saved_html(self: Any, node: saved) -> None:
    """A line of its own."""
    self.body.append(self.starttag(node, "div", CLASS="saved"))


def depart_saved_html(self: Any, node: saved) -> None:
    """Close it."""
    self.body.append("</div>\n")


def skip(self: Any, node: saved) -> None:
    """Leave it out."""
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register autodoc, the directive, and the links both ways."""
    app.setup_extension("sphinx.ext.autodoc")
    app.add_directive("reference", ReferenceDirective)
    app.add_role("nbpress-page", PageRole())
    app.add_node(saved, html=(visit_saved_html, depart_saved_html), latex=(skip, None), text=(skip, None))
    app.connect("autodoc-process-docstring", link_pages)
    app.connect("autodoc-process-signature", as_written)
    app.connect("autodoc-skip-member", skip_alias)
