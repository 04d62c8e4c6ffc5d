"""Where data sets are kept on this machine, and samples as files."""

import functools
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import platformdirs
from filelock import FileLock
from numpy.typing import NDArray

from handson.data.entries import Entry, Fields

__all__ = ["built", "folder", "sample_folder", "stored_sample"]


def folder() -> Path:
    """Return the folder that data are kept in: HANDSON_CACHE, else the user's cache folder.

    >>> folder().is_absolute()
    True
    """
    return Path(os.environ.get("HANDSON_CACHE") or platformdirs.user_cache_dir("handson")).absolute()


@contextmanager
def built(target: Path) -> Iterator[Path | None]:
    """Build a folder so that it is there either whole or not at all, also when two ask for it at once.

    Gives None where it is there already, else an empty folder beside it that takes its place at the
    end; after an error nothing is left.
    """
    if target.exists():
        yield None
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.parent / f".{target.name}.lock"):
        if target.exists():
            yield None
            return
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as made:
            yield Path(made) / "content"
            (Path(made) / "content").replace(target)


def sample_folder(entry: Entry) -> Path:
    """Return the folder of a data set's samples; a change of what draws them changes its name."""
    return folder() / "samples" / f"{entry.name}-{_source_digest()}"


def stored_sample(entry: Entry, split: str, n: int | None, seed: int) -> Fields:
    """Draw a sample of arrays, or read it where the same has been drawn before."""
    target = sample_folder(entry) / f"{split}-{'all' if n is None else n}-{seed}"
    with built(target) as made:
        if made:
            store(entry.sample(split, n, seed), made)
    return {path.stem: np.load(path, allow_pickle=False) for path in sorted(target.glob("*.npy"))}


def store(fields: Fields, target: Path) -> None:
    """Write arrays as .npy, tables as .csv, texts as .txt and lists of them as .json into a new folder."""
    target.mkdir()
    for name, value in fields.items():
        if isinstance(value, np.ndarray):
            _store_array(target / f"{name}.npy", value)
        elif isinstance(value, str):
            (target / f"{name}.txt").write_text(value, encoding="utf-8")
        elif isinstance(value, list):
            (target / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False, indent=0), encoding="utf-8")
        else:
            value.to_csv(target / f"{name}.csv", index=False, na_rep="NA")


def _store_array(path: Path, array: NDArray[np.generic]) -> None:
    np.save(path, array, allow_pickle=False)


@functools.cache
def _source_digest() -> str:
    """Of the source of all samples: they share their drawing."""
    files = sorted(Path(__file__).with_name("samples").glob("*.py"))
    text = b"".join(file.read_bytes() for file in files) + np.__version__.encode()
    return hashlib.sha256(text).hexdigest()[:12]


def remove(path: Path) -> None:
    """Delete a file or a folder with all that is in it, if it is there."""
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
