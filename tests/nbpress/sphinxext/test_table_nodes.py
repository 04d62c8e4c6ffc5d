"""Tables of code and of Markdown, with numbers and without, on the site and on paper."""

import json
import re
import subprocess

import pytest
from bs4 import BeautifulSoup

from factory import code, display, markdown, stored

SMALL = "<table><thead><tr><th></th><th>a_b</th></tr></thead><tbody><tr><th>x & y</th><td>1</td></tr></tbody></table>"
LEVELS = (
    "<table><thead><tr><th></th><th></th><th colspan=2>top</th></tr><tr><th></th><th></th><th>p</th><th>q</th></tr></thead>"
    "<tbody><tr><th rowspan=2>one</th><th>a</th><td>1</td><td>2</td></tr><tr><th>b</th><td>3</td><td>4</td></tr>"
    "<tr><th rowspan=2>two</th><th>a</th><td>5</td><td>6</td></tr><tr><th>b</th><td>7</td><td>8</td></tr></tbody></table>"
)
WIDE = "<table>" + "".join("<tr>" + "<td>1234567890</td>" * 30 + "</tr>" for _ in range(2)) + "</table>"
LONG = "<table><tr><th>head</th></tr>" + "".join(f"<tr><td>{n}</td></tr>" for n in range(60)) + "</table>"
BY_HAND = ":::{table} By hand, $x^2$.\n:label: tbl-hand\n\n| a | b |\n|---|--:|\n| one | 1 |\n:::"


def table(name, caption, html):
    return code(
        f"#| label: tbl-{name}\n#| caption: {caption}\n{name}", display({"text/html": html, "text/plain": "no"})
    )


NAMES = ("small", "levels", "wide", "long", "hand", "md")
CELLS = (
    markdown("# Page\n\n" + ", ".join(f"[](#tbl-{name})" for name in NAMES)),
    table("small", "Small, $x^2$.", SMALL),
    table("levels", "With levels.", LEVELS),
    table("wide", "Wide.", WIDE),
    table("long", "Long.", LONG),
    markdown(BY_HAND),
    code("#| label: tbl-md\n#| caption: In Markdown.\nmd", display({"text/markdown": "| a |\n|---|\n| 1 |"})),
    code("bare", display({"text/html": SMALL + "<p>1 row</p>", "text/plain": "no"})),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory, press):
    root = tmp_path_factory.mktemp("tables")
    (root / "notebooks" / "chapter").mkdir(parents=True)
    (root / "conf").mkdir()
    (root / "notebooks" / "chapter" / "page.ipynb").write_text(json.dumps(stored(*CELLS)), encoding="utf-8")
    parts = '[[parts]]\ntitle = "Part"\n[[parts.chapters]]\npath = "chapter"\npages = ["page"]\n'
    head = 'title = "Book"\nauthors = ["A"]\n[execution]\nenabled = false\n'
    (root / "conf" / "book.toml").write_text(head + parts, encoding="utf-8")
    done = press(root, "build", "html", "pdf")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def site(root):
    text = (root / "build/html/chapter/page.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser").article


@pytest.fixture(scope="module")
def tex(root):
    return (root / "build/sphinx/latex/book.tex").read_text(encoding="utf-8")


def test_numbers_on_the_site(site):
    assert [link.get_text() for link in site.select("h1 + p a")] == [f"Table 1.{n}" for n in range(1, 7)]


def test_the_same_numbers_on_paper(root):
    pdf = subprocess.run(
        ["pdftotext", "-layout", root / "build/pdf/book.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert ", ".join(f"Table 1.{n}" for n in range(1, 7)) in re.sub(r"\s+", " ", pdf)
    for number, caption in enumerate(("Small", "With levels", "Wide", "Long", "By hand", "In Markdown"), start=1):
        assert re.search(rf"Table 1\.{number}\s+{caption}", pdf)


def test_links_lead_to_the_tables(site):
    assert all(site.find(id=link["href"].lstrip("#")) for link in site.select("h1 + p a"))


def test_a_caption_belongs_to_its_table(site):
    caption = site.select_one("#tbl-small table > caption")
    assert caption.get_text().startswith("Table 1.1 Small")
    assert caption.select(".katex")


def test_the_site_shows_the_html_as_it_is(site):
    assert site.select_one("#tbl-levels tbody td").get_text() == "1"
    assert site.select_one("#tbl-levels th[colspan]")


def test_paper_has_rules_headings_and_numbers_at_the_right(tex):
    start = tex.index(r"\captionof{table}{Small, \(x^2\).}")
    assert tex[start:].split(r"\end{tabular}")[0].split("\n", 1)[1] == (
        "\\toprule\n & \\nbpresstablehead{a\\_b} \\\\\n\\midrule\n{x \\& y} & {1} \\\\\n\\bottomrule\n"
    )
    assert r"\begin{tabular}{lr}" in tex


def test_levels_on_paper(tex):
    assert r"\multicolumn{2}{c}{\nbpresstablehead{top}} \\\cmidrule(lr){3-4}" in tex
    assert "{one} & {a} & {1} & {2} \\\\\n & {b} & {3} & {4} \\\\\n\\addlinespace\n{two}" in tex


def test_a_wide_table_is_set_in_bands_below_one_caption(tex):
    part = tex[tex.index("{Wide.}") :].split(r"\end{nbpresstable}")[0]
    assert part.count(r"\begin{tabular}") > 2
    assert part.count("1234567890") == 60


def test_a_long_table_has_its_headings_on_each_page(tex):
    part = tex[tex.index(r"\begin{longtable}") :].split(r"\end{longtable}")[0]
    assert part.count(r"\nbpresstablehead{head}") == 2
    assert r"\endhead" in part


def test_a_table_without_label_has_no_number(site, tex):
    assert len(site.select("caption")) == 6
    assert r"\nbpresstabletext{1 row}" in tex


def test_nothing_is_wider_than_the_page(root):
    log = (root / "build/sphinx/latex/book.log").read_text(encoding="utf-8", errors="replace")
    assert not [float(width) for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log) if float(width) > 1]


def test_frames_of_pandas_in_an_executed_book(make_book, press):
    source = "import pandas as pd\npd.DataFrame({'a': [1.5], 'b': ['x']}).style"
    root = make_book({"page": ["# Page", (source,)]})
    done = press(root, "build", "pdf")
    assert done.returncode == 0, done.stderr
    assert "{0} & {1.500000} & {x}" in (root / "build/sphinx/latex/book.tex").read_text()
