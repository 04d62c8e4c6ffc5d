import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from finished import KEY, NAME, finished
from nbpress.errors import UsageError
from nbpress.execute.store import layout, remote
from nbpress.execute.store.folder import FolderStore
from nbpress.execute.store.remote import RemoteStore

OTHER_KEY = "cd" + "0" * 62


class Handler(SimpleHTTPRequestHandler):
    """Files of a folder; a server can be told to answer otherwise."""

    def do_GET(self):
        self.server.requests.append(self.path)
        if self.server.answer is None:
            super().do_GET()
        else:
            self.server.answer(self)

    def list_directory(self, path):
        self.send_error(403)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=tmp_path / "served")) as server:
        server.answer, server.requests = None, []
        server.url = f"http://127.0.0.1:{server.server_port}"
        server.store = FolderStore(tmp_path / "served", pytest.fail)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def told():
    return []


@pytest.fixture
def over_http(server, told):
    return RemoteStore(server.url, False, told.append)


@pytest.fixture
def in_memory(tmp_path, told):
    return RemoteStore(f"memory://{tmp_path}", True, told.append)


def read(store, digest="0" * 64):
    return store.entries(KEY), store.load(digest), store.last(NAME)


def status(number):
    return lambda request: request.send_error(number)


def close(request):
    request.close_connection = True


def test_what_was_stored_can_be_read(in_memory):
    last, run = finished()
    in_memory.put(KEY, NAME, last, run)
    stored = in_memory.last(NAME)
    assert read(in_memory, stored.entry.run) == ((stored.entry,), run, layout.with_digest(last, stored.entry.run))


def test_the_newest_entry_is_first(in_memory):
    for torch in ("2.6", "2.7"):
        in_memory.put(KEY, NAME, *finished(torch=torch))
    assert [entry.observed.versions["torch"] for entry in in_memory.entries(KEY)] == ["2.7", "2.6"]


def test_a_store_that_is_only_read_is_not_written(tmp_path, told):
    RemoteStore(f"memory://{tmp_path}", False, told.append).put(KEY, NAME, *finished())
    assert read(RemoteStore(f"memory://{tmp_path}", False, told.append)) == ((), None, None)


def test_a_folder_can_be_a_remote_store(tmp_path, told):
    RemoteStore(f"file://{tmp_path}/deep/store", True, told.append).put(KEY, NAME, *finished())
    local = FolderStore(tmp_path / "deep" / "store", told.append)
    assert local.load(local.entries(KEY)[0].run) == finished()[1]
    assert told == []


def test_a_plain_web_server_will_do(server, over_http):
    stored = server.store.put(KEY, NAME, *finished())
    assert read(over_http, stored.entry.run) == ((stored.entry,), finished()[1], stored)


def test_a_slash_at_the_end_of_the_address_does_not_matter(server, told):
    stored = server.store.put(KEY, NAME, *finished())
    assert RemoteStore(f"{server.url}/", False, told.append).last(NAME) == stored


def test_what_is_missing_is_normal(server, over_http, told):
    assert read(over_http) == ((), None, None)
    assert told == []


def test_an_unreachable_store_is_told_once_and_asked_once(server, over_http, told):
    server.answer = close
    over_http.entries(KEY)
    asked = len(server.requests)  # aiohttp itself may try twice
    assert read(over_http) == ((), None, None)
    assert len(server.requests) == asked
    assert told == [f"the store at {server.url} cannot be reached (Server disconnected); going on without it."]


def test_a_store_that_nobody_serves_is_told(server, over_http, told):
    server.server_close()
    assert read(over_http) == ((), None, None)
    assert len(told) == 1
    assert "cannot be reached (Cannot connect to host" in told[0]


def test_a_server_that_never_answers_is_given_up(server, over_http, told, monkeypatch):
    monkeypatch.setattr(remote, "READ", 0.2)
    ended = threading.Event()
    server.answer = lambda request: ended.wait(60)
    assert read(over_http) == ((), None, None)
    ended.set()
    assert (len(server.requests), len(told)) == (1, 1)


@pytest.mark.parametrize("number", [401, 403, 500, 503])
def test_a_refusal_is_told_once_and_others_may_be_granted(server, over_http, told, number):
    stored = server.store.put(KEY, NAME, *finished())
    server.answer = status(number)
    read(over_http)
    server.answer = None
    assert over_http.last(NAME) == stored
    assert len(told) == 1
    assert f"does not give all its files ({number} " in told[0]


def test_garbage_is_told_once(server, over_http, told):
    server.answer = lambda request: request.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n<h1>Welcome to our hotel</h1>")
    assert read(over_http) == ((), None, None)
    name = layout.place("manifests", KEY)
    assert told == [f"the store at {server.url} holds damaged files ({name}); going on without it."]


def test_a_server_that_cannot_be_written_is_told_once(server, told):
    store = RemoteStore(server.url, True, told.append)
    for key in (KEY, OTHER_KEY):
        store.put(key, NAME, *finished())
    assert told == [
        f"the store at {server.url} cannot be written (501 Unsupported method ('PUT')); going on without it."
    ]
    assert len(server.requests) == 1


def test_a_place_that_cannot_be_written_is_told(tmp_path, told):
    (tmp_path / "file").write_text("no folder")
    RemoteStore(f"file://{tmp_path}/file", True, told.append).put(KEY, NAME, *finished())
    assert "cannot be written" in told[-1]


@pytest.mark.parametrize("url", ["store", "example.org/runs", "C:\\store"])
def test_what_is_no_url_is_refused(url):
    with pytest.raises(UsageError, match="is not the URL of a store"):
        RemoteStore(url, False, pytest.fail)


def test_an_unknown_protocol_is_refused_before_anything_is_run():
    with pytest.raises(UsageError, match="nonsense://bucket has a protocol that is not known"):
        RemoteStore("nonsense://bucket", True, pytest.fail)


def test_an_unknown_protocol_is_refused_when_it_is_asked():
    with pytest.raises(UsageError, match="protocol that is not known"):
        RemoteStore("nonsense://bucket", False, pytest.fail).entries(KEY)


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(UsageError, match="python -m pip install s3fs"):
        RemoteStore("s3://bucket/runs", True, pytest.fail)


def test_without_fsspec_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(UsageError, match="python -m pip install fsspec"):
        RemoteStore("memory://runs", True, pytest.fail)


def test_a_password_is_not_shown(server, told):
    server.answer = status(403)
    store = RemoteStore(server.url.replace("//", "//user:secret@"), False, told.append)
    store.entries(KEY)
    assert told == [f"the store at {server.url} does not give all its files (403 Forbidden); going on without it."]
