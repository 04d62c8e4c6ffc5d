"""Pages are read and written by several processes, where there are enough of them, and a few pages at a time.

Sphinx would start a process for a single page as well, and keep so many pages in memory that they are most of what is
there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Set

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.util.build_phase import BuildPhase
from sphinx.util.parallel import ParallelTasks

CHUNK = 8  # pages: a process takes less time to be started than they take


class Site(StandaloneHTMLBuilder):
    """Sphinx's builder of web sites: here pages get their references, in other processes they become HTML."""

    def write_documents(self, docnames: Set[str]) -> None:
        """Write pages; the first of them here, since all others find the templates ready then."""
        names = sorted(docnames)
        others = names[1:] if self.parallel_ok and len(names) > CHUNK else []
        self._write_serial(names[: len(names) - len(others)])
        running: deque[ParallelTasks] = deque()
        spare = self._app.parallel - 1
        mine = 1 if spare == 1 else 0  # pages of each chunk, since a page takes longer to be written than resolved
        try:
            for start in range(0, len(others), CHUNK):
                resolved = [self._resolved(name) for name in others[start : start + CHUNK]]
                if len(running) == spare:  # else trees would queue up
                    running.popleft().join()
                running.append(ParallelTasks(1))
                running[-1].add_task(self._write_resolved, resolved[mine:])
                self._write_resolved(resolved[:mine])
            while running:
                running.popleft().join()
        finally:
            for tasks in running:
                tasks.terminate()

    def _resolved(self, name: str) -> tuple[str, nodes.document]:
        self.phase = BuildPhase.RESOLVING
        doctree = self.env.get_and_resolve_doctree(name, self, tags=self.tags)
        self.write_doc_serialized(name, doctree)
        return name, doctree

    def _write_resolved(self, pages: list[tuple[str, nodes.document]]) -> None:
        self.phase = BuildPhase.WRITING
        for name, doctree in pages:
            self.write_doc(name, doctree)


def read_few_alone(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Keep Sphinx from starting processes for a handful of pages; it asks right after this."""
    if len(docnames) <= CHUNK:
        app.nbpress_parallel, app.parallel = app.parallel, 1  # type: ignore[attr-defined]


def write_together(app: Sphinx, env: BuildEnvironment) -> None:
    """Let processes be started again, since a handful of pages may change what is on all others."""
    app.parallel = vars(app).pop("nbpress_parallel", app.parallel)


def setup(app: Sphinx) -> None:
    """Take the place of Sphinx's builder."""
    app.add_builder(Site, override=True)
    app.connect("env-before-read-docs", read_few_alone)
    app.connect("env-updated", write_together)
