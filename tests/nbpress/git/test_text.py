"""What git compares of a notebook."""

from hypothesis import given
from hypothesis import strategies as st

from factory import code, markdown, stored
from nbpress.git.text import as_text, pieces
from nbpress.notebook import read


def test_a_cell_is_named_and_prose_has_a_sentence_a_line():
    raw = stored(
        markdown("# Norms\n\nThe norm is long. It grows: always. 范数很长。它在增长。"),
        code("x = 1. + 2.  # a. b\nx", {"output_type": "stream", "text": "3"}, tags=["hide-input"]),
    )
    assert as_text(read(raw, "page")).splitlines() == [
        "── cell c1 · markdown",
        "# Norms",
        "",
        "The norm is long.",
        "It grows:",
        "always.",
        "范数很长。",
        "它在增长。",
        "",
        "── cell c2 · code · hide-input",
        "x = 1. + 2.  # a. b",
        "x",
    ]


@given(st.text(st.sampled_from("ab.!? \n。：")), st.booleans())
def test_pieces_are_the_whole_text(text, prose):
    assert "".join(pieces(text, prose=prose)) == text
