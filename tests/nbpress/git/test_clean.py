"""What of a notebook is committed."""

import json

from hypothesis import given
from hypothesis import strategies as st

from factory import code, display, markdown, stored
from nbpress.git.clean import cleaned
from nbpress.notebook import dump

NOISE = {
    "ExecuteTime": {"end_time": "2026-01-01"},
    "collapsed": False,
    "editable": True,
    "jupyter": {"outputs_hidden": False},
    "scrolled": True,
    "slideshow": {"slide_type": ""},
    "tags": [],
    "vscode": {"languageId": "python"},
}


def test_what_a_run_and_an_editor_leave_is_not_committed():
    spec = {"display_name": ".venv (3.13)", "language": "python", "name": "python3"}
    info = {"name": "python", "version": "3.13.1", "mimetype": "text/x-python"}
    raw = stored(
        markdown("# A", attachments={"a.png": {}}, metadata=NOISE | {"user_expressions": [{}]}),
        code("x = 1\nx", display({"text/plain": "1"}), metadata=NOISE),
        **{"kernelspec": spec, "language_info": info, "toc": {}, "widgets": {}, "nbpress": {"gpus": 1}},
    )
    assert cleaned(raw) == {
        "cells": [
            {"id": "c1", "cell_type": "markdown", "metadata": {}, "source": ["# A"], "attachments": {"a.png": {}}},
            {
                "id": "c2",
                "cell_type": "code",
                "metadata": {},
                "source": ["x = 1\n", "x"],
                "outputs": [],
                "execution_count": None,
            },
        ],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "nbpress": {"gpus": 1},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def test_what_an_author_decides_is_committed():
    metadata = {"tags": ["hide-input"], "slideshow": {"slide_type": "slide"}, "editable": False, "mine": 1}
    raw = stored(code("x", metadata=metadata), kernelspec={"name": "julia", "display_name": "Julia 1.11"})
    assert cleaned(raw)["cells"][0]["metadata"] == metadata
    assert cleaned(raw)["metadata"] == raw["metadata"]


def test_outputs_that_nobody_else_computes_are_committed():
    raw = stored(code("x", display({"text/plain": "1"}), metadata={"scrolled": True}), widgets={"state": {}})
    made = cleaned(raw, keep_outputs=True)
    assert made["cells"][0]["outputs"] == raw["cells"][0]["outputs"]
    assert made["cells"][0]["execution_count"] == 1
    assert made["cells"][0]["metadata"] == {}
    assert made["metadata"] == raw["metadata"]


def test_cells_without_an_id_of_their_own_get_one():
    raw = stored(markdown("A"), markdown("A"), code("A"), minor=4)
    raw["cells"].append({**markdown("B"), "id": "not valid!"})
    raw["cells"] += [{**markdown("C"), "id": "same"}, {**markdown("D"), "id": "same"}]
    made = [cell["id"] for cell in cleaned(raw)["cells"]]
    assert len({*made}) == 6
    assert made[4] == "same"
    assert made == [cell["id"] for cell in cleaned(json.loads(json.dumps(raw)))["cells"]]
    assert cleaned(raw)["nbformat_minor"] == 5


sources = st.text(st.sampled_from("ab. \n\u2028é"), max_size=8)
notebooks = st.lists(
    st.builds(
        lambda kind, source, name: {"cell_type": kind, "source": source, "metadata": NOISE, **name},
        st.sampled_from(["markdown", "code", "raw"]),
        sources,
        st.one_of(st.just({}), st.builds(lambda name: {"id": name}, st.sampled_from(["a", "b", "", "é"]))),
    ),
    max_size=5,
)


@given(notebooks)
def test_what_is_clean_stays_as_it_is_and_no_text_is_lost(cells):
    raw = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    made = cleaned(raw)
    assert dump(cleaned(made)) == dump(made)
    assert ["".join(cell["source"]) for cell in made["cells"]] == [cell["source"] for cell in cells]
    assert len({cell["id"] for cell in made["cells"]}) == len(cells)
