"""Numbers of figures and tables from what is numbered on each page, without reading all pages after every edit.

Sphinx walks through every page's nodes, which it must read from the disk. Here each page leaves a skeleton in the
environment when it is read, with nothing but what counts, and Sphinx walks through these.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any, TypeGuard, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector

Skeletons = dict[str, nodes.Element]


class Numbering(TocTreeCollector):
    """Sphinx's collector, which looks at skeletons where it numbers figures."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page."""
        super().clear_doc(app, env, docname)
        skeletons(env).pop(docname, None)

    def merge_other(self, app: Sphinx, env: BuildEnvironment, docnames: Set[str], other: BuildEnvironment) -> None:
        """Take over the pages that another process has read."""
        super().merge_other(app, env, docnames, other)
        skeletons(env).update((name, found) for name, found in skeletons(other).items() if name in docnames)

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Keep the skeleton of a page that was read."""
        super().process_doc(app, doctree)
        skeletons(app.env)[app.env.docname] = nodes.Element("", *_counted(doctree, app.env))

    def assign_section_numbers(self, env: BuildEnvironment) -> list[str]:
        """The pages on which a number has changed; an unnumbered part between two others does not count."""
        return super().assign_section_numbers(cast(BuildEnvironment, _WithOneTable(env)))

    def assign_figure_numbers(self, env: BuildEnvironment) -> list[str]:
        """The pages on which a number has changed."""
        return super().assign_figure_numbers(cast(BuildEnvironment, _WithSkeletons(env)))


class _WithSkeletons:
    """The environment, whose pages are skeletons."""

    def __init__(self, env: BuildEnvironment) -> None:
        self.__dict__["env"] = env

    def __getattr__(self, name: str) -> Any:
        return getattr(self.env, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.env, name, value)

    def get_doctree(self, docname: str) -> nodes.Element:
        return skeletons(self.env)[docname]


class _WithOneTable(_WithSkeletons):
    """The environment, whose pages have one numbered table of contents at most: Sphinx begins each with 1."""

    def get_doctree(self, docname: str) -> nodes.Element:
        tables = list(super().get_doctree(docname).findall(addnodes.toctree))
        numbered = [table for table in tables if table.get("numbered")]
        whole = [table.copy() for table in numbered[:1]]
        for table in whole:
            table["entries"] = [entry for one in numbered for entry in one["entries"]]
        return nodes.Element("", *whole)


def skeletons(env: BuildEnvironment) -> Skeletons:
    """What is numbered, by page."""
    found: Skeletons = env.__dict__.setdefault("nbpress_skeletons", {})
    return found


def _counted(node: nodes.Element, env: BuildEnvironment) -> list[nodes.Element]:
    """The sections, tables of contents and numbered things in `node`, with the words that give them a number."""
    kept: list[nodes.Element] = []
    for child in node.children:
        if not isinstance(child, nodes.Element):
            continue
        inner = _counted(child, env)
        if isinstance(child, nodes.section | addnodes.toctree):
            kept.append(_copy(child, inner))
        elif _is_numbered(child, env):
            kept.append(_copy(child, [*(one.deepcopy() for one in child.children if _is_title(one)), *inner]))
        else:
            kept += inner
    return kept


def _is_title(node: nodes.Node) -> TypeGuard[nodes.Element]:
    """Whether this may be what Sphinx asks for before it numbers the node around it."""
    return isinstance(node, nodes.title | nodes.caption | nodes.literal_block)


def _copy(node: nodes.Element, children: list[nodes.Element]) -> nodes.Element:
    copy = node.copy()
    copy.extend(children)
    return copy


def _is_numbered(node: nodes.Element, env: BuildEnvironment) -> bool:
    """Whether Sphinx gives the node a number: one of most kinds has one only with a title."""
    standard = env.domains.standard_domain
    for domain in env.domains.sorted():
        if domain.get_enumerable_node_type(node) and (domain is not standard or standard.get_numfig_title(node)):
            return True
    return False


def setup(app: Sphinx) -> None:
    """Take the place of Sphinx's collector; fails where Sphinx has none any more."""
    owners = [getattr(listener.handler, "__self__", None) for listener in app.events.listeners["env-get-updated"]]
    [collector] = [owner for owner in owners if type(owner) is TocTreeCollector]
    collector.disable(app)
    app.add_env_collector(Numbering)
