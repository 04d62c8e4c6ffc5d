import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest

from nbpress.sphinxext.facts import Facts
from nbpress.sphinxext.launch import services


@pytest.fixture(scope="module")
def menu(runnable):
    return {link.contents[0].strip(): link["href"] for link in runnable.page("chapter/first").select("#launch-menu a")}


@pytest.fixture(scope="module")
def published(runnable):
    """The files of the branch: what the archive unpacks to."""
    with zipfile.ZipFile(runnable.root / "build" / "html" / "a-book-that-runs-notebooks.zip") as packed:
        return {name.partition("/")[2] for name in packed.namelist()}


def test_colab_opens_a_notebook_that_is_there(menu, published):
    address = urlsplit(menu["Colab"])
    assert address.netloc == "colab.research.google.com"
    head, file = address.path.split("/blob/notebooks/")
    assert head == "/github/example/runs"
    assert file in published


def test_binder_opens_a_notebook_that_is_there_with_what_it_needs(menu, published):
    address = urlsplit(menu["Binder"])
    assert (address.netloc, address.path) == ("mybinder.org", "/v2/gh/example/runs/notebooks")
    [path] = parse_qs(address.query)["urlpath"]
    assert path.removeprefix("lab/tree/") in published
    assert {"requirements.txt", "runtime.txt"} <= published


def test_a_hub_pulls_the_branch_and_opens_a_notebook_that_is_there(menu, published):
    address = urlsplit(menu["JupyterHub"])
    assert (address.netloc, address.path) == ("hub.example.org", "/hub/user-redirect/git-pull")
    query = {key: value for key, [value] in parse_qs(address.query).items()}
    assert (query["repo"], query["branch"]) == ("https://github.com/example/runs", "notebooks")
    assert query["urlpath"].removeprefix("lab/tree/runs/") in published  # the hub clones into a folder of that name


def test_downloads_are_there(runnable, menu):
    folder = runnable.root / "build" / "html" / "chapter"
    files = [address for address in menu.values() if ":" not in address]
    assert len(files) == 3
    assert [file for file in files if not (folder / file).is_file()] == []


def test_a_page_without_code_can_be_taken_along_too(runnable):
    page = runnable.page("chapter/prose")
    assert page.select_one(".launch-button").get_text(strip=True) == "Take this page"
    assert len(page.select("#launch-menu a")) == 6


@pytest.mark.parametrize(
    ("repository", "where"),
    [
        ("https://gitlab.com/group/book", "gl/group%2Fbook/nb%2F2"),
        ("https://git.example.org/book", "git/https%3A%2F%2Fgit.example.org%2Fbook/nb%2F2"),
    ],
)
def test_binder_knows_other_hosts(repository, where):
    [place] = services(Facts(launch={"binder": True, "repository": repository, "branch": "nb/2"}), "a/b")
    assert place.address == f"https://mybinder.org/v2/{where}?urlpath=lab%2Ftree%2Fa%2Fb.ipynb"


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[launch]\nbinder = true", "[launch] does not say in which repository the notebooks are."),
        ('repository = "https://gitlab.com/a/b"\n[launch]\ncolab = true', "Colab opens notebooks from GitHub only"),
    ],
)
def test_a_launch_that_cannot_be(make_book, press, toml, message):
    done = press(make_book({"one": ["# One"]}, toml), "build", "html")
    assert done.returncode == 2
    assert message in done.stderr
    assert "conf/book.toml, line" in done.stderr
