"""Tables that code makes, on paper and on the site: one node, whose LaTeX is made of its HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.parsers.rst.directives.tables import RSTTable
from sphinx.application import Sphinx

from nbpress.sphinxext import tables
from nbpress.sphinxext.tables import Cell, Grid, Layout

WIDER = 1.27  # how much of the margins an output with the tag full-width takes, as in nbpress.sty
UNBROKEN = 15  # rows that are kept on one page
EMPTY_HEADER = re.compile(r"<th((?:\s[^>]*)?)>\s*</th>")  # above the index of a pandas table: no header of anything
LONG_WORD = 12  # characters after which a line may be broken where a column is narrow

Encode = Callable[[str], str]


class html_table(nodes.table):
    """HTML that holds a table; a title, if it has one, and the `raw` HTML."""


class TableDirective(RSTTable):
    """`:::{table} Caption` around a table in Markdown, with a `:label:` like those of exercises and code."""

    option_spec = {**RSTTable.option_spec, "label": directives.unchanged_required}  # noqa: RUF012  (docutils' interface)

    def run(self) -> list[Any]:
        """The table with its caption."""
        if "label" in self.options:
            self.options["name"] = self.options.pop("label")
        return list(super().run())


def table(text: str) -> html_table:
    """The node of a piece of HTML that holds a table."""
    return html_table("", nodes.raw("", text, format="html"))


def visit_html(self: Any, node: html_table) -> None:
    """The HTML as it is, with the caption in its first table."""
    *titles, raw = node.children
    outer, self.body = self.body, []
    for title in titles:
        title.walkabout(self)
    caption, self.body = "".join(self.body), outer
    self.body.append(self.starttag(node, "div", CLASS="rendered_html"))
    html = EMPTY_HEADER.sub(r"<td\1></td>", raw.astext())
    self.body.append(tables.with_caption(html, caption) + "</div>\n")
    raise nodes.SkipNode


def visit_latex(self: Any, node: html_table) -> None:
    """Every table of the HTML, the first with the caption, and the text around them."""
    *titles, raw = node.children
    caption = ""
    if titles:
        self.pushbody([])
        for child in titles[0].children:
            child.walkabout(self)
        caption = f"\\caption{{{''.join(self.popbody())}}}{self.hypertarget_to(node)}"
    page = tables.PAGE * (WIDER if node.get("wide") else 1)
    for part in tables.parts(raw.astext()):
        if isinstance(part, str):
            self.body.append(f"\n\\nbpresstabletext{{{self.encode(part)}}}\n")
        else:
            self.body += latex(part, tables.layout(part, page), caption, self.encode)
            caption = ""
    raise nodes.SkipNode


def latex(grid: Grid, layout: Layout, caption: str, encode: Encode) -> Iterator[str]:
    """The LaTeX of a table; `caption` stands above its first band."""
    yield f"\n\\begin{{nbpresstable}}{{{layout.size:g}}}\n"
    for band in layout.bands:
        columns = "".join(_column(grid, layout, column) for column in band)
        head = "".join(_row(grid, number, band, layout, encode) for number in range(grid.head))
        rows = range(grid.head, len(grid.rows))
        body = "".join(_gap(grid, number) + _row(grid, number, band, layout, encode) for number in rows)
        environment = _short if len(rows) <= UNBROKEN and not layout.widths else _long
        yield environment(columns, caption, f"\\toprule\n{head}" + ("\\midrule\n" if head else ""), body)
        caption = ""
    yield "\\end{nbpresstable}\n"


def _short(columns: str, caption: str, head: str, body: str) -> str:
    above = caption.replace("\\caption", "\\captionof{table}", 1)
    tabular = f"\\begin{{tabular}}{{{columns}}}\n{head}{body}\\bottomrule\n\\end{{tabular}}"
    return f"\\begin{{nbpressshorttable}}\n{above}{tabular}\n\\end{{nbpressshorttable}}\n"


def _long(columns: str, caption: str, head: str, body: str) -> str:
    name = "longtable" if caption else "longtable*"  # the other would count as a table
    first = f"{caption}\\\\*\n" if caption else ""
    heads = f"{first}{head}\\endfirsthead\n{head}\\endhead\n\\nbpresscontinues\\endfoot\n\\endlastfoot\n"
    return f"\\begin{{{name}}}{{{columns}}}\n{heads}{body}\\bottomrule\n\\end{{{name}}}\n"


def _column(grid: Grid, layout: Layout, column: int) -> str:
    if column in layout.widths:
        return f">{{\\raggedright\\arraybackslash}}p{{{layout.widths[column]:g}em}}"
    return "r" if tables.numeric(grid, column) else "l"


def _gap(grid: Grid, number: int) -> str:
    """Room above a group of rows that have a header together."""
    first = grid.rows[number][0]
    groups = grid.stub and first.rows > 1 and first.row == number > grid.head
    return "\\addlinespace\n" if groups else ""


def _row(grid: Grid, number: int, band: list[int], layout: Layout, encode: Encode) -> str:
    fields, rules, position = [], "", 0
    for _, group in groupby(band, key=lambda column: id(grid.rows[number][column])):
        columns = list(group)
        cell = grid.rows[number][columns[0]]
        text = _field(cell, number, number < grid.head, encode, broken=columns[0] in layout.widths)
        if len(columns) > 1:
            text = f"\\multicolumn{{{len(columns)}}}{{{'c' if number < grid.head else 'l'}}}{{{text}}}"
            if number < grid.head - 1 and cell.text:
                rules += f"\\cmidrule(lr){{{position + 1}-{position + len(columns)}}}"
        fields.append(text)
        position += len(columns)
    return " & ".join(fields) + f" \\\\{rules}\n"


def _field(cell: Cell, number: int, heading: bool, encode: Encode, *, broken: bool) -> str:
    if cell.row != number or not cell.text:  # the cell above reaches down to here
        return ""
    text = _breakable(cell.text, encode) if broken else encode(cell.text)
    return f"\\nbpresstablehead{{{text}}}" if heading else f"{{{text}}}"


def _breakable(text: str, encode: Encode) -> str:
    """The text with places in long words where a line may end."""
    words = [[word[i : i + LONG_WORD] for i in range(0, len(word), LONG_WORD)] for word in text.split(" ")]
    return " ".join("\\hspace{0pt}".join(map(encode, pieces)) for pieces in words)


def visit_text(self: Any, node: html_table) -> None:
    """Print nothing; the extension has no text of its own."""
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the node among Sphinx's tables, whose numbers it shares, and the directive."""
    visitors: dict[str, Any] = {"html": (visit_html, None), "latex": (visit_latex, None), "text": (visit_text, None)}
    app.add_enumerable_node(html_table, "table", **visitors)
    app.add_directive("table", TableDirective, override=True)
