"""All data sets of the book, one registry entry each."""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from handson.data.catalogue.images import IMAGES
from handson.data.catalogue.tables import TABLES
from handson.data.catalogue.text import TEXT
from handson.data.entries import Entry

__all__ = ["ENTRIES", "entry"]

ENTRIES: Mapping[str, Entry] = MappingProxyType({one.name: one for one in (*TABLES, *IMAGES, *TEXT)})


def entry(name: str) -> Entry:
    """Return the registry's entry of that name.

    Raises ValueError for an unknown name, and says which known one is nearest.

    >>> entry("house_prices").mirrors[0]
    'https://d2l-data.s3-accelerate.amazonaws.com/'
    """
    if name in ENTRIES:
        return ENTRIES[name]
    near = get_close_matches(name, ENTRIES, n=1)
    known = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(ENTRIES)}"
    raise ValueError(f"there is no data set {name!r}; {known}")
