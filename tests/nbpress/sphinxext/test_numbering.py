import pytest
from sphinx.application import Sphinx
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.util.docutils import docutils_namespace

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
