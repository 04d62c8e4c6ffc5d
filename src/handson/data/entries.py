"""What the registry says of a data set: its files, where they are published, and the sample that stands in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

__all__ = ["Entry", "Fields", "File"]

Fields: TypeAlias = dict[str, Any]  # name → array, list of texts, text or table
NOTHING: Mapping[str, Any] = MappingProxyType({})


class File(NamedTuple):
    """A published file. Checksums are as published; None where nobody has published one.

    >>> File("ptb.zip", sha1="319d85e578af0cdc590547f26231e4e31cdf1e42").checksum
    'sha1:319d85e578af0cdc590547f26231e4e31cdf1e42'
    """

    name: str
    size: int | None = None  # bytes, where known exactly
    sha256: str | None = None
    sha1: str | None = None
    md5: str | None = None
    mirrors: tuple[str, ...] = ()  # instead of the entry's; a whole address where it does not end with "/"
    unpack: bool = False  # an archive that is unpacked after the download

    @property
    def checksum(self) -> str | None:
        """The strongest published checksum, as "algorithm:digits"."""
        for kind in ("sha256", "sha1", "md5"):
            if digits := getattr(self, kind):
                return f"{kind}:{digits}"
        return None


@dataclass(frozen=True)
class Entry:
    """A data set: its published files and the sample that stands in for them.

    >>> entry = Entry("dice", "Dice", "CC0", (), 0, lambda split, n, seed: {"eyes": [4]})
    >>> entry.sample("train", 1, 0)
    {'eyes': [4]}
    """

    name: str
    title: str
    licence: str
    files: tuple[File, ...]
    size: int  # bytes of all files together, about
    sample: Callable[[str, int | None, int], Fields]  # split, number of examples or None, seed
    alternatives: tuple[File, ...] = ()  # files that are fetched where those above cannot be had
    read: Callable[[Path, str], Fields] | None = None  # from the folder of the published files; None: not yet
    mirrors: tuple[str, ...] = ()  # addresses that the name of a file is appended to, tried in order
    splits: tuple[str, ...] = ("train", "test")
    slow: bool = False  # the sample takes more than 2 s, and is kept as a file
    terms: str = ""  # one line to show before the first download, empty where there are none
    note: str = ""  # what a user must know when every mirror has failed, and known trouble
    facts: Mapping[str, Any] = field(default_factory=lambda: NOTHING)  # checksums of members, numbers of examples

    @property
    def sha256(self) -> Mapping[str, str | None]:
        """File → checksum, None where it is unknown until it is first computed."""
        return MappingProxyType({file.name: file.sha256 for file in self.files})

    @property
    def sha1(self) -> Mapping[str, str]:
        """File → checksum as published, where there is one."""
        return MappingProxyType({file.name: file.sha1 for file in self.files if file.sha1})

    @property
    def one_host(self) -> bool:
        """Whether some file is published on one host only, and would be lost with it."""
        return any(len({_host(address) for address in self.addresses(file)}) == 1 for file in self.files)

    def addresses(self, file: File) -> tuple[str, ...]:
        """Where a file can be downloaded, in the order in which the places are tried."""
        mirrors = file.mirrors or self.mirrors
        return tuple(address + file.name if address.endswith("/") else address for address in mirrors)


def _host(address: str) -> str:
    return address.split("/")[2]
