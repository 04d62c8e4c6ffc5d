import io
import json

import pytest
from matplotlib.figure import Figure

from factory import code, display, markdown, stored
from nbpress.sphinxext.drawings import clean

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
ACTIVE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(1)">'
    '<script>alert(2)</script><rect width="9" height="9"/></svg>'
)


def drawn(inner):
    return f"{HEAD}{inner}</svg>".encode()


HARMLESS = [
    "<rect width='1' style='fill: url(#a); stroke: red'/><!-- a note -->",
    "<style>.a { fill: red } @font-face { src: url(data:font/woff2;base64,AA) }</style>",
    "<image xlink:href='data:image/png;base64,AA'/><use xlink:href='#a'/><a href='https://example.org'/>",
    "<filter><feGaussianBlur in='x' stdDeviation='2'/></filter>",
]
UNSAFE = {
    "<script>alert(1)</script>": "<script>",
    "<g onclick='alert(1)'/>": "onclick of <g>",
    "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>alert</p></foreignObject>": "<foreignObject>",
    "<script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>": "<script>",
    "<metadata><script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script></metadata>": "<script>",
    "<a xlink:href='java&#10;script:alert(1)'/>": "href of <a>",
    "<a href='data:text/html,alert'/>": "href of <a>",
    "<image href='https://evil.example/x.png'/>": "href of <image>",
    "<use xlink:href='data:image/svg+xml,alert'/>": "href of <use>",
    "<set attributeName='href' to='javascript:alert(1)'/>": "<set>",
    "<rect style='fill: u\\72l(https://evil.example/x)'/>": "style of <rect>",
    "<rect fill='url(https://evil.example/x#y)'/>": "fill of <rect>",
    "<style>@import 'https://evil.example/x.css';</style>": "<style>",
    "<?xml-stylesheet href='https://evil.example/x.css'?>": "an instruction",
}


def test_a_drawing_of_matplotlib_stays_byte_for_byte():
    figure = Figure()
    axes = figure.subplots()
    axes.imshow([[1, 2]])
    axes.plot([0, 1], label="$x^2$", marker="o")
    axes.legend()
    file = io.BytesIO()
    figure.savefig(file, format="svg")
    assert clean(file.getvalue()) == (file.getvalue(), ())


@pytest.mark.parametrize("inner", HARMLESS)
def test_a_harmless_drawing_stays_as_it_is(inner):
    assert clean(drawn(inner)) == (drawn(inner), ())


@pytest.mark.parametrize("inner", UNSAFE)
def test_what_could_act_is_cut_and_named(inner):
    content, removed = clean(drawn(f"{inner}<path d='M0 0'/>"))
    assert removed == (UNSAFE[inner],)
    assert b"<path" in content
    assert not any(word in content for word in (b"alert", b"evil", b"javascript"))


@pytest.mark.parametrize(
    "declaration", ['<!ATTLIST svg onload CDATA "alert(1)">', '<!ENTITY x "<script>alert(1)</script>">']
)
def test_what_a_drawing_declares_before_it_begins_is_cut(declaration):
    content, removed = clean(f"<!DOCTYPE svg [{declaration}]>{HEAD}</svg>".encode())
    assert removed == ("declarations in <!DOCTYPE>",)
    assert b"alert" not in content


def test_what_is_beside_a_drawing_is_cut():
    assert clean(b"<?xml-stylesheet href='x'?>" + drawn(""))[1] == ("an instruction",)


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'>", b"", b"<html xmlns='http://www.w3.org/1999/xhtml'/>"])
def test_what_is_no_drawing_is_refused(content):
    cleaned = clean(content)
    assert cleaned.removed
    assert b"html" not in cleaned.content


def test_a_drawing_in_an_encoding_of_its_own_is_written_in_utf8():
    text = f'<?xml version="1.0" encoding="UTF-16"?>{HEAD}<title>é</title></svg>'
    content, removed = clean(text.encode("utf-16"))
    assert "é".encode() in content
    assert removed == ()


def book(make_book, toml=""):
    notebook = stored(
        markdown("# Page\n\n![There](beside.svg)\n\n{download}`It <beside.svg>`"),
        code("draw()", display({"image/svg+xml": ACTIVE})),
        markdown("![Attached](attachment:a.svg)", attachments={"a.svg": {"image/svg+xml": ACTIVE}}),
    )
    root = make_book({"page": json.dumps(notebook)}, toml=f"{toml}\n[execution]\nenabled = false")
    (root / "notebooks" / "chapter" / "beside.svg").write_text(ACTIVE)
    return root


def test_each_drawing_that_could_act_is_a_problem_with_its_place(make_book, press):
    root = book(make_book)
    done = press(root, "build", "html")
    assert done.returncode == 1
    for place, what in (
        ("cell 1 (id c1), line 3", "left out is: onload of <svg>, <script>: beside.svg"),
        ("cell 1 (id c1), line 5", "left out is: onload of <svg>, <script>: beside.svg"),
        ("cell 2 (id c2), line 1", "left out is: onload of <svg>, <script>"),
        ("cell 3 (id c3), line 1", "left out is: onload of <svg>, <script>"),
    ):
        assert any(f"{place}: the drawing could act" in line and what in line for line in done.stderr.splitlines())
    files = list((root / "build" / "html").rglob("*.svg"))
    assert files
    assert not any("alert" in file.read_text() for file in files)


def test_drawings_of_a_trusted_page_stay(make_book, press):
    root = book(make_book, 'trusted = ["chapter/page"]')
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    assert all("alert" in file.read_text() for file in (root / "build" / "html").rglob("_images/*.svg"))
