"""A store behind a URL, which many machines share: what one has run, the others need not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from nbpress.errors import Problem, UsageError
from nbpress.execute.run import Entry, Last, Run
from nbpress.execute.store import layout
from nbpress.execute.store.folder import Decode, Tell

CONNECT = 5  # seconds to get a connection
READ = 20  # seconds without a byte

T = TypeVar("T")


class RemoteStore:
    """A store at any URL that fsspec knows; all its files have fixed names, so nothing is ever listed.

    Trouble with it never fails a build: it is told once, and a store that cannot be reached is not asked again. There
    is no lock. When two machines write the same manifest at once the last one wins, which can only lose an entry and
    so cost a run; it can never give a wrong one, because every file is checked against its digest.

    Raises:
        UsageError: the URL is none, or a package is missing for its protocol. For a store that is only read this is
            looked at when it is first asked, since loading these packages takes longer than a build without changes.
    """

    def __init__(self, url: str, writable: bool, tell: Tell) -> None:
        if "://" not in url:
            hint = "For a folder write file:///… with its full path."
            raise UsageError(Problem(f'"{url}" is not the URL of a store.', hint=hint))
        self.url = url.rstrip("/")
        self.writable = writable
        self._tell = tell
        self._told: set[str] = set()
        self._telling = threading.Lock()
        self._reachable = True
        if writable:
            self._check_protocol()

    def entries(self, key: str) -> tuple[Entry, ...]:
        """The finished runs under a static key, newest first."""
        return self._read(layout.place(layout.MANIFESTS, key), layout.entries_in) or ()

    def load(self, digest: str) -> Run | None:
        """The run named `digest`; None if it is absent or damaged."""
        return self._read(layout.place(layout.RUNS, digest), partial(layout.run_in, digest=digest))

    def last(self, name: str) -> Last | None:
        """The last finished run of the page called `name`."""
        return self._read(layout.page_place(name), layout.last_in)

    def put(self, key: str, name: str, last: Last, run: Run) -> None:
        """Store a finished run if the store is writable. The run is there before anything points at it."""
        if not self.writable:
            return
        digest, content = layout.digest_of(run)
        last = layout.with_digest(last, digest)
        files = {
            layout.place(layout.RUNS, digest): content,
            layout.place(layout.MANIFESTS, key): layout.sealed(layout.listed(last.entry, self.entries(key))),
            layout.page_place(name): layout.sealed(last),
        }
        self.writable = self._ask(lambda: self._write(files), "cannot be written") or False

    def _read(self, name: str, decode: Decode[T]) -> T | None:
        content = self._ask(lambda: self._content(name), "does not give all its files")
        try:
            return None if content is None else decode(content)
        except ValueError:
            self._tell_once("holds damaged files", name)
            return None

    def _content(self, name: str) -> bytes | None:
        filesystem, root = self._filesystem
        try:
            content: bytes = filesystem.cat_file(f"{root}/{name}")
        except FileNotFoundError:
            return None
        return content

    def _write(self, files: dict[str, bytes]) -> bool:
        filesystem, root = self._filesystem
        for name, content in files.items():
            path = f"{root}/{name}"
            try:
                filesystem.pipe_file(path, content)
            except FileNotFoundError:  # a file system that has real folders
                filesystem.makedirs(path.rpartition("/")[0], exist_ok=True)
                filesystem.pipe_file(path, content)
        return True

    def _ask(self, question: Callable[[], T], refusal: str) -> T | None:
        """The answer, or None when there is none; an answer that is a refusal says nothing of other files."""
        if not self._reachable:
            return None
        self._check_protocol()
        try:
            return question()
        except Exception as error:  # each protocol raises what its own package does, and none may fail a build
            if isinstance(error, PermissionError | IsADirectoryError | NotADirectoryError) or hasattr(error, "status"):
                self._tell_once(refusal, _reason(error))
            else:
                self._reachable = False
                self._tell_once("cannot be reached", _reason(error))
            return None

    def _tell_once(self, what: str, reason: str) -> None:
        with self._telling:
            if what not in self._told:
                self._told.add(what)
                self._tell(f"the store at {_shown(self.url)} {what} ({reason}); going on without it.")

    def _check_protocol(self) -> None:
        """Load the packages that the URL's protocol needs."""
        try:
            from fsspec import get_filesystem_class

            for protocol in self.url.partition("://")[0].split("::"):
                get_filesystem_class(protocol)
        except ValueError as error:
            message = f"The store at {_shown(self.url)} has a protocol that is not known."
            raise UsageError(Problem(message, hint="s3://, gs://, https:// and file:// are some that are.")) from error
        except ImportError as error:
            missing = error if isinstance(error, ModuleNotFoundError) else error.__cause__
            name = getattr(missing, "name", None)
            hint = f"python -m pip install {name}" if name else str(error)
            raise UsageError(Problem(f"A package is missing for {_shown(self.url)}.", hint=hint)) from error

    @cached_property
    def _filesystem(self) -> tuple[Any, str]:
        """The file system that fsspec has for the URL, and the path of the store in it."""
        from fsspec.core import url_to_fs

        options = {}
        if self.url.startswith(("http://", "https://")):
            from aiohttp import ClientTimeout

            timeout = ClientTimeout(total=None, connect=CONNECT, sock_read=READ)
            options = {"client_kwargs": {"timeout": timeout, "trust_env": True}}  # as curl does with proxies
        filesystem, root = url_to_fs(self.url, **options)
        return filesystem, root.rstrip("/")


def _shown(url: str) -> str:
    """The URL without a password that it may hold."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if parts.password else url


def _reason(error: Exception) -> str:
    if hasattr(error, "status"):
        return f"{error.status} {getattr(error, 'message', '')}".strip()
    if isinstance(error, TimeoutError) and not str(error):
        return "no answer in time"
    return str(error) or type(error).__name__
