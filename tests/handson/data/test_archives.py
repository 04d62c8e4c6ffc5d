import gzip
import io
import stat
import tarfile
import zipfile

import pytest

from handson.data import archives
from handson.data.archives import unpack
from handson.data.errors import DataError

KINDS = [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE]


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def tarred(path, *members, mode="w"):
    with tarfile.open(path, mode) as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            if content in KINDS:
                member.type, member.linkname = content, "elsewhere"
            else:
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def written(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("name", "mode"), [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.tgz", "w:gz")])
def test_tar_is_unpacked(tmp_path, target, name, mode):
    archive = tarred(tmp_path / name, ("folder", tarfile.DIRTYPE), ("folder/file", b"text"), mode=mode)
    unpack(archive, target, limit=4)
    assert written(target) == {"folder/file": b"text"}


def test_zip_is_unpacked(tmp_path, target):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/file", "text")
    unpack(tmp_path / "a.zip", target, limit=4)
    assert written(target) == {"folder/file": b"text"}


def test_gz_is_unpacked(tmp_path, target):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"text"))
    unpack(tmp_path / "a.txt.gz", target, limit=4)
    assert written(target) == {"a.txt": b"text"}


@pytest.mark.parametrize("name", ["../file", "/file", "a/../../file", "C:/file", "..\\file"])
def test_names_outside_are_refused(tmp_path, target, name):
    with pytest.raises(DataError, match=r"a.tar: expected names inside the archive's folder, found "):
        unpack(tarred(tmp_path / "a.tar", (name, b"text")), target, limit=100)
    assert written(tmp_path) == {"a.tar": (tmp_path / "a.tar").read_bytes()}


@pytest.mark.parametrize("kind", KINDS[:-1])
def test_what_is_no_regular_file_is_refused(tmp_path, target, kind):
    archive = tarred(tmp_path / "a.tar", ("odd", kind))
    with pytest.raises(DataError, match=r"a.tar: expected regular files, found 'odd', a link or device"):
        unpack(archive, target, limit=100)


def test_link_in_a_zip_is_refused(tmp_path, target):
    link = zipfile.ZipInfo("odd")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match=r"a.zip: expected regular files, found 'odd', a link or device"):
        unpack(tmp_path / "a.zip", target, limit=100)


def test_more_bytes_than_allowed_are_refused(tmp_path, target):
    (tmp_path / "a.gz").write_bytes(gzip.compress(bytes(10_000_000)))
    with pytest.raises(DataError, match=r"a.gz: expected at most 1,000 bytes when unpacked, found more \(in a\)"):
        unpack(tmp_path / "a.gz", target, limit=1000)
    assert (target / "a").stat().st_size <= 1000


def test_more_files_than_allowed_are_refused(tmp_path, target, monkeypatch):
    monkeypatch.setattr(archives, "MEMBERS", 1)
    with pytest.raises(DataError, match=r"a.tar: expected at most 1 files, found more"):
        unpack(tarred(tmp_path / "a.tar", ("one", b""), ("two", b"")), target, limit=1)


def test_file_that_is_there_twice_is_refused(tmp_path, target):
    with pytest.raises(DataError, match=r"a.tar: expected an archive that can be read, found: .*File exists"):
        unpack(tarred(tmp_path / "a.tar", ("one", b"x"), ("one", b"y")), target, limit=9)


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.gz", "a.tar.gz"])
def test_damaged_archive_is_named(tmp_path, target, name):
    (tmp_path / name).write_bytes(b"\x1f\x8b no archive")
    with pytest.raises(DataError, match=f"{name}: expected an archive that can be read, found: "):
        unpack(tmp_path / name, target, limit=9)
