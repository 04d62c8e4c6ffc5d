import re
import subprocess


def test_parts_where_there_are_several(tex):
    assert re.findall(r"\\part\{(.*?)\}", tex) == ["First Part", "Second Part"]


def test_the_references_have_no_number(pdf_text):
    assert not re.search(r"^\s*3\s+References", pdf_text, re.M)


def test_chapters_in_order(pdf_text):
    text = " ".join(pdf_text[pdf_text.rindex("Contents") :].split())
    titles = ("Basics", "1.1 The Syntax", "1.2 The Outputs", "More of It", "2.1 Links", "References")
    places = [text.index(title) for title in titles]
    assert places == sorted(places)


def test_chinese(pdf_text):
    assert "深度学习动手实践" in pdf_text


def test_long_lines_of_code_stay_on_the_page(pdf_text):
    assert "END" in pdf_text


def test_code_longer_than_tex_can_measure_is_printed_whole(make_book, press):
    lines = "\n".join(f"x{number} = {number}" for number in range(2100))
    root = make_book({"page": ["# Page", (lines,)]})
    done = press(root, "build", "pdf")
    assert done.returncode == 0, done.stderr
    paper = subprocess.run(["pdftotext", root / "build" / "pdf" / "book.pdf", "-"], capture_output=True, text=True)
    assert all(f"x{number} = {number}\n" in paper.stdout for number in range(2100))


def test_links_and_citations_stand_in_captions(make_book, press):
    picture = (
        "#| label: fig-one\n#| caption: As {cite:p}`one` says, see [](#eq-x) and [the page](page.ipynb).\n#| alt: A\n"
    )
    picture += (
        'from IPython.display import SVG\nSVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>\')'
    )
    root = make_book({"page": ["# Page\n\n$$\nx\n$$ (eq-x)", (picture,)]})
    work = "@book{one, author={Ada A}, title={One}, year={2001}, publisher={P}}\n"
    (root / "notebooks" / "references.bib").write_text(work)
    done = press(root, "build", "pdf")
    assert done.returncode == 0, done.stderr
    paper = subprocess.run(["pdftotext", root / "build" / "pdf" / "book.pdf", "-"], capture_output=True, text=True)
    assert "Figure 1.1 As (A, 2001) says, see (1.1) and the page" in " ".join(paper.stdout.split())


def test_columns_of_tables_in_markdown_are_aligned(make_book, press):
    table = "# Page\n\n| a | b | c | d |\n|:--|--:|:-:|---|\n| 1 | 2 | 3 | 4 |\n"
    root = make_book({"page": [table]})
    assert press(root, "build", "pdf").returncode == 0
    assert r"\begin{tabulary}{\linewidth}[t]{LRCT}" in (root / "build" / "sphinx" / "latex" / "book.tex").read_text()
