"""The one place that calls Sphinx."""

from __future__ import annotations

import io
import logging
import re
import threading
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ConfigError, ExtensionError, SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx.util.logging import WarningStreamHandler

from nbpress.book import Book
from nbpress.errors import BookError, Place, Problem, UsageError
from nbpress.execute import machine

EXTENSION = "nbpress.sphinxext"


class Collector(WarningStreamHandler):
    """Keeps as problems what passes the filters of Sphinx's own handlers; the extension's put places and words in.

    A `WarningStreamHandler`, since Sphinx holds warnings back from those, and from no others, until all pages are read.
    """

    def __init__(self) -> None:
        super().__init__(io.StringIO())  # type: ignore[arg-type]  # Sphinx asks for more than logging does
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
            place = Place(location)
        message, _, hint = message.partition("\n\n")[0].partition(
            "\n    "
        )  # docutils appends the source, nbpress a hint
        problem = Problem(message, place, hint)
        if problem not in self.problems:
            self.problems.append(problem)


def run(book: Book, builder: str, source: Path, out: Path) -> frozenset[str]:
    """Build `source` with one of Sphinx's builders into `out`; the names of all documents.

    Raises:
        BookError: Sphinx gave up, or warned; all warnings are in it. What could be built is in `out` all the same.
    """
    conf = book.root / "conf" / "sphinx"
    has_conf = (conf / "conf.py").exists()
    overrides = {} if has_conf else {"extensions": EXTENSION}
    warnings = io.StringIO()
    doctrees = source.parent / f"doctrees-{builder}"
    with patch_docutils(str(conf) if has_conf else None), docutils_namespace():
        try:
            app = Sphinx(
                source,
                conf if has_conf else None,
                out,
                doctrees,
                builder,
                overrides,
                None,
                warnings,
                parallel=processes(),
            )
            early = [Problem(_plain(line)) for line in warnings.getvalue().splitlines() if line.strip()]
            collector = Collector()
            logging.getLogger("sphinx").addHandler(collector)
            app.build()
        except (ConfigError, ExtensionError) as error:
            raise UsageError(Problem(f"Sphinx: {error}", Place("conf/sphinx/conf.py"))) from error
        except SphinxError as error:
            _forget(doctrees)
            raise BookError(Problem(f"Sphinx: {error}")) from error
        except BaseException:  # what a full disk or Ctrl-C has left must not be read again
            _forget(doctrees)
            raise
    problems = [*early, *collector.problems]
    if problems:
        _forget(doctrees)
        raise BookError(problems)
    return frozenset(app.env.found_docs)


def processes() -> int:
    """How many processes read and write pages: one a core; they are forked, which threads do not survive."""
    return machine.cores() if threading.active_count() == 1 else 1


def _forget(doctrees: Path) -> None:
    """Have Sphinx read all pages next time: it warns about what it reads, and would be silent about the rest."""
    (doctrees / "environment.pickle").unlink(missing_ok=True)


def _plain(line: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", line)
