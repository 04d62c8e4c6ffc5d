"""What each data set of the book is, where it is published, and which kind is in force."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Literal

from handson.data.samples import house_prices

__all__ = ["Entry", "entry", "profile"]

S3 = "d2l-data.s3-accelerate.amazonaws.com/"


@dataclass(frozen=True)
class Entry:
    """A data set: its published files and the sample that stands in for them.

    >>> entry("house_prices").sha256["kaggle_house_pred_test.csv"] is None
    True
    """

    name: str
    licence: str
    terms: str  # one line to show before the first download, empty where there are none
    mirrors: tuple[str, ...]  # addresses that the name of a file is appended to, tried in order
    sha256: Mapping[str, str | None]  # file → checksum, None = unknown until it is first computed
    sha1: Mapping[str, str]  # file → checksum as published
    size: int  # bytes of all files together, about
    sample: Callable[..., Any]  # the seeded generator; what it returns depends on the data set
    note: str = ""  # what a user must know when every mirror has failed


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


def profile() -> Literal["real", "sample"]:
    """Return the kind of data in force, from the environment variable HANDSON_DATA.

    It is "sample" where the variable is not set. Raises ValueError for any other value than
    "real" and "sample".

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


ENTRIES: Mapping[str, Entry] = MappingProxyType(
    {
        "house_prices": Entry(
            name="house_prices",
            licence="Kaggle competition rules; compiled by De Cock (2011) for teaching",
            terms="House prices: the rules of Kaggle's competition apply to these files.",
            mirrors=(f"https://{S3}", f"http://{S3}"),
            sha256=MappingProxyType(
                {
                    "kaggle_house_pred_train.csv": None,
                    "kaggle_house_pred_test.csv": None,
                }
            ),
            sha1=MappingProxyType(
                {
                    "kaggle_house_pred_train.csv": "585e9cc93e70b39160e7921475f9bcd7d31219ce",
                    "kaggle_house_pred_test.csv": "fa19780a7b011d9b009e8bff8e99922a8ee2eb90",
                }
            ),
            size=900_000,
            sample=house_prices.draw,
            note="These files are on one host only. The same houses are in scikit-learn's "
            'fetch_openml(name="house_prices"), labelled rows only and in another format, and on '
            "Kaggle as house-prices-advanced-regression-techniques (with an account).",
        ),
    }
)
