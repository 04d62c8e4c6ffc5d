import numpy as np

from handson.data.formats.tables import read_airfoil, read_house_prices


def test_none_is_a_kind_of_masonry_and_na_is_missing(tmp_path):
    (tmp_path / "kaggle_house_pred_train.csv").write_text(
        "Id,Alley,MasVnrType,LotFrontage\n1,NA,None,65\n2,Pave,NA,NA\n"
    )
    table = read_house_prices(tmp_path, "train")["table"]
    assert table["MasVnrType"].iloc[0] == "None"
    assert table.isna().sum().tolist() == [0, 1, 1, 1]
    assert table["LotFrontage"].dtype == np.float64


def test_airfoil_is_separated_by_tabs(tmp_path):
    (tmp_path / "airfoil_self_noise.dat").write_text("800\t0\t0.3048\t71.3\t0.00266337\t126.201\n" * 2)
    fields = read_airfoil(tmp_path, "train")
    assert fields["features"].shape == (2, 5)
    assert fields["level"].tolist() == [126.201, 126.201]
