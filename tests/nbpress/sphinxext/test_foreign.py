"""Notebooks that no one here wrote: printed as they are, and nothing of them is lost."""

import json
import re
import subprocess
from collections import Counter

import pytest
from bs4 import BeautifulSoup

import foreign

MARK = re.compile(r"zq[a-z]+")
PICTURES = {"old": 0, "same-ids": 4, "html": 3, "outputs": 4, "quarto": 1}
HEADINGS = {"old": 1, "headings": 8, "untitled": 3, "html": 1, "outputs": 2, "quarto": 2}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return foreign.write(tmp_path_factory.mktemp("foreign") / "book")


@pytest.fixture(scope="module")
def done(root, press):
    return press(root, "build", "html", "pdf")


@pytest.fixture(scope="module")
def page(done, root):
    def parsed(name):
        text = (root / "build" / "html" / "others" / f"{name}.html").read_text(encoding="utf-8")
        return BeautifulSoup(text, "html.parser").select_one("article")

    return parsed


@pytest.fixture(scope="module")
def tex(done, root):
    """`tex("page")` is the TeX of that page."""
    text = (root / "build" / "sphinx" / "latex" / "foreign.tex").read_text(encoding="utf-8")
    begins = re.compile(r"\\sphinxstepscope\n")
    parts = {re.search(r"notebooks/others/([\w-]+)\.ipynb", part): part for part in begins.split(text)}
    return lambda name: "".join(part for match, part in parts.items() if match and match[1] == name)


def words(name):
    """How often each marked word stands in what a reader must find: sources without addresses, and outputs."""
    counted = Counter()
    for cell in foreign.pages()[name]["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        source = "\n".join(line for line in source.splitlines() if not line.startswith("#|"))
        counted.update(MARK.findall(re.sub(r"\]\([^)]*\)|https:\S+", "", source)))
        for output in cell.get("outputs", []):
            counted.update(dict.fromkeys(MARK.findall(json.dumps(output)), 1))
    return counted


def missing(name, text):
    return words(name) - Counter(MARK.findall(text))


def test_only_what_is_wrong_is_a_problem(done):
    problems = [line for line in done.stderr.splitlines() if ".ipynb" in line]
    assert problems[0].startswith("notebooks/others/quarto.ipynb, cell 3 (id c3), line 1: the figure")
    assert all("not in the font" in problem for problem in problems[1:])
    assert done.returncode == 1


def test_what_has_a_problem_is_printed_all_the_same(done, root):
    assert (root / "build" / "pdf" / "foreign.pdf").exists()


@pytest.mark.parametrize("name", foreign.pages())
def test_no_word_is_lost_on_the_site(page, name):
    assert not missing(name, page(name).get_text())


@pytest.mark.parametrize("name", foreign.pages())
def test_no_word_is_lost_on_paper(tex, name):
    assert not missing(name, tex(name))


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_is_lost_on_the_site(page, root, name):
    pictures = [image["src"] for image in page(name).select("img")]
    assert len(pictures) == PICTURES[name]
    files = [src for src in pictures if not src.startswith("data:")]
    assert all((root / "build" / "html" / "others" / src).resolve().is_file() for src in files)


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_is_lost_on_paper(tex, name):
    assert tex(name).count(r"\sphinxincludegraphics") == PICTURES[name]


@pytest.mark.parametrize("name", HEADINGS)
def test_no_heading_is_lost_on_the_site(page, name):
    assert len(page(name).select("h1, h2, h3, h4, h5, h6, .rubric")) == HEADINGS[name]


@pytest.mark.parametrize("name", HEADINGS)
def test_no_heading_is_lost_on_paper(tex, name):
    assert (
        len(re.findall(r"\\(?:sub)*section\{|\\(?:sub)*paragraph\{|\\(?:sub)*section\*\{", tex(name))) == HEADINGS[name]
    )


def test_pictures_of_one_name_in_cells_of_one_id_are_told_apart(page):
    sources = [image["src"] for image in page("same-ids").select("img")]
    assert len({src for src in sources[:2]}) == 2


def test_a_notebook_without_title_has_its_name(page):
    assert page("untitled").h1.get_text() == "1.6\u2002untitled#"


def test_several_titles_are_numbered_alike_on_paper(root):
    pdf = root / "build" / "pdf" / "foreign.pdf"
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^ *1\.6 +untitled$", text, re.M)


def test_an_empty_notebook_is_a_page(page, root):
    assert page("empty").h1
    assert r"\section{empty}" in (root / "build" / "sphinx" / "latex" / "foreign.tex").read_text()


def test_links_as_jupyter_makes_them_lead_somewhere(page):
    targets = {link["href"].lstrip("#") for link in page("headings").select("ol a")}
    assert all(page("headings").find(id=target) for target in targets)
    assert len(targets) == 3


def test_html_that_is_not_closed_ends_with_its_cell(page):
    after = next(p for p in page("html").select("p") if "zqhtml after" in p.get_text())
    assert not after.find_parents(["b", "strong"])


def test_other_languages_are_highlighted(page):
    assert page("julia").select(".highlight-julia")
    assert page("odd").select(".highlight-none")


def test_nothing_is_executed(done):
    assert "executing" not in done.stderr


@pytest.mark.parametrize("verb", ["run", "why"])
def test_there_is_nothing_to_run(root, press, verb):
    done = press(root, verb)
    assert "conf/book.toml: the book is not executed." in done.stderr
    assert done.returncode == 2


@pytest.fixture(scope="module")
def huge(tmp_path_factory, press):
    root = tmp_path_factory.mktemp("huge")
    (root / "notebooks" / "chapter").mkdir(parents=True)
    (root / "conf").mkdir()
    parts = '[[parts]]\ntitle = "Part"\n[[parts.chapters]]\npath = "chapter"\npages = ["page"]\n'
    (root / "conf" / "book.toml").write_text(foreign.BOOK + parts, encoding="utf-8")
    text = json.dumps(foreign.huge())
    assert len(text) > 5_000_000
    (root / "notebooks" / "chapter" / "page.ipynb").write_text(text, encoding="utf-8")
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    return (root / "build" / "html" / "chapter" / "page.html").read_text(encoding="utf-8")


def test_all_of_a_huge_stream_is_printed(huge):
    assert huge.count("zqhuge line") == 80_000


def test_all_of_a_huge_table_is_printed(huge):
    assert huge.count("zqrow") == 10_000


def test_a_file_of_another_encoding_is_a_problem(make_book, press):
    root = make_book({"page": "{}"}, toml="[execution]\nenabled = false")
    text = json.dumps(foreign.stored(foreign.markdown("# Größe")), ensure_ascii=False)
    (root / "notebooks" / "chapter" / "page.ipynb").write_bytes(text.encode("latin-1"))
    done = press(root, "build", "html")
    assert "notebooks/chapter/page.ipynb: not UTF-8 text" in done.stderr
    assert done.returncode == 1


def test_half_a_character_is_a_problem(make_book, press):
    root = make_book({"page": "{}"}, toml="[execution]\nenabled = false")
    text = json.dumps(foreign.stored(foreign.markdown("# Page\ud83d")))
    (root / "notebooks" / "chapter" / "page.ipynb").write_text(text)
    assert "which is half a character" in press(root, "build", "html").stderr


def test_missing_pictures_and_links_stop_nothing(make_book, press):
    root = make_book({"page": "{}"}, toml="[execution]\nenabled = false")
    source = "# Page\n\n![no picture](none.png), [gone](gone.ipynb)\n\n<img src='no.png' alt='neither'>"
    text = json.dumps(foreign.stored(foreign.markdown(source)))
    (root / "notebooks" / "chapter" / "page.ipynb").write_text(text)
    done = press(root, "build", "html", "pdf")
    assert [line.split(": ")[-1] for line in done.stderr.splitlines() if ".ipynb, cell" in line] == [
        '"gone.ipynb" is not a page of the book.  [links-resolve]',
        'the picture "none.png" does not exist.  [images-exist]',
        'the picture "no.png" does not exist.  [images-exist]',
    ]
    assert (root / "build" / "pdf" / "book.pdf").exists()
    assert "{[}no picture{]}" in (root / "build" / "sphinx" / "latex" / "book.tex").read_text()
