"""Two pictures, as eyes compare them."""

import io

from PIL import Image, ImageDraw

from nbpress.comparison.pictures import difference

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"><rect width="{}" height="50" fill="#2f6db3"/></svg>'


def png(width, size=(100, 50), shade=179):
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((0, 0, width - 1, size[1]), fill=(47, 109, shade))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def test_the_same_looks_the_same():
    assert difference(png(50), png(50)) == 0
    assert difference(png(50), png(50, shade=183)) == 0


def test_a_tenth_of_the_points():
    assert abs(difference(png(50), png(60)) - 0.1) < 0.03


def test_drawings_are_looked_at_not_read():
    one = SVG.format(50)
    assert difference(one.encode(), one.replace("<rect", '<!-- by another tool --><rect id="r"').encode()) == 0
    assert abs(difference(one.encode(), SVG.format(60).encode()) - 0.1) < 0.03


def test_a_larger_picture_differs_by_what_it_has_more():
    assert abs(difference(png(50), png(50, size=(100, 100))) - 0.25) < 0.03


def test_what_is_no_picture_cannot_be_told():
    assert difference(b"no", png(50)) is None
