import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from finished import KEY, NAME, finished
from nbpress.execute.run import Entry, Observed
from nbpress.execute.store import layered
from nbpress.execute.store.folder import FolderStore
from nbpress.execute.store.layered import Layered, open_folder, open_store
from nbpress.execute.store.remote import RemoteStore


class CountedStore(RemoteStore):
    """Counts what it is asked."""

    def __init__(self, url, writable=True):
        super().__init__(url, writable, pytest.fail)
        self.asked = []

    def _content(self, name):
        self.asked.append(name.partition("/")[0])
        return super()._content(name)


@pytest.fixture
def remote(tmp_path):
    return CountedStore(f"memory://{tmp_path}")


@pytest.fixture
def store(tmp_path, remote):
    return Layered(FolderStore(tmp_path / "here", pytest.fail), remote)


@pytest.fixture
def elsewhere(tmp_path, remote):
    """The store of another machine, with the same one behind it."""
    return Layered(FolderStore(tmp_path / "elsewhere", pytest.fail), RemoteStore(remote.url, True, pytest.fail))


def find(store, torch="2.6"):
    """What a build does: the first entry that fits and whose run is there."""
    fitting = (entry for entry in store.entries(KEY) if entry.observed.versions == {"torch": torch})
    return next((entry for entry in fitting if store.has(entry.run)), None)


def test_what_is_here_needs_no_network(store, remote):
    stored = store.put(KEY, NAME, *finished())
    remote.asked.clear()
    store.prefetch([KEY])
    assert store.load(find(store).run) == finished()[1]
    assert store.last(NAME) == stored
    assert remote.asked == []


def test_what_another_machine_stored_is_found(store, elsewhere):
    stored = elsewhere.put(KEY, NAME, *finished())
    assert store.load(find(store).run) == finished()[1]
    assert store.last(NAME) == stored


def test_what_was_found_once_is_here(store, elsewhere, remote):
    elsewhere.put(KEY, NAME, *finished())
    find(store)
    remote.asked.clear()
    again = Layered(store.local, remote)
    assert again.load(find(again).run) == finished()[1]
    assert remote.asked == []


def test_the_remote_store_is_asked_where_nothing_here_fits(store, elsewhere):
    store.local.put(KEY, NAME, *finished(torch="2.7"))
    elsewhere.put(KEY, NAME, *finished())
    assert find(store).observed.versions == {"torch": "2.6"}


def test_the_remote_store_is_asked_once_for_a_key(store, remote):
    assert (find(store), find(store)) == (None, None)
    assert remote.asked == ["manifests"]


def test_a_run_that_is_gone_here_is_fetched(store, elsewhere):
    stored = elsewhere.put(KEY, NAME, *finished())
    store.local.enlist(KEY, stored.entry)
    assert store.has(stored.entry.run)
    assert store.local.has(stored.entry.run)


def test_a_damaged_run_is_fetched_again(tmp_path, remote, elsewhere):
    told = []
    store = Layered(FolderStore(tmp_path / "here", told.append), remote)
    stored = store.put(KEY, NAME, *finished())
    next((tmp_path / "here" / "runs").glob("??/*")).write_bytes(b"")
    assert store.load(stored.entry.run) == finished()[1]
    assert len(told) == 1


def test_a_run_that_is_nowhere_is_absent(store):
    assert (store.has("0" * 64), store.load("0" * 64), store.last(NAME)) == (False, None, None)


def test_a_local_store_that_cannot_be_written_does_not_matter(tmp_path, remote, elsewhere):
    elsewhere.put(KEY, NAME, *finished())
    (tmp_path / "file").write_text("no folder")
    store = Layered(FolderStore(tmp_path / "file" / "store", lambda sentence: None), remote)
    assert store.load(find(store).run) == finished()[1]


def test_many_keys_are_fetched_at_once(store, remote, monkeypatch):
    together = threading.Barrier(3, timeout=60)
    first, *rest = (f"{number:064x}" for number in range(4))
    ask = remote.entries

    def entries(key):
        if key != first:
            together.wait()
        return ask(key)

    monkeypatch.setattr(remote, "entries", entries)
    store.prefetch([first, *rest])
    assert remote.asked == ["manifests"] * 4


def test_what_was_prefetched_is_not_asked_again(store, elsewhere, remote):
    stored = elsewhere.put(KEY, NAME, *finished())
    store.prefetch([KEY, KEY])
    assert list(store.entries(KEY)) == [stored.entry]
    assert remote.asked == ["manifests"]


def test_an_unreachable_store_is_asked_once_for_many_keys(tmp_path):
    told = []
    store = Layered(FolderStore(tmp_path, told.append), RemoteStore("http://127.0.0.1:1", False, told.append))
    store.prefetch(f"{number:064x}" for number in range(40))
    assert len(told) == 1


def test_entries_need_no_folder_here(store):
    assert list(store.entries(KEY)) == []
    assert not store.local.folder.exists()


@pytest.fixture
def environment(monkeypatch, tmp_path):
    monkeypatch.setenv(layered.VARIABLE, str(tmp_path / "named"))
    monkeypatch.delenv(layered.REMOTE_VARIABLE, raising=False)
    monkeypatch.delenv(layered.WRITE_VARIABLE, raising=False)
    return monkeypatch


def test_the_environment_names_the_folder(environment, tmp_path):
    assert open_folder(print).folder == tmp_path / "named"


def test_else_it_is_in_the_users_cache(environment, tmp_path):
    environment.delenv(layered.VARIABLE)
    environment.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert open_folder(print).folder.is_relative_to(tmp_path if sys.platform == "linux" else Path.home())


def test_without_a_url_nothing_is_remote(environment):
    assert isinstance(open_store(print), FolderStore)


def test_a_url_makes_a_store_that_is_only_read(environment):
    store = open_store(print, "memory://runs")
    assert (store.remote.url, store.remote.writable) == ("memory://runs", False)


def test_the_environment_wins(environment):
    environment.setenv(layered.REMOTE_VARIABLE, "memory://other")
    environment.setenv(layered.WRITE_VARIABLE, "1")
    store = open_store(print, "memory://runs")
    assert (store.remote.url, store.remote.writable) == ("memory://other", True)


def test_the_environment_can_switch_it_off(environment):
    environment.setenv(layered.REMOTE_VARIABLE, "")
    assert isinstance(open_store(print, "memory://runs"), FolderStore)


def test_a_build_without_changes_loads_no_package_for_it(environment):
    stored = open_folder(print).put(KEY, NAME, *finished())
    script = f"""import sys; from nbpress.execute.store.layered import open_store
store = open_store(print, "https://example.invalid/runs")
store.prefetch(["{KEY}"])
assert store.load(next(store.entries("{KEY}")).run) and store.has("{stored.entry.run}")
assert not {{"fsspec", "aiohttp", "filelock", "platformdirs"}} & set(sys.modules)"""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", script], env=env, check=False).returncode == 0


def test_an_entry_that_is_only_remote_stays_second(store, elsewhere):
    remote_entry = elsewhere.put(KEY, NAME, *finished()).entry
    local_entry = store.local.put(KEY, NAME, *finished("y", torch="2.7")).entry
    assert list(store.entries(KEY)) == [local_entry, remote_entry]
    assert remote_entry == Entry(Observed(versions={"torch": "2.6"}), remote_entry.run, 1.5)
