"""Two versions of a page."""

from factory import code, markdown, stored, stream
from nbpress.comparison.pages import Version, compare_pages
from nbpress.notebook import read

LAST = ("l", markdown("Last."))


def version(*cells, executed=True):
    raw = stored()
    raw["cells"] = [{"id": name, **cell} for name, cell in cells]
    return Version(read(raw, "page.ipynb"), raw, executed, {})


TITLE = ("t", markdown("# Title\n\nWords."))
CODE = ("x", code("x = 1\nprint(x)", stream("1\n")))
END = ("e", markdown("## Summary\n\nDone."))


def change(old, new):
    return compare_pages("page", old, new, 1e-6)


def states(found):
    return [(cell.id, cell.state) for cell in found.cells]


def test_no_difference():
    assert change(version(TITLE, CODE), version(TITLE, CODE)) is None


def test_style_and_noise_are_no_difference():
    noisy = ("x", {**CODE[1], "execution_count": 7, "metadata": {"tags": ["hide-input"]}})
    assert change(version(TITLE, CODE), version(TITLE, noisy)) is None


def test_what_is_counted():
    new = version(("t", markdown("# Title\n\nOther two words.")), ("x", code("x = 2\nprint(x)", stream("2\n"))), END)
    found = change(version(TITLE, CODE, END), new)
    assert (found.title, found.state, states(found)) == ("Title", "changed", [("t", "changed"), ("x", "changed")])
    assert (found.words, found.lines, found.shown) == ((1, 3), (1, 1), (1, 0))


def test_cells_that_came_went_and_moved():
    new = ("n", markdown("New."))
    found = change(version(TITLE, CODE, END, LAST), version(LAST, TITLE, new, END))
    assert states(found) == [("l", "moved"), ("x", "removed"), ("n", "added")]


def test_a_page_that_came_or_went():
    assert change(None, version(TITLE)).state == "added"
    assert change(version(TITLE), None).state == "removed"


def test_outputs_are_compared_where_both_are_known():
    new = version(TITLE, ("x", code("x = 1\nprint(x)", stream("2\n"))))
    assert change(version(TITLE, CODE), new).shown == (1, 0)
    assert change(version(TITLE, CODE, executed=False), new) is None
    other = version(("t", markdown("# Title")), CODE, executed=False)
    assert change(version(TITLE, CODE), other).unknown == ("new",)


def test_values_in_prose_are_outputs():
    def valued(value):
        result = {"status": "ok", "data": {"text/plain": value}, "metadata": {}}
        shown = {"user_expressions": [{"expression": "x", "result": result}]}
        return version(("t", markdown("# T\n\n{eval}`x`", metadata=shown)))

    assert change(valued("1"), valued("2")).shown == (1, 0)
    assert change(valued("1"), valued("1")) is None
