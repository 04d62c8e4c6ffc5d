import hashlib
from types import MappingProxyType

import pytest
from click.testing import CliRunner

import mirror as mirrors
from handson.data import __main__ as command
from handson.data import catalogue
from handson.data.catalogue import ENTRIES
from handson.data.entries import Entry, File


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HANDSON_CACHE", str(tmp_path))
    monkeypatch.setenv("HANDSON_DATA", "sample")


def run(*arguments):
    return CliRunner().invoke(command.main, arguments)


@pytest.fixture
def dice(monkeypatch):
    """A data set on a mirror, alone in the registry."""
    with mirrors.running() as mirror:
        mirror.answers["/dice.bin"] = b"dice"
        file = File("dice.bin", sha256=hashlib.sha256(b"dice").hexdigest())
        one = Entry("dice", "Dice", "CC0", (file,), 4, lambda *_: {}, mirrors=(mirror.address,))
        entries = MappingProxyType({"dice": one})
        monkeypatch.setattr(catalogue, "ENTRIES", entries)
        monkeypatch.setattr(command, "ENTRIES", entries)
        yield one


def test_registry_is_listed_with_licence_size_and_what_is_cached(tmp_path):
    (tmp_path / "real" / "time_machine").mkdir(parents=True)
    lines = run().output.splitlines()
    assert lines[0].split() == ["name", "licence", "size", "cached"]
    assert [line.split()[0] for line in lines[1:]] == list(ENTRIES)
    rows = {line.split()[0]: line.split() for line in lines}
    assert rows["fashion_mnist"][1:] == ["MIT", "30.9", "MB", "no"]
    assert rows["time_machine"][-3:] == ["0.2", "MB", "yes"]
    assert rows["airfoil"][-3:-1] == ["60", "kB"]


def test_get_downloads_and_prints_the_folder(dice, tmp_path):
    result = run("get", "dice")
    assert result.exit_code == 0
    assert result.output.strip() == str(tmp_path / "real" / "dice")
    assert (tmp_path / "real" / "dice" / "dice.bin").read_bytes() == b"dice"


def test_get_of_an_unknown_name_suggests_the_nearest():
    result = run("get", "fashion_minst")
    assert result.exit_code == 1
    assert result.output == "Error: there is no data set 'fashion_minst'; did you mean 'fashion_mnist'?\n"


def test_check_finds_what_was_changed_and_says_what_to_do(dice, tmp_path):
    assert run("check").output == "no published files are here\n"
    run("get", "dice")
    assert run("check").output == "dice: as published\n"
    (tmp_path / "real" / "dice" / "dice.bin").write_bytes(b"loaded")
    result = run("check", "dice")
    assert result.exit_code == 1
    assert "dice: not as published\n  dice.bin: expected sha256 " in result.output
    assert "next: delete " in result.output


def test_check_of_what_is_not_here_or_unknown_fails(dice):
    assert run("check", "dice").exit_code == 1
    assert run("check", "mice").output.startswith("Error: there is no data set 'mice'; did you mean 'dice'?")


@pytest.mark.parametrize("arguments", [["--help"], ["get", "--help"], ["check", "--help"]])
def test_help_has_an_example(arguments):
    assert "python -m handson.data" in run(*arguments).output
