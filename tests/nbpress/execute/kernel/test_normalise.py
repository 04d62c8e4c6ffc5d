import sys
import tempfile
from pathlib import Path

import pytest

from nbpress.execute.kernel.normalise import normalise


def shown(text, root="/books/mine"):
    """The text of one output, normalised."""
    return normalise([[{"output_type": "stream", "name": "stdout", "text": text}]], Path(root))[0][0]["text"]


@pytest.mark.parametrize(
    ("text", "stable"),
    [
        ("<A object at 0x7f8812ab34c0>", "<A object at 0x7f0000000010>"),
        ("color 0xff00ff00", "color 0xff00ff00"),
        ("/tmp/ipykernel_4711/12.py:1: UserWarning: careful", "cell:1: UserWarning: careful"),
        ("/books/mine/src/lib.py", "src/lib.py"),
        ("/books/mine2/lib.py", "/books/mine2/lib.py"),
        (f"{tempfile.gettempdir()}/tmpab_c1234/x", f"{tempfile.gettempdir()}/tmpxxxxxxxx/x"),
    ],
)
def test_what_differs_from_run_to_run_is_replaced(text, stable):
    assert shown(text) == stable


def test_installed_packages_have_no_folder_of_this_machine():
    folder = next(path for path in sys.path if path.endswith("-packages"))
    assert shown(f"{folder}/torch/nn.py") == "site-packages/torch/nn.py"


def test_equal_addresses_stay_equal():
    one, two, three = (
        word.rstrip(">") for word in shown("<A at 0x7f01ab> <B at 0x7f02cd> <A at 0x7f01ab>").split()[2::3]
    )
    assert one == three != two


def test_all_texts_of_an_output_are_stable_and_pictures_as_they_are():
    data = {"text/plain": ["<A at 0x7f8812ab34c0>"], "image/png": " at 0x7f8812ab34c0"}
    [[output]] = normalise([[{"output_type": "display_data", "data": data, "metadata": {}}]], Path("/x"))
    assert output["data"] == {"text/plain": ["<A at 0x7f0000000010>"], "image/png": " at 0x7f8812ab34c0"}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


FIGURE = {"output_type": "display_data", "data": {"text/plain": "figure"}, "metadata": {}}


def test_how_a_text_was_cut_does_not_matter():
    assert normalise([[stream("a"), stream("b\n")]], Path("/x")) == ([stream("ab\n")],)


def test_the_order_of_the_two_streams_does_not_matter():
    one = normalise([[stream("e", "stderr"), stream("o")]], Path("/x"))
    assert (
        one == normalise([[stream("o"), stream("e", "stderr")]], Path("/x")) == ([stream("o"), stream("e", "stderr")],)
    )


def test_a_text_stays_before_or_after_a_figure():
    shown = [stream("before"), FIGURE, stream("after")]
    assert normalise([shown], Path("/x")) == (shown,)


def test_a_progress_bar_is_shown_in_its_last_state():
    assert shown("10 %\r50 %\r100 %\ndone\n") == "100 %\ndone\n"


def test_a_backspace_takes_a_character_back():
    assert shown("ab\bc\n\b") == "ac\n"


def test_a_windows_line_end_is_a_line_end():
    assert shown("a\r\nb") == "a\r\nb"


def test_a_long_line_takes_no_time_to_speak_of():
    assert shown("x" * 1_000_000) == "x" * 1_000_000
