import re
import shutil
import zipfile

import pytest

HEAD = "a-book-that-runs-offline/"


@pytest.fixture(scope="module")
def packed(runnable, press):
    done = press(runnable.root, "build", "offline")
    assert (done.returncode, done.stdout) == (0, "build/site-offline.zip\n"), done.stderr
    with zipfile.ZipFile(runnable.root / "build" / "site-offline.zip") as archive:
        yield archive


def test_pages_and_all_that_they_load_are_in_it(packed):
    names = set(packed.namelist())
    page = packed.read(f"{HEAD}chapter/first.html").decode()
    loaded = re.findall(r'(?:src|href)="\.\./((?:_static|_images)/[^"?#]+)', page)
    assert len(loaded) > 5
    assert [path for path in loaded if HEAD + path not in names] == []


def test_fonts_that_the_style_sheet_names_are_in_it(packed):
    sheet = packed.read(f"{HEAD}_static/book.css").decode()
    fonts = re.findall(r'url\("([^"?]+woff2)', sheet)
    assert fonts
    assert [font for font in fonts if f"{HEAD}_static/{font}" not in packed.namelist()] == []


def test_no_page_asks_for_fonts_that_a_browser_does_not_load_early(packed):
    assert "preload" not in packed.read(f"{HEAD}chapter/first.html").decode()


def test_nothing_is_in_it_that_no_page_uses(packed):
    names = packed.namelist()
    assert [name for name in names if "scripts/" in name or "sitemap" in name or "/." in name] == []


def test_the_same_site_makes_the_same_archive(runnable, packed, press):
    archive = runnable.root / "build" / "site-offline.zip"
    before = archive.read_bytes()
    archive.unlink()
    assert press(runnable.root, "build", "html", "offline").returncode == 0
    assert archive.read_bytes() == before


def test_a_site_with_problems_is_not_packed(make_book, press):
    root = make_book({"one": ["# One"]})
    assert press(root, "build", "offline").returncode == 0
    before = (root / "build" / "site-offline.zip").read_bytes()
    text = (root / "notebooks" / "chapter" / "one.ipynb").read_text()
    (root / "notebooks" / "chapter" / "one.ipynb").write_text(text.replace("# One", "# One {sup}`2` {nothing}`x`"))
    done = press(root, "build", "offline")
    assert done.returncode == 1
    assert (root / "build" / "site-offline.zip").read_bytes() == before


def test_an_edition_has_its_own(runnable, press, tmp_path):
    root = shutil.copytree(runnable.root, tmp_path / "book")
    done = press(root, "build", "offline", "--edition", "student")
    assert done.stdout == "build/site-offline-student.zip\n", done.stderr
    with zipfile.ZipFile(root / "build" / "site-offline-student.zip") as archive:
        assert "a-book-that-runs-student/chapter/first.html" in archive.namelist()
