"""Registry facts of the data sets that are tables."""

from types import MappingProxyType

from handson.data.catalogue.mirrors import D2L
from handson.data.entries import Entry, File
from handson.data.formats.tables import read_airfoil, read_house_prices
from handson.data.samples import airfoil, house_prices

__all__ = ["TABLES"]

TABLES = (
    Entry(
        name="house_prices",
        title="House prices of Ames, Iowa",
        licence="Kaggle competition rules; compiled by De Cock (2011) for teaching",
        terms="House prices: the rules of Kaggle's competition apply to these files.",
        mirrors=D2L,
        files=(
            File("kaggle_house_pred_train.csv", sha1="585e9cc93e70b39160e7921475f9bcd7d31219ce"),
            File("kaggle_house_pred_test.csv", sha1="fa19780a7b011d9b009e8bff8e99922a8ee2eb90"),
        ),
        size=900_000,
        sample=house_prices.draw_split,
        read=read_house_prices,
        note="These files are on one host only. The same houses are in scikit-learn's "
        'fetch_openml(name="house_prices"), labelled rows only and in another format, and on '
        "Kaggle as house-prices-advanced-regression-techniques (with an account).",
    ),
    Entry(
        name="airfoil",
        title="Self-noise of airfoils",
        licence="CC BY 4.0 (UCI; not checked again)",
        files=(
            File(
                "airfoil_self_noise.dat",
                sha256="74c75fd71783f1e6b71f8a622b993dc592897a97cd689c5090a07147a1b097b3",  # from one source only
                mirrors=("https://archive.ics.uci.edu/ml/machine-learning-databases/00291/",),
            ),
        ),
        alternatives=(File("airfoil_self_noise.dat", sha1="76e5be1548fd8222e5074cf0faae75edff8cf93f", mirrors=D2L),),
        size=60_000,
        splits=("train",),
        sample=airfoil.draw,
        read=read_airfoil,
        note="Whether both hosts have the same bytes is not known: each has a checksum of its own.",
        facts=MappingProxyType({"rows and columns": (1_503, 6)}),
    ),
)
