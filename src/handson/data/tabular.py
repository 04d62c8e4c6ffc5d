"""Data sets that are tables."""

from pandas import DataFrame

from handson.data.registry import load

__all__ = ["house_prices"]


def house_prices() -> tuple[DataFrame, DataFrame]:
    """Return the house prices of Ames as published: a training table and a test table.

    Training has 1,460 rows and 81 columns, the last of them `SalePrice` in dollars; test has 1,459
    rows without it. Areas are in square feet. `.attrs["source"]` says which kind of data it is,
    "real" or "sample". Each call returns new tables, free to be changed.

    Raises DataError where the published files are asked for and cannot be had.

    >>> train, test = house_prices()
    >>> train.shape, test.shape
    ((1460, 81), (1459, 80))

    Source: De Cock (2011), Ames, Iowa: Alternative to the Boston Housing Data, Journal of
    Statistics Education 19(3). Taught in: multilayer-perceptrons/house-prices.
    """
    return _table("train"), _table("test")


def _table(split: str) -> DataFrame:
    data = load("house_prices", split)
    table: DataFrame = data["table"].copy()
    table.attrs["source"] = data.source
    return table
