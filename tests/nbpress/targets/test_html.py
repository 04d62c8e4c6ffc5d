import json


def test_a_page_that_is_gone_leaves_the_site(make_book, press):
    root = make_book({"one": ["# One"], "two": ["# Two"]})
    press(root, "build", "html")
    (root / "notebooks" / "chapter" / "two.ipynb").unlink()
    toml = root / "conf" / "book.toml"
    toml.write_text(toml.read_text().replace(json.dumps(["one", "two"]), json.dumps(["one"])))
    press(root, "build", "html")
    pages = {path.name for path in (root / "build" / "html" / "chapter").glob("*.html")}
    assert pages == {"index.html", "one.html"}


def test_nothing_is_loaded_from_elsewhere(page):
    sources = [
        tag.get("src") or tag.get("href") for tag in page("basics/syntax").select("script[src], link[rel=stylesheet]")
    ]
    assert [source for source in sources if "//" in source] == []


def test_pages_of_sphinx_stay(small_book):
    assert (small_book / "build" / "html" / "search.html").exists()


def test_chinese(page):
    assert "深度学习动手实践" in page("basics/syntax").get_text()


def test_other_files_on_the_site_stay(make_book, press):
    root = make_book({"one": ["# One"]})
    press(root, "build", "html")
    (root / "build" / "html" / "verified.html").write_text("by hand")
    press(root, "build", "html")
    assert (root / "build" / "html" / "verified.html").exists()


def test_what_is_renamed_leaves_its_name_only_to_the_redirect(make_book, press):
    root = make_book({"one": ["# One"], "two": ["# Two", ("1 + 1",)]})
    press(root, "build", "html")
    old = root / "notebooks" / "chapter" / "two.ipynb"
    old.rename(old.with_name("three.ipynb"))
    toml = root / "conf" / "book.toml"
    text = toml.read_text().replace('"two"', '"three"')
    toml.write_text(text.replace("[[parts]]", '[redirects]\n"chapter/two" = "chapter/three"\n[[parts]]', 1))
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    html = root / "build" / "html"
    assert [path.relative_to(html).as_posix() for path in html.rglob("two*")] == ["chapter/two.html"]


def test_nothing_of_what_was_printed_before_stays(make_book, press, tmp_path):
    draw = 'from IPython.display import SVG\nSVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="WIDE"/>\')'
    root = make_book({"one": ["# One", (draw.replace("WIDE", "4"),)]}, 'slug = "before"')
    press(root, "build", "html")
    page, toml = root / "notebooks" / "chapter" / "one.ipynb", root / "conf" / "book.toml"
    page.write_text(
        page.read_text().replace(json.dumps(draw.replace("WIDE", "4")), json.dumps(draw.replace("WIDE", "5")))
    )
    toml.write_text(toml.read_text().replace("before", "after"))
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    html = root / "build" / "html"
    assert len(list((html / "_images").iterdir())) == 1
    assert [path.name for path in html.glob("*.zip")] == ["after-notebooks.zip"]
    assert [path for path in html.rglob("*") if path.is_dir() and not any(path.iterdir())] == []


def test_what_lies_on_the_site_beside_the_book_stays(make_book, press):
    root = make_book({"one": ["# One"]}, 'slug = "before"')
    press(root, "build", "html")
    html = root / "build" / "html"
    (html / "my-notebooks.zip").write_bytes(b"mine")
    (root / "conf" / "book.toml").write_text((root / "conf" / "book.toml").read_text().replace("before", "after"))
    press(root, "build", "html")
    assert sorted(path.name for path in html.glob("*.zip")) == ["after-notebooks.zip", "my-notebooks.zip"]


def test_an_edition_is_left_alone_by_the_book_around_it(make_book, press):
    root = make_book({"one": ["# One"], "two": ["# Two"]})
    press(root, "build", "html", "--edition", "student")
    files = [path for path in (root / "build" / "html" / "student").rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    two = root / "notebooks" / "chapter" / "two.ipynb"
    two.write_text(two.read_text().replace("# Two", "# Two\\n\\n:::{note}\\nЖ\\n:::"))
    assert press(root, "build", "html").returncode == 0
    assert {path: path.read_bytes() for path in files} == before


def test_the_head_of_a_page_says_each_thing_once_and_asks_for_nothing_that_is_not_there(make_book, press):
    root = make_book({"one": ["# One"]})
    press(root, "build", "html")
    html = root / "build" / "html"
    page = (html / "chapter" / "one.html").read_text()
    assert page.count('name="viewport"') == 1
    assert '<link rel="icon" href="data:,">' in page
    assert (html / ".nojekyll").exists()  # GitHub serves _static then
