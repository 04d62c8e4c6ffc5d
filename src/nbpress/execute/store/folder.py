"""Where finished runs are kept: what every store can do, and the one in a folder of this machine."""

from __future__ import annotations

import errno
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from nbpress.execute.run import Entry, Last, Run
from nbpress.execute.store import layout

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK = ".lock"
PATIENCE = 60  # seconds to wait for the lock; it is held for milliseconds
REFRESHED = 24 * 60 * 60  # seconds after which the time of a run that is in use is set anew

T = TypeVar("T")
Tell = Callable[[str], None]  # given a sentence for the reader of the terminal
Decode = Callable[[bytes], T]  # raises ValueError for what is damaged


class Store(Protocol):
    """Keeps finished runs. What cannot be read is as good as absent."""

    def prefetch(self, keys: Iterable[str]) -> None:
        """Get ready to be asked for the entries of many keys."""

    def entries(self, key: str) -> Iterable[Entry]:
        """The finished runs under a static key, newest first; to be read only until one is found that fits."""

    def has(self, digest: str) -> bool:
        """Whether the run of an entry is there to be loaded."""

    def files(self, key: str, digest: str) -> list[Path]:
        """The files of this machine that hold the entries under `key`, and the run of one of them."""

    def load(self, digest: str) -> Run | None:
        """The run of an entry, if it is there and undamaged."""

    def last(self, name: str) -> Last | None:
        """The last finished run of the page called `name`, whatever has changed since."""

    def put(self, key: str, name: str, last: Last, run: Run) -> Last:
        """Store a finished run of the page `name`; returns `last` with the digest that names the run."""


class FolderStore:
    """A store in a folder, for many processes at once.

    Who writes holds a lock; who reads needs none, because files are replaced in one step. They are not forced to the
    disk: what a power cut destroys is noticed by its digest and costs a run. The time of a run's file says when it was
    last used.
    """

    def __init__(self, folder: Path, tell: Tell) -> None:
        self.folder = folder
        self._tell = tell
        self._told: set[Path] = set()

    def prefetch(self, keys: Iterable[str]) -> None:
        """Nothing to do: all is here."""

    def entries(self, key: str) -> tuple[Entry, ...]:
        """The finished runs under a static key, newest first."""
        return self.read(layout.place(layout.MANIFESTS, key), layout.entries_in) or ()

    def has(self, digest: str) -> bool:
        """Whether the file of a run is there, and undamaged. This counts as a use of the run."""
        name = layout.place(layout.RUNS, digest)
        if self.read(name, partial(layout.checked, digest=digest)) is None:
            return False
        with suppress(OSError):  # another user's file, or a read-only disk: then it is evicted a little early
            file = self.folder / name
            if abs(time.time() - file.stat().st_mtime) > REFRESHED:
                os.utime(file)
        return True

    def files(self, key: str, digest: str) -> list[Path]:
        """The files of the entries under `key` and of one run."""
        return [self.folder / layout.place(layout.MANIFESTS, key), self.folder / layout.place(layout.RUNS, digest)]

    def load(self, digest: str) -> Run | None:
        """The run named `digest`; None if its file is absent or damaged."""
        return self.read(layout.place(layout.RUNS, digest), partial(layout.run_in, digest=digest))

    def last(self, name: str) -> Last | None:
        """The last finished run of the page called `name`."""
        return self.read(layout.page_place(name), layout.last_in)

    def put(self, key: str, name: str, last: Last, run: Run) -> Last:
        """Store a finished run; raises OSError, with the name of a file, if that is impossible."""
        with self.locked():
            last = layout.with_digest(last, self.keep(run))
            self.enlist(key, last.entry)
            self.write(layout.page_place(name), layout.sealed(last))
        return last

    def keep(self, run: Run) -> str:
        """Store only the outputs; returns the digest that names them."""
        digest, content = layout.digest_of(run)
        with self.locked():
            self.write(layout.place(layout.RUNS, digest), content)
        return digest

    def enlist(self, key: str, entry: Entry) -> None:
        """Make `entry` the newest under a static key."""
        with self.locked():
            entries = layout.listed(entry, self.entries(key))
            self.write(layout.place(layout.MANIFESTS, key), layout.sealed(entries))

    def read(self, name: str, decode: Decode[T]) -> T | None:
        """What is in a file of the store; trouble with it is told and is as good as its absence."""
        file = self.folder / name
        try:
            return decode(file.read_bytes())
        except FileNotFoundError:
            return None
        except (ValueError, IsADirectoryError):
            return self._set_aside(file, decode)
        except OSError as error:
            culprit = file if os.access(self.folder, os.X_OK) else self.folder  # one sentence, not one for each page
            self._tell_once(culprit, f"cannot be read ({error.strerror})")
            return None

    def write(self, name: str, content: bytes) -> None:
        """Write to a temporary file beside the final one, then rename: readers see all of it or nothing."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f".new-{secrets.token_hex(8)}")
        try:
            temporary.write_bytes(content)
            os.replace(temporary, file)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep all others from writing. The lock is the kernel's, so it ends with the process that holds it."""
        from filelock import Timeout

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._lock:
                yield
        except Timeout as error:
            message = "Another process does not let go of the lock"
            raise TimeoutError(errno.ETIMEDOUT, message, error.lock_file) from error
        except OSError as error:
            error.filename = error.filename or str(self.folder)  # a full disk does not say where it is
            raise

    @cached_property
    def _lock(self) -> BaseFileLock:
        from filelock import FileLock

        return FileLock(self.folder / LOCK, timeout=PATIENCE, poll_interval=0.01)

    def _set_aside(self, file: Path, decode: Decode[T]) -> T | None:
        """Rename a damaged file, unless another process has written a sound one in the meantime."""
        try:
            with self.locked():
                with suppress(ValueError, IsADirectoryError):
                    return decode(file.read_bytes())
                os.replace(file, file.with_suffix(".damaged"))
            self._tell_once(file, "is damaged and was set aside")
        except FileNotFoundError:
            pass  # another process was faster, and tells it
        except OSError:
            self._tell_once(file, "is damaged")
        return None

    def _tell_once(self, file: Path, what: str) -> None:
        if file not in self._told:
            self._told.add(file)
            self._tell(f"{file} {what}; what it held is computed again.")
