"""The one place that calls Sphinx."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ConfigError, ExtensionError, SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx.util.logging import WarningStreamHandler, WarningSuppressor

from nbpress.book import Book
from nbpress.errors import BookError, Place, Problem, UsageError

EXTENSION = "nbpress.sphinxext"


class Collector(WarningStreamHandler):
    """Keeps Sphinx's warnings as problems; the extension's filter has put their places in.

    A `WarningStreamHandler`, since Sphinx holds warnings back from those, and from no others, until all pages are read.
    """

    def __init__(self, app: Sphinx) -> None:
        super().__init__(io.StringIO())  # type: ignore[arg-type]  # Sphinx asks for more than logging does
        self.setLevel(logging.WARNING)
        self.addFilter(WarningSuppressor(app))
        self.problems: list[Problem] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record."""
        message = logging.LogRecord.getMessage(record)
        place = getattr(record, "place", None)
        location = getattr(record, "location", None)
        if place is None and isinstance(location, str):
            place = Place(location)
        problem = Problem(message, place)
        if problem not in self.problems:
            self.problems.append(problem)


class Application:
    """Sphinx with one builder, for one build or for many; made by `application`."""

    def __init__(self, app: Sphinx, early: list[Problem]) -> None:
        self.app = app
        self.early = early
        self.problems: list[Problem] = []  # what is known to be wrong with the pages as they are now
        self.written: set[str] = set()  # the documents that the last build wrote
        self.collector = Collector(app)
        logging.getLogger("sphinx").addHandler(self.collector)
        app.connect("html-page-context", lambda app, page, *_: self.written.add(page))
        app.connect("env-get-outdated", lambda *_: {self._document(problem) for problem in self.problems} - {None})

    def build(self) -> list[Problem]:
        """Read and write what changed since the last build, and pages with problems, which may be mended elsewhere.

        Returns everything that Sphinx warned about the pages as they are now. The next application reads all pages
        again where that is anything, or the build did not come to its end: it is silent about what it only writes.

        Raises:
            BookError: Sphinx gave up. This application cannot go on.
        """
        self.collector.problems.clear()
        self.written.clear()
        self.app.builder.images.clear()  # else the pictures of all earlier builds would be copied again
        self.app.env._pickled_doctree_cache.clear()  # Sphinx thinks that pages are read only once
        self.app.env.__dict__.pop("master_doctree", None)
        try:
            with _errors():
                self.app.build()
        except BaseException:  # what a full disk or Ctrl-C has left must not be read again
            self._forget()
            raise
        kept = [problem for problem in self.problems if self._document(problem) not in {None, *self.written}]
        self.problems = list(dict.fromkeys([*self.early, *kept, *self.collector.problems]))
        if self.problems:
            self._forget()
        return self.problems

    @property
    def documents(self) -> frozenset[str]:
        """The names of all documents."""
        return frozenset(self.app.env.found_docs)

    def _document(self, problem: Problem) -> str | None:
        """The document in which the problem is, if it is in one."""
        file = problem.place.file if problem.place else ""
        page = re.fullmatch(rf"(?:notebooks/|{re.escape(str(self.app.srcdir))}/)?(.*)\.(?:ipynb|md)(?::.*)?", file)
        return page[1] if page else None

    def _forget(self) -> None:
        (Path(self.app.doctreedir) / "environment.pickle").unlink(missing_ok=True)


@contextmanager
def application(book: Book, builder: str, source: Path, out: Path) -> Iterator[Application]:
    """An application that builds `source` with one of Sphinx's builders into `out`, as often as it is asked to.

    Raises:
        UsageError: the book's conf.py is wrong.
        BookError: Sphinx cannot begin.
    """
    conf = book.root / "conf" / "sphinx"
    has_conf = (conf / "conf.py").exists()
    overrides = {} if has_conf else {"extensions": EXTENSION}
    warnings = io.StringIO()
    doctrees = source.parent / f"doctrees-{builder}"
    with patch_docutils(str(conf) if has_conf else None), docutils_namespace():
        with _errors():
            app = Sphinx(source, conf if has_conf else None, out, doctrees, builder, overrides, None, warnings)
        yield Application(app, [Problem(_plain(line)) for line in warnings.getvalue().splitlines() if line.strip()])


def run(book: Book, builder: str, source: Path, out: Path) -> frozenset[str]:
    """Build `source` with one of Sphinx's builders into `out`; the names of all documents.

    Raises:
        BookError: Sphinx gave up, or warned; all warnings are in it. What could be built is in `out` all the same.
    """
    with application(book, builder, source, out) as made:
        problems = made.build()
        documents = made.documents
    if problems:
        raise BookError(problems)
    return documents


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
