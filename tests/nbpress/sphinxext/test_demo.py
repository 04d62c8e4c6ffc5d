"""Markup beside what it gives."""

import pytest
from bs4 import BeautifulSoup

DEMO = "# Page\n\n::::{demo}\n:::{note}\nSome *words*, see [](#eq-x).\n\n$$\nx\n$$ (eq-x)\n:::\n::::"


@pytest.fixture
def printed(make_book, press):
    root = make_book({"page": [DEMO]})
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    html = (root / "build" / "html" / "chapter" / "page.html").read_text()
    return BeautifulSoup(html, "html.parser").select_one(".demo")


def test_the_source_as_it_is_written(printed):
    assert printed.select_one(".demo-source").get_text().startswith(":::{note}\nSome *words*, see [](#eq-x).\n")


def test_what_it_gives(printed):
    assert printed.select_one(".demo-printed .admonition.note em").get_text() == "words"


def test_its_labels_are_known(printed):
    assert printed.select_one(".demo-printed a.reference.internal")["href"] == "#equation-eq-x"


def test_what_is_wrong_in_it_has_its_line(make_book, press):
    done = press(make_book({"page": ["# Page", ":::{demo}\nFine.\n\n{nosuchrole}`x`\n:::"]}), "build", "html")
    assert "cell 2 (id c2), line 4" in done.stderr
