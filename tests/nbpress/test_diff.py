"""`nbpress diff` on a real repository: what changed for the reader since a commit."""

import os
import subprocess

import pytest

from factory import notebook_text

FIGURE = (
    "#| label: fig-bar\n#| caption: A bar.\n#| alt: A blue bar.\nfrom IPython.display import SVG\n"
    'SVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="9"><rect width="{}" height="9"/></svg>\')'
)
PAGES = {
    "numbers": ("# Numbers\n\nA page. It has teh typo.", ("import lib\nprint('loss', lib.loss())",)),
    "figure": ("# Figure\n\n![A box.](box.svg)", (FIGURE.format(40, 40),)),
    "same": ("# Same\n\nNothing happens here.", ("print(1)",)),
}
BOX = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="{}" height="20"/></svg>'


def git(root, *arguments):
    author = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(
        ["git", *arguments], cwd=root, env={**os.environ, **author, **alone}, check=True, capture_output=True
    )


@pytest.fixture
def root(make_book, press):
    root = make_book(PAGES, '[execution]\ntrack = ["lib"]\n')
    (root / "src").mkdir()
    (root / "src/lib.py").write_text("def loss():\n    return 0.91\n")
    (root / "notebooks/chapter/box.svg").write_text(BOX.format(20))
    (root / ".gitignore").write_text("build/\n")
    (root / "elsewhere").symlink_to("/nowhere")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "begin")
    assert press(root, "run").returncode == 0
    return root


def write(root, name, *cells):
    (root / "notebooks" / "chapter" / f"{name}.ipynb").write_text(notebook_text(*cells), encoding="utf-8")


def test_nothing_changed(root, press):
    done = press(root, "diff")
    assert (done.returncode, done.stdout) == (0, "no pages changed for the reader: build/diff/index.html\n")
    assert (root / "build/diff/summary.md").read_text() == "Nothing changed for the reader since `HEAD`.\n"


def test_a_word_is_all_that_changed(root, press):
    write(root, "numbers", PAGES["numbers"][0].replace("teh", "the"), PAGES["numbers"][1])
    done = press(root, "diff")
    assert done.stdout == "1 page changed for the reader: build/diff/index.html\n"
    assert (root / "build/diff/summary.md").read_text().splitlines()[2:] == [
        "| page | words | code lines | outputs | pictures |",
        "|---|---|---|---|---|",
        "| Numbers | −1 +1 |  |  |  |",
        "",
        "**Numbers** (notebooks/chapter/numbers.ipynb)",
        "",
        "- cell 1: \\# Numbers A page. It has ~~teh~~ **the** typo.",
    ]
    report = (root / "build/diff/index.html").read_text()
    assert "It has <del>teh</del><ins>the</ins> typo." in report


def test_a_change_of_the_library_shows_in_the_numbers_of_a_page_that_was_not_touched(root, press):
    (root / "src/lib.py").write_text("def loss():\n    return 0.93\n")
    done = press(root, "diff")
    assert done.stdout.startswith("no pages changed")
    assert "outputs not compared, since a version has none stored" in done.stderr
    assert "chapter/numbers" in done.stderr
    assert press(root, "run").returncode == 0
    assert press(root, "diff", "-o", str(root / "out")).stdout == "1 page changed for the reader: out/index.html\n"
    assert "- cell 2 shows: loss ~~0.91~~ **0.93**" in (root / "out/summary.md").read_text()
    assert press(root, "diff", "--tolerance", "0.1").stdout.startswith("no pages changed")


def test_pictures_of_code_and_of_files(root, press):
    write(root, "figure", PAGES["figure"][0], (FIGURE.format(40, 20),))
    (root / "notebooks/chapter/box.svg").write_text(BOX.format(10))
    press(root, "run")
    assert press(root, "diff").stdout.startswith("1 page changed")
    report = (root / "build/diff/index.html").read_text()
    assert report.count('class="picture blend"') == 2
    assert 'alt="before: A blue bar."' in report
    assert "<h3>notebooks/chapter/box.svg</h3>" in report
    assert "of its points look different" in (root / "build/diff/summary.md").read_text()


def test_pages_that_came_and_went_since_an_older_commit(root, press):
    toml = root / "conf/book.toml"
    toml.write_text(toml.read_text().replace('"same"', '"new"'))
    (root / "notebooks/chapter/same.ipynb").unlink()
    write(root, "new", "# New <b>page</b>")
    git(root, "add", ".")
    git(root, "commit", "-qm", "more")
    assert press(root, "diff", "HEAD").stdout.startswith("no pages")
    assert press(root, "diff", "HEAD~1").stdout.startswith("2 pages changed")
    summary = (root / "build/diff/summary.md").read_text()
    assert "| Same (removed) |" in summary
    assert "| New \\<b\\>page\\</b\\> (added) |" in summary
    assert "New &lt;b&gt;page&lt;/b&gt;" in (root / "build/diff/index.html").read_text()


def test_the_report_says_where_outputs_are_not_known(root, press):
    write(root, "numbers", "# Other\n\nWords.", ("print(2)",))
    press(root, "diff")
    assert "- outputs not compared: the new ones are not stored" in (root / "build/diff/summary.md").read_text()
    assert "call nbpress run first" in (root / "build/diff/index.html").read_text()


def test_a_commit_that_is_not_there(root, press):
    done = press(root, "diff", "nowhere")
    assert done.returncode == 2
    assert 'there is no commit "nowhere" here.' in done.stderr
    assert "git fetch" in done.stderr
