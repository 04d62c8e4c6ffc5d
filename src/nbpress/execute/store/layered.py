"""The store that a build uses: a folder of this machine, and behind it a remote store if one is named."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from nbpress.execute.run import Entry, Last, Run
from nbpress.execute.store.folder import FolderStore, Store, Tell
from nbpress.execute.store.remote import RemoteStore

VARIABLE = "NBPRESS_STORE"
REMOTE_VARIABLE = "NBPRESS_REMOTE"
WRITE_VARIABLE = "NBPRESS_REMOTE_WRITE"
YES = frozenset({"1", "true", "yes", "on"})
PARALLEL = 16  # requests at once


class Layered:
    """A local store in front of a remote one, which is asked only for what is not here.

    What is fetched is kept here together with its entry, so it is fetched once.
    """

    def __init__(self, local: FolderStore, remote: RemoteStore) -> None:
        self.local = local
        self.remote = remote
        self._manifests: dict[str, tuple[Entry, ...]] = {}  # of the remote store, by key, as far as it was asked
        self._listed: dict[str, tuple[str, Entry]] = {}  # by run: where the remote store lists it

    def prefetch(self, keys: Iterable[str]) -> None:
        """Ask the remote store for those keys that have no entries here, many at once."""
        missing = [key for key in dict.fromkeys(keys) if not self.local.entries(key)]
        for key in missing[:1]:  # alone, so that an unreachable store is asked once
            self._remote_entries(key)
        with ThreadPoolExecutor(PARALLEL) as pool:
            list(pool.map(self._remote_entries, missing[1:]))

    def entries(self, key: str) -> Iterator[Entry]:
        """Those here, newest first; who reads on asks the remote store."""
        yield from self.local.entries(key)
        yield from self._remote_entries(key)

    def has(self, digest: str) -> bool:
        """Whether the run is here, or can be brought here now: an answer that holds when the network is gone."""
        return self.local.has(digest) or self._fetch(digest) is not None

    def files(self, key: str, digest: str) -> list[Path]:
        """Those of the local store, where what was fetched is kept."""
        return self.local.files(key, digest)

    def load(self, digest: str) -> Run | None:
        """The run named `digest`, from here or from the remote store."""
        return self.local.load(digest) or self._fetch(digest)

    def last(self, name: str) -> Last | None:
        """The last finished run of the page called `name`, as it is known here, or else to the remote store."""
        return self.local.last(name) or self.remote.last(name)

    def put(self, key: str, name: str, last: Last, run: Run) -> Last:
        """Store a finished run here and, if that may be written, in the remote store."""
        stored = self.local.put(key, name, last, run)
        self.remote.put(key, name, last, run)
        return stored

    def _remote_entries(self, key: str) -> tuple[Entry, ...]:
        if key not in self._manifests:
            self._manifests[key] = self.remote.entries(key)
            self._listed.update((entry.run, (key, entry)) for entry in self._manifests[key])
        return self._manifests[key]

    def _fetch(self, digest: str) -> Run | None:
        run = self.remote.load(digest)
        if run is not None:
            with suppress(OSError):  # what cannot be kept is fetched again next time
                self.local.keep(run)
                if digest in self._listed:
                    self.local.enlist(*self._listed[digest])
        return run


def open_store(tell: Tell, remote: str = "") -> Store:
    """The store of this user, with the remote one that `NBPRESS_REMOTE` or else the argument names.

    The environment wins; set to nothing it switches the remote store off. That one is only read unless
    `NBPRESS_REMOTE_WRITE` is 1.
    """
    local = open_folder(tell)
    url = os.environ.get(REMOTE_VARIABLE, remote)
    return Layered(local, RemoteStore(url, os.environ.get(WRITE_VARIABLE, "").lower() in YES, tell)) if url else local


def open_folder(tell: Tell) -> FolderStore:
    """The store of this user on this machine, shared by all checkouts; `NBPRESS_STORE` names another folder."""
    named = os.environ.get(VARIABLE)
    if named:
        return FolderStore(Path(named), tell)
    from platformdirs import user_cache_path

    return FolderStore(user_cache_path("nbpress") / "runs", tell)
