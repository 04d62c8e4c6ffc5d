"""The one place that calls Sphinx."""

from __future__ import annotations

import io
import logging
import os
import re
import sys
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ConfigError, ExtensionError, SphinxError
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.build_phase import BuildPhase
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx.util.logging import WarningStreamHandler, pending_warnings

from nbpress.book import Book
from nbpress.errors import BookError, Place, Problem, UsageError
from nbpress.execute import machine
from nbpress.targets.garbage import collected_by_pages

EXTENSION = "nbpress.sphinxext"
SOME = 4  # pages that `write_more` writes at once: less than a second's work


class Collector(WarningStreamHandler):
    """Keeps as problems what passes the filters of Sphinx's own handlers; the extension's put places and words in.

    A `WarningStreamHandler`, since Sphinx holds warnings back from those, and from no others, until all pages are read.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(io.StringIO())  # type: ignore[arg-type]  # Sphinx asks for more than logging does
        self.root = root
        self.setLevel(logging.WARNING)
        handlers = logging.getLogger("sphinx").handlers
        for passed in next(handler for handler in handlers if isinstance(handler, WarningStreamHandler)).filters:
            self.addFilter(passed)
        self.problems: list[Problem] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record."""
        message = logging.LogRecord.getMessage(record)
        place = getattr(record, "place", None)
        location = getattr(record, "location", None)
        if place is None and isinstance(location, str):
            file, _, docstring = location.removeprefix(f"{self.root}/").partition(":docstring of ")
            place = Place(file)
            if docstring:
                message = f"docstring of {docstring.replace(':', ', line ')}: {message}"
        message, _, hint = message.partition("\n\n")[0].partition(
            "\n    "
        )  # docutils appends the source, nbpress a hint
        problem = Problem(message, place, hint)
        if problem not in self.problems:
            self.problems.append(problem)


class Library:
    """While it is entered, the book's own packages can be imported, and are as they are now."""

    def __init__(self, book: Book) -> None:
        self.source = str(book.root / "src")
        self.packages = book.config.execution.track

    def __enter__(self) -> None:
        self.before = frozenset(sys.modules)
        sys.path.insert(0, self.source)

    def __exit__(self, *_: object) -> None:
        sys.path.remove(self.source)
        ModuleAnalyzer.cache.clear()
        for name in sys.modules.keys() - self.before:
            if name.partition(".")[0] in self.packages:
                del sys.modules[name]  # it may have changed when they are read the next time


class Application:
    """Sphinx with one builder, for one build or, where that is of HTML, for many; made by `application`."""

    def __init__(self, app: Sphinx, early: list[Problem], root: Path, library: Library) -> None:
        self.app = app
        self.root = root
        self.library = library
        self.early = early
        self.problems: list[Problem] = []  # what Sphinx warned about the pages as they are now
        self.waiting: set[str] = set()  # documents that `update` left for `write_more`
        self.written: set[str] = set()
        self.collector = Collector(root)
        logging.getLogger("sphinx").addHandler(self.collector)
        app.connect("html-page-context", lambda app, page, *_: self.written.add(page))
        # what was wrong with them may have been mended elsewhere
        app.connect("env-get-outdated", lambda *_: {self._document(problem) for problem in self.problems} - {None})

    def build(self) -> None:
        """Read and write all that changed since the last build of this application or of one before it.

        Where there was something to warn about, or this does not come to its end, the next application reads all pages
        again: it is silent about what it only writes.

        Raises:
            BookError: Sphinx gave up. This application cannot go on.
        """
        with self._collecting(), self.library, collected_by_pages(self.app):
            self.app.build()

    def update(self, first: Set[str]) -> None:
        """Read what changed, and write what depends on it, as far as it is in `first`; the rest waits.

        What is for more than one page, such as the index for the search, stays as `build` left it. Nothing is kept for
        the next application, which thus reads again what this one did.

        Raises:
            BookError: Sphinx gave up. This application cannot go on.
        """
        app, builder = self.app, self.app.builder
        with self._collecting(), self.library:
            app.env._pickled_doctree_cache.clear()  # Sphinx thinks that pages are read only once
            app.env.__dict__.pop("master_doctree", None)
            builder.phase = BuildPhase.READING
            with pending_warnings():
                updated = set(builder.read())
            self.waiting |= updated | set(app.env.check_dependents(app, updated))
            builder.phase = BuildPhase.CONSISTENCY_CHECK
            app.env.check_consistency()
            app.events.emit("write-started", builder)
            builder.prepare_writing(self.waiting)
            self._write(first)

    def write_more(self, first: Set[str]) -> None:
        """Write some of what waits, beginning with what is in `first`."""
        with self._collecting():
            self._write(first if first & self.waiting else set(sorted(self.waiting)[:SOME]))

    def _write(self, wanted: Set[str]) -> None:
        builder = cast(StandaloneHTMLBuilder, self.app.builder)
        builder.images.clear()  # else the pictures of all pages would be copied again
        builder.parallel_ok = False  # a process is not worth its start, and could not say what it has written
        documents = self.waiting & wanted & self.app.env.found_docs
        self.waiting -= wanted
        builder.write_documents(documents)
        builder.copy_image_files()

    @contextmanager
    def _collecting(self) -> Iterator[None]:
        """Bring the list of problems up to date with what was written."""
        self.collector.problems.clear()
        self.written.clear()
        try:
            with _errors():
                yield
        except BaseException:  # what a full disk or Ctrl-C has left must not be read again
            self._forget()
            raise
        kept = [problem for problem in self.problems if self._document(problem) not in {None, *self.written}]
        self.problems = list(dict.fromkeys([*self.early, *kept, *self.collector.problems]))
        if self.problems:
            self._forget()

    @property
    def documents(self) -> frozenset[str]:
        """The names of all documents."""
        return frozenset(self.app.env.found_docs)

    def _document(self, problem: Problem) -> str | None:
        """The document in which the problem is, or which shows the docstring that it is in."""
        file = problem.place.file if problem.place else ""
        page = re.fullmatch(r"(?:notebooks/)?(.*)\.(?:ipynb|md)", file)
        if page:
            return page[1]
        shown = self.app.env.dependencies.items()
        source = str(self.root / file)
        return next((document for document, files in shown if source in map(os.path.normpath, files)), None)

    def _forget(self) -> None:
        (Path(self.app.doctreedir) / "environment.pickle").unlink(missing_ok=True)


@contextmanager
def application(book: Book, builder: str, source: Path, out: Path, **settings: object) -> Iterator[Application]:
    """An application that builds `source` with one of Sphinx's builders into `out`, as often as it is asked to.

    `settings` come before those of the book.

    Raises:
        UsageError: the book's conf.py is wrong.
        BookError: Sphinx cannot begin.
    """
    conf = book.root / "conf" / "sphinx"
    has_conf = (conf / "conf.py").exists()
    overrides = {**settings, **({} if has_conf else {"extensions": EXTENSION})}
    warnings = io.StringIO()
    doctrees = source.parent / f"doctrees-{builder}"
    with patch_docutils(str(conf) if has_conf else None), docutils_namespace():
        with _errors():
            app = Sphinx(
                source,
                conf if has_conf else None,
                out,
                doctrees,
                builder,
                overrides,
                None,
                warnings,
                parallel=machine.processes(),
            )
        early = [Problem(_plain(line)) for line in warnings.getvalue().splitlines() if line.strip()]
        yield Application(app, early, book.root, Library(book))


def run(book: Book, builder: str, source: Path, out: Path, **settings: object) -> frozenset[str]:
    """Build `source` with one of Sphinx's builders into `out`, and with `settings`; the names of all documents.

    Raises:
        BookError: Sphinx gave up, or warned; all warnings are in it. What could be built is in `out` all the same.
    """
    with application(book, builder, source, out, **settings) as made:
        made.build()
        if made.problems:
            raise BookError(made.problems)
        return made.documents


@contextmanager
def _errors() -> Iterator[None]:
    """Sphinx's errors as ours."""
    try:
        yield
    except (ConfigError, ExtensionError) as error:
        raise UsageError(Problem(f"Sphinx: {error}", Place("conf/sphinx/conf.py"))) from error
    except SphinxError as error:
        raise BookError(Problem(f"Sphinx: {error}")) from error


def _plain(line: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", line)
