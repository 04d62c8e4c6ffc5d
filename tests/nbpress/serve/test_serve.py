"""How the verb begins, and what it serves to whom."""

import socket
import urllib.error
import urllib.request

import pytest

from processes import press as running
from processes import wait_for


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    root = tmp_path_factory.mktemp("served") / "book"
    for folder in ("notebooks/chapter", "conf"):
        (root / folder).mkdir(parents=True)
    (root / "notebooks/chapter/page.ipynb").write_text(PAGE)
    (root / "conf/book.toml").write_text(TOML)
    log = root / "log"
    arguments = ("serve", "--port", "0", "chapter/page")
    with log.open("w") as stderr, running(root, root / "store", *arguments, stderr=stderr) as process:
        line = process.stdout.readline().strip()
        assert line, log.read_text()
        wait_for(lambda: "the book" in log.read_text(), "the printed book")
        yield root, line


PAGE = """{"cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Page"}],
 "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"""
TOML = """title = "Book"
authors = ["Author"]
[[parts]]
title = "Part"
[[parts.chapters]]
path = "chapter"
pages = ["page"]
"""


def get(address, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


def test_the_address_is_that_of_the_first_page(address):
    _, line = address
    assert line.startswith("http://127.0.0.1:")
    assert line.endswith("/chapter/page.html")


def test_a_page_is_sent_with_the_script(address):
    status, text, _ = get(address[1])
    assert status == 200
    assert '<script src="/_preview/preview.js" data-page="chapter/page"' in text


def test_a_page_that_is_not_there_waits_for_it(address):
    status, text, _ = get(address[1].replace("page.html", "none.html"))
    assert status == 404
    assert "preview.js" in text


def test_a_file_is_sent_again_only_when_it_changed(address):
    root, line = address
    style = line.replace("chapter/page.html", "_static/nbpress.css")
    tag = get(style)[2]["Etag"]
    assert get(style, **{"If-None-Match": tag})[0] == 304
    (root / "build/serve/html/_static/nbpress.css").write_text("a { color: red }")
    assert get(style, **{"If-None-Match": tag})[:2] == (200, "a { color: red }")


def test_other_names_lead_nowhere(address):
    assert get(address[1], Host="example.org")[0] == 404


@pytest.mark.parametrize("path", ["../../../conf/book.toml", "..%2f..%2f..%2fconf/book.toml"])
def test_nothing_outside_the_site_is_sent(address, path):
    assert get(address[1].replace("chapter/page.html", path))[0] in (403, 404)


def test_a_second_preview_of_a_book_is_refused(address, press):
    done = press(address[0], "serve", "--port", "0")
    assert done.returncode == 2
    assert "there is a preview of this book already." in done.stderr


def test_a_port_that_is_in_use_is_2(make_book, press):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = press(make_book({"page": ["# Page"]}), "serve", "--port", str(port))
    assert done.returncode == 2
    assert f"the port {port} cannot be used: Address already in use." in done.stderr
    assert "--port 0" in done.stderr


def test_no_book_is_2(tmp_path, press):
    assert press(tmp_path, "serve").returncode == 2
