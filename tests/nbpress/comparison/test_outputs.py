"""What a cell shows, compared."""

import pytest

from factory import SVG, display, picture, stream
from nbpress.comparison.outputs import PictureChange, TableChange, TextChange, compare_outputs, shown

TABLE = "<style>td {{}}</style><table><tr><th></th><th>loss</th></tr><tr><th>one</th><td>{}</td></tr></table>"


def result(text):
    return display({"text/plain": text, "text/html": text if "<" in text else f"<b>{text}</b>"})


def changes(old, new, tolerance=1e-6):
    return compare_outputs(old, new, tolerance)


def test_streams_in_pieces_are_one_text():
    assert shown([stream("a\n"), stream("b\n"), result("3")]) == ["a\nb\n3\n"]


def test_numbers_old_and_new():
    (change,) = changes([stream("loss 0.91\n")], [stream("loss 0.93\n")])
    assert isinstance(change, TextChange)
    assert [f"{op}{text}" for op, text in change.spans] == ["=loss ", "-0.91", "+0.93", "=\n"]
    assert changes([stream("loss 0.91\n")], [stream("loss 0.93\n")], tolerance=0.1) == []


def test_addresses_of_memory_are_no_difference():
    assert changes([result("<f at 0x7f12ab34cd56>")], [result("<f at 0x7f99ab34cd99>")]) == []


def test_a_table_entry_by_entry():
    (change,) = changes([result(TABLE.format("0.91"))], [result(TABLE.format("0.93"))])
    assert change == TableChange([[(None, ""), (None, "loss")], [(None, "one"), ("0.91", "0.93")]])
    assert changes([result(TABLE.format("0.9100"))], [result(TABLE.format("0.91"))]) == []


def test_a_table_of_another_shape_is_text():
    (change,) = changes([result(TABLE.format("1"))], [result(TABLE.format("1</td><td>2"))])
    assert isinstance(change, TextChange)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_pictures(kind):
    if kind == "png":
        one, other = (display({"image/png": picture("PNG", size)}) for size in ((120, 80), (120, 40)))
    else:
        one, other = (display({"image/svg+xml": text}) for text in (SVG, SVG.replace('width="60"', 'width="30"', 2)))
    (change,) = changes([one], [other])
    assert isinstance(change, PictureChange)
    assert change.share > 0.3
    assert changes([one], [one]) == []


def test_a_picture_that_came_or_went():
    one = display({"image/svg+xml": SVG})
    assert [(bool(change.old), bool(change.new)) for change in changes([], [one])] == [(False, True)]
    assert [(bool(change.old), bool(change.new)) for change in changes([one], [])] == [(True, False)]


def test_errors_without_their_trace():
    error = {"output_type": "error", "ename": "ValueError", "evalue": "\x1b[31mno\x1b[0m", "traceback": ["anything"]}
    assert shown([error]) == ["ValueError: no\n"]
