"""The tables behind the sample of house prices: Kaggle's columns, and how common their values are.

Columns and values are those of the data set that De Cock (2011) describes, "Ames, Iowa: Alternative
to the Boston Housing Data", Journal of Statistics Education 19(3). The shares are of its kind but
not counted from it, and how rich and how old each neighbourhood is, is invented.
"""

__all__ = ["COLUMNS", "EXTRAS", "GRADES", "LOST", "NEIGHBORHOODS", "SHARES", "STYLES"]

_PUBLISHED = """
Id MSSubClass MSZoning LotFrontage LotArea Street Alley LotShape LandContour Utilities LotConfig
LandSlope Neighborhood Condition1 Condition2 BldgType HouseStyle OverallQual OverallCond
YearBuilt YearRemodAdd RoofStyle RoofMatl Exterior1st Exterior2nd MasVnrType MasVnrArea
ExterQual ExterCond Foundation BsmtQual BsmtCond BsmtExposure BsmtFinType1 BsmtFinSF1
BsmtFinType2 BsmtFinSF2 BsmtUnfSF TotalBsmtSF Heating HeatingQC CentralAir Electrical 1stFlrSF
2ndFlrSF LowQualFinSF GrLivArea BsmtFullBath BsmtHalfBath FullBath HalfBath BedroomAbvGr
KitchenAbvGr KitchenQual TotRmsAbvGrd Functional Fireplaces FireplaceQu GarageType GarageYrBlt
GarageFinish GarageCars GarageArea GarageQual GarageCond PavedDrive WoodDeckSF OpenPorchSF
EnclosedPorch 3SsnPorch ScreenPorch PoolArea PoolQC Fence MiscFeature MiscVal MoSold YrSold
SaleType SaleCondition SalePrice
"""
COLUMNS = tuple(_PUBLISHED.split())

GRADES = ("Po", "Fa", "TA", "Gd", "Ex")

# name: share of the houses, richness (about normal), age (0 new … 1 old)
NEIGHBORHOODS: dict[str, tuple[float, float, float]] = {
    "NAmes": (0.151, -0.50, 0.57),
    "CollgCr": (0.092, 0.20, 0.08),
    "OldTown": (0.083, -0.45, 0.97),
    "Edwards": (0.067, -0.75, 0.66),
    "Somerst": (0.062, 0.65, 0.03),
    "NridgHt": (0.057, 1.70, 0.04),
    "Gilbert": (0.056, -0.10, 0.10),
    "Sawyer": (0.052, -0.65, 0.52),
    "NWAmes": (0.045, 0.15, 0.40),
    "SawyerW": (0.043, 0.05, 0.22),
    "Mitchel": (0.039, -0.20, 0.31),
    "BrkSide": (0.037, -0.40, 0.93),
    "Crawfor": (0.035, 0.60, 0.76),
    "IDOTRR": (0.032, -1.10, 0.99),
    "Timber": (0.025, 1.20, 0.18),
    "NoRidge": (0.024, 2.10, 0.13),
    "StoneBr": (0.018, 2.00, 0.14),
    "SWISU": (0.016, -0.20, 0.96),
    "ClearCr": (0.015, 0.70, 0.47),
    "MeadowV": (0.013, -1.90, 0.36),
    "BrDale": (0.010, -1.50, 0.38),
    "Blmngtn": (0.010, 0.50, 0.06),
    "Veenker": (0.008, 1.10, 0.34),
    "NPkVill": (0.007, -0.50, 0.35),
    "Blueste": (0.003, -0.60, 0.28),
}

# style: share, size of the second floor relative to the first, Kaggle's class for old and for new
STYLES: dict[str, tuple[float, float, int, int]] = {
    "1Story": (0.504, 0.0, 30, 20),
    "2Story": (0.299, 0.70, 70, 60),
    "1.5Fin": (0.108, 0.45, 50, 50),
    "SLvl": (0.044, 0.0, 80, 80),
    "SFoyer": (0.028, 0.0, 85, 85),
    "2.5Unf": (0.008, 0.75, 75, 75),
    "1.5Unf": (0.006, 0.0, 45, 45),
    "2.5Fin": (0.003, 0.95, 75, 75),
}

# One value a line would make the tables below unreadable.
# fmt: off
# Columns drawn independently of everything else: value → share ("NA" as in the published file).
# A few of them move the price a little (STEPS); the others are there to be useless.
SHARES: dict[str, dict[str, float]] = {
    "MSZoning": {"RL": 0.777, "RM": 0.158, "FV": 0.048, "RH": 0.009, "C (all)": 0.008},
    "Street": {"Pave": 0.996, "Grvl": 0.004},
    "Alley": {"NA": 0.932, "Grvl": 0.041, "Pave": 0.027},
    "LotShape": {"Reg": 0.637, "IR1": 0.332, "IR2": 0.026, "IR3": 0.005},
    "LandContour": {"Lvl": 0.898, "HLS": 0.041, "Bnk": 0.040, "Low": 0.021},
    "Utilities": {"AllPub": 0.999, "NoSeWa": 0.001},
    "LotConfig": {"Inside": 0.731, "Corner": 0.175, "CulDSac": 0.06, "FR2": 0.029, "FR3": 0.005},
    "LandSlope": {"Gtl": 0.952, "Mod": 0.043, "Sev": 0.005},
    "Condition1": {
        "Norm": 0.860, "Feedr": 0.056, "Artery": 0.032, "RRAn": 0.017, "PosN": 0.013, "RRAe": 0.010,
        "PosA": 0.007, "RRNn": 0.003, "RRNe": 0.002,
    },
    "Condition2": {
        "Norm": 0.990, "Feedr": 0.004, "Artery": 0.0015, "PosN": 0.001, "PosA": 0.001,
        "RRNn": 0.001, "RRAn": 0.0005, "RRAe": 0.0005,
    },
    "BldgType": {"1Fam": 0.831, "TwnhsE": 0.078, "Duplex": 0.037, "Twnhs": 0.033, "2fmCon": 0.021},
    "RoofStyle": {
        "Gable": 0.791, "Hip": 0.189, "Gambrel": 0.008, "Flat": 0.007, "Mansard": 0.004,
        "Shed": 0.002,
    },
    "RoofMatl": {"CompShg": 0.985, "Tar&Grv": 0.008, "WdShake": 0.003, "WdShngl": 0.004},
    "Exterior1st": {
        "VinylSd": 0.351, "MetalSd": 0.154, "HdBoard": 0.151, "Wd Sdng": 0.141, "Plywood": 0.076,
        "CemntBd": 0.043, "BrkFace": 0.030, "WdShing": 0.019, "AsbShng": 0.015, "Stucco": 0.015,
        "BrkComm": 0.002, "Stone": 0.002, "CBlock": 0.001,
    },
    "MasVnrType": {"None": 0.600, "BrkFace": 0.302, "Stone": 0.089, "BrkCmn": 0.009},
    "ExterCond": {"TA": 0.870, "Gd": 0.102, "Fa": 0.023, "Ex": 0.004, "Po": 0.001},
    "Foundation": {
        "PConc": 0.448, "CBlock": 0.423, "BrkTil": 0.107, "Slab": 0.017, "Stone": 0.004,
        "Wood": 0.001,
    },
    "BsmtCond": {"TA": 0.920, "Gd": 0.043, "Fa": 0.035, "Po": 0.002},
    "BsmtExposure": {"No": 0.672, "Av": 0.147, "Gd": 0.097, "Mn": 0.084},
    "BsmtFinType1": {
        "Unf": 0.300, "GLQ": 0.299, "ALQ": 0.151, "Rec": 0.101, "BLQ": 0.095, "LwQ": 0.054,
    },
    "BsmtFinType2": {
        "Unf": 0.877, "Rec": 0.037, "LwQ": 0.031, "BLQ": 0.024, "ALQ": 0.019, "GLQ": 0.012,
    },
    "Heating": {"GasA": 0.984, "GasW": 0.010, "Grav": 0.003, "Wall": 0.002, "OthW": 0.001},
    "CentralAir": {"Y": 0.933, "N": 0.067},
    "Electrical": {"SBrkr": 0.915, "FuseA": 0.065, "FuseF": 0.017, "FuseP": 0.003},
    "Functional": {
        "Typ": 0.931, "Min2": 0.024, "Min1": 0.022, "Mod": 0.012, "Maj1": 0.007, "Maj2": 0.003,
        "Sev": 0.001,
    },
    "GarageType": {
        "Attchd": 0.624, "Detchd": 0.282, "BuiltIn": 0.067, "Basment": 0.013, "2Types": 0.008,
        "CarPort": 0.006,
    },
    "GarageFinish": {"Unf": 0.446, "RFn": 0.294, "Fin": 0.260},
    "GarageQual": {"TA": 0.944, "Fa": 0.045, "Gd": 0.009, "Po": 0.002},
    "GarageCond": {"TA": 0.961, "Fa": 0.027, "Gd": 0.006, "Po": 0.006},
    "PavedDrive": {"Y": 0.905, "N": 0.074, "P": 0.021},
    "Fence": {"NA": 0.804, "MnPrv": 0.113, "GdPrv": 0.040, "GdWo": 0.039, "MnWw": 0.004},
    "MiscFeature": {"NA": 0.963, "Shed": 0.034, "Gar2": 0.002, "Othr": 0.001},
    "MoSold": {
        "1": 0.042, "2": 0.046, "3": 0.079, "4": 0.096, "5": 0.135, "6": 0.172, "7": 0.153,
        "8": 0.080, "9": 0.054, "10": 0.059, "11": 0.049, "12": 0.035,
    },
    "YrSold": {"2006": 0.212, "2007": 0.237, "2008": 0.213, "2009": 0.222, "2010": 0.116},
    "SaleType": {
        "WD": 0.867, "New": 0.082, "COD": 0.030, "ConLD": 0.009, "CWD": 0.004, "ConLI": 0.003,
        "ConLw": 0.003, "Oth": 0.002,
    },
    "SaleCondition": {
        "Normal": 0.823, "Partial": 0.084, "Abnorml": 0.065, "Family": 0.016, "Alloca": 0.008,
        "AdjLand": 0.004,
    },
}

# Areas in square feet (value in dollars) that most houses do not have: share, mean where present
EXTRAS: dict[str, tuple[float, float]] = {
    "LowQualFinSF": (0.014, 240),
    "WoodDeckSF": (0.48, 195),
    "OpenPorchSF": (0.55, 85),
    "EnclosedPorch": (0.16, 145),
    "3SsnPorch": (0.013, 200),
    "ScreenPorch": (0.088, 180),
    "PoolArea": (0.0045, 480),
}

# Lost by accident, whatever the house is like; all other gaps say that there is nothing to describe
LOST = {
    "LotFrontage": 0.17,
    "MasVnrArea": 0.006,
    "MSZoning": 0.0015,
    "Electrical": 0.001,
    "Functional": 0.001,
    "SaleType": 0.001,
}
# fmt: on
