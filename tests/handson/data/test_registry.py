import dataclasses
import re

import pytest

from handson.data.registry import ENTRIES, entry, profile


@pytest.mark.parametrize("name", ENTRIES)
def test_entry_is_complete(name):
    one = entry(name)
    assert one.name == name
    assert all([one.licence, one.mirrors, one.sha256, one.size > 0, callable(one.sample)])


@pytest.mark.parametrize("name", ENTRIES)
def test_every_file_has_a_published_checksum(name):
    one = entry(name)
    for file, sha256 in one.sha256.items():
        assert sha256 or re.fullmatch("[0-9a-f]{40}", one.sha1[file])


@pytest.mark.parametrize("name", ENTRIES)
def test_mirrors_are_folders_and_https_comes_first(name):
    mirrors = entry(name).mirrors
    assert mirrors[0].startswith("https://")
    assert all(address.endswith("/") for address in mirrors)


def test_house_prices_checksums_are_the_published_ones():
    assert dict(entry("house_prices").sha1) == {
        "kaggle_house_pred_train.csv": "585e9cc93e70b39160e7921475f9bcd7d31219ce",
        "kaggle_house_pred_test.csv": "fa19780a7b011d9b009e8bff8e99922a8ee2eb90",
    }


def test_entry_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry("house_prices").size = 0
    with pytest.raises(TypeError):
        entry("house_prices").sha256["kaggle_house_pred_test.csv"] = "0"


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(ValueError, match=r"no data set 'house_price'; did you mean 'house_prices'"):
        entry("house_price")


def test_name_near_to_nothing_lists_the_known_ones():
    with pytest.raises(ValueError, match="known are: house_prices"):
        entry("xyz")


@pytest.mark.parametrize("kind", ["real", "sample"])
def test_profile_is_what_the_environment_says(kind, monkeypatch):
    monkeypatch.setenv("HANDSON_DATA", kind)
    assert profile() == kind


def test_profile_is_sample_by_default(monkeypatch):
    monkeypatch.delenv("HANDSON_DATA", raising=False)
    assert profile() == "sample"


@pytest.mark.parametrize("value", ["Real", "", "fake"])
def test_profile_refuses_anything_else(value, monkeypatch):
    monkeypatch.setenv("HANDSON_DATA", value)
    with pytest.raises(ValueError, match=f"HANDSON_DATA is '{value}'; set it to 'real' or"):
        profile()
