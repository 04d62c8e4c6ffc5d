"""Each way in which a download fails, played by a mirror on loopback."""

import dataclasses
import hashlib
import io
import socket
import tarfile
import zipfile
from types import MappingProxyType

import pytest

import mirror as mirrors
from handson.data import catalogue, download
from handson.data.catalogue import ENTRIES
from handson.data.download import fetch, folder_of, verify
from handson.data.entries import Entry, File
from handson.data.errors import DataError

BODY = bytes(range(256)) * 2000


@pytest.fixture(autouse=True)
def _real(monkeypatch, tmp_path):
    monkeypatch.setenv("HANDSON_DATA", "real")
    monkeypatch.setenv("HANDSON_CACHE", str(tmp_path))


@pytest.fixture
def mirror():
    with mirrors.running() as running:
        yield running


def sha256(body):
    return hashlib.sha256(body).hexdigest()


@pytest.fixture
def register(monkeypatch, mirror):
    """Put an entry into the registry whose mirrors are folders of the mirror."""

    def register(body=BODY, name="dice.bin", folders=("one/", "two/"), size=None, unpack=False, **more):
        file = File(name, sha256=sha256(body), unpack=unpack)
        addresses = tuple(mirror.address + folder for folder in folders)
        one = Entry(
            name="dice",
            title="Dice",
            licence="CC0",
            files=(file,),
            mirrors=addresses,
            size=size or len(body),
            sample=lambda split, n, seed: {},
            **more,
        )
        entries = MappingProxyType({**ENTRIES, "dice": one})
        monkeypatch.setattr(catalogue, "ENTRIES", entries)
        return one

    return register


def nothing_left(one):
    return [path.name for path in folder_of(one).parent.iterdir() if path.suffix != ".lock"] == []


def test_file_is_downloaded_once(register, mirror):
    register()
    mirror.answers["/one/dice.bin"] = BODY
    folder = fetch("dice")
    assert (folder / "dice.bin").read_bytes() == BODY
    assert [path.name for path in folder.iterdir()] == ["dice.bin"]
    assert fetch("dice") == folder
    assert len(mirror.requests) == 1


def test_it_says_who_asks(register, mirror):
    register()
    mirror.answers["/one/dice.bin"] = BODY
    fetch("dice")
    assert mirror.requests[0][2].startswith("handson/")


def test_terms_are_shown_at_the_first_download(register, mirror, capsys):
    register(terms="Dice: throw them yourself.")
    mirror.answers["/one/dice.bin"] = BODY
    fetch("dice"), fetch("dice")
    assert capsys.readouterr().err == "Dice: throw them yourself.\n"


def test_missing_file_comes_from_the_next_mirror(register, mirror):
    register()
    mirror.answers["/two/dice.bin"] = BODY
    assert (fetch("dice") / "dice.bin").read_bytes() == BODY


def test_moved_file_is_followed(register, mirror):
    register()
    mirror.answers["/one/dice.bin"] = mirrors.moved("/elsewhere")
    mirror.answers["/elsewhere"] = BODY
    assert (fetch("dice") / "dice.bin").read_bytes() == BODY


def test_corrupt_file_comes_from_the_next_mirror(register, mirror):
    register()
    mirror.answers["/one/dice.bin"] = b"x" + BODY[1:]
    mirror.answers["/two/dice.bin"] = BODY
    assert (fetch("dice") / "dice.bin").read_bytes() == BODY
    assert [path for path, *_ in mirror.requests] == ["/one/dice.bin", "/two/dice.bin"]


def test_wrong_hash_everywhere_names_file_expected_and_found(register, mirror):
    one = register(note="Dice are on two hosts.")
    mirror.answers["/one/dice.bin"] = mirror.answers["/two/dice.bin"] = b"loaded"
    with pytest.raises(DataError) as caught:
        fetch("dice")
    message = str(caught.value)
    assert f"dice.bin: expected sha256 {sha256(BODY)}, found {sha256(b'loaded')}" in message
    assert message.count(mirror.address) == 2
    assert "Dice are on two hosts.\n" in message
    assert message.endswith("set HANDSON_DATA=sample.")
    assert nothing_left(one)


def test_wrong_size_names_expected_and_found(register, mirror):
    one = register()
    file = one.files[0]._replace(size=len(BODY) + 1)
    problem = download._mistake(file, folder_of(one))
    assert problem == "dice.bin: expected the file, found nothing"
    folder_of(one).mkdir(parents=True)
    (folder_of(one) / "dice.bin").write_bytes(BODY)
    problem = download._mistake(file, folder_of(one) / "dice.bin")
    assert problem == "dice.bin: expected 512,001 bytes, found 512,000"


def test_missing_everywhere_says_what_the_servers_answer(register):
    one = register()
    with pytest.raises(DataError, match=r"dice.bin from .*/two/dice.bin: the server answers 404 Not Found"):
        fetch("dice")
    assert nothing_left(one)


def test_host_that_is_away_is_an_error_with_its_address(register):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        one = register()
        away = dataclasses.replace(one, mirrors=(f"http://127.0.0.1:{taken.getsockname()[1]}/",))
        with pytest.raises(DataError, match="ConnectionError"):
            download._published(away)
    assert nothing_left(one)


def test_truncated_file_is_gone_on_with(register, mirror):
    register()
    mirror.answers["/one/dice.bin"] = mirrors.broken_off(BODY, 300_000)
    assert (fetch("dice") / "dice.bin").read_bytes() == BODY
    resumed = mirror.requests[1][1]
    assert resumed.startswith("bytes=")
    assert 0 < int(resumed[6:-1]) <= 300_000


def test_truncated_file_of_a_server_without_ranges_is_begun_again(register, mirror):
    register()
    mirror.answers["/one/dice.bin"] = lambda handler: mirrors.ok(handler, BODY, ranges=False)
    staging = folder_of(ENTRIES["airfoil"]).parent / ".dice.part"
    staging.mkdir(parents=True)
    (staging / "dice.bin.part").write_bytes(BODY[:1000])
    assert (fetch("dice") / "dice.bin").read_bytes() == BODY


def test_truncated_for_ever_is_an_error_and_leaves_nothing(register, mirror):
    one = register(folders=("one/",))
    mirror.answers["/one/dice.bin"] = lambda handler: (
        handler.send_response(200),
        handler.send_header("Content-Length", str(len(BODY))),
        handler.end_headers(),
        handler.wfile.write(BODY[:500]),
    )
    with pytest.raises(DataError, match=r"dice.bin from .*: (ChunkedEncodingError|ConnectionError)"):
        fetch("dice")
    assert nothing_left(one)


def test_interrupted_download_goes_on_the_next_time(register, mirror, monkeypatch):
    one = register()
    staging = folder_of(one).with_name(".dice.part")

    def interrupt(address, part, **_):
        part.write_bytes(BODY[:1000])
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "transfer", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch("dice")
    assert (staging / "dice.bin.part").exists()
    monkeypatch.undo()
    monkeypatch.setattr(catalogue, "ENTRIES", MappingProxyType({"dice": one}))
    monkeypatch.setenv("HANDSON_DATA", "real")
    monkeypatch.setenv("HANDSON_CACHE", str(staging.parent.parent))
    mirror.answers["/one/dice.bin"] = BODY
    assert (fetch("dice") / "dice.bin").read_bytes() == BODY
    assert mirror.requests[0][1] == "bytes=1000-"
    assert not staging.exists()


@pytest.mark.parametrize("before", [b"x" * 1000, BODY, BODY + b"more"])
def test_bytes_that_do_not_fit_are_thrown_away(register, mirror, before):
    one = register()
    staging = folder_of(one).with_name(".dice.part")
    staging.mkdir(parents=True)
    (staging / "dice.bin.part").write_bytes(before)
    mirror.answers["/one/dice.bin"] = BODY
    assert (fetch("dice") / "dice.bin").read_bytes() == BODY


def test_file_that_does_not_end_is_stopped(register, mirror):
    one = register(folders=("one/",), size=1000)
    mirror.answers["/one/dice.bin"] = BODY
    with pytest.raises(DataError, match="expected at most 2,000 bytes, found more"):
        fetch("dice")
    assert nothing_left(one)


def zipped(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


def test_archive_is_unpacked_beside_itself(register, mirror):
    body = zipped(dice__one="1", dice__two="2")
    register(body, "dice.zip", unpack=True)
    mirror.answers["/one/dice.zip"] = body
    folder = fetch("dice")
    assert sorted(path.name for path in folder.iterdir()) == ["dice", "dice.zip"]
    assert (folder / "dice" / "two").read_text() == "2"


def climbing():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../outside", "x")
    return packed.getvalue()


def linked():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        link = tarfile.TarInfo("inside")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("dice.zip", climbing(), r"dice.zip: expected names inside the archive's folder, found '../outside'"),
        ("dice.tar", linked(), "dice.tar: expected regular files, found 'inside', a link or device"),
        ("dice.zip", zipped(zeros=bytes(10_000_000)), "dice.zip: expected at most .* bytes when unpacked, found more"),
        ("dice.zip", b"PK broken", "dice.zip: expected an archive that can be read, found: "),
    ],
    ids=["climbs", "link", "bomb", "damaged"],
)
def test_bad_archive_is_refused_and_leaves_nothing(register, mirror, name, body, message):
    one = register(body, name, unpack=True)
    mirror.answers[f"/one/{name}"] = body
    with pytest.raises(DataError, match=message):
        fetch("dice")
    assert nothing_left(one)
    assert not (folder_of(one).parents[1] / "outside").exists()


def test_alternatives_are_fetched_where_the_files_cannot_be_had(register, mirror):
    other = File("other.bin", sha256=sha256(b"other"), mirrors=(f"{mirror.address}three/",))
    one = register(alternatives=(other,))
    mirror.answers["/three/other.bin"] = b"other"
    assert [path.name for path in fetch("dice").iterdir()] == ["other.bin"]
    assert verify(one) == []


def test_verify_names_what_was_changed(register, mirror):
    one = register()
    mirror.answers["/one/dice.bin"] = BODY
    (fetch("dice") / "dice.bin").write_bytes(b"changed")
    assert verify(one) == [f"dice.bin: expected sha256 {sha256(BODY)}, found {sha256(b'changed')}"]


def test_verify_of_what_is_not_here_says_so(register):
    assert verify(register()) == ["dice.bin: expected the file, found nothing"]


@pytest.mark.parametrize("name", ["fashion_mnist", "time_machine", "house_prices", "cifar10_tiny", "imdb"])
def test_sample_opens_no_socket(name, monkeypatch, shared_cache):
    def refuse(*_):
        raise AssertionError("a socket was opened")

    monkeypatch.setenv("HANDSON_DATA", "sample")
    monkeypatch.setenv("HANDSON_CACHE", str(shared_cache))
    monkeypatch.setattr(socket, "socket", refuse)
    folder = fetch(name)
    assert sorted(path.name for path in folder.iterdir() if path.suffix != ".lock") == sorted(
        f"{split}-all-0" for split in ENTRIES[name].splits
    )


def test_on_a_terminal_there_is_a_bar(register, mirror, monkeypatch, capsys):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    register()
    mirror.answers["/one/dice.bin"] = BODY
    fetch("dice")
    assert "dice.bin" in capsys.readouterr().err
