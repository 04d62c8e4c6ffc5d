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
