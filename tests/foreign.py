"""A book of notebooks that other people could have written, and what of them must not be lost.

Each page is a notebook as JSON; every piece of it that a reader must find, in any output, holds a word that begins with
`zq`, so that a test can count them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from factory import SVG, code, display, markdown, picture, stored, stream

PNG = picture("PNG")
PYTHON = {"kernelspec": {"name": "conda-env-py27", "display_name": "Python [conda env]", "language": "python"}}
BOOK = 'title = "Foreign"\nauthors = ["Nobody Here"]\ntrusted = ["*"]\n[execution]\nenabled = false\n'


def old() -> dict[str, Any]:
    """Format 4.0 without ids, sources as lists, outputs with odd line ends, and no code, or no words, where one looks."""
    cells = [
        markdown(["# zqold title\n", "\n", "zqold text"]),
        code(["print 'zqold code'\n", "x"], stream(["zqold one\n", "zqold two"]), stream("zqold three\n\n\n")),
        code("", stream("zqold output without code")),
        code("   \n \n"),
        code("x = 1"),
        markdown(""),
        markdown(" \n\n "),
        {"cell_type": "raw", "metadata": {}, "source": "zqold raw_cell & #1 %"},
    ]
    return stored(*cells, minor=0)


def same_ids() -> dict[str, Any]:
    """Two cells of one id, each with a picture and an attachment of one name."""
    attached = {"image.png": {"image/png": PNG}}
    other = {"image.png": {"image/png": picture("PNG", (30, 30))}}
    return stored(
        markdown("# zqids title\n\n![first](attachment:image.png)", id="a", attachments=attached),
        markdown("![second](attachment:image.png)", id="a", attachments=other),
        code("draw('zqids code')", display({"image/png": PNG, "text/plain": ["<Figure>"]}), id="a"),
        code("draw('zqids more')", display({"image/png": other["image.png"]["image/png"]}), id="a"),
    )


def headings() -> dict[str, Any]:
    """Several titles, levels that jump, headings in HTML, links to them as Jupyter makes them."""
    return stored(
        markdown("[Colab](https://colab.example/)\n\nzqheads before the title"),
        markdown("# zqheads One\n\n1. [first](#zqheads-Deep)\n2. [second](#anchor)\n3. [third](#zqheads-two)"),
        markdown("#### zqheads Deep\n\ntext\n\n## zqheads Middle"),
        markdown("# zqheads Two\n\n<h2>zqheads HTML</h2>\n\n<a id='anchor'></a>\n### zqheads Anchored"),
        markdown("zqheads Underlined\n===\n\nzqheads Smaller\n---"),
        **PYTHON,
    )


def untitled() -> dict[str, Any]:
    """No title, only sections."""
    return stored(markdown("## zqnone Section\n\ntext"), code("zqnone = 1"), markdown("### zqnone Deeper"))


def html() -> dict[str, Any]:
    """HTML in Markdown: folded text, pictures, tables, styles, boxes, and what was never closed."""
    return stored(
        markdown("# zqhtml title"),
        markdown("<details><summary>zqhtml summary</summary>\n\nzqhtml **folded**\n\n</details>"),
        markdown('<img src="img/local.png" width="120" alt="local"/>\n\n<center><img src="img/local.png"></center>'),
        markdown(f'<div align="center">\n<img src="data:image/png;base64,{PNG}">\n</div>'),
        markdown(
            "H<sub>2</sub>O, zqhtml <sup>up</sup>, line<br>zqhtml break<br/>, <b>zqhtml bold</b>, <u>zqhtml u</u>"
        ),
        markdown('<div class="alert alert-info">\n<b>zqhtml box</b>\n</div>'),
        markdown("<table><tr><th>zqhtml th</th></tr><tr><td>zqhtml td</td></tr></table>"),
        markdown("<div><b>zqhtml open"),
        markdown("zqhtml after</div></div></section>"),
        markdown("<font color='red'>zqhtml red</font> & <kbd>Ctrl</kbd> <!-- nothing -->"),
        markdown("<style>.x {}</style>\n\n<script>1</script>\n\nzqhtml behind"),
        markdown("<ul><li>zqhtml item</li></ul>\n\n<p>zqhtml paragraph</p>\n\n<hr/>\n\n<pre>zqhtml pre</pre>"),
    )


def prose() -> dict[str, Any]:
    """Markdown of every kind: prices, formulas, footnotes, tasks, rules, lines that other systems would swallow."""
    return stored(
        markdown("# zqprose title"),
        markdown("It costs \\$5 zqprose or \\$10, and 100% of it; a_b_c, #1, ~zqprose tilde, ^hat, {curly} zqprose."),
        markdown("zqprose line\n% zqprose percent\n\n% zqprose alone"),
        markdown("---\n\nzqprose between rules\n\n---\nzqprose rest"),
        markdown("---\ntitle: zqprose yaml\n---\n\nzqprose under"),
        markdown("A note[^1] zqprose.\n\n[^1]: zqprose footnote"),
        markdown("- [ ] zqprose open\n- [x] zqprose done\n\n~~zqprose struck~~"),
        markdown("| zqprose a | b |\n|:--|--:|\n| zqprose c | `d|e` |"),
        markdown("$$\n\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}\n$$\n\n$x$ and \\(y\\) zqprose"),
        markdown("```python\nzqprose = 'fenced'\n```\n\n    zqprose indented\n\n~~~\nzqprose tildes\n~~~"),
        markdown("> zqprose quote\n>\n> - zqprose list\n\n1. zqprose one\n   1. zqprose inner"),
        markdown("https://example.com/zqprose and <https://example.com> and [zqprose *link*](https://example.com 't')"),
        markdown("Emoji 🎉 zqprose, עברית zqprose, العربية, 中文 zqprose, ½ ≤ — ’ zqprose\u00a0space\u200b."),
    )


def outputs() -> dict[str, Any]:
    """Outputs of every kind, some as lists, some empty, some without a form that can be printed well."""
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "m"}, "text/plain": "zqout Slider(value=3)"}
    return stored(
        markdown("# zqout title"),
        code("zqout.a", display({"text/html": ["<b>zqout", " html</b>"], "text/plain": ["<HTML object>"]})),
        code("zqout.b", display({"text/plain": ["zqout plain\n", "lines"]}), display({}), stream("")),
        code("zqout.c", display(widget), stream("\r 10%\r 99%\rzqout done\n")),
        code("zqout.d", display({"image/svg+xml": [SVG[:20], SVG[20:]]}), display({"image/gif": picture("GIF")})),
        code("zqout.e", display({"image/jpeg": picture("JPEG") + "\n"}, isolated=True)),
        code("zqout.f", display({"application/json": {"zqout": [1, None]}}), display({"text/latex": ["$zqout^2$"]})),
        code("zqout.g", stream("zqout \x1b[1;31mred\x1b[0m \x1b[38;5;99m256\x1b[0m \x07 \x00", "stderr")),
        code("zqout.h", {"output_type": "error", "ename": "zqoutError", "evalue": "zqout why", "traceback": []}),
        code("zqout.i", display({"text/html": "<table><tr><td>zqout cell</table>", "text/plain": "zq"})),
        code("zqout.j", display({"application/vnd.plotly.v1+json": {}, "image/png": PNG, "text/html": "<div></div>"})),
        code("zqout.k", display({"text/markdown": "## zqout heading\n\n- *zqout item*", "text/plain": "<M>"})),
        code(
            "zqout.l", {"output_type": "execute_result", "execution_count": 7, "data": {"text/plain": "zqout result"}}
        ),
        widgets={"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2}},
        **PYTHON,
    )


def language(name: str, lexer: str, source: str, kernel: str) -> dict[str, Any]:
    """A notebook in another language, whose kernel nobody has."""
    info = {"name": name, "pygments_lexer": lexer}
    cells = (
        markdown(f"# zq{lexer} title"),
        code(source, stream(f"zq{lexer} output\n")),
        code("%%magic zqmagic\nx ? y"),
    )
    return stored(*cells, language_info=info, kernelspec={"display_name": name, "language": name, "name": kernel})


def quarto() -> dict[str, Any]:
    """Options that are Quarto's, and front matter in a raw cell."""
    source = '#| echo: false\n#| label: fig-zq\n#| fig-cap: "zqquarto"\n#| layout-ncol: 2\nzqquarto()'
    return stored(
        {"cell_type": "raw", "metadata": {}, "source": "---\ntitle: zqquarto_title\nformat: html\n---"},
        markdown("## zqquarto section"),
        code(source, display({"image/png": PNG}), tags=["hide_input", "custom"]),
        code("%matplotlib inline\n!ls zqquarto\nobject?\n%%time"),
    )


def huge() -> dict[str, Any]:
    """More than anyone should store: five million characters of text, and a table of ten thousand rows."""
    rows = "".join(f"<tr><th>{n}</th><td>zqrow</td><td>{n / 7}</td></tr>" for n in range(10_000))
    text = "".join(f"{n} zqhuge line of a program that says very much about what it does\n" for n in range(80_000))
    return stored(
        markdown("# Page"), code("text", stream(text)), code("rows", display({"text/html": f"<table>{rows}</table>"}))
    )


def pages() -> Mapping[str, dict[str, Any]]:
    """All pages by name."""
    return {
        "old": old(),
        "same-ids": same_ids(),
        "headings": headings(),
        "untitled": untitled(),
        "html": html(),
        "prose": prose(),
        "outputs": outputs(),
        "r": language("R", "r", "zqr <- c(1, 2)", "ir"),
        "julia": language("julia", "julia", "zqjulia = [1 2; 3 4]", "julia-1.9"),
        "sql": language("sql", "sql", "SELECT zqsql FROM t", "xsql"),
        "odd": language("Klingon", "klingon", "zqklingon", "k"),
        "quarto": quarto(),
        "empty": stored(),
    }


def write(root: Path) -> Path:
    """The book in the folder `root`: one with a byte order mark, one with the line ends of Windows."""
    chapter = root / "notebooks" / "others"
    (chapter / "img").mkdir(parents=True)
    (chapter / "img" / "local.png").write_bytes(base64.b64decode(PNG))
    for name, notebook in pages().items():
        text = json.dumps(notebook, ensure_ascii=name == "old", indent=1)
        mark = b"\xef\xbb\xbf" if name == "prose" else b""
        (chapter / f"{name}.ipynb").write_bytes(mark + text.replace("\n", "\r\n" if name == "html" else "\n").encode())
    (root / "conf").mkdir()
    names = json.dumps(list(pages()))
    parts = f'[[parts]]\ntitle = "Part"\n[[parts.chapters]]\npath = "others"\npages = {names}\n'
    (root / "conf" / "book.toml").write_text(BOOK + parts, encoding="utf-8")
    return root
