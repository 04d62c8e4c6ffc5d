"""What was found out once about a text need not be found out again: syntax trees are slow, and pages seldom change."""

from __future__ import annotations

import hashlib
import secrets
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from nbpress import __version__
from nbpress.forks import Fork

T = TypeVar("T")
VERSION = f"{__version__} {sys.version_info.major}.{sys.version_info.minor}"  # syntax trees are those of one Python
MOST = 5_000  # entries; more than a large book has, and what is not used any more must go some day


class Memo:
    """Results of pure functions by the digest of their input, in one file that may vanish at any time.

    `basis` names what else they depend on: versions of packages.
    """

    def __init__(self, file: Path, basis: str = "") -> None:
        self.file = file
        self.basis = basis
        self.known: dict[str, bytes] = {}
        self.used: dict[str, bytes] = {}
        with suppress(OSError, msgspec.DecodeError):
            digest, _, body = file.read_bytes().partition(b"\n")
            if hashlib.sha256(body).hexdigest().encode() == digest:
                self.known = msgspec.msgpack.decode(body, type=dict[str, bytes])

    def get(self, kind: type[T], text: bytes, compute: Callable[[], T]) -> T:
        """`compute()`, or what it returned when the same text was last seen for the same kind of result."""
        key = hashlib.sha256(f"{VERSION} {self.basis} {kind.__name__}\n".encode() + text).hexdigest()
        found = self.used.get(key) or self.known.get(key)
        if found is not None:
            with suppress(msgspec.ValidationError):
                result = msgspec.msgpack.decode(found, type=kind)
                self.used[key] = found
                return result
        result = compute()
        self.used[key] = msgspec.msgpack.encode(result)
        return result

    def fill(self, works: Sequence[Callable[[], object]], processes: int) -> None:
        """Have `works`, which ask this memo, done by several processes, and know all answers afterwards."""
        started = [Fork(partial(self.learned, works[number::processes])) for number in range(processes)]
        for fork in started:
            self.used |= fork.result()

    def learned(self, works: Iterable[Callable[[], object]]) -> dict[str, bytes]:
        """All that is known in this process after `works` were done."""
        for work in works:
            work()
        return self.used

    def save(self) -> None:
        """Write the file if there is anything new; where that fails, the next time is slower, and no more."""
        if self.used.keys() <= self.known.keys():
            return
        kept = self.used if len(self.known) > MOST else {**self.known, **self.used}
        body = msgspec.msgpack.encode(kept)
        temporary = self.file.with_name(f"{self.file.name}.{secrets.token_hex(8)}.new")
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            temporary.replace(self.file)
