"""A book of one's own, to begin with: two pages, a library, tests, a workflow, and a Makefile that sets itself up."""

from __future__ import annotations

import json
import keyword
import re
import shutil
import subprocess
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from nbpress.errors import Problem, UsageError

TEMPLATE = Path(__file__).parent / "book"
DISTRIBUTION = "hands-on-deep-learning"  # which brings this press
PACKAGE = "bookpackage"  # what the library is called in the template, whose code is Python so
DOT = "@"  # begins the names of files that begin with a dot in the book, and would be hidden in the press


def make(folder: Path, title: str = "", author: str = "") -> list[Path]:
    """Write a book into `folder`, which must be empty or not there yet; its files.

    Raises:
        UsageError: the folder holds something, or its name and the title make no name for the library.
    """
    title = title or folder.resolve().name.replace("-", " ").replace("_", " ").capitalize()
    words = _words(title, author or _git_author(), _package(folder.resolve().name))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(Problem(f"{folder} is not empty.", hint="name a folder that is not there yet"))
    new = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    names = []
    for source in sorted(path for path in TEMPLATE.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        parts = [re.sub(f"^{DOT}", ".", part) for part in source.relative_to(TEMPLATE).parts]
        name = _filled(Path(*parts).as_posix(), words, source.suffix)
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_text(_filled(source.read_text(encoding="utf-8"), words, source.suffix), encoding="utf-8")
        names.append(folder / name)
    if folder.exists():
        folder.rmdir()
    new.rename(folder)
    return names


def _words(title: str, author: str, package: str) -> dict[str, str]:
    return {
        "title": title,
        "title_quoted": json.dumps(title, ensure_ascii=False),
        "author_quoted": json.dumps(author, ensure_ascii=False),
        "press": press(),
        PACKAGE: package,
    }


def _filled(text: str, words: dict[str, str], suffix: str) -> str:
    for name, word in words.items():
        inner = json.dumps(word, ensure_ascii=False)[1:-1] if suffix == ".ipynb" else word
        text = text.replace(name if name == PACKAGE else f"@@{name}@@", inner)
    return text


def _package(name: str) -> str:
    """The name of the library: that of the folder, as Python can import it."""
    made = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not made.isidentifier() or keyword.iskeyword(made):
        made = f"book_{made}".strip("_")
    return made


def _git_author() -> str:
    with suppress(OSError):
        done = subprocess.run(["git", "config", "user.name"], capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.strip()
    return "The author"


def press() -> str:
    """What pip must be asked for to get this press, from where it was installed."""
    try:
        installed = distribution(DISTRIBUTION)
    except PackageNotFoundError:
        return DISTRIBUTION
    said = json.loads(installed.read_text("direct_url.json") or "{}")
    if "vcs_info" in said:
        return f"{DISTRIBUTION} @ {said['vcs_info']['vcs']}+{said['url']}@{said['vcs_info']['commit_id']}"
    return f"{DISTRIBUTION} @ {said['url']}" if said else f"{DISTRIBUTION}=={installed.version}"
