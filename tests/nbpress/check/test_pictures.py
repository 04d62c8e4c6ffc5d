"""Rules on pictures."""

import shutil

import pytest

from factory import SVG
from nbpress import book
from nbpress.check import check


@pytest.fixture
def said(make_book, tmp_path):
    def run(*cells, **files):
        shutil.rmtree(tmp_path / "book", ignore_errors=True)  # of the call before
        root = make_book({"page": ["# Page", *cells]})
        for name, content in files.items():
            (root / "notebooks/chapter" / f"{name}.svg").write_text(content)
        loaded = book.load(root)
        return [f"{p.place.cell}:{p.place.line} {p.message}" for p in check(loaded, loaded.pages)]

    return run


def test_a_picture_without_words(said):
    assert said("One.\n\n![](a.svg)", a=SVG) == ["2:3 the picture has no words."]
    assert not said('![A box.](a.svg)\n\n![](a.svg){alt="A box."}', a=SVG)


def test_a_figure_of_code_without_words(said):
    assert said(("#| label: fig-a\nplot()",)) == ['2:1 the figure "fig-a" has no words.']
    assert not said(("#| label: fig-a\n#| caption: A curve.\nplot()",))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("<svg><rect></svg>", "is not well-formed"),
        ("<html/>", "is no SVG, its root is <html>."),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "does not say how large it is."),
    ],
)
def test_a_drawing_that_cannot_be_shown(said, content, problem):
    (found,) = said("![A box.](a.svg)", a=content)
    assert found.startswith('2:1 the drawing "a.svg"')
    assert problem in found


def test_a_heavy_picture(said):
    assert said("![A box.](a.svg)", a=SVG.replace("</svg>", f"<!--{' ' * 500_000}--></svg>")) == [
        '2:1 the picture "a.svg" weighs 500 kB.'
    ]
