"""Two versions of a notebook, merged: by cells, and within them by sentences and lines."""

import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory import code, display, markdown, stored
from nbpress.git.merge import merge


def book(**cells):
    """A notebook whose cells are named: code where the text has a `=`."""
    made = [code(text) if "=" in text else markdown(text) for text in cells.values()]
    return stored(*({"id": name, **cell} for name, cell in zip(cells, made, strict=True)))


def texts(raw):
    return {cell["id"]: "".join(cell["source"]) for cell in raw["cells"]}


BASE = {"a": "One. Two. Three.", "b": "x = 1\ny = 2\nz = 3", "c": "End."}


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        ({**BASE, "a": "Uno. Two. Three."}, {**BASE, "b": "x = 9"}, {**BASE, "a": "Uno. Two. Three.", "b": "x = 9"}),
        (
            {**BASE, "a": "Uno. Two. Three."},
            {**BASE, "a": "One. Two. Tre."},
            {**BASE, "a": "Uno. Two. Tre."},
        ),
        ({**BASE, "b": "x = 0\ny = 2\nz = 3"}, {**BASE, "b": "x = 1\ny = 2\nz = 4"}, {**BASE, "b": "x = 0\ny = 2\nz = 4"}),
        ({"b": BASE["b"], "a": BASE["a"], "c": "End."}, {**BASE, "a": "New."}, {"b": BASE["b"], "a": "New.", "c": "End."}),
        ({"a": BASE["a"], "n": "N", "b": BASE["b"], "c": "End."}, {**BASE, "m": "M"}, {"a": BASE["a"], "n": "N", "b": BASE["b"], "c": "End.", "m": "M"}),
        ({"a": BASE["a"], "n": "N", "b": BASE["b"], "c": "End."}, {"a": BASE["a"], "m": "M", "b": BASE["b"], "c": "End."}, {"a": BASE["a"], "n": "N", "m": "M", "b": BASE["b"], "c": "End."}),
        ({"n": "N", **BASE}, {"a": BASE["a"], "c": "End."}, {"n": "N", "a": BASE["a"], "c": "End."}),
        ({"a": "One.", "a2": "Two. Three.", "b": BASE["b"], "c": "End."}, {"c": "End.", "a": BASE["a"], "b": BASE["b"]}, {"c": "End.", "a": "One.", "a2": "Two. Three.", "b": BASE["b"]}),
    ],
    ids=["other-cells", "sentences", "lines", "moved-and-edited", "both-add", "both-add-there", "deleted", "split-and-moved"],
)  # fmt: skip
def test_changes_that_do_not_meet_are_both_there(ours, theirs, merged):
    made = merge(book(**BASE), book(**ours), book(**theirs))
    assert made.conflicts == {}
    assert list(texts(made.raw).items()) == list(merged.items())
    other = merge(book(**BASE), book(**theirs), book(**ours))
    assert other.conflicts == {}
    assert texts(other.raw) == merged


def test_the_same_sentence_changed_twice_is_marked():
    ours, theirs = {**BASE, "a": "One. We. Three."}, {**BASE, "a": "One. They. Three."}
    made = merge(book(**BASE), book(**ours), book(**theirs))
    assert made.conflicts == {"a": "both changed it"}
    assert texts(made.raw)["a"] == "One. \n<<<<<<< ours\nWe. \n=======\nThey. \n>>>>>>> theirs\nThree."


def test_a_cell_that_one_deleted_and_the_other_changed_is_marked():
    changed, without = book(**{**BASE, "a": "Changed."}), book(b=BASE["b"], c=BASE["c"])
    made = merge(book(**BASE), without, changed)
    assert made.conflicts == {"a": "we deleted what they changed"}
    assert texts(made.raw)["a"] == "<<<<<<< ours\n=======\nChanged.\n>>>>>>> theirs\n"
    made = merge(book(**BASE), changed, without)
    assert made.conflicts == {"a": "they deleted what we changed"}
    assert texts(made.raw)["a"] == "<<<<<<< ours\nChanged.\n=======\n>>>>>>> theirs\n"


def test_cells_moved_by_both_are_told_of():
    ours, theirs = {name: BASE[name] for name in "bac"}, {name: BASE[name] for name in "acb"}
    made = merge(book(**BASE), book(**ours), book(**theirs))
    assert list(texts(made.raw)) == ["b", "a", "c"]
    assert made.conflicts == {"": "both moved cells; the order of ours is kept"}


def test_tags_and_kinds_of_both_are_there():
    base, ours, theirs = (stored(code("x", tags=["old", "kept"])) for _ in range(3))
    ours["cells"][0]["metadata"]["tags"] = ["kept", "ours"]
    theirs["cells"][0]["metadata"] = {"tags": ["old", "kept", "theirs"], "mine": {"a": 1}}
    cell = merge(base, ours, theirs).raw["cells"][0]
    assert cell["metadata"] == {"tags": ["kept", "ours", "theirs"], "mine": {"a": 1}}

    theirs["cells"][0] = {"id": "c1", **markdown("x")}
    made = merge(base, base, theirs)
    assert made.raw["cells"][0] == {"id": "c1", "cell_type": "markdown", "metadata": {}, "source": ["x"]}


def test_metadata_that_both_changed_are_told_of():
    base, ours, theirs = (stored(code("x"), nbpress={"gpus": number}) for number in (0, 1, 2))
    made = merge(base, ours, theirs)
    assert made.raw["metadata"]["nbpress"] == {"gpus": 1}
    assert list(made.conflicts) == [""]


def test_stored_outputs_stay():
    base, ours, theirs = (stored(code("x", display({"text/plain": text}))) for text in "bot")
    theirs["cells"][0]["source"] = "y"
    made = merge(base, ours, theirs)
    assert made.conflicts == {}
    assert made.raw["cells"][0]["outputs"][0]["data"] == {"text/plain": "o"}


names = st.sampled_from("abcdef")
cells = st.lists(
    st.tuples(names, st.sampled_from(["p", "q. r", "x = 1\n", ""])), max_size=6, unique_by=lambda one: one[0]
)


@settings(max_examples=60)
@given(cells, cells, cells)
def test_no_text_is_lost(base, ours, theirs):
    made = merge(*(book(**dict(one)) for one in (base, ours, theirs)))
    result = texts(made.raw)
    assert json.loads(json.dumps(made.raw)) == made.raw
    for name in {name for name, _ in [*ours, *theirs]}:
        before, we, they = (dict(one).get(name) for one in (base, ours, theirs))
        gone = before is not None and None in (we, they) and before in (we, they)
        assert (name in result) == (not gone)
        for mine, other in ((we, they), (they, we)):
            if mine is not None and mine not in (before, other) and name in result:
                assert all(piece in result[name] for piece in mine.split())


@settings(max_examples=60)
@given(cells, cells)
def test_what_one_side_left_alone_is_as_the_other_has_it(base, ours):
    one, other = book(**dict(base)), book(**dict(ours))
    for made in (merge(one, other, deepcopy(one)), merge(one, deepcopy(one), other)):
        assert made.conflicts == {}
        assert list(texts(made.raw).items()) == ours
