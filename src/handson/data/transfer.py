"""One file over HTTP: resumed where it broke off, stopped where it does not end."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import requests
from requests.exceptions import ChunkedEncodingError, ConnectionError, Timeout

from handson import __version__
from handson.data.errors import DataError

__all__ = ["Tick", "transfer"]

Tick: TypeAlias = Callable[[int, int | None], None]  # bytes that are there, and all of them if the server says
TRIES = 4
CHUNK = 1 << 16
WAIT = 10, 60  # seconds: for a connection, for the next bytes
# Some hosts refuse programs that do not say who they are
HEADERS = {"User-Agent": f"handson/{__version__} (teaching; requests)", "Accept-Encoding": "identity"}


def transfer(address: str, part: Path, *, limit: int, tick: Tick = lambda done, total: None) -> None:
    """Download an address into the file `part`, going on from the bytes that are in it.

    A connection that breaks is taken up again, a few times and as long as bytes arrive. Raises
    DataError for more than `limit` bytes, and what `requests` raises for everything else; then
    `part` holds what arrived.
    """
    for attempt in range(TRIES):
        before = _length(part)
        try:
            _go_on(address, part, before, limit, tick)
        except (ChunkedEncodingError, ConnectionError, Timeout):
            if attempt == TRIES - 1 or _length(part) == before:
                raise
        else:
            return


def _go_on(address: str, part: Path, start: int, limit: int, tick: Tick) -> None:
    headers = HEADERS | ({"Range": f"bytes={start}-"} if start else {})
    with requests.get(address, headers=headers, stream=True, timeout=WAIT) as answer:
        if start and answer.status_code == requests.codes.requested_range_not_satisfiable:
            if answer.headers.get("Content-Range") != f"bytes */{start}":  # else everything is there
                part.unlink()
                _go_on(address, part, 0, limit, tick)
            return
        answer.raise_for_status()
        if not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            start = 0
        length = answer.headers.get("Content-Length")
        total = start + int(length) if length else None
        with part.open("ab" if start else "wb") as file:
            for chunk in answer.iter_content(CHUNK):
                start += len(chunk)
                if start > limit:
                    raise DataError(f"{address}: expected at most {limit:,} bytes, found more")
                file.write(chunk)
                tick(start, total)


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0
