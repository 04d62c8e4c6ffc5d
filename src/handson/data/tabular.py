"""Data sets that are tables."""

from pandas import DataFrame

from handson.data.registry import entry, profile
from handson.data.samples.house_prices import TRAIN

__all__ = ["house_prices"]


def house_prices() -> tuple[DataFrame, DataFrame]:
    """Return the house prices of Ames as published: a training table and a test table.

    Training has 1,460 rows and 81 columns, the last of them `SalePrice` in dollars; test has 1,459
    rows without it. Areas are in square feet. `.attrs["source"]` says which kind of data it is,
    "real" or "sample". Each call returns new tables, free to be changed.

    Raises RuntimeError where HANDSON_DATA asks for the real data, which cannot be downloaded yet.

    >>> train, test = house_prices()
    >>> train.shape, test.shape
    ((1460, 81), (1459, 80))

    Source: De Cock (2011), Ames, Iowa: Alternative to the Boston Housing Data, Journal of
    Statistics Education 19(3). Taught in: multilayer-perceptrons/house-prices.
    """
    if profile() == "real":
        raise RuntimeError(
            "house_prices: HANDSON_DATA=real asks for the published files, but this version of "
            "handson cannot download yet; set HANDSON_DATA=sample, or leave it unset, to use the "
            "built-in sample"
        )
    houses: DataFrame = entry("house_prices").sample()
    train = houses.iloc[:TRAIN].copy()
    test = houses.iloc[TRAIN:].drop(columns="SalePrice").reset_index(drop=True)
    for part in (train, test):
        part.attrs["source"] = "sample"
    return train, test
