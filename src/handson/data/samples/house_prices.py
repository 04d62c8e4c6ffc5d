"""A calibrated stand-in for the house prices of Ames, Iowa: Kaggle's 81 columns, invented houses.

What nobody sees (a neighbourhood's richness, an owner's wealth) is drawn first; what the columns
say follows from it; the price follows from both, with interactions that a linear model misses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from handson.data.samples.ames import (
    COLUMNS,
    EXTRAS,
    GRADES,
    LOST,
    NEIGHBORHOODS,
    SHARES,
    STYLES,
)

if TYPE_CHECKING:
    from pandas import DataFrame, Series

__all__ = ["SIZE", "TRAIN", "draw", "draw_split"]

TRAIN, SIZE = 1460, 2919  # the first rows are the training part; Kaggle's test part has 1,459

# What a value adds to the logarithm of the price
STEPS: dict[str, dict[str, float]] = {
    "MSZoning": {"RM": -0.10, "C (all)": -0.30, "FV": 0.05},
    "CentralAir": {"N": -0.06},
    "SaleCondition": {"Abnorml": -0.08, "Partial": 0.05, "Family": -0.03},
    "Condition1": {"Artery": -0.05, "Feedr": -0.03, "PosN": 0.04, "PosA": 0.05},
    "Street": {"Grvl": -0.05},
}

Columns = dict[str, NDArray[Any]]  # name → (size,)


@dataclass(frozen=True)
class Hidden:
    """What a house is like, each of shape (size,), before any column describes it."""

    neighborhood: NDArray[Any]  # its name
    richness: NDArray[Any]  # of the neighbourhood, mean about 0, sd about 1
    wealth: NDArray[Any]  # of the owner, likewise
    year: NDArray[Any]  # when it was built
    new: NDArray[Any]  # (year - 1970) / 30
    quality: NDArray[Any]  # 1 … 10
    condition: NDArray[Any]  # 1 … 9


@cache
def draw(seed: int = 0, size: int = SIZE) -> DataFrame:
    """Draw `size` houses with Kaggle's 81 columns, `SalePrice` (dollars) in every row.

    The table is cached and shared: copy it before changing it. Areas are in square feet,
    `LotFrontage` in feet.

    >>> draw(size=3).shape
    (3, 81)
    """
    rng = np.random.default_rng(seed)
    hidden = _hidden(rng, size)
    columns: Columns = {"Id": np.arange(1, size + 1)}
    columns |= _unrelated(rng, size)
    columns |= _described(hidden)
    columns |= _floors(rng, hidden, columns["LowQualFinSF"])
    columns |= _subclass(columns)
    columns |= _lot(rng, hidden)
    columns |= _basement(rng, columns)
    columns |= _rooms(rng, hidden, columns)
    columns |= _garage(rng, hidden, columns)
    columns |= _outside(rng, hidden, columns)
    columns |= _grades(rng, hidden, columns)
    columns["SalePrice"] = _price(rng, hidden, columns)
    lost = {name: rng.random(size) < share for name, share in LOST.items()}
    import pandas as pd  # not before there is a table to draw: other samples do without

    return pd.DataFrame({name: _series(columns[name], lost.get(name)) for name in COLUMNS})


def draw_split(split: str = "train", n: int | None = None, seed: int = 0) -> dict[str, DataFrame]:
    """Return Kaggle's training or test part of the houses as `table`; the test part has no `SalePrice`.

    >>> draw_split("test")["table"].shape
    (1459, 80)
    """
    houses = draw(seed)
    if split == "train":
        return {"table": houses.iloc[:TRAIN][:n].copy()}
    return {"table": houses.iloc[TRAIN:][:n].drop(columns="SalePrice").reset_index(drop=True)}


def _hidden(rng: Generator, size: int) -> Hidden:
    names = list(NEIGHBORHOODS)
    shares, richness, age = np.array(list(NEIGHBORHOODS.values())).T
    place = rng.choice(len(names), size, p=shares / shares.sum())
    rich = richness[place]
    wealth = 0.75 * rich + 0.66 * rng.normal(size=size)
    year = _whole(2006 - 82 * age[place] + 3 * wealth + 9 * rng.normal(size=size), 1880, 2010)
    new = (year - 1970) / 30
    quality = 6.1 + wealth + 0.55 * new + 0.6 * rng.normal(size=size)
    condition = 5.7 - 0.5 * new + 0.9 * rng.normal(size=size)
    return Hidden(
        neighborhood=np.array(names, dtype=object)[place],
        richness=rich,
        wealth=wealth,
        year=year,
        new=new,
        quality=_whole(quality, 1, 10),
        condition=_whole(condition, 1, 9),
    )


def _unrelated(rng: Generator, size: int) -> Columns:
    """Columns that follow from nothing."""
    columns = {name: _pick(rng, shares, size) for name, shares in SHARES.items()}
    for name, (share, mean) in EXTRAS.items():
        area = _whole(mean * np.exp(0.45 * rng.normal(size=size) - 0.1), 1)
        columns[name] = np.where(rng.random(size) < share, area, 0)
    columns["MoSold"] = columns["MoSold"].astype(np.int64)
    columns["YrSold"] = columns["YrSold"].astype(np.int64)
    pool = _pick(rng, {"Ex": 0.4, "Gd": 0.35, "Fa": 0.25}, size)
    columns["PoolQC"] = np.where(columns["PoolArea"] > 0, pool, "NA")
    worth = 50 * _whole(14 * rng.random(size), 1)
    columns["MiscVal"] = np.where(columns["MiscFeature"] == "NA", 0, worth)
    second = _pick(rng, SHARES["Exterior1st"], size)
    columns["Exterior2nd"] = np.where(rng.random(size) < 0.9, columns["Exterior1st"], second)
    return columns


def _described(hidden: Hidden) -> Columns:
    return {
        "Neighborhood": hidden.neighborhood,
        "OverallQual": hidden.quality,
        "OverallCond": hidden.condition,
        "YearBuilt": hidden.year,
    }


def _floors(rng: Generator, hidden: Hidden, low_quality: NDArray[Any]) -> Columns:
    size = len(hidden.year)
    style = _pick(rng, {name: facts[0] for name, facts in STYLES.items()}, size)
    ratio = _look_up(style, {name: facts[1] for name, facts in STYLES.items()})
    mean = 7.0 + 0.2 * hidden.wealth + 0.05 * hidden.new
    first = _whole(np.exp(mean + 0.2 * rng.normal(size=size)), 334)
    second = _whole(first * ratio * np.exp(0.15 * rng.normal(size=size)))
    return {
        "HouseStyle": style,
        "1stFlrSF": first,
        "2ndFlrSF": second,
        "GrLivArea": first + second + low_quality,
    }


def _subclass(columns: Columns) -> Columns:
    """Kaggle's number for the kind of dwelling, which repeats style, age and building type."""
    old = _look_up(columns["HouseStyle"], {name: facts[2] for name, facts in STYLES.items()})
    new = _look_up(columns["HouseStyle"], {name: facts[3] for name, facts in STYLES.items()})
    by_style = np.where(columns["YearBuilt"] < 1946, old, new)
    storeys = np.where(columns["2ndFlrSF"] > 0, 160, 120)
    by_type = _look_up(columns["BldgType"], {"Duplex": 90, "2fmCon": 190})
    by_type = np.where(np.isin(columns["BldgType"], ["Twnhs", "TwnhsE"]), storeys, by_type)
    return {"MSSubClass": np.where(by_type > 0, by_type, by_style).astype(np.int64)}


def _lot(rng: Generator, hidden: Hidden) -> Columns:
    size = len(hidden.year)
    log_area = 9.1 + 0.42 * rng.normal(size=size)
    frontage = 68 * np.exp(0.5 * (log_area - 9.1) + 0.22 * rng.normal(size=size))
    return {
        "LotArea": _whole(np.exp(log_area), 1300),
        "LotFrontage": _whole(frontage, 21).astype(float),
    }


def _basement(rng: Generator, columns: Columns) -> Columns:
    size = len(columns["1stFlrSF"])
    there = rng.random(size) >= 0.026
    noise = np.exp(0.1 * rng.normal(size=size))
    total = np.where(there, _whole(0.93 * columns["1stFlrSF"] * noise, 105), 0)
    finished = columns["BsmtFinType1"] != "Unf"
    again = finished & (columns["BsmtFinType2"] != "Unf")
    first = _whole(total * finished * rng.uniform(0.25, 0.95, size))
    second = _whole((total - first) * again * rng.uniform(0.1, 0.9, size))
    baths = 0.15 + 0.5 * finished + 0.35 * rng.normal(size=size)
    described = ["BsmtCond", "BsmtExposure", "BsmtFinType1", "BsmtFinType2"]
    return {name: np.where(there, columns[name], "NA") for name in described} | {
        "TotalBsmtSF": total,
        "BsmtFinSF1": first,
        "BsmtFinSF2": second,
        "BsmtUnfSF": total - first - second,
        "BsmtFullBath": _whole(there * baths, 0, 2),
        "BsmtHalfBath": _whole(there & (rng.random(size) < 0.06)),
    }


def _rooms(rng: Generator, hidden: Hidden, columns: Columns) -> Columns:
    size = len(hidden.year)
    noise = rng.normal(size=(6, size))
    area = columns["GrLivArea"]
    rooms = _whole(2.0 + area / 340 + 0.7 * noise[0], 2, 14)
    full = 0.55 + area / 1600 + 0.25 * hidden.new + 0.3 * noise[2]
    half = 0.1 + 0.55 * (columns["2ndFlrSF"] > 0) + 0.3 * noise[3]
    return {
        "TotRmsAbvGrd": rooms,
        "BedroomAbvGr": _whole(0.3 + 0.4 * rooms + 0.5 * noise[1], 0, 8),
        "KitchenAbvGr": np.where(columns["BldgType"] == "Duplex", 2, 1),
        "FullBath": _whole(full, 0, 4),
        "HalfBath": _whole(half, 0, 2),
        "Fireplaces": _whole(0.55 + 0.35 * hidden.wealth + 0.6 * noise[4], 0, 4),
    }


def _garage(rng: Generator, hidden: Hidden, columns: Columns) -> Columns:
    size = len(hidden.year)
    wanted = 1.75 + 0.4 * hidden.wealth + 0.3 * hidden.new
    cars = _whole(wanted + 0.55 * rng.normal(size=size), 0, 4)
    there = cars > 0
    area = _whole(cars * 265 * np.exp(0.15 * rng.normal(size=size)))
    later = np.where(rng.random(size) < 0.2, _whole(rng.exponential(15, size)), 0)
    year = np.where(there, np.minimum(hidden.year + later, 2010), np.nan)
    described = ["GarageType", "GarageFinish", "GarageQual", "GarageCond"]
    return {name: np.where(there, columns[name], "NA") for name in described} | {
        "GarageCars": cars,
        "GarageArea": area,
        "GarageYrBlt": year,
    }


def _outside(rng: Generator, hidden: Hidden, columns: Columns) -> Columns:
    size = len(hidden.year)
    veneer = _whole(230 * np.exp(0.6 * rng.normal(size=size)), 1)
    later = _whole(rng.uniform(1950, 2011, size) - 0.5, 1950, 2010)
    changed = (rng.random(size) < 0.5) | (hidden.year < 1950)
    return {
        "MasVnrArea": np.where(columns["MasVnrType"] == "None", 0, veneer).astype(float),
        "YearRemodAdd": np.where(changed, np.maximum(later, hidden.year), hidden.year),
    }


def _grades(rng: Generator, hidden: Hidden, columns: Columns) -> Columns:
    """The five graded qualities; a basement or a fireplace that is not there has no grade."""
    level = 2.4 + 0.35 * hidden.wealth + 0.2 * hidden.new
    names = ["ExterQual", "KitchenQual", "HeatingQC", "BsmtQual", "FireplaceQu"]
    grades = {name: _grade(level + 0.5 * rng.normal(size=len(level))) for name in names}
    grades["BsmtQual"] = np.where(columns["TotalBsmtSF"] > 0, grades["BsmtQual"], "NA")
    grades["FireplaceQu"] = np.where(columns["Fireplaces"] > 0, grades["FireplaceQu"], "NA")
    return grades


def _price(rng: Generator, hidden: Hidden, columns: Columns) -> NDArray[Any]:
    size = len(hidden.year)
    area = np.clip(np.log(columns["GrLivArea"] / 1400), -0.9, 0.8)
    quality = (hidden.quality - 6) / 1.4
    log_price = 12.03 + 0.40 * area + 0.07 * quality + 0.03 * quality * np.abs(quality)
    log_price += 0.07 * hidden.richness + 0.05 * hidden.new + 0.045 * hidden.new**2
    log_price += 0.025 * (hidden.condition - 5) + _small_terms(columns)
    log_price += _interactions(hidden, area, quality)
    log_price += 0.085 * rng.standard_t(5, size) / np.sqrt(5 / 3)
    forced = rng.random(size) < 0.004
    log_price -= forced * rng.uniform(0.5, 1, size)
    return 100 * _whole(np.exp(log_price) / 100)


def _interactions(hidden: Hidden, area: NDArray[Any], quality: NDArray[Any]) -> NDArray[Any]:
    """What no sum of single columns can say: here a network can win."""
    kept = np.tanh(1.5 * (hidden.condition - 5)) * np.clip(-hidden.new, 0, 1.5)
    good_address = np.tanh(4 * (area + 0.1)) * np.tanh(2 * hidden.richness)
    return np.asarray(0.10 * area * np.clip(quality, -1.5, 1.5) + 0.09 * kept + 0.07 * good_address)


def _small_terms(columns: Columns) -> NDArray[Any]:
    graded = sum(_level(columns[name]) for name in ("ExterQual", "KitchenQual", "BsmtQual"))
    terms = (
        0.05 * (columns["TotalBsmtSF"] / 1000 - 1)
        + 0.03 * (columns["BsmtFinSF1"] / 400 - 1)
        + 0.03 * (columns["GarageCars"] - 1.8)
        + 0.06 * (np.log(columns["LotArea"]) - 9.1)
        + 0.02 * (columns["Fireplaces"] - 0.6)
        + 0.012 * (graded - 7)
        + 0.02 * (columns["FullBath"] - 1.6 + columns["BsmtFullBath"] - 0.4)
    )
    terms = terms + sum(_look_up(columns[name], step) for name, step in STEPS.items())
    return np.asarray(terms)


def _level(grades: NDArray[Any]) -> NDArray[Any]:
    return _look_up(grades, {grade: level for level, grade in enumerate(GRADES)})


def _grade(level: NDArray[Any]) -> NDArray[Any]:
    return np.array(GRADES, dtype=object)[_whole(level, 0, len(GRADES) - 1)]


def _whole(values: ArrayLike, low: float = 0, high: float = np.inf) -> NDArray[np.int64]:
    return np.clip(np.rint(values), low, high).astype(np.int64)


def _pick(rng: Generator, shares: Mapping[str, float], size: int) -> NDArray[Any]:
    weights = np.array(list(shares.values()))
    names = np.array(list(shares), dtype=object)
    return names[rng.choice(len(names), size, p=weights / weights.sum())]


def _look_up(values: NDArray[Any], table: Mapping[str, float]) -> NDArray[Any]:
    """The number that `table` has for each value, 0 where it has none."""
    return np.array([table.get(value, 0) for value in values])


def _series(values: NDArray[Any], lost: NDArray[np.bool_] | None) -> Series[Any]:
    """The column as read from the published file: "NA" and what was lost are missing values."""
    import pandas as pd

    series = pd.Series(values, dtype="str" if values.dtype == object else None)
    missing = values == "NA" if values.dtype == object else np.zeros(len(values), dtype=bool)
    return series.mask(missing if lost is None else missing | lost)
