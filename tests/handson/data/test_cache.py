import json
import threading

import numpy as np
import pandas as pd
import pytest

from handson.data import cache
from handson.data.entries import Entry


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HANDSON_CACHE", str(tmp_path))


@pytest.fixture
def counted():
    """An entry whose sample counts how often it is drawn."""
    calls = []

    def sample(split, n, seed):
        calls.append((split, n, seed))
        return {"eyes": np.arange(n or 6)}

    return Entry("dice", "Dice", "CC0", (), 1, sample), calls


def test_folder_is_the_users_cache_where_nothing_is_said(monkeypatch):
    monkeypatch.delenv("HANDSON_CACHE")
    assert cache.folder().name == "handson"


def test_sample_is_drawn_once(counted):
    entry, calls = counted
    first, again = (cache.stored_sample(entry, "train", 3, 0)["eyes"] for _ in range(2))
    assert first.tolist() == again.tolist() == [0, 1, 2]
    assert calls == [("train", 3, 0)]


def test_each_split_size_and_seed_is_stored_for_itself(counted):
    entry, calls = counted
    for asked in (("train", 3, 0), ("test", 3, 0), ("train", 4, 0), ("train", None, 0), ("train", 3, 1)):
        cache.stored_sample(entry, *asked)
    assert len(calls) == 5


def test_change_of_a_sample_changes_the_folder(counted, monkeypatch):
    before = cache.sample_folder(counted[0])
    monkeypatch.setattr(cache, "_source_digest", lambda: "other")
    assert cache.sample_folder(counted[0]) != before


def test_error_leaves_nothing(tmp_path):
    def fail(made):
        made.mkdir()
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), cache.built(tmp_path / "target") as made:
        fail(made)
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == []


def test_two_at_once_build_once(tmp_path):
    built, start = [], threading.Barrier(2)

    def build():
        start.wait()
        with cache.built(tmp_path / "target") as made:
            if made:
                built.append(made)
                made.mkdir()

    threads = [threading.Thread(target=build) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1


def test_every_kind_of_field_is_stored(tmp_path):
    fields = {"a": np.ones(2), "b": pd.DataFrame({"c": ["x", None]}), "d": "text", "e": ["é", 1]}
    cache.store(fields, tmp_path / "target")
    assert sorted(path.name for path in (tmp_path / "target").iterdir()) == ["a.npy", "b.csv", "d.txt", "e.json"]
    assert (tmp_path / "target" / "b.csv").read_text() == "c\nx\nNA\n"
    assert json.loads((tmp_path / "target" / "e.json").read_text(encoding="utf-8")) == ["é", 1]


def test_remove_takes_files_folders_and_nothing(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for name in ("folder", "file", "nothing"):
        cache.remove(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
