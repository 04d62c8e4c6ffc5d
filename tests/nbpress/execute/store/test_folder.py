import os
import resource
import shutil
import subprocess
import sys
import time
from contextlib import nullcontext

import pytest

from finished import KEY, NAME, finished
from nbpress.execute.run import Run
from nbpress.execute.store import layout
from nbpress.execute.store.folder import FolderStore

READERS = {
    "runs": lambda store, last: store.load(last.entry.run),
    "manifests": lambda store, last: store.entries(KEY) or None,
    "pages": lambda store, last: store.last(NAME),
}
DAMAGE = {
    "empty": lambda content: b"",
    "cut": lambda content: content[:-1],
    "not JSON": lambda content: b"\xffnonsense",
    "changed": lambda content: content.replace(b"1", b"2").replace(b"x", b"y"),
}

# root may read and write everywhere, unless it gives that up
AS_OTHERS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []

every_kind = pytest.mark.parametrize("kind", READERS)
others = pytest.mark.skipif(AS_OTHERS and not shutil.which("setpriv"), reason="root may read and write everywhere")


@pytest.fixture
def told():
    return []


@pytest.fixture
def store(tmp_path, told):
    return FolderStore(tmp_path / "store", told.append)


@pytest.fixture
def stored(store):
    return store.put(KEY, NAME, *finished())


@pytest.fixture
def full_disk():
    """No file can grow beyond 2000 bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def file_of(store, kind):
    return next((store.folder / kind).glob("??/*"))


def names(store):
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file() and path.name != ".lock")


def put_elsewhere(store, code, command=()):
    """A process that executes `code` with the same store, started by `command`."""
    head = "from finished import *; from nbpress.execute.store.folder import FolderStore; from pathlib import Path; import sys"
    script = f"{head}\nstore = FolderStore(Path(sys.argv[1]), print)\n{code}"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [*command, sys.executable, "-c", script, store.folder]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def test_a_stored_run_can_be_loaded(store, stored):
    assert store.load(stored.entry.run) == finished()[1]


def test_a_stored_run_is_listed_under_its_key(store, stored):
    assert store.entries(KEY) == (stored.entry,)


def test_the_last_run_of_a_page_is_found_by_its_name(store, stored):
    assert store.last(NAME) == stored


def test_a_run_is_named_by_its_content(store, stored):
    assert stored.entry.run == layout.digest_of(finished()[1])[0]


def test_nothing_is_there_at_first(store):
    assert (store.entries(KEY), store.has("0" * 64), store.load("0" * 64), store.last(NAME)) == ((), False, None, None)


def test_asking_creates_nothing(store):
    store.entries(KEY)
    assert not store.folder.exists()


def test_the_newest_entry_is_first(store, stored):
    newer = store.put(KEY, NAME, *finished(torch="2.7"))
    assert store.entries(KEY) == (newer.entry, stored.entry)


def test_an_entry_that_observed_the_same_is_replaced(store, stored):
    store.put(KEY, NAME, *finished(torch="2.7"))
    again = store.put(KEY, NAME, *finished("y"))
    newest, other = store.entries(KEY)
    assert (newest, other.observed.versions) == (again.entry, {"torch": "2.7"})


def test_the_oldest_of_many_entries_are_dropped(store):
    for number in range(20):
        store.put(KEY, NAME, *finished(torch=str(number)))
    torches = [entry.observed.versions["torch"] for entry in store.entries(KEY)]
    assert torches == [str(number) for number in range(19, 3, -1)]


@every_kind
@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_is_absent_and_set_aside(store, stored, told, kind, damage):
    file = file_of(store, kind)
    file.write_bytes(DAMAGE[damage](file.read_bytes()))
    assert READERS[kind](store, stored) is None
    assert told == [f"{file} is damaged and was set aside; what it held is computed again."]
    assert [path.suffix for path in file.parent.iterdir()] == [".damaged"]


@every_kind
def test_a_folder_in_the_place_of_a_file_is_absent(store, stored, told, kind):
    file = file_of(store, kind)
    file.unlink()
    file.mkdir()
    assert READERS[kind](store, stored) is None
    assert len(told) == 1


@every_kind
def test_what_was_damaged_can_be_stored_again(store, stored, kind):
    file_of(store, kind).write_bytes(b"")
    READERS[kind](store, stored)
    store.put(KEY, NAME, *finished())
    assert READERS[kind](store, stored) is not None


def test_damage_is_told_once(store, stored, told, monkeypatch):
    monkeypatch.setattr(store, "locked", lambda: (_ for _ in ()).throw(PermissionError))  # it cannot be set aside
    file_of(store, "manifests").write_bytes(b"")
    assert (store.entries(KEY), store.entries(KEY)) == ((), ())
    assert told == [f"{file_of(store, 'manifests')} is damaged; what it held is computed again."]


def test_what_another_process_repaired_in_the_meantime_stays(store, stored, told, monkeypatch):
    file = file_of(store, "manifests")
    sound = file.read_bytes()
    file.write_bytes(b"")
    monkeypatch.setattr(store, "locked", lambda: nullcontext(file.write_bytes(sound)))
    assert store.entries(KEY) == (stored.entry,)
    assert told == []


def test_storing_repairs_a_damaged_manifest(store, stored):
    file_of(store, "manifests").write_bytes(b"")
    newer = store.put(KEY, NAME, *finished(torch="2.7"))
    assert store.entries(KEY) == (newer.entry,)


@pytest.mark.parametrize("value", [{}, [1], [{"observed": {}, "run": 5, "seconds": 1.0}]])
def test_a_manifest_of_wrong_types_is_absent(store, stored, value):
    file_of(store, "manifests").write_bytes(layout.sealed(value))
    assert store.entries(KEY) == ()


@pytest.mark.parametrize("value", [[], {"static": 1}])
def test_a_last_run_of_wrong_types_is_absent(store, stored, value):
    file_of(store, "pages").write_bytes(layout.sealed(value))
    assert store.last(NAME) is None


def test_a_run_of_wrong_types_is_absent(store):
    digest = layout._digest(b"[1]")
    store.write(layout.place("runs", digest), b"[1]")
    assert store.load(digest) is None


def test_a_name_that_leads_out_of_the_store_is_damage(store, stored):
    file_of(store, "manifests").write_bytes(
        layout.sealed([layout.with_digest(stored, f"../../{'0' * 58}").entry]),
    )
    assert store.entries(KEY) == ()


@others
@every_kind
def test_what_may_not_be_read_is_told_and_absent(store, stored, kind):
    file_of(store, kind).chmod(0)
    question = {"runs": "store.load(RUN)", "manifests": "store.entries(KEY)", "pages": "store.last(NAME)"}[kind]
    code = f"RUN = {stored.entry.run!r}\nprint({question} or 'absent')"
    told = f"{file_of(store, kind)} cannot be read (Permission denied); what it held is computed again."
    assert put_elsewhere(store, code, AS_OTHERS).communicate()[0].splitlines() == [told, "absent"]


@others
def test_a_read_only_store_can_be_read(store, stored):
    code = """try: store.put(KEY, NAME, *finished("y"))
except PermissionError as error: print(error.filename.startswith(str(store.folder)))
print(store.load(store.entries(KEY)[0].run) == finished()[1])"""
    paths = [store.folder, *store.folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert put_elsewhere(store, code, AS_OTHERS).communicate()[0] == "True\nTrue\n"
    finally:
        for path in paths:
            path.chmod(0o755)


def test_a_store_that_cannot_be_is_told_once(tmp_path, told):
    (tmp_path / "file").write_text("no folder")
    store = FolderStore(tmp_path / "file" / "store", told.append)
    assert (store.entries(KEY), store.last(NAME), store.has("0" * 64)) == ((), None, False)
    assert told == [f"{store.folder} cannot be read (Not a directory); what it held is computed again."]


def test_what_cannot_be_stored_names_the_place(tmp_path, told):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match="directory") as raised:
        FolderStore(tmp_path / "file" / "store", told.append).put(KEY, NAME, *finished())
    assert raised.value.filename.startswith(str(tmp_path / "file"))


def test_a_full_disk_is_named(store, stored, full_disk):
    with pytest.raises(OSError, match="too large") as raised:
        store.put(KEY, NAME, *finished("y" * 3000))
    assert raised.value.filename == str(store.folder)


def test_a_failed_write_changes_nothing(store, stored, full_disk):
    before = names(store)
    with pytest.raises(OSError, match="too large"):
        store.put(KEY, NAME, *finished("y" * 3000))
    assert names(store) == before
    assert store.last(NAME) == stored


def test_an_interrupted_write_leaves_nothing(store, stored, monkeypatch):
    before = names(store)
    monkeypatch.setattr(os, "replace", lambda *_: sys.exit(143))
    with pytest.raises(SystemExit):
        store.put(KEY, NAME, *finished("y"))
    assert names(store) == before


def test_processes_that_store_at_once_lose_nothing(store):
    code = """for number in range(50):
    store.put(f"{number:064x}", "page", *finished(torch="NAME"))
    if number < 8: store.put(KEY, "page", *finished(torch=f"NAME{number}"))"""
    processes = [put_elsewhere(store, code.replace("NAME", name)) for name in ("a", "b")]
    assert [process.communicate()[0] for process in processes] == ["", ""]
    assert [len(store.entries(f"{number:064x}")) for number in range(50)] == [2] * 50
    assert len(store.entries(KEY)) == 16


@pytest.fixture
def holder(store):
    """A process that holds the lock and does not let go of it."""
    code = "with store.locked(): print('locked', flush=True); import time; time.sleep(600)"
    with put_elsewhere(store, code) as process:
        process.stdout.readline()
        yield process
        process.kill()


def test_a_killed_process_leaves_no_lock(store, holder):
    holder.kill()
    assert store.put(KEY, NAME, *finished())


def test_who_waits_too_long_for_the_lock_learns_its_name(store, holder, monkeypatch):
    monkeypatch.setattr("nbpress.execute.store.folder.PATIENCE", 0.1)
    with pytest.raises(TimeoutError, match="lock") as raised:
        store.put(KEY, NAME, *finished())
    assert raised.value.filename == str(store.folder / ".lock")


def test_readers_do_not_wait_for_writers(store, stored):
    with store.locked():
        other = put_elsewhere(store, "print(store.entries(KEY)[0] == store.last(NAME).entry)")
        assert other.communicate()[0] == "True\n"


@pytest.mark.parametrize("age", [2 * 86400, -2 * 86400])
def test_a_use_sets_the_time_of_a_run(store, stored, age):
    file, now = file_of(store, "runs"), time.time()
    os.utime(file, (now - age, now - age))
    store.has(stored.entry.run)
    assert abs(file.stat().st_mtime - now) < 3600


def test_a_second_use_on_the_same_day_writes_nothing(store, stored):
    file, then = file_of(store, "runs"), time.time() - 3600
    os.utime(file, (then, then))
    store.load(stored.entry.run)
    assert file.stat().st_mtime == pytest.approx(then)


def test_an_empty_run_is_a_run(store):
    stored = store.put(KEY, NAME, finished()[0], Run(outputs=()))
    assert store.load(stored.entry.run) == Run(outputs=())
