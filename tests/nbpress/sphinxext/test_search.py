"""What the search of the site can find."""

import json

import pytest

from factory import notebook_text

CELLS = (
    "# Norms\n\nThe length of a *vector*, $\\ell_2$ squared, and more.",
    "## Long one\n\nWords of the section.\n\n```python\ntorch.linalg.norm(x)\n```",
    ("import math\nmath.hypot(3, 4)",),
    "## Long two\n\n% nobody sees this\n\n- a point\n- another",
)
STATIC = "build/html/_static/search-text.js"


def found(root):
    """Every section that can be found: title, address and text."""
    text = (root / STATIC).read_text(encoding="utf-8")
    rows = json.loads(text.partition("=")[2])
    return {address: (page, title, words) for page, _handbook, title, address, words, _defined in rows}


@pytest.fixture
def root(make_book, press):
    root = make_book({"page": CELLS, "other": ["# Other\n\nOnly here."]})
    assert press(root, "build", "html").returncode == 0
    return root


def test_each_section_is_found_by_itself(root, press):
    sections = found(root)
    assert sections["chapter/page.html"] == ("1.1 Norms", "Norms", "The length of a vector, … squared, and more.")
    assert sections["chapter/page.html#long-one"] == (
        "1.1 Norms",
        "Long one",
        "Words of the section. torch.linalg.norm(x) import math math.hypot(3, 4) 5.0",
    )
    assert sections["chapter/page.html#long-two"][2] == "a point another"
    assert (root / "build/html/pagefind/pagefind.js").exists()

    before = (root / "build/html/pagefind/pagefind-entry.json").stat().st_mtime_ns
    notebook = root / "notebooks/chapter/page.ipynb"
    notebook.write_text(notebook_text(*CELLS[:-1], "## Long two\n\n- a point\n- another\n"))
    press(root, "build", "html")
    assert (root / "build/html/pagefind/pagefind-entry.json").stat().st_mtime_ns == before

    notebook.write_text(notebook_text("# Norms\n\nRewritten."))
    press(root, "build", "html")
    assert (root / "build/html/pagefind/pagefind-entry.json").stat().st_mtime_ns != before
    sections = found(root)
    assert sections["chapter/page.html"][2] == "Rewritten."
    assert "chapter/page.html#long-one" not in sections
    assert sections["chapter/other.html"][2] == "Only here."


def test_a_page_that_is_gone_is_not_found(root, press):
    toml = root / "conf/book.toml"
    toml.write_text(toml.read_text().replace('"page", ', ""))
    (root / "notebooks/chapter/page.ipynb").unlink()
    assert press(root, "build", "html").returncode == 0
    assert not any(address.startswith("chapter/page") for address in found(root))


def test_sphinxs_own_index_is_not_made(root):
    assert not (root / "build/html/searchindex.js").exists()
    assert 'class="search" data-search' in (root / "build/html/search.html").read_text()


def test_a_module_is_found_by_its_name(library):
    sections = found(library.root)
    assert sections["docs/library.html#module-lib.numbers"][1:] == ("lib.numbers", "Numbers that say how good.")
    assert sections["docs/library.html#numbers"][2] == ""


def test_a_signature_is_read_with_its_marks(library):
    assert found(library.root)["docs/library.html#lib.numbers.share"][2] == (
        "share(right: int, of: int = 1) -> float · Return the share. Parameters: right -- How many."
    )


def test_a_term_is_found_by_itself(library):
    assert found(library.root)["chapter/terms.html#term-share"][1:] == ("share", "A part of a whole.")


def test_works_and_examples_of_markup_are_not_found(library):
    sections = found(library.root)
    assert sections["chapter/page.html"][2] == (
        "The share, by (Uthor, 2024). See Derivation, the words (Section 1.2) and Section 1.2. "
        "A share stands under Section 1.2.1. A step Two halves make one."
    )
    assert sections["docs/library.html"][2] == "All of it."
