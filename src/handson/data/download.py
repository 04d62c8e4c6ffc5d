"""The files of a data set on this machine: downloaded and verified, or drawn."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pooch
import requests
from filelock import FileLock
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from handson.data import cache
from handson.data.archives import unpack
from handson.data.catalogue import entry
from handson.data.entries import Entry, File
from handson.data.errors import DataError
from handson.data.profiles import profile
from handson.data.transfer import Tick, transfer

__all__ = ["fetch", "folder_of", "verify"]

EXPANSION = 20  # an archive of text shrinks to a fourth, a bomb to a thousandth
LARGER = 2  # sizes in the registry are rounded


def fetch(name: str) -> Path:
    """Return the folder of a data set's files, after downloading or drawing them if need be.

    With real data these are the published files, each checked against its checksum, archives
    unpacked; mirrors are tried in order, and a download that was interrupted goes on where it broke
    off. With samples it is a folder for each split, and no connection is made. The folder lies in
    the user's cache folder, or in HANDSON_CACHE, and is there either whole or not at all.

    Raises ValueError for an unknown name, and DataError, which names each address that was tried
    and what was expected and found there, if the files cannot be had.

    >>> (fetch("airfoil") / "train-all-0").is_dir() if profile() == "sample" else True
    True

    Taught in: multilayer-perceptrons/house-prices, in miniature.
    """
    one = entry(name)
    return _published(one) if profile() == "real" else _drawn(one)


def folder_of(one: Entry) -> Path:
    """Return where the published files of an entry are, or would be."""
    return cache.folder() / "real" / one.name


def verify(one: Entry) -> list[str]:
    """Return what is wrong with the published files on this machine, a line for each, in words."""
    folder = folder_of(one)
    return [problem for file in _fetched(one, folder) if (problem := _mistake(file, folder / file.name))]


def _fetched(one: Entry, folder: Path) -> tuple[File, ...]:
    """The files that were fetched, which may be the alternatives."""
    there = [group for group in (one.files, one.alternatives) if any((folder / file.name).exists() for file in group)]
    return there[0] if there else one.files


def _drawn(one: Entry) -> Path:
    folder = cache.sample_folder(one)
    for split in one.splits:
        with cache.built(folder / f"{split}-all-0") as made:
            if made:
                cache.store(one.sample(split, None, 0), made)
    return folder


def _published(one: Entry) -> Path:
    folder = folder_of(one)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f".{one.name}.lock"):
        if not folder.exists():
            staging = folder.with_name(f".{one.name}.part")  # stays after an interruption, to go on from
            staging.mkdir(exist_ok=True)
            try:
                _fill(one, staging)
                staging.replace(folder)
            except Exception:
                cache.remove(staging)
                raise
    return folder


def _fill(one: Entry, folder: Path) -> None:
    if one.terms:
        print(one.terms, file=sys.stderr)
    tried: list[str] = []
    for group in filter(None, (one.files, one.alternatives)):
        if all(_download(one, file, folder, tried) for file in group):
            break
    else:
        raise DataError(_failure(one, tried))
    for file in group:
        if file.unpack:
            unpack(folder / file.name, folder, limit=EXPANSION * _limit(one, file))


def _download(one: Entry, file: File, folder: Path, tried: list[str]) -> bool:
    """Whether a file could be had; what went wrong is added to `tried`."""
    for address in one.addresses(file):
        for resumed in (_part(folder, file).exists(), False):
            try:
                _retrieve(one, file, address, folder)
                return True
            except _Mismatch as mismatch:
                problem = str(mismatch)
                if resumed:  # it may be the bytes of another mirror that were wrong
                    continue
            except (requests.RequestException, DataError, OSError) as error:
                problem = _reason(error)
            tried.append(f"{file.name} from {address}: {problem}")
            break
    return False


class _Mismatch(Exception):
    """A file arrived whole, and is not the one that was published."""


def _retrieve(one: Entry, file: File, address: str, folder: Path) -> None:
    """Download a file through pooch, which checks it and puts it in its place in one step."""

    def resumable(address: str, output_file: str, _: object) -> None:
        part = _part(folder, file)
        with _progress(file.name) as tick:
            transfer(address, part, limit=_limit(one, file), tick=tick)
        if problem := _mistake(file, part):
            part.unlink()
            raise _Mismatch(problem)
        part.replace(output_file)

    pooch.get_logger().setLevel("WARNING")
    pooch.retrieve(address, file.checksum, fname=file.name, path=folder, downloader=resumable)


def _mistake(file: File, path: Path) -> str:
    """What is wrong with a file, or nothing."""
    if not path.exists():
        return f"{file.name}: expected the file, found nothing"
    if file.size is not None and path.stat().st_size != file.size:
        return f"{file.name}: expected {file.size:,} bytes, found {path.stat().st_size:,}"
    algorithm, _, expected = (file.checksum or "sha256:").partition(":")
    found = pooch.file_hash(str(path), alg=algorithm)
    return "" if found == expected else f"{file.name}: expected {algorithm} {expected or 'unknown'}, found {found}"


def _part(folder: Path, file: File) -> Path:
    return folder / f"{file.name}.part"


def _limit(one: Entry, file: File) -> int:
    return file.size or LARGER * one.size


def _reason(error: Exception) -> str:
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answers {response.status_code} {response.reason}"
    return f"{type(error).__name__}: {error}"


def _failure(one: Entry, tried: list[str]) -> str:
    lines = [f"{one.name}: the published files could not be had.", *(f"  {line}" for line in tried)]
    if one.note:
        lines.append(one.note)
    return "\n".join([*lines, "To go on without them, use the generated sample: set HANDSON_DATA=sample."])


@contextmanager
def _progress(name: str) -> Iterator[Tick]:
    """A bar on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield partial(_tick, bar, task)


def _tick(bar: Progress, task: object, done: int, total: int | None) -> None:
    bar.update(task, completed=done, total=total)  # type: ignore[arg-type]  # rich's TaskID is an int
