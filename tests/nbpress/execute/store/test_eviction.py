import os
import time
from datetime import timedelta

import pytest

from finished import KEY, NAME, finished
from nbpress.execute.store import layout
from nbpress.execute.store.eviction import Amount, clear, evict, size
from nbpress.execute.store.folder import LOCK, FolderStore

DAY = 86400
OTHER_KEY = "cd" + "0" * 62
NOW = time.time()


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "store", lambda sentence: pytest.fail(sentence))


def put(store, text, days, key=KEY):
    """Store a run that was last used so many days ago."""
    entry = store.put(key, text, *finished(text, torch=text)).entry
    used(store.folder / layout.place("runs", entry.run), days)
    return entry


def used(file, days):
    os.utime(file, (NOW - days * DAY, NOW - days * DAY))


def test_what_was_not_used_for_long_is_deleted(store):
    old, new = put(store, "old", days=30), put(store, "new", days=1)
    evict(store, timedelta(days=10), None)
    assert (store.has(old.run), store.has(new.run)) == (False, True)


def test_what_was_used_lately_stays_however_old(store):
    entry = put(store, "old", days=30)
    store.has(entry.run)
    evict(store, timedelta(days=10), None)
    assert store.has(entry.run)


def test_no_age_is_an_age_too(store):
    put(store, "new", days=0)
    evict(store, timedelta(0), None, now=NOW + 1)
    assert size(store).files == 0


def test_the_longest_unused_is_deleted_until_the_rest_is_small_enough(store):
    entries = [put(store, text * 1000, days) for text, days in (("a", 1), ("b", 3), ("c", 2))]
    evict(store, None, size(store).bytes - 1)
    assert [store.has(entry.run) for entry in entries] == [True, False, True]


def test_a_store_that_is_small_enough_stays(store):
    put(store, "old", days=300)
    assert evict(store, None, size(store).bytes) == Amount(0, 0)


def test_nothing_points_at_what_was_deleted(store):
    put(store, "old", days=30), put(store, "alone", days=30, key=OTHER_KEY)
    new = put(store, "new", days=1)
    evict(store, timedelta(days=10), None)
    assert (store.entries(KEY), store.entries(OTHER_KEY)) == ((new,), ())
    assert (store.last("old"), store.last("new").entry) == (None, new)


def test_it_says_how_much_was_deleted(store):
    put(store, "old", days=30)
    before = size(store)
    assert evict(store, timedelta(days=10), None) == before
    assert size(store) == Amount(0, 0)


def test_times_in_the_future_count_as_now(store):
    future, old = put(store, "future", days=-1000), put(store, "old", days=30)
    evict(store, timedelta(days=10), None, now=NOW)
    assert (store.has(future.run), store.has(old.run)) == (True, False)


def test_a_time_in_the_future_does_not_keep_a_run_for_ever(store):
    entry = put(store, "future", days=-1000)
    evict(store, timedelta(days=10), None, now=NOW)
    evict(store, timedelta(days=10), None, now=NOW + 11 * DAY)
    assert not store.has(entry.run)


@pytest.mark.parametrize(("days", "left"), [(2, 0), (0.1, 1)])
def test_forgotten_temporary_files_are_deleted(store, days, left):
    put(store, "new", days=0)
    temporary = store.folder / "runs" / "ab" / ".new-0123abcd"
    temporary.parent.mkdir(exist_ok=True)
    temporary.touch()
    used(temporary, days)
    assert evict(store, None, None).files == 1 - left


def test_damaged_files_are_deleted_later(tmp_path):
    store = FolderStore(tmp_path, lambda sentence: None)
    put(store, "old", days=1)
    file = next(tmp_path.glob("pages/??/*"))
    file.write_bytes(b"")
    used(file, 2)
    store.last("old")
    assert evict(store, None, None) == Amount(1, 0)


def test_runs_in_the_former_layout_age_too(store):
    old = store.folder / "ab" / f"{'0' * 62}.json"
    old.parent.mkdir(parents=True)
    old.write_text("run")
    used(old, 30)
    assert evict(store, timedelta(days=10), None) == Amount(1, 3)


def test_what_another_put_there_is_no_run(store):
    put(store, "old", days=30)
    notes = store.folder / "my" / "notes.json"
    notes.parent.mkdir()
    notes.write_text("mine")
    (store.folder / "ab").mkdir()
    (store.folder / "ab" / "notes.json").write_text("mine")
    clear(store)
    assert {path.name for path in store.folder.rglob("*")} - {LOCK} == {"my", "ab", "notes.json"}


def test_a_cleared_store_holds_at_most_its_lock(store):
    put(store, "new", days=0)
    old = store.folder / "ab" / f"{'0' * 62}.json"
    old.parent.mkdir()
    old.touch()
    (old.parent / ".new-x_12").touch()
    clear(store)
    assert {path.name for path in store.folder.iterdir()} <= {LOCK}


def test_a_cleared_store_can_be_used(store):
    put(store, "old", days=0)
    clear(store)
    assert store.put(KEY, NAME, *finished())


@pytest.mark.parametrize("act", [clear, lambda store: evict(store, timedelta(0), 0), size])
def test_a_store_without_a_folder_is_left_so(store, act):
    act(store)
    assert not store.folder.exists()
