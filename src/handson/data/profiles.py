"""Which kind of data is in force: the published files, or samples."""

import os
from typing import Literal, TypeAlias

__all__ = ["Profile", "profile"]

Profile: TypeAlias = Literal["real", "sample"]


def profile() -> Profile:
    """Return the kind of data in force, from the environment variable HANDSON_DATA.

    Who sets the variable first decides: the shell that the page is run from; else `conf/book.toml`,
    whose `[data]` the press puts into the environment of each page; else the page itself, with
    `os.environ.setdefault("HANDSON_DATA", "real")` before it loads anything. Where nobody does, it
    is "sample". Raises ValueError for any other value than "real" and "sample".

    >>> profile() in ("real", "sample")
    True
    """
    match os.environ.get("HANDSON_DATA", "sample"):
        case "real":
            return "real"
        case "sample":
            return "sample"
        case other:
            raise ValueError(f"HANDSON_DATA is {other!r}; set it to 'real' or to 'sample'")
