import dataclasses
import re

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from handson.data.registry import ENTRIES, Data, entry, load, profile

SHA1 = {  # files of which nobody has published a sha256
    "kaggle_house_pred_train.csv": "585e9cc93e70b39160e7921475f9bcd7d31219ce",
    "kaggle_house_pred_test.csv": "fa19780a7b011d9b009e8bff8e99922a8ee2eb90",
    "timemachine.txt": "090b5e7e70c295757f55df93cb0a180b9691891a",
    "fra-eng.zip": "94646ad1522d915e7b0f9296181140edcf86a4f5",
    "banana-detection.zip": "5de26c8fce5ccdea9f91267273464dc968d20d72",
    "hotdog.zip": "fba480ffa8aa7e0febbb511d181409f899b9baa5",
    "kaggle_dog_tiny.zip": "0cb91d09b814ecdc07b50f31f8dcad3e81d6a86d",
    "kaggle_cifar10_tiny.zip": "2068874e4b9a9f0fb07ebe0ad2b29754449ccacd",
    "glove.6B.50d.zip": "0b8703943ccdb6eb788e6f091b8946e82231bc4d",
}
DIGITS = {"sha256": 64, "sha1": 40, "md5": 32}


@pytest.mark.parametrize("name", ENTRIES)
def test_entry_is_complete(name):
    one = entry(name)
    assert one.name == name
    assert all([one.title, one.licence, one.files, one.size > 0, callable(one.sample), one.splits])


@pytest.mark.parametrize("name", ENTRIES)
def test_every_file_has_a_published_checksum(name):
    one = entry(name)
    for file in (*one.files, *one.alternatives):
        kind, _, digits = file.checksum.partition(":")
        assert re.fullmatch("[0-9a-f]+", digits)
        assert len(digits) == DIGITS[kind]


@pytest.mark.parametrize("name", ENTRIES)
def test_every_file_has_an_address_and_https_comes_first(name):
    one = entry(name)
    for file in (*one.files, *one.alternatives):
        addresses = one.addresses(file)
        assert addresses[0].startswith("https://")
        assert all(address.endswith(file.name) for address in addresses)


@pytest.mark.parametrize("name", ENTRIES)
def test_sizes_of_files_add_up(name):
    sizes = [file.size for file in entry(name).files]
    assert None in sizes or sum(sizes) == entry(name).size


@pytest.mark.parametrize("name", ENTRIES)
def test_what_lies_on_one_host_says_where_else_it_may_be_found(name):
    assert entry(name).note or not entry(name).one_host


def test_checksums_that_are_no_sha256_are_the_published_ones():
    found = {name: sha1 for one in ENTRIES.values() for name, sha1 in one.sha1.items() if one.sha256[name] is None}
    assert found == SHA1


def test_sha256_of_fashion_mnist():
    assert [digits[:8] for digits in entry("fashion_mnist").sha256.values()] == [
        "3aede38d",
        "a04f1713",
        "346e55b9",
        "67da17c7",
    ]


def test_entry_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry("house_prices").size = 0
    with pytest.raises(TypeError):
        entry("house_prices").sha256["kaggle_house_pred_test.csv"] = "0"


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(ValueError, match=r"no data set 'house_price'; did you mean 'house_prices'"):
        entry("house_price")


def test_name_near_to_nothing_lists_the_known_ones():
    with pytest.raises(ValueError, match="known are: house_prices, airfoil, "):
        entry("xyz")


@pytest.mark.parametrize("kind", ["real", "sample"])
def test_profile_is_what_the_environment_says(kind, monkeypatch):
    monkeypatch.setenv("HANDSON_DATA", kind)
    assert profile() == kind


def test_profile_is_sample_by_default():
    assert profile() == "sample"


@pytest.mark.parametrize("value", ["Real", "", "fake"])
def test_profile_refuses_anything_else(value, monkeypatch):
    monkeypatch.setenv("HANDSON_DATA", value)
    with pytest.raises(ValueError, match=f"HANDSON_DATA is '{value}'; set it to 'real' or"):
        profile()


@pytest.mark.parametrize(("name", "split"), [(one.name, split) for one in ENTRIES.values() for split in one.splits])
def test_every_split_of_every_sample_can_be_loaded(name, split):
    data = load(name, split, n=3)
    assert (data.name, data.split, data.source) == (name, split, "sample")
    assert len(data) > 0
    if name != "time_machine":
        assert {len(value) for value in data.values()} == {3}


def test_data_show_what_they_are():
    assert repr(load("imdb", "test", n=3)) == "imdb, test, sample: texts 3 items, labels 3 items"
    assert repr(load("house_prices", "test", n=3)) == "house_prices, test, sample: table (3, 80)"
    assert repr(load("fashion_mnist", n=3)) == (
        "fashion_mnist, train, sample: images uint8 (3, 28, 28), labels uint8 (3,)"
    )
    assert repr(Data("a", "train", "real", {"text": "abc"})) == "a, train, real: text 3 characters"


def test_fewer_examples_are_a_prefix_of_more():
    few, more = load("fashion_mnist", "test", n=5), load("fashion_mnist", "test", n=250)
    assert np.array_equal(few["images"], more["images"][:5])


def test_other_seed_gives_other_examples():
    one, other = (load("fashion_mnist", "test", n=5, seed=seed)["images"] for seed in (0, 1))
    assert not np.array_equal(one, other)


def test_arrays_cannot_be_changed_by_one_for_all():
    with pytest.raises(ValueError, match="read-only"):
        load("airfoil")["level"][0] = 0


def test_unknown_split_names_the_known_ones():
    with pytest.raises(ValueError, match="time_machine has no split 'test'; it has train"):
        load("time_machine", "test")


def test_real_data_that_are_not_read_yet_say_what_to_do(monkeypatch):
    monkeypatch.setenv("HANDSON_DATA", "real")
    with pytest.raises(RuntimeError, match=r"hotdog: this version of handson downloads .* HANDSON_DATA=sample"):
        load("hotdog")


def test_real_data_are_read_from_the_fetched_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HANDSON_DATA", "real")
    monkeypatch.setenv("HANDSON_CACHE", str(tmp_path))
    folder = tmp_path / "real" / "time_machine"
    folder.mkdir(parents=True)
    (folder / "timemachine.txt").write_text("The Time Traveller")
    data = load("time_machine", n=8, seed=99)
    assert (data["text"], data.source) == ("The Time", "real")


def test_a_notebook_shows_once_which_data_it_computes_with(monkeypatch):
    monkeypatch.setenv("HANDSON_DATA", "sample")
    code = [
        'from handson.data.registry import load\nload("airfoil", n=3);',
        'load("airfoil", n=4);\nload("house_prices", "test", n=2).source',
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in code])
    NotebookClient(book, kernel_name="python3").execute()
    shown = [[output["data"] for output in cell.outputs] for cell in book.cells]
    line = "Data: Self-noise of airfoils, a generated sample."
    assert shown[0] == [{"text/plain": line, "text/markdown": f"*{line}*"}]
    assert [data["text/plain"] for data in shown[1]] == [
        *("Data: House prices of Ames, Iowa, a generated sample.", "'sample'"),
    ]


def test_a_program_is_told_nothing(capfd):
    load("airfoil", n=3)
    assert capfd.readouterr() == ("", "")
