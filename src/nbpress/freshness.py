"""Whether a target is already as it should be: told by a stamp that a build without problems has left.

The stamp lists what the build was made of and what it made. A file counts as git's index counts it: one whose size,
times and inode are the same is the same; of another, and of one that is as young as the stamp, the content is compared.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import msgspec

import nbpress
from nbpress import editions, history
from nbpress.book import CHANGELOG, Book
from nbpress.config import variables
from nbpress.execute.distributions import installed

YOUNG = 2_000_000_000  # ns; file systems' clocks are that coarse, so a later change may not show in a file's times
HOLDS = 24 * 60 * 60 * 1_000_000_000  # ns; then the store must hear again that its runs are in use
OLD = ".old"  # a stamp that holds no more, but spares reading what has not changed since
SKIPPED = frozenset({"__pycache__", ".ipynb_checkpoints"})
VARIABLES = (
    *("HOME", "LANG", "LC_ALL", "PATH", "PYTHONPATH", "SOURCE_DATE_EPOCH", "TEXINPUTS", "TEXMFHOME", "TZ"),
    *("NBPRESS_PREVIEW", "NBPRESS_REMOTE", "NBPRESS_STORE", "XDG_CACHE_HOME"),
)


class Content(msgspec.Struct, frozen=True, array_like=True):
    """A file as it was: by the first four it is known at a glance."""

    size: int
    modified: int
    changed: int
    inode: int
    digest: str

    @property
    def youngest(self) -> int:
        """When the file was last written, as far as its times say."""
        return max(self.modified, self.changed)


class Files(msgspec.Struct, frozen=True):
    """Files at one moment; None for those that were not there."""

    taken: int
    contents: dict[str, Content | None]

    @property
    def digests(self) -> dict[str, str | None]:
        """What each file holds."""
        return {path: content.digest if content else None for path, content in self.contents.items()}

    @property
    def is_young(self) -> bool:
        """Whether a file had just been written, so that its looks say nothing."""
        return any(content and content.youngest >= self.taken - YOUNG for content in self.contents.values())


class Stamp(msgspec.Struct, frozen=True):
    """A target that was printed without a problem."""

    made: str  # the file to open
    printed: int
    setting: dict[str, str]
    sources: Files
    others: Files  # what runs have read elsewhere, and where they are stored
    outputs: Files


class Target(NamedTuple):
    """What is printed: a target, of the whole book or of an edition."""

    name: str
    edition: str = ""

    def folder(self, book: Book) -> Path:
        """Where it is printed."""
        return book.build / self.name / self.edition

    def stamp(self, book: Book, suffix: str = ".msgpack") -> Path:
        """The file of its stamp."""
        return book.build / "stamps" / ("-".join(filter(None, self)) + suffix)

    def files(self, book: Book) -> Iterator[str]:
        """What was printed of the whole: editions have stamps of their own, translations and excerpts in PDF none."""
        names = [*editions.defined(book), *book.config.languages[1:]]
        excerpts = [f"{self.folder(book) / book.slug}-"] if self.name == "pdf" else []
        others = (*(f"{self.folder(book) / name}{os.sep}" for name in names), *excerpts)
        return (path for path in _files(self.folder(book)) if not path.startswith(others))


class Before(NamedTuple):
    """All that a build is going to read, as it was before."""

    setting: dict[str, str]
    sources: Files


def made(book: Book, target: Target) -> Path | None:
    """The file to open of a target, if printing it now would change nothing."""
    stamp = _read(target.stamp(book))
    if stamp is None or not 0 <= time.time_ns() - stamp.printed < HOLDS or stamp.setting != setting(book):
        return None
    sources = take(source_files(book), stamp.sources)
    others, outputs = again(stamp.others), again(stamp.outputs)
    pairs = [(sources, stamp.sources), (others, stamp.others), (outputs, stamp.outputs)]
    if any(now.digests != then.digests for now, then in pairs):
        return None
    if any(now.contents != then.contents or then.is_young for now, then in pairs):  # next time a glance is enough
        _write(target.stamp(book), msgspec.structs.replace(stamp, sources=sources, others=others, outputs=outputs))
    return Path(stamp.made)


def look(book: Book, targets: Iterable[Target]) -> Before:
    """The state of everything that a build of these targets is going to read."""
    stamps = [stamp for target in targets if (stamp := _read(target.stamp(book)))]
    last = max(stamps, key=attrgetter("printed"), default=None)
    return Before(setting(book), take(source_files(book), last.sources if last else None))


def forget(book: Book, target: Target) -> None:
    """Withdraw the stamp of a target that is about to be printed.

    Where somebody else has touched what was printed, it is deleted: Sphinx does not see that.
    """
    stamp = _read(target.stamp(book))
    with suppress(FileNotFoundError):
        target.stamp(book).replace(target.stamp(book, OLD))
    if stamp is not None and again(stamp.outputs).digests != stamp.outputs.digests:
        for path in list(target.files(book)):
            Path(path).unlink(missing_ok=True)


def keep(book: Book, target: Target, before: Before, others: Iterable[Path], made: Path) -> None:
    """Leave the stamp of a target that was printed without a problem, from what was there `before`."""
    old = _read(target.stamp(book, OLD))
    outputs = take({*target.files(book), str(made)}, old.outputs if old else None)
    stamp = Stamp(
        str(made),
        time.time_ns(),
        before.setting,
        before.sources,
        take(map(str, others), old.others if old else None),
        outputs,
    )
    _write(target.stamp(book), stamp)


def setting(book: Book) -> dict[str, str]:
    """What is no file: the Python, its packages, and the variables that the book or nbpress itself reads."""
    names = [*VARIABLES, *variables(book.config)]
    return {
        "book": str(book.root),
        "python": f"{sys.executable} {sys.version}",
        "translations": " ".join(name for name in book.config.languages[1:] if (book.build / "html" / name).is_dir()),
        "history": json.dumps(history.of_pages(book)),  # not the last commit, which seldom is one of a page
        "distributions": " ".join(sorted(f"{name}={version}" for name, version in installed().items())),
        **{f"${name}": os.environ[name] for name in names if name in os.environ},
    }


def source_files(book: Book) -> Iterator[str]:
    """The files of the book, and nbpress's own."""
    handbook = book.config.handbook
    folders = ["conf", "notebooks", "src", *([handbook.path] if handbook else [])]
    yield str(book.root / CHANGELOG)
    for folder in (*(book.root / name for name in folders), Path(nbpress.__file__).parent):
        yield from _files(folder)


def take(paths: Iterable[str], known: Files | None = None) -> Files:
    """The files as they are now; only those are read that do not look as they did when they were `known`."""
    taken = time.time_ns()
    old: Mapping[str, Content | None] = known.contents if known else {}
    old_enough = known.taken - YOUNG if known else 0
    return Files(taken, {path: _content(path, old.get(path), old_enough) for path in paths})


def again(known: Files) -> Files:
    """The same files as they are now."""
    return take(known.contents, known)


def _content(path: str, known: Content | None, old_enough: int) -> Content | None:
    try:
        info = os.stat(path)  # noqa: PTH116  (there are thousands, and a Path for each takes longer than this)
        glance = (info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino)
        alike = known is not None and glance == (known.size, known.modified, known.changed, known.inode)
        if known and alike and known.youngest < old_enough:
            return known
        if stat.S_ISDIR(info.st_mode):
            names = sorted(one.name for one in Path(path).iterdir() if one.name not in SKIPPED)
            digest = hashlib.sha256("\n".join(names).encode(errors="surrogateescape")).hexdigest()
        else:
            with Path(path).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    return Content(*glance, digest)


def _files(folder: Path | str) -> Iterator[str]:
    """All files in a folder and below it, but those that only tools write."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name in SKIPPED or entry.name.endswith(".pyc"):
            continue
        if not entry.is_dir():
            yield entry.path
        elif not (entry.is_symlink() and os.path.realpath(folder).startswith(os.path.realpath(entry.path))):
            yield from _files(entry.path)


def _read(file: Path) -> Stamp | None:
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.msgpack.decode(file.read_bytes(), type=Stamp)
    return None


def _write(file: Path, stamp: Stamp) -> None:
    """In one step, since another nbpress may be reading; where that is impossible, the next build is a slow one."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    with suppress(OSError, UnicodeEncodeError):
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.msgpack.encode(stamp))
        os.replace(temporary, file)
