import socket

import pytest

from handson.data.tabular import house_prices


@pytest.fixture(autouse=True)
def sample(monkeypatch):
    monkeypatch.setenv("HANDSON_DATA", "sample")


def refuse(*_):
    raise AssertionError("a socket was opened")


def test_shapes_are_kaggles():
    train, test = house_prices()
    assert (train.shape, test.shape) == ((1460, 81), (1459, 80))


def test_only_training_has_the_price():
    train, test = house_prices()
    assert [*test.columns, "SalePrice"] == list(train.columns)


def test_ids_run_on_from_training_to_test():
    train, test = house_prices()
    assert (train["Id"].iloc[[0, -1]].tolist(), test["Id"].iloc[[0, -1]].tolist()) == (
        [1, 1460],
        [1461, 2919],
    )


def test_rows_of_both_parts_are_counted_from_zero():
    assert [part.index[0] for part in house_prices()] == [0, 0]


def test_changing_a_table_leaves_the_next_call_alone():
    train, test = house_prices()
    train["LotArea"] = test["LotArea"] = 0
    assert all(part["LotArea"].min() > 0 for part in house_prices())


def test_tables_say_that_they_are_the_sample():
    assert [part.attrs["source"] for part in house_prices()] == ["sample", "sample"]


def test_sample_opens_no_socket(monkeypatch):
    monkeypatch.setattr(socket, "socket", refuse)
    assert len(house_prices()) == 2


def test_real_data_are_read_from_the_published_files(monkeypatch, tmp_path):
    monkeypatch.setenv("HANDSON_DATA", "real")
    monkeypatch.setenv("HANDSON_CACHE", str(tmp_path))
    folder = tmp_path / "real" / "house_prices"
    folder.mkdir(parents=True)
    (folder / "kaggle_house_pred_train.csv").write_text("Id,SalePrice\n1,2\n")
    (folder / "kaggle_house_pred_test.csv").write_text("Id\n2\n")
    train, test = house_prices()
    assert (train.shape, test.shape) == ((1, 2), (1, 1))
    assert train.attrs["source"] == "real"
