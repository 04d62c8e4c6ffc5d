"""Tables in HTML as grids of fields, and their layout on paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpress.sphinxext.tables import NORMAL, PAGE, SMALLEST, Grid, layout, numeric, parts, with_caption

FRAME = """<div><style scoped>.x {}</style><table border="1" class="dataframe">
<thead><tr style="text-align: right;"><th></th><th>city</th><th>price</th></tr></thead>
<tbody><tr><th>0</th><td>A &amp; B</td><td>1.5</td></tr><tr><th>1</th><td>C</td><td>-2e-05</td></tr></tbody>
</table><p>2 rows × 2 columns</p></div>"""


def grid(html):
    return next(part for part in parts(html) if isinstance(part, Grid))


def texts(html):
    return [[cell.text for cell in row] for row in grid(html).rows]


def table(*rows):
    return (
        "<table>" + "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows) + "</table>"
    )


def test_the_fields_of_a_data_frame():
    assert texts(FRAME) == [["", "city", "price"], ["0", "A & B", "1.5"], ["1", "C", "-2e-05"]]


def test_headings_and_row_headers():
    assert (grid(FRAME).head, grid(FRAME).stub) == (1, 1)


def test_what_stands_around_a_table():
    assert [part for part in parts("before" + FRAME + "behind") if isinstance(part, str)] == [
        "before",
        "2 rows × 2 columns",
        "behind",
    ]


def test_several_tables():
    assert len([part for part in parts(FRAME + FRAME) if isinstance(part, Grid)]) == 2


def test_headings_without_thead():
    assert grid("<table><tr><th>a</th></tr><tr><td>1</td></tr></table>").head == 1


def test_a_table_of_headings_alone_has_a_row_that_is_none():
    assert grid("<table><tr><th>a</th></tr><tr><th>b</th></tr></table>").head == 1


def test_spans_stand_in_all_their_fields():
    html = "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d</table>"
    assert texts(html) == [["a", "b", "b"], ["a", "c", "d"]]


def test_ends_that_are_left_out():
    assert texts("<table><tr><td>1<td>2<tr><td>3</table>") == [["1", "2"], ["3", ""]]


def test_tables_in_tables_are_text():
    assert texts(f"<table><tr><td>{table(['x'])}</td></tr></table>") == [["x"]]


@pytest.mark.parametrize("text", ["1", "-1.5", "1,234.5", "2e-05", "nan", "NaN", "−3", "12 %", "inf"])
def test_numbers(text):
    assert numeric(grid(table([text])), 0)


@pytest.mark.parametrize("text", ["a", "v1.0", "1 m", "2024-01-01", "x2"])
def test_other_texts(text):
    assert not numeric(grid(table(["1"], [text])), 0)


def test_a_narrow_table_has_the_normal_size():
    assert layout(grid(FRAME)) == (layout(grid(FRAME)).__class__([[0, 1, 2]], NORMAL, {}))


def test_long_texts_are_broken_into_lines():
    plan = layout(grid(table(["1", "word " * 40, "2"])))
    assert list(plan.widths) == [1]
    assert len(plan.bands) == 1


def test_a_wide_table_of_numbers_is_set_smaller():
    plan = layout(grid(table(["1234567890"] * 8)))
    assert SMALLEST <= plan.size < NORMAL
    assert len(plan.bands) == 1


def test_a_very_wide_table_is_set_in_bands_with_its_row_headers():
    cells = "".join("<td>1234567890</td>" for _ in range(30))
    plan = layout(
        grid(
            f"<table><tr><th>name</th>{cells}</tr></table>".replace(
                "<table>", "<table><thead><tr><td></td></tr></thead>"
            )
        )
    )
    assert len(plan.bands) > 1
    assert all(band[0] == 0 for band in plan.bands)
    assert [column for band in plan.bands for column in band[1:]] == list(range(1, 31))


@given(st.lists(st.lists(st.text("ab1 .", max_size=40), min_size=1, max_size=30), min_size=1, max_size=4))
def test_no_column_is_lost_and_no_band_is_wider_than_the_page(rows):
    found = grid(table(*rows))
    plan = layout(found)
    assert {column for band in plan.bands for column in band} == set(range(len(found.rows[0])))
    assert all(width <= PAGE * NORMAL / plan.size for width in plan.widths.values())


def test_a_caption_stands_in_the_first_table():
    assert with_caption("<p>x</p><table><tr></tr></table>", "<caption>c</caption>") == (
        "<p>x</p><table><caption>c</caption><tr></tr></table>"
    )
