"""Readers of published tables."""

from pathlib import Path

import numpy as np

from handson.data.entries import Fields

__all__ = ["read_airfoil", "read_house_prices"]


def read_house_prices(folder: Path, split: str) -> Fields:
    """Read `table`, as pandas reads the CSV file, except that "None" is a kind of masonry."""
    import pandas as pd

    empty = {"", "NA"}
    table = pd.read_csv(folder / f"kaggle_house_pred_{split}.csv", keep_default_na=False, na_values=list(empty))
    return {"table": table}


def read_airfoil(folder: Path, split: str) -> Fields:
    """Read `features` (1503, 5) and `level` (1503,), in decibels."""
    rows = np.loadtxt(folder / "airfoil_self_noise.dat", dtype=np.float64)
    return {"features": rows[:, :5], "level": rows[:, 5]}
