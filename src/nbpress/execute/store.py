"""Where finished runs are kept: one file a run, named by its key."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from nbpress.execute.run import Run

VARIABLE = "NBPRESS_STORE"


class Store(Protocol):
    """Keeps runs under their keys. A run that cannot be read is as good as absent."""

    def get(self, key: str) -> Run | None:
        """The run stored under `key`, if any."""

    def put(self, key: str, run: Run) -> None:
        """Store `run` under `key`; a run already there is replaced in one step."""


@dataclass(frozen=True)
class FolderStore:
    """A store in a folder. The first line of a file is the digest of the rest, so damage is noticed."""

    folder: Path

    def get(self, key: str) -> Run | None:
        """The run stored under `key`; None too if its file is damaged."""
        try:
            digest, _, body = self._path(key).read_bytes().partition(b"\n")
        except OSError:
            return None
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        return msgspec.json.decode(body, type=Run)

    def put(self, key: str, run: Run) -> None:
        """Write to a temporary file beside the final one, then rename: readers see all of it or nothing."""
        body = msgspec.json.encode(run)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def files(self) -> Iterator[Path]:
        """The files of all stored runs."""
        return self.folder.glob("??/*.json")

    def clear(self) -> None:
        """Delete the stored runs, and nothing else that the folder may hold."""
        for file in [*self.files(), *self.folder.glob("??/.new-*")]:
            file.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"


def default() -> FolderStore:
    """The store of this user, shared by all checkouts; `NBPRESS_STORE` names another folder."""
    named = os.environ.get(VARIABLE)
    if named:
        return FolderStore(Path(named))
    from platformdirs import user_cache_path

    return FolderStore(user_cache_path("nbpress") / "runs")
