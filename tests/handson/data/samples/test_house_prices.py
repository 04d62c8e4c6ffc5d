"""The sample is like the published table, and as hard as its calibration promises.

Expectations come from Kaggle's table of houses in Ames and from the calibration of the sample: they
hold within a tolerance, because numpy does not promise the same stream of draws for ever.
"""

import time

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

import calibration
from handson.data.samples.ames import COLUMNS, SHARES
from handson.data.samples.house_prices import SIZE, TRAIN, draw

SEEDS = [0, 1, 2]

# Kaggle's training table as pandas reads it: all other columns are whole numbers
FLOATS = {"LotFrontage", "MasVnrArea", "GarageYrBlt"}
STRINGS = 43


@pytest.fixture(params=SEEDS, scope="module")
def houses(request):
    return draw(request.param)


@pytest.fixture(scope="module")
def train(houses):
    return houses.iloc[:TRAIN]


def test_has_kaggles_81_columns(houses):
    assert list(houses.columns) == list(COLUMNS)
    assert (len(COLUMNS), COLUMNS[0], COLUMNS[-1]) == (81, "Id", "SalePrice")


def test_dtypes_are_those_of_the_published_file(houses):
    counts = houses.dtypes.astype(str).value_counts()
    assert counts.to_dict() == {"str": STRINGS, "int64": 35, "float64": 3}
    assert set(houses.columns[houses.dtypes == "float64"]) == FLOATS


def test_same_seed_gives_the_same_table():
    first, again = draw(7, 500), draw.__wrapped__(7, 500)
    assert first is not again
    pd.testing.assert_frame_equal(first, again, check_exact=True)


def test_other_seed_gives_other_houses():
    assert not draw(0)["SalePrice"].equals(draw(1)["SalePrice"])


@pytest.mark.parametrize("size", [1, 10, 5000])
def test_size_is_the_number_of_rows(size):
    assert len(draw(0, size)) == size


def test_drawing_takes_at_most_half_a_second():
    start = time.perf_counter()
    draw.__wrapped__(0, SIZE)
    assert time.perf_counter() - start < 0.5


def test_prices_are_like_those_of_ames(train):
    price = train["SalePrice"]
    assert price.mean() == pytest.approx(199_500, rel=0.05)
    assert price.std() == pytest.approx(86_400, rel=0.12)
    assert price.median() == pytest.approx(178_400, rel=0.08)
    assert price.skew() == pytest.approx(2.4, abs=0.5)


def test_logarithm_takes_most_of_the_skew_away(train):
    log_price = np.log(train["SalePrice"])
    assert log_price.std() == pytest.approx(0.363, abs=0.03)
    assert abs(log_price.skew()) < train["SalePrice"].skew() / 2


@pytest.mark.parametrize(("column", "expected"), [("GrLivArea", 0.70), ("OverallQual", 0.68)])
def test_price_goes_with_area_and_quality(train, column, expected):
    assert train[column].corr(train["SalePrice"]) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    ("column", "share"),
    [
        ("PoolQC", 0.995),
        ("MiscFeature", 0.963),
        ("Alley", 0.932),
        ("Fence", 0.804),
        ("FireplaceQu", 0.47),
        ("LotFrontage", 0.17),
        ("GarageYrBlt", 0.055),
        ("BsmtQual", 0.026),
        ("MasVnrArea", 0.006),
    ],
)
def test_values_are_missing_as_often_as_in_ames(houses, column, share):
    spread = 4 * (share * (1 - share) / len(houses)) ** 0.5
    assert houses[column].isna().mean() == pytest.approx(share, abs=spread + 0.01)


def test_no_other_column_misses_more_than_a_few_values(houses):
    gaps = houses.isna().mean()
    often = {"PoolQC", "MiscFeature", "Alley", "Fence", "FireplaceQu", "LotFrontage"}
    assert set(gaps[gaps > 0.1].index) == often
    assert (gaps > 0).sum() == 21


@pytest.mark.parametrize(
    ("gap", "absent"),
    [("GarageYrBlt", "GarageArea"), ("FireplaceQu", "Fireplaces"), ("BsmtQual", "TotalBsmtSF")],
)
def test_gap_says_that_there_is_nothing_to_describe(houses, gap, absent):
    assert (houses[gap].isna() == (houses[absent] == 0)).all()


def test_areas_add_up(houses):
    floors = houses["1stFlrSF"] + houses["2ndFlrSF"] + houses["LowQualFinSF"]
    basement = houses["BsmtFinSF1"] + houses["BsmtFinSF2"] + houses["BsmtUnfSF"]
    assert (houses["GrLivArea"] == floors).all()
    assert (houses["TotalBsmtSF"] == basement).all()


def test_years_are_in_order(houses):
    assert houses["YearBuilt"].between(1880, 2010).all()
    assert (houses["YearRemodAdd"] >= houses["YearBuilt"]).all()
    assert houses["GarageYrBlt"].dropna().between(1880, 2010).all()


@pytest.mark.parametrize("column", SHARES)
def test_shares_add_up_to_one(column):
    assert sum(SHARES[column].values()) == pytest.approx(1, abs=0.0021)


def design(houses):
    """Standardised numbers, one-hot categories with a flag for missing, and the log price."""
    numbers = houses.drop(columns=["Id", "SalePrice"]).select_dtypes("number")
    scaled = (numbers - numbers[:TRAIN].mean()) / numbers[:TRAIN].std().replace(0, 1)
    flags = numbers.isna().astype(float)
    names = pd.get_dummies(houses.select_dtypes("str"), dummy_na=True, dtype=float)
    features = np.hstack([scaled.fillna(0), flags, names])  # (n, d)
    return features - features[:TRAIN].mean(axis=0), np.log(houses["SalePrice"].to_numpy(float))


def ridge_error(features, target, penalty):
    """Root mean squared error on the test rows of the closed-form solution."""
    x, mean = features[:TRAIN], target[:TRAIN].mean()
    gram = x.T @ x + penalty * np.eye(x.shape[1])
    weights = np.linalg.solve(gram, x.T @ (target[:TRAIN] - mean))
    residual = features[TRAIN:] @ weights + mean - target[TRAIN:]
    return np.sqrt(np.mean(residual**2))


def test_constant_error_is_as_calibrated(houses):
    features, target = design(houses)
    assert ridge_error(features, target, 1e12) == pytest.approx(0.367, abs=0.03)


@pytest.mark.parametrize(("penalty", "expected"), [(0.01, 0.129), (10, 0.1278), (100, 0.1349)])
def test_ridge_error_is_as_calibrated(houses, penalty, expected):
    features, target = design(houses)
    assert ridge_error(features, target, penalty) == pytest.approx(expected, abs=0.012)


def network_error(features, target, *, units, dropout, decay):
    """Root mean squared error on the test rows of a network with one hidden layer, trained anew."""
    x = torch.tensor(features, dtype=torch.float32)
    mean = target[:TRAIN].mean()
    y = torch.tensor(target - mean, dtype=torch.float32)[:, None]  # (n, 1)
    with calibration.one_thread(0):
        layers = nn.Linear(x.shape[1], units), nn.ReLU(), nn.Dropout(dropout), nn.Linear(units, 1)
        network = nn.Sequential(*layers)
        optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=decay)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 40)
        for _ in range(40):
            for rows in torch.randperm(TRAIN).split(64):
                optimizer.zero_grad()
                nn.functional.mse_loss(network(x[rows]), y[rows]).backward()
                optimizer.step()
            schedule.step()
    with torch.no_grad():
        return nn.functional.mse_loss(network.eval()(x[TRAIN:]), y[TRAIN:]).sqrt().item()


def test_network_beats_the_linear_model_only_when_regularised(houses):
    features, target = design(houses)
    plain = network_error(features, target, units=64, dropout=0, decay=0)
    regularised = network_error(features, target, units=128, dropout=0.3, decay=3)
    assert regularised < ridge_error(features, target, 10) < plain
