"""References in the small book, in HTML and on paper."""

import re


def words(page, text):
    paragraphs = (" ".join(p.get_text().split()) for p in page.find_all("p"))
    return next(paragraph for paragraph in paragraphs if text in paragraph)


def test_a_page_with_its_number(page):
    assert "To another page: outputs (Section 1.2)." in words(page("basics/syntax"), "To another page")


def test_a_section_of_another_page(page):
    assert "To a section: plain text (Section 1.2.1)." in words(page("basics/syntax"), "To a section")


def test_a_section_of_the_same_page(page):
    assert "Within the page: equations (Section 1.1.1)." in words(page("basics/syntax"), "Within the page")


def test_a_page_of_another_chapter(page):
    assert "To another chapter: links (Section 2.1)." in words(page("basics/syntax"), "To another chapter")


def test_numbers_alone(page):
    assert words(page("more/links"), "From here") == "From here to Section 1.1.1, to Figure 1.2 and to (1.1)."


def test_a_figure_by_words(page):
    assert "To the figure with words: the neuron." in words(page("basics/syntax"), "To the figure")


def test_an_exercise(page):
    assert "To an exercise: Exercise 1.1." in words(page("basics/syntax"), "To an exercise")


def test_equations_are_numbered_by_chapter(page):
    assert page("more/links").select_one(".eqno").get_text().startswith("(2.1)")


def test_every_link_of_the_site_leads_to_an_id(small_book, page):
    html = small_book / "build" / "html"
    for file in html.rglob("*.html"):
        name = file.relative_to(html).with_suffix("").as_posix()
        for link in page(name).select("main a.reference.internal"):
            path, _, id_ = link["href"].partition("#")
            target = (file.parent / path).resolve() if path else file
            assert target.exists(), (name, link["href"])
            if id_:
                other = page(target.relative_to(html.resolve()).with_suffix("").as_posix())
                assert other.find(id=id_), (name, link["href"])


def test_numbers_on_paper_are_those_of_the_site(pdf_text):
    text = " ".join(re.sub(r"(?<=[a-z])-\n", "", pdf_text).split())  # a word may be broken at the end of a line
    for said in (
        r"outputs \(Section 1.2, page \d\)",
        r"plain text \(Section 1.2.1, page \d\)",
        r"links \(Section 2.1, page \d\)",
        r"From here to Section 1.1.1 on page \d, to Figure 1.2 on page \d and to \(1.1\) on page \d\.",
        "To an exercise: Exercise 1.1.",  # which is in the same page of the book
    ):
        assert re.search(said, text), said


def test_no_reference_on_paper_is_undefined(pdf_text):
    assert not re.search(r"\?\?", pdf_text)


def test_labels_may_have_capitals(make_book, press):
    root = make_book(
        {"page": ["# Page", "$$\nx\n$$ (eq-KL)", "![A.](a.svg){#fig-KL}", "see [](#eq-KL) and [](#fig-KL)"]}
    )
    (root / "notebooks" / "chapter" / "a.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    )
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    text = (root / "build" / "html" / "chapter" / "page.html").read_text().partition("<article")[2]
    assert text.count("(1.1)") == 2
    assert text.count("Figure 1.1") == 2


def test_a_label_of_another_page_by_its_page(make_book, press):
    root = make_book({"one": ["# One", "[y](two.ipynb#eq-y)"], "two": ["# Two", "$$\ny\n$$ (eq-y)"]})
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr


def test_a_section_without_number_gives_its_title(make_book, press):
    root = make_book(
        {"one": ["# One", "see [](index.ipynb#a-section)"], "index": ["# Chap", "## A section"]}, listed=["one"]
    )
    press(root, "build", "html")
    text = (root / "build" / "html" / "chapter" / "one.html").read_text().partition("<article")[2]
    assert "see <" in text
    assert text.count("A section") == 1
