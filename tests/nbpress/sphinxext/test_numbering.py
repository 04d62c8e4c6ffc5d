import subprocess

import pytest
from sphinx.application import Sphinx
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.util.docutils import docutils_namespace

from factory import notebook_text
from nbpress.targets.sphinx import EXTENSION


@pytest.mark.filterwarnings("ignore::sphinx.deprecation.RemovedInSphinx11Warning")  # of nbsphinx
def test_numbers_are_those_that_sphinx_finds_in_whole_pages(small_book, tmp_path):
    source = small_book / "build" / "sphinx" / "source"
    with docutils_namespace():
        app = Sphinx(source, None, tmp_path / "out", tmp_path / "trees", "dummy", {"extensions": EXTENSION}, None, None)
        app.build()
    ours = app.env.toc_fignumbers
    TocTreeCollector().assign_figure_numbers(app.env)
    assert app.env.toc_fignumbers == ours
    assert {"figure", "exercise", "displaymath"} <= {kind for page in ours.values() for kind in page}


PARTS = """
title = "Book"
authors = ["Author"]

[[parts]]
title = "One"
[[parts.chapters]]
path = "first"
pages = ["page"]

[[parts]]
title = "Between"
numbered = false
[[parts.chapters]]
path = "between"
pages = ["page"]

[[parts]]
title = "Two"
[[parts.chapters]]
path = "second"
pages = ["page"]
"""


def test_an_unnumbered_part_between_two_others_does_not_count(tmp_path, press):
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "book.toml").write_text(PARTS)
    for chapter in ("first", "between", "second"):
        (tmp_path / "notebooks" / chapter).mkdir(parents=True)
        text = notebook_text(f"# Page\n\n$$\nx\n$$ (eq-{chapter})\n\n[](#eq-second) [](../second/page.ipynb)")
        (tmp_path / "notebooks" / chapter / "page.ipynb").write_text(text)
    done = press(tmp_path, "build", "html", "pdf")
    assert done.returncode == 0, done.stderr
    printed = (tmp_path / "build" / "html" / "second" / "page.html").read_text()
    assert '<span class="section-number">2.1' in printed
    paper = subprocess.run(["pdftotext", tmp_path / "build" / "pdf" / "book.pdf", "-"], capture_output=True, text=True)
    for text in (printed, paper.stdout):
        assert "(2.1)" in text
        assert "Section 2.1" in text
