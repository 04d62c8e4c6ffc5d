import pytest

from nbpress.memo import Memo


@pytest.fixture
def file(tmp_path):
    return tmp_path / "build" / "memo"


def fail():
    raise AssertionError("it was to be remembered")


def test_what_was_found_out_is_remembered(file):
    memo = Memo(file)
    memo.get(int, b"text", lambda: 7)
    memo.save()
    assert Memo(file).get(int, b"text", fail) == 7


def test_another_text_is_another_matter(file):
    memo = Memo(file)
    memo.get(int, b"text", lambda: 7)
    assert memo.get(int, b"other", lambda: 8) == 8


def test_another_kind_of_result_is_another_matter(file):
    memo = Memo(file)
    memo.get(int, b"text", lambda: 7)
    assert memo.get(str, b"text", lambda: "seven") == "seven"


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"x\nnonsense"])
def test_a_damaged_file_is_as_good_as_none(file, damage):
    file.parent.mkdir()
    file.write_bytes(damage)
    assert Memo(file).get(int, b"text", lambda: 7) == 7


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "build").write_text("a file")
    memo = Memo(tmp_path / "build" / "memo")
    memo.get(int, b"text", lambda: 7)
    memo.save()
    assert (tmp_path / "build").read_text() == "a file"


def test_nothing_temporary_is_left(file):
    memo = Memo(file)
    memo.get(int, b"text", lambda: 7)
    memo.save()
    assert list(file.parent.iterdir()) == [file]
