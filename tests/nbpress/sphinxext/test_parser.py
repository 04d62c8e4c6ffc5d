"""Notebooks of any content become a document, and their text is in it."""

import json

import pytest
from docutils import nodes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sphinx.application import Sphinx
from sphinx.util.docutils import _parse_str_to_doctree, docutils_namespace

from factory import SVG, picture
from nbpress.notebook import split_options
from nbpress.sphinxext.parser import NotebookParser
from nbpress.sphinxext.terminal import printable

# in this process Sphinx says what will change in it
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
HTML = st.sampled_from(
    ["<table><tr><td>1<td>2</table>", "<b>x", "</div></div>", "<!-- -->", "<script>x</script>", "<p>"]
)
WORDS = st.lists(st.from_regex(r"\A[a-z]{1,8}\Z"), max_size=8).map(" ".join)


def lines(text):
    return st.one_of(text, text.map(lambda value: value.splitlines(keepends=True)))


DATA = st.fixed_dictionaries(
    {},
    optional={
        "text/plain": lines(TEXT),
        "text/html": lines(TEXT | HTML),
        "text/markdown": lines(TEXT | st.sampled_from(["|---|", "|a|\n|---|\n|b|", "![](x.png)"])),
        "text/latex": lines(TEXT),
        "image/svg+xml": lines(st.just(SVG)),
        "image/png": st.sampled_from([picture("PNG"), "no base64", ""]),
        "application/json": st.recursive(st.none() | TEXT | st.integers(), lambda inner: st.lists(inner, max_size=3)),
        "application/javascript": lines(TEXT),
        "application/vnd.plotly.v1+json": st.just({}),
        "application/x-odd": lines(TEXT),
    },
)
OUTPUTS = st.one_of(
    st.builds(
        lambda n, t: {"output_type": "stream", "name": n, "text": t}, st.sampled_from(["stdout", "stderr"]), lines(TEXT)
    ),
    st.builds(lambda d: {"output_type": "display_data", "data": d, "metadata": {}}, DATA),
    st.builds(lambda d: {"output_type": "execute_result", "data": d, "metadata": {}, "execution_count": None}, DATA),
    st.builds(
        lambda t: {"output_type": "error", "ename": "E", "evalue": "", "traceback": t}, st.lists(TEXT, max_size=3)
    ),
)
TAGS = st.lists(st.sampled_from(["hide-input", "full-width", "thumbnail", "any"]), max_size=2)
CELLS = st.one_of(
    st.builds(
        lambda s, o, t: {
            "cell_type": "code",
            "source": s,
            "outputs": o,
            "metadata": {"tags": t},
            "execution_count": None,
        },
        lines(TEXT | st.sampled_from(["#| label: fig-a\n#| caption: C.\nx", "#| label: tbl-a\nx", "#| label: a\nx"])),
        st.lists(OUTPUTS, max_size=3),
        TAGS,
    ),
    st.builds(lambda s: {"cell_type": "markdown", "source": s, "metadata": {}}, lines(TEXT | HTML)),
    st.builds(lambda s: {"cell_type": "markdown", "source": s, "metadata": {"words": True}}, lines(WORDS)),
    st.builds(lambda s: {"cell_type": "raw", "source": s, "metadata": {}}, lines(TEXT)),
)


@pytest.fixture(scope="module", params=["html", "latex"])
def parse(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")
    with docutils_namespace():
        places = folder, None, folder / "out", folder / "doctrees"
        app = Sphinx(*places, request.param, {"extensions": "nbpress.sphinxext"}, status=None, warning=None)

        def document(text):
            app.env.current_document.docname = "page"
            parser = NotebookParser()
            parser._config, parser._env = app.config, app.env
            overrides = {"env": app.env, "traceback": True}
            return _parse_str_to_doctree(
                text, filename=folder / "page.ipynb", default_settings=overrides, env=app.env, parser=parser
            )

        yield document


def joined(source):
    return source if isinstance(source, str) else "".join(source)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(CELLS, max_size=5), minor=st.integers(0, 5))
def test_nothing_of_a_notebook_is_lost(parse, cells, minor):
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": minor})
    document = parse(text)
    blocks = {block.astext() for block in document.findall(nodes.literal_block)}
    words = document.astext().split()
    for cell in cells:
        source = joined(cell["source"])
        if cell["cell_type"] == "code":
            code = split_options(source)[1]
            assert printable(code) in blocks or not code.strip()
        elif cell["cell_type"] == "raw":
            assert printable(source) in blocks or not source
        elif "words" in cell["metadata"]:
            assert set(source.split()) <= set(words)
