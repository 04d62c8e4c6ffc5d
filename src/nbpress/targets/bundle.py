"""What readers take with them: the empty notebooks, the library, and what to install, as a folder and as an archive."""

from __future__ import annotations

import html
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from nbpress.book import FOR_READERS, Book
from nbpress.targets.requirements import requirements
from nbpress.words import words

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time an archive knows: the same files make the same archive
NOT_TAKEN = {".ipynb", ".bib", ".pyc"}


def write(book: Book, site: Path) -> None:
    """Complete the folder of notebooks in the folder of the site, and pack it beside it."""
    folder = site / FOR_READERS
    if not folder.exists():
        return
    files = dict(_others(book, folder))
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for path in sorted(folder.rglob("*"), reverse=True):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.suffix != ".ipynb" and name not in files:
            path.unlink()
    name = book.archive
    pack(folder, site / name, (path for path in folder.rglob("*") if path.is_file()), name.removesuffix(".zip"))


def pack(
    folder: Path, out: Path, paths: Iterable[Path], name: str, content: Callable[[Path], bytes] = Path.read_bytes
) -> None:
    """Write `paths`, files in `folder`, into the archive `out`, where they are below a folder called `name`."""
    temporary = out.with_name(f".{out.name}")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(paths):
            entry = zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}", EPOCH)
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, content(path), zipfile.ZIP_DEFLATED)
    temporary.replace(out)


def _others(book: Book, folder: Path) -> Iterator[tuple[str, bytes]]:
    """All that is not a notebook, by its path."""
    for base, names, inside in [(book.notebooks, [""], ""), (book.root / "src", book.config.execution.track, "src/")]:
        for path in sorted(path for name in names for path in (base / name).rglob("*")):
            taken = path.suffix not in NOT_TAKEN and not {"__pycache__", ".ipynb_checkpoints"} & {*path.parts}
            if path.is_file() and taken:
                yield inside + path.relative_to(base).as_posix(), path.read_bytes()
    needed = requirements(book, folder)
    lines = [f"{name}=={version.partition('+')[0]}" for name, version in needed.items()]
    library = book.config.execution.track
    yield "requirements.txt", "\n".join([*lines, "jupyterlab", *(["."] if library else []), ""]).encode()
    yield "environment.yml", _environment(book).encode()
    yield "runtime.txt", f"python-{sys.version_info.major}.{sys.version_info.minor}\n".encode()  # which Binder reads
    yield "README.md", _readme(book).encode()
    if library:
        yield "pyproject.toml", _project(book, list(needed)).encode()


def _environment(book: Book) -> str:
    """What conda and mamba read; the packages are those of requirements.txt."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"""name: {book.slug}
channels: [conda-forge]
dependencies:
  - python={version}
  - pip
  - pip:
      - -r requirements.txt
"""


def _readme(book: Book) -> str:
    """How to begin, in the language of the book."""
    conf, known = book.config, words(book.config.languages[0])

    def _said(text: str) -> str:
        return known.get(text, text)

    names = {"book": html.escape(conf.title, quote=False), "authors": html.escape(", ".join(conf.authors), quote=False)}
    by = _said("The notebooks of *%(book)s* by %(authors)s.") % names
    start = _said("With Python %s or newer, in this folder:") % f"{sys.version_info.major}.{sys.version_info.minor}"
    conda = _said("With conda or mamba: `%s`.") % f"conda env create -f environment.yml && conda activate {book.slug}"
    folders = {"windows": ".venv\\Scripts\\", "others": ".venv/bin/"}
    windows = _said("On Windows it is `%(windows)s` in place of `%(others)s`.") % folders
    return f"""# {html.escape(conf.title, quote=False)}

{by}{f" {conf.licence}." if conf.licence else ""}

{start}

```sh
python -m venv .venv
.venv/bin/pip install -r requirements.txt
.venv/bin/jupyter lab
```

{windows}

{conda}
"""


def _project(book: Book, needed: list[str]) -> str:
    """What pip must know to install the library."""
    packages = [pattern for name in book.config.execution.track for pattern in (name, f"{name}.*")]
    return f"""[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "{book.slug}"
version = "0"
dependencies = {needed!r}

[tool.setuptools.packages.find]
where = ["src"]
include = {packages!r}

[tool.setuptools.package-data]
"*" = ["*"]
"""
