"""Real git on a real clone: what is committed, compared and merged after `nbpress setup-git`."""

import json
import os
import subprocess

import pytest

from factory import notebook_text

CELLS = ("# Page\n\nA short page. It has a typo: teh end.", ("x = 1\nprint(x)",), "## Summary\n\nAll of it.")


class Clone:
    """A clone of a book; what git says must not depend on the machine's own settings."""

    def __init__(self, root, press):
        self.root, self.press = root, press
        self.page = root / "notebooks" / "chapter" / "page.ipynb"

    def git(self, *arguments, fails=False):
        author = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true"}
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env={**os.environ, **author, **alone}, capture_output=True, text=True
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def commit(self, message):
        self.git("commit", "-qam", message)

    def read(self):
        return json.loads(self.page.read_text(encoding="utf-8"))

    def edit(self, change, noise=True):
        """Change the cells as JupyterLab would save them: executed, with what it notes for itself."""
        raw = self.read()
        change(raw["cells"])
        for number, cell in enumerate(raw["cells"] if noise else (), start=1):
            if cell["cell_type"] == "code":
                cell["execution_count"] = number
                cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [f"{number}\n"]}]
                cell["metadata"]["execution"] = {"iopub.execute_input": "2026-01-01T00:00:00Z"}
            cell["metadata"]["editable"] = True
        raw["metadata"]["kernelspec"]["display_name"] = "Python 3 (ipykernel)"
        raw["metadata"]["language_info"] = {"name": "python", "version": "3.12.1"}
        self.page.write_text(json.dumps(raw, indent=1), encoding="utf-8")

    def say(self, number, old, new):
        """Change words of a cell."""

        def change(cells):
            text = "".join(cells[number]["source"])
            assert old in text
            cells[number]["source"] = text.replace(old, new)

        self.edit(change)

    def texts(self):
        return ["".join(cell["source"]) for cell in self.read()["cells"]]


@pytest.fixture
def clone(make_book, press):
    root = make_book({"page": CELLS})
    made = Clone(root, press)
    made.git("init", "-q", "-b", "main")
    done = press(root, "setup-git")
    assert (done.returncode, done.stdout) == (
        0,
        "set up: see .git/info/attributes and git config --get-regexp nbpress\n",
    )
    made.git("add", ".")
    made.git("commit", "-qm", "begin")
    return made


def test_noise_is_not_committed_and_a_word_is_all_that_differs(clone):
    clone.say(0, "teh", "the")
    assert clone.git("diff", "-U0").splitlines()[4:] == [
        "@@ -6 +6 @@ ── cell c1 · markdown",
        "-teh end.",
        "+the end.",
    ]
    clone.commit("typo")
    stored = json.loads(clone.git("show", "HEAD:notebooks/chapter/page.ipynb"))
    assert stored["cells"][1]["outputs"] == []
    assert stored["metadata"]["language_info"] == {"name": "python"}
    clone.edit(lambda cells: None)
    assert clone.git("diff") == ""


@pytest.mark.parametrize("way", ["merge", "rebase"])
def test_edits_of_cells_beside_each_other_are_merged(clone, way):
    clone.git("checkout", "-qb", "typo")
    clone.say(0, "teh", "the")
    clone.commit("typo")
    clone.git("checkout", "-q", "main")
    clone.say(1, "x = 1", "x = 2")
    clone.edit(lambda cells: cells.insert(1, {"cell_type": "markdown", "id": "new", "metadata": {}, "source": "New:"}))
    clone.commit("code")
    if way == "merge":
        clone.git("merge", "-q", "--no-edit", "typo")
    else:
        clone.git("checkout", "-q", "typo")
        clone.git("rebase", "-q", "main")
    assert clone.texts() == [CELLS[0].replace("teh", "the"), "New:", "x = 2\nprint(x)", CELLS[2]]
    assert clone.git("status", "--porcelain") == ""
    assert clone.press(clone.root, "check").returncode == 0


def test_stashed_edits_come_back_over_others(clone):
    clone.say(0, "teh", "the")
    clone.git("stash", "-q")
    assert clone.texts()[0] == CELLS[0]
    clone.edit(lambda cells: cells.append(cells.pop(1)))  # moved to the end
    clone.commit("moved")
    clone.git("stash", "pop")
    assert clone.texts() == [CELLS[0].replace("teh", "the"), CELLS[2], CELLS[1][0]]


def test_a_split_cell_and_a_deleted_one_meet_edits(clone):
    def split(cells):
        cells[1:2] = [
            {**cells[1], "source": "x = 1"},
            {**cells[1], "id": "half", "source": "print(x)"},
        ]

    clone.git("checkout", "-qb", "split")
    clone.edit(split)
    clone.commit("split")
    clone.git("checkout", "-q", "main")
    clone.edit(lambda cells: cells.pop(2))
    clone.say(0, "teh", "the")
    clone.commit("deleted")
    clone.git("merge", "-q", "--no-edit", "split")
    assert clone.texts() == [CELLS[0].replace("teh", "the"), "x = 1", "print(x)"]


def test_a_conflict_opens_in_jupyter_and_is_found(clone):
    clone.git("checkout", "-qb", "other")
    clone.say(0, "teh end", "an end")
    clone.commit("other")
    clone.git("checkout", "-q", "main")
    clone.say(0, "teh end", "the end")
    clone.commit("ours")
    said = clone.git("merge", "other", fails=True)
    assert "notebooks/chapter/page.ipynb, cell c1: both changed it." in said
    assert clone.texts()[0].endswith("It has a typo: \n<<<<<<< ours\nthe end.\n=======\nan end.\n>>>>>>> theirs\n")
    assert clone.texts()[1:] == [CELLS[1][0], CELLS[2]]
    done = clone.press(clone.root, "check")
    assert done.returncode == 1
    assert "page.ipynb, cell 1 (id c1), line 4: a merge conflict is left here." in done.stderr
    clone.page.write_text(notebook_text(CELLS[0].replace("teh", "the"), *CELLS[1:]))
    clone.git("add", ".")
    clone.git("commit", "-qm", "merged")


def test_what_is_no_notebook_can_be_committed_all_the_same(clone):
    clone.page.write_text("{half", encoding="utf-8")
    said = clone.git("add", ".")
    assert "nbpress: committed as it is: notebooks/chapter/page.ipynb" in said
    assert clone.git("show", ":notebooks/chapter/page.ipynb") == "{half"
    assert "+{half" in clone.git("diff", "--cached")


def test_it_can_be_done_again_and_taken_back(clone):
    attributes = clone.root / ".git" / "info" / "attributes"
    attributes.write_text("*.svg text\n" + attributes.read_text() + "*.py text\n")
    clone.press(clone.root, "setup-git")
    assert attributes.read_text().count("filter=nbpress") == 1
    assert clone.press(clone.root, "setup-git", "--remove").returncode == 0
    assert attributes.read_text() == "*.svg text\n*.py text\n"
    assert "nbpress" not in clone.git("config", "--list")
    clone.say(0, "teh", "the")
    clone.commit("with outputs")
    assert json.loads(clone.git("show", "HEAD:notebooks/chapter/page.ipynb"))["cells"][1]["outputs"]
    assert clone.press(clone.root, "setup-git", "--remove").returncode == 0


def test_outputs_of_a_book_that_is_not_executed_are_committed(clone):
    toml = clone.root / "conf" / "book.toml"
    toml.write_text(toml.read_text().replace("[[parts]]", "[execution]\nenabled = false\n[[parts]]", 1))
    clone.press(clone.root, "setup-git")
    clone.edit(lambda cells: None)
    clone.commit("executed")
    assert json.loads(clone.git("show", "HEAD:notebooks/chapter/page.ipynb"))["cells"][1]["outputs"]


def test_a_folder_that_is_no_clone(make_book, press):
    done = press(make_book({"page": CELLS}), "setup-git", GIT_CEILING_DIRECTORIES="/")
    assert done.returncode == 2
    assert "not a git repository" in done.stderr
    assert "git init" in done.stderr
