"""Unpacking archives that strangers packed: nothing outside the folder, no links, no bombs."""

import gzip
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from handson.data.errors import DataError

__all__ = ["unpack"]

MEMBERS = 200_000  # more files than any data set of the book has
CHUNK = 1 << 16
DAMAGE = zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, OSError, NotImplementedError


def unpack(archive: Path, folder: Path, *, limit: int) -> None:
    """Unpack a .zip, .tar, .tar.gz, .tgz or .gz file into a folder that is there.

    Only regular files inside `folder` are written, together at most `limit` bytes. Raises DataError,
    naming archive and member, for anything else and for a damaged archive; what was written until
    then is left to the caller.

    >>> unpack(Path("LICENSE.rar"), Path("."), limit=10)
    Traceback (most recent call last):
    handson.data.errors.DataError: LICENSE.rar: expected a .zip, .tar, .tar.gz, .tgz or .gz file
    """
    left = _Budget(archive.name, limit)
    with _damage_named(archive):
        if archive.name.endswith(".zip"):
            _unpack_zip(archive, folder, left)
        elif archive.name.endswith((".tar", ".tar.gz", ".tgz")):
            _unpack_tar(archive, folder, left)
        elif archive.name.endswith(".gz"):
            with gzip.open(archive) as source:
                left.copy(source, folder / archive.name.removesuffix(".gz"))
        else:
            raise DataError(f"{archive.name}: expected a .zip, .tar, .tar.gz, .tgz or .gz file")


class _Budget:
    """Bytes that may still be written; headers are not believed."""

    def __init__(self, archive: str, limit: int) -> None:
        self.archive, self.limit, self.written, self.members = archive, limit, 0, 0

    def copy(self, source: IO[bytes] | gzip.GzipFile, target: Path) -> None:
        self.members += 1
        if self.members > MEMBERS:
            raise DataError(f"{self.archive}: expected at most {MEMBERS:,} files, found more")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            while chunk := source.read(CHUNK):
                self.written += len(chunk)
                if self.written > self.limit:
                    raise DataError(
                        f"{self.archive}: expected at most {self.limit:,} bytes when unpacked, found more "
                        f"(in {target.name})"
                    )
                file.write(chunk)


def _unpack_zip(archive: Path, folder: Path, left: _Budget) -> None:
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            target = _target(archive, folder, member.filename)
            kind = stat.S_IFMT(member.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise DataError(f"{archive.name}: expected regular files, found {member.filename!r}, a link or device")
            if not member.is_dir():
                with packed.open(member) as source:
                    left.copy(source, target)


def _unpack_tar(archive: Path, folder: Path, left: _Budget) -> None:
    with tarfile.open(archive) as packed:
        for member in packed:
            target = _target(archive, folder, member.name)
            if not (member.isreg() or member.isdir()):
                raise DataError(f"{archive.name}: expected regular files, found {member.name!r}, a link or device")
            source = packed.extractfile(member) if member.isreg() else None
            if source:
                left.copy(source, target)


def _target(archive: Path, folder: Path, name: str) -> Path:
    """Where a member goes; refused unless that is inside the folder on every system."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise DataError(f"{archive.name}: expected names inside the archive's folder, found {name!r}")
    return folder / path


@contextmanager
def _damage_named(archive: Path) -> Iterator[None]:
    try:
        yield
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        EOFError,
        zlib.error,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{archive.name}: expected an archive that can be read, found: {error}") from error
