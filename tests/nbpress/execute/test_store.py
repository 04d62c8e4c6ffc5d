import pytest

from nbpress.execute import store
from nbpress.execute.run import Run

RUN = Run(outputs=([{"output_type": "stream", "name": "stdout", "text": "x"}], []), seconds=1.5)
KEY = "ab" + "0" * 62


@pytest.fixture
def folder_store(tmp_path):
    return store.FolderStore(tmp_path / "runs")


def test_what_was_put_can_be_got(folder_store):
    folder_store.put(KEY, RUN)
    assert folder_store.get(KEY) == RUN


def test_nothing_is_there_at_first(folder_store):
    assert folder_store.get(KEY) is None


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"x\n{}"])
def test_a_damaged_run_is_absent(folder_store, damage):
    folder_store.put(KEY, RUN)
    next(folder_store.files()).write_bytes(damage)
    assert folder_store.get(KEY) is None


def test_a_cut_run_is_absent(folder_store):
    folder_store.put(KEY, RUN)
    file = next(folder_store.files())
    file.write_bytes(file.read_bytes()[:-1])
    assert folder_store.get(KEY) is None


def test_nothing_temporary_is_left(folder_store):
    folder_store.put(KEY, RUN)
    assert len(list(folder_store.folder.rglob("*.*"))) == 1


def test_a_failed_write_leaves_nothing(folder_store, monkeypatch):
    monkeypatch.setattr(store.os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        folder_store.put(KEY, RUN)
    assert list(folder_store.folder.rglob("*.*")) == []


def test_the_environment_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv(store.VARIABLE, str(tmp_path))
    assert store.default().folder == tmp_path


def test_clear_deletes_runs_and_nothing_else(folder_store):
    folder_store.put(KEY, RUN)
    (folder_store.folder / "thesis.txt").write_text("mine")
    folder_store.clear()
    assert [path.name for path in folder_store.folder.rglob("*.*")] == ["thesis.txt"]
