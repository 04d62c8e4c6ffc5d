import base64
import json
import re
import shutil

import nbformat
import pytest

from factory import notebook_text

INSTALL = '%pip install --quiet "https://example.org/runs/a-book-that-runs-notebooks.zip"'


@pytest.fixture(scope="module")
def read(runnable):
    def read(page, folder="_notebooks"):
        return nbformat.read(runnable.root / "build" / "html" / folder / f"{page}.ipynb", as_version=4)

    return read


@pytest.fixture(scope="module")
def first(read):
    return {cell.id: cell for cell in read("chapter/first").cells}


def test_notebooks_are_valid(runnable, read):
    html = runnable.root / "build" / "html"
    pages = sorted(path.relative_to(html).with_suffix("").as_posix() for path in html.rglob("*.ipynb"))
    assert len(pages) == 8
    for page in pages:
        nbformat.validate(read(page, "."))


def test_cells_keep_their_names_and_order(read):
    assert [cell.id for cell in read("chapter/first").cells] == [
        *("title", "install", "imports", "value", "square", "square-caption", "check", "tasks", "imprint"),
    ]


def test_the_text_is_plain_markdown(first):
    assert first["title"].source.startswith(
        "# 1.1 First steps\n\nThe norm $\\lVert x \\rVert$ of a vector, as in (1.1)."
    )
    assert "[Section 1.2](https://example.org/runs/chapter/second.html)" in first["value"].source


def test_code_is_without_options_and_its_caption_below(first):
    assert first["square"].source.startswith("SVG(")
    assert first["square-caption"].source == "**Figure 1.1.** A square of side $s$."


def test_pictures_are_those_of_the_site(runnable, first):
    assert "![A blue square](https://example.org/runs/_images/square.svg)" in first["value"].source
    assert (runnable.root / "build" / "html" / "_images" / "square.svg").exists()


def test_what_a_page_hides_is_folded_and_there(first):
    assert first["check"].source == "assert answer == 42"
    assert first["check"].metadata.jupyter.source_hidden


def test_one_is_empty_and_the_other_holds_the_outputs(read):
    empty, full = read("chapter/first"), read("chapter/first", ".")
    assert [cell.id for cell in empty.cells] == [cell.id for cell in full.cells]
    assert not any(cell.get("outputs") for cell in empty.cells)


def test_a_drawing_is_an_image_that_is_shown_before_a_notebook_is_trusted(read):
    [output] = next(cell for cell in read("chapter/first", ".").cells if cell.id == "square").outputs
    assert set(output.data) == {"text/html", "text/plain"}
    drawing = re.fullmatch(
        r'<img alt="One blue square." src="data:image/svg\+xml;base64,(.*)">', output.data["text/html"]
    )
    assert base64.b64decode(drawing[1]).startswith(b"<svg")


def test_the_library_is_installed_where_it_is_missing(first):
    assert first["install"].source.endswith(f'if find_spec("tools") is None:\n    {INSTALL}')


def test_a_page_without_code_installs_nothing(read):
    assert [cell.id for cell in read("chapter/prose").cells] == ["title", "imprint"]


def test_whose_text_it_is(first):
    words = (
        "[First steps](https://example.org/runs/chapter/first.html), from *A Book that Runs* by Ada Author. CC BY 4.0."
    )
    assert first["imprint"].source.endswith(words)


def test_without_an_address_links_lead_to_notebooks_and_pictures_travel(make_book, press):
    root = make_book({"one": ["# One\n\nSee [](two.ipynb). ![A dot](dot.svg)", ("1 + 1",)], "two": ["# Two"]})
    (root / "notebooks" / "chapter" / "dot.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
    )
    press(root, "build", "html")
    cells = json.loads((root / "build" / "html" / "_notebooks" / "chapter" / "one.ipynb").read_text())["cells"]
    assert "[Section 1.2](two.ipynb)" in cells[0]["source"]
    assert '<img alt="A dot" src="data:image/svg+xml;base64,PHN2' in cells[0]["source"]
    assert [cell["id"] for cell in cells] == ["c1", "c2", "imprint"]


def test_a_solution_of_several_cells_is_hidden_until_it_is_wanted(make_book, press):
    task = ":::{exercise} Add\n:label: add\n:::\n\n:::{solution-start} add\n:::\n\nIt is"
    root = make_book({"one": ["# One", task, ("1 + 1",), ":::{solution-end}\n:::\n\nAnd on."]})
    press(root, "build", "html")
    cells = json.loads((root / "build" / "html" / "chapter" / "one.ipynb").read_text())["cells"]
    hidden = {cell["id"]: cell["metadata"].get("jupyter", {}) for cell in cells}
    assert hidden == {
        **{"c1": {}, "c2": {}, "c2-solution": {"source_hidden": True}},
        "c3": {"source_hidden": True, "outputs_hidden": True},
        **{"c4": {}, "imprint": {}},
    }
    assert cells[1]["source"].endswith("\n\n**Solution**")
    assert cells[2]["source"] == "It is"


def test_a_notebook_without_its_library_says_where_it_is(make_book, press):
    root = make_book({"one": ["# One", ("import tool",)]}, '[execution]\ntrack = ["tool"]')
    (root / "src" / "tool").mkdir(parents=True)
    (root / "src" / "tool" / "__init__.py").write_text("")
    press(root, "build", "html")
    cells = json.loads((root / "build" / "html" / "chapter" / "one.ipynb").read_text())["cells"]
    said = 'raise ModuleNotFoundError("tool: run pip install . in the folder to which book-notebooks.zip unpacks")'
    assert cells[1]["source"].endswith(f'if find_spec("tool") is None:\n    {said}')


def test_the_cover_lists_the_pages(make_book, press):
    root = make_book({"one": [r"# One *and* 2 \* 3"]})
    cover = notebook_text("# Cover", ":::{book-contents}\n:::")
    (root / "notebooks" / "index.ipynb").write_text(cover)
    press(root, "build", "html")
    cells = json.loads((root / "build" / "html" / "_notebooks" / "index.ipynb").read_text())["cells"]
    assert "- 1 Chapter\n  - [1.1 One *and* 2 \\* 3](chapter/one.ipynb)" in cells[1]["source"]
    assert "\n  - [1.1 One *and* 2 \\* 3](chapter/one.md)" in (root / "build" / "html" / "index.md").read_text()


def test_what_to_install_can_be_said(make_book, press):
    root = make_book({"one": ["# One", ("1 + 1",)]}, '[launch]\ninstall = "some-package"')
    press(root, "build", "html")
    cells = json.loads((root / "build" / "html" / "chapter" / "one.ipynb").read_text())["cells"]
    assert cells[1]["source"] == '%pip install --quiet "some-package"'


def test_student_notebooks_have_no_solutions(runnable, press, tmp_path):
    root = shutil.copytree(runnable.root, tmp_path / "book")
    done = press(root, "build", "html", "--edition", "student")
    assert done.returncode == 0, done.stderr
    text = (root / "build" / "html" / "student" / "chapter" / "first.ipynb").read_text()
    assert "https://example.org/runs/student/a-book-that-runs-notebooks.zip" in text
    assert "Double it" in text
    assert "Solution" not in text
