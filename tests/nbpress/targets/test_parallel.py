"""Books large enough that Sphinx reads and writes them in several processes."""

import os
import shutil

import pytest

from nbpress.execute import machine

pytestmark = pytest.mark.skipif(machine.cores() < 2, reason="there is one core")

COUNT = 20  # pages: two chunks and more
PAGES = {
    f"page{number}": [
        f"# Page {number}\n\n$$\nx_{number}\n$$ (eq-{number})\n\n{{cite}}`one`, $y$, [](#eq-{(number + 1) % COUNT}), "
        f"[the next](page{(number + 1) % COUNT}.ipynb), ![A picture.](a.svg){{#in-{number}}}",
        f"![Picture {number}.](a.svg){{#fig-{number}}}\n\n:::{{exercise}}\n:label: ex-{number}\nTry [](#fig-0).\n:::",
        ("from IPython.display import SVG\nSVG('a.svg')",),
        "## Section",
    ]
    for number in range(COUNT)
}
BIB = "@book{one, author={Ada A}, title={One}, year={2001}, publisher={P}}\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def write(root):
    (root / "notebooks" / "references.bib").write_text(BIB)
    (root / "notebooks" / "chapter" / "a.svg").write_text(SVG)
    return root


def test_several_processes_print_what_one_prints(make_book, press, tmp_path):
    root = write(make_book(PAGES))
    press(root, "run")  # in a process of its own: this one must have no threads
    done = press(root, "build", "html")
    assert done.returncode == 0, done.stderr
    several = tmp_path / "several"
    (root / "build" / "html").rename(several)
    shutil.rmtree(root / "build")
    mask = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(mask)})
    try:
        press(root, "build", "html")
    finally:
        os.sched_setaffinity(0, mask)
    pages = sorted(several.rglob("*.html"))
    assert len(pages) > COUNT
    for page in pages:
        assert page.read_bytes() == (root / "build" / "html" / page.relative_to(several)).read_bytes()


def test_warnings_of_all_processes_are_problems_with_their_places(make_book, press):
    pages = {**PAGES, "page7": [*PAGES["page7"], "{unknownrole}`x`"], "page6": [*PAGES["page6"], "a\n\n$\\frac$"]}
    root = write(make_book(pages))
    press(root, "run")
    done = press(root, "build", "html")
    assert done.returncode == 1
    assert "notebooks/chapter/page7.ipynb, cell 5 (id c5), line 1: " in done.stderr
    assert "notebooks/chapter/page6.ipynb, cell 5 (id c5), line 3: KaTeX cannot set" in done.stderr


def test_a_process_with_threads_is_not_forked(monkeypatch):
    monkeypatch.setattr(machine.threading, "active_count", lambda: 2)
    assert machine.processes() == 1
