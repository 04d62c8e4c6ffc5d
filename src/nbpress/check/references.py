"""Rules on links, labels and pictures: what is pointed at must be there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from nbpress.book import NOTEBOOKS
from nbpress.check import Source, Sources, rule
from nbpress.errors import Problem, did_you_mean
from nbpress.markup import EXTERNAL, Mark


@rule
def labels_unique(sources: Sources) -> Iterator[Problem]:
    """A label is given once in the whole book."""
    first: dict[str, tuple[Source, Mark]] = {}
    for source in sources.pages.values():
        for label in source.markup.labels:
            name = label.text.lower()  # docutils does not tell Fig-A from fig-a
            if name in first and source.page.name in sources.chosen:
                other, mark = first[name]
                place = source.notebook.place(label.cell, label.line)
                yield Problem(
                    f'the label "{label.text}" is taken.', place, f"first given in {other.notebook.place(mark.cell)}"
                )
            first.setdefault(name, (source, label))


@rule
def links_resolve(sources: Sources) -> Iterator[Problem]:
    """Links to pages, sections, labels and files of the book lead somewhere."""
    labels = {label.text: (source, label) for source in sources.pages.values() for label in source.markup.labels}
    for source in sources.reported:
        for link in source.markup.links:
            target = unquote(link.text)
            if not target or EXTERNAL.match(target):
                continue
            found = _label_problem if target.startswith("#") else _page_problem
            message, hint = found(target, source, sources, labels)
            if message:
                yield Problem(message, source.notebook.place(link.cell, link.line), hint)


Labels = dict[str, tuple[Source, Mark]]


def _label_problem(target: str, source: Source, _: Sources, labels: Labels) -> tuple[str, str]:
    """What is wrong with `#label`, a label anywhere in the book or a heading of this page."""
    name = target[1:]
    if name in labels or source.markup.leads(name):
        return "", ""
    near = did_you_mean(name, [*labels, *source.markup.slugs])
    word = near.partition('"')[2].rpartition('"')[0]
    if word in labels:
        other, mark = labels[word]
        near = f"{near[:-1]} ({other.notebook.file}, cell {mark.cell.number})?"
    return f'the label "{name}" is not defined.', near


def _page_problem(target: str, source: Source, sources: Sources, labels: Labels) -> tuple[str, str]:
    """What is wrong with a relative path, with or without a `#section`."""
    path, _, anchor = target.partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(source.notebook.file), path))
    if not path.endswith(".ipynb"):
        exists = (source.page.path.parent / path).is_file() and not file.startswith("..")
        return ("", "") if exists else (f'the file "{path}" does not exist.', f"looked for {file}")
    page = file.removesuffix(".ipynb").removeprefix(f"{NOTEBOOKS}/")
    if page not in sources.book.names:
        near = did_you_mean(page, sorted(sources.book.names))
        return f'"{path}" is not a page of the book.', near
    other = sources.pages.get(page)
    known = {*other.markup.slugs, *(mark.text for mark in other.markup.labels)} if other else {anchor}
    if anchor and anchor not in known and anchor.lower() not in known:
        return f'the page {page} has no section "{anchor}".', did_you_mean(anchor, sorted(known))
    return "", ""


@rule
def footnotes_match(sources: Sources) -> Iterator[Problem]:
    """Footnotes are defined on the page that refers to them, in whichever cell, and each is referred to."""
    for source in sources.reported:
        defined = {mark.text: mark for mark in source.markup.footnotes}
        used = {mark.text for mark in source.markup.footnote_references}
        for mark in source.markup.footnote_references:
            if mark.text not in defined:
                place = source.notebook.place(mark.cell, mark.line)
                near = did_you_mean(mark.text, list(defined)) or f"write it in any cell: [^{mark.text}]: …"
                yield Problem(f'the page has no footnote "{mark.text}".', place, near)
        for name, mark in defined.items():
            if name not in used:
                place = source.notebook.place(mark.cell, mark.line)
                yield Problem(f'nothing refers to the footnote "{name}".', place, f"write [^{name}] where it belongs")


@rule
def images_exist(sources: Sources) -> Iterator[Problem]:
    """Every picture that a page shows is a file."""
    for source in sources.reported:
        for image in source.markup.images:
            src = unquote(image.text)
            if src.startswith("attachment:"):
                yield from _attachment_problem(src.removeprefix("attachment:"), source, image)
            if EXTERNAL.match(src):
                continue
            if not (source.page.path.parent / src).is_file():
                folder = source.page.path.parent / posixpath.dirname(src)
                near = did_you_mean(
                    posixpath.basename(src), [p.name for p in folder.glob("*")] if folder.is_dir() else []
                )
                place = source.notebook.place(image.cell, image.line)
                yield Problem(f'the picture "{src}" does not exist.', place, near)


def _attachment_problem(name: str, source: Source, image: Mark) -> Iterator[Problem]:
    attached = list(image.cell.attachments)
    if name not in attached:
        place = source.notebook.place(image.cell, image.line)
        yield Problem(f'the cell has no attachment "{name}".', place, did_you_mean(name, attached))
