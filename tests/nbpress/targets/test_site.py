"""Everything that a web server needs, in one folder."""

import hashlib
import re
import shutil
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup


@pytest.fixture(scope="module")
def root(tmp_path_factory, press):
    from conftest import BOOKS

    root = shutil.copytree(BOOKS / "small", tmp_path_factory.mktemp("site") / "book")
    done = press(root, "build", "site")
    assert (done.returncode, done.stdout) == (0, "build/site/index.html\n"), done.stderr
    return root


def page(site):
    return BeautifulSoup((site / "get.html").read_text(encoding="utf-8"), "html.parser")


def rows(site):
    return {row.a.get_text(): row for row in page(site).select("section.book-get tbody tr")}


def test_each_form_is_there_with_its_size_and_checksum(root):
    site = root / "build/site"
    assert set(rows(site)) == {"PDF", "EPUB", "Slides", "Notebooks", "This site as one file"}
    assert (site / rows(site)["Slides"].a["href"]).is_file()
    for row in (row for name, row in rows(site).items() if name != "Slides"):
        content = (site / unquote(row.a["href"])).read_bytes()
        number, unit = row.find_all("td")[2].get_text().split("\N{NO-BREAK SPACE}")
        assert abs(float(number) * {"B": 1, "kB": 1e3, "MB": 1e6}[unit] - len(content)) <= 0.06 * len(content) + 500
        assert row.code["title"] == hashlib.sha256(content).hexdigest()


def test_checksums_are_those_of_the_files(root):
    site = root / "build/site"
    lines = (site / "SHA256SUMS").read_text().splitlines()
    assert len(lines) == 4
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((site / name).read_bytes()).hexdigest() == digest


def test_every_page_leads_there(root):
    site = root / "build/site"
    for path in site.rglob("*.html"):
        if "slides" not in path.parts:
            link = re.search(r'<a href="([^"]*get\.html|#)">Get the book</a>', path.read_text(encoding="utf-8"))
            assert link, path
            assert link[1] == "#" or (path.parent / link[1]).exists()


def test_the_site_alone_offers_what_it_has(root):
    html = root / "build/html"
    assert set(rows(html)) == {"Notebooks"}
    assert (html / rows(html)["Notebooks"].a["href"]).is_file()


def test_nothing_changed_nothing_done(root, press):
    before = {path: path.stat().st_mtime_ns for path in (root / "build/site").rglob("*")}
    done = press(root, "build", "site")
    assert (done.returncode, done.stderr) == (0, "")
    assert {path: path.stat().st_mtime_ns for path in (root / "build/site").rglob("*")} == before


def test_what_is_gone_leaves_the_folder(root, press, tmp_path):
    root = shutil.copytree(root, tmp_path / "book")
    (root / "build/site/old.html").write_text("old")
    shutil.rmtree(root / "build/stamps")
    assert press(root, "build", "site").returncode == 0
    assert not (root / "build/site/old.html").exists()
    assert (root / "build/site/index.html").exists()
