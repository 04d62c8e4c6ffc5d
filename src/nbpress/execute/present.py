"""What is there now, compared with what a stored run depended on."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.util import decode_source
from pathlib import Path
from typing import NamedTuple

from nbpress.book import Book, package_files
from nbpress.config import variables
from nbpress.execute.distributions import installed
from nbpress.execute.kernel.observer import digest_of_names, generated
from nbpress.execute.run import Last, Observed, Run, Static, Task
from nbpress.execute.seen import Seen, encodable
from nbpress.execute.static import code
from nbpress.execute.symbols import closure, library, summary
from nbpress.memo import Memo
from nbpress.notebook import Cell

HIDES = re.compile(  # code that comes to definitions without spelling their names
    r"(?<![\w.])(?<!def )(?:eval|exec)\s*\(|%run\b"
    r"|\b(?:pickle|shelve|joblib|runpy|resolve_name|locate|dictConfig|fileConfig|torch\.load)\b"
)
CUT = re.compile(r"… cut here: the cell showed more than")  # as `kernel.page` says it


class Change(NamedTuple):
    """One thing that is not as it was when a page was run."""

    text: str  # `handson.plotting.lines changed`
    via: str = ""  # `used by handson.plotting.curves, called in cell 9`
    chain: tuple[str, ...] = ()  # from the page to what changed

    def __str__(self) -> str:
        return f"{self.text} ({self.via})" if self.via else self.text


class Present:
    """The book's files, packages and variables at one moment: each is looked at once."""

    def __init__(self, book: Book, memo: Memo) -> None:
        self.book = book
        self.memo = memo
        self._files: dict[Path, str] = {}
        self._closures: dict[str, closure.Closure] = {}

    @cached_property
    def _library(self) -> library.Library:
        """The tracked packages' modules, analysed."""
        found: dict[str, summary.Summary] = {}
        for package in self.book.config.execution.track:
            for path in package_files(self.book, package):
                if path.suffix == ".py":
                    name, is_package = summary.module_name(path.relative_to(self.book.root / "src"))
                    found[name] = self._summary(path, name, is_package)
        return library.Library(found, self.book.config.execution.track)

    def _summary(self, path: Path, name: str, is_package: bool) -> summary.Summary:
        content = path.read_bytes()
        text = f"{name} {is_package}\n".encode() + content
        return self.memo.get(summary.Summary, text, lambda: summary.summarise(_decoded(content), name, is_package))

    def closure(self, task: Task) -> closure.Closure:
        """The definitions of tracked packages that the page reaches."""
        if task.page.name not in self._closures:
            names = code(task.notebook, self.memo).names
            self._closures[task.page.name] = closure.reach(names, self._library, self.book.config.execution.track)
        return self._closures[task.page.name]

    def file(self, path: Path) -> str:
        """The digest of a file, or "" where there is none."""
        if path not in self._files:
            try:
                with path.open("rb") as file:
                    self._files[path] = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError:
                self._files[path] = ""
        return self._files[path]

    def folder(self, path: Path) -> str:
        """The digest of the names in a folder, or "" where there is none."""
        return digest_of_names(str(path))

    def path(self, name: str) -> str:
        """The digest of a file or, where `name` ends in a slash, of a folder's names."""
        path = self.book.root / name
        return self.folder(path) if name.endswith("/") else self.file(path)

    def data(self, name: str) -> str:
        """The digest of a file in one of the data folders, or "" where none has it."""
        return next((digest for folder in self.data_folders if (digest := self.file(folder / name))), "")

    @cached_property
    def data_folders(self) -> list[Path]:
        """The folders outside the project that hold data."""
        return [self.book.root / os.path.expanduser(folder) for folder in self.book.config.execution.data]

    def variables(self) -> dict[str, str | None]:
        """The declared environment variables."""
        return {name: self.variable(name) for name in variables(self.book.config)}

    def variable(self, name: str) -> str | None:
        """An environment variable as the pages see it: the caller's, else what the book says in `[data]`."""
        value = os.environ.get(name, self.book.config.data.get(name))
        return None if value is None else encodable(value)

    def everything(self, kernel: str) -> str:
        """A digest of all that may matter to a kernel that cannot be observed."""
        execution = self.book.config.execution
        files = [file for package in execution.track for file in package_files(self.book, package)]
        files += sorted(path for path in self.book.notebooks.rglob("*") if path.is_file() and _is_data(path))
        state = hashlib.sha256(_kernel_file(kernel))
        for file in [*files, style(self.book)]:
            state.update(f"{encodable(self.book.relative(file))} {self.file(file)}\n".encode())
        return state.hexdigest()

    def prepare(self, task: Task) -> None:
        """Look at what a run will be told of or may see, so that it counts as it is now, before the run."""
        self.closure(task)
        self.file(style(self.book))
        if (kernel := task.notebook.kernel) != "python3":
            self.everything(kernel)  # remembers all files

    def observed(self, task: Task, seen: Seen | None, run: Run) -> Observed:
        """What a run that just ended depended on; `seen` is None for a kernel that could not be observed."""
        cut = any(CUT.search(output.get("text", "")) for cell in run.outputs for output in cell)
        limit = self.book.config.execution.output_limit if cut else 0
        if seen is None:
            kernel = task.notebook.kernel
            return Observed(variables=self.variables(), limit=limit, everything=self.everything(kernel))
        styles = [style(self.book)] if "matplotlib" in seen.versions else []
        return Observed(
            symbols=self.closure(task).symbols,
            files=seen.files
            | {f"{name}/": digest for name, digest in seen.folders.items()}
            | {self.book.relative(path): self.file(path) for path in [*styles, *self._unfollowed(task, seen)]}
            | self._unshadowed(task, seen),
            data=seen.data,
            variables=self.variables(),
            versions=seen.versions,
            limit=limit,
            source=code(task.notebook, self.memo).source if seen.source else "",
        )

    def _unfollowed(self, task: Task, seen: Seen) -> Iterator[Path]:
        """Files of tracked modules to which the page came without spelling their names; all where it may hide more."""
        followed = self.closure(task).modules
        hides = any(HIDES.search(cell.code) for cell in task.notebook.executed_cells)
        for name in seen.modules:
            if hides or name not in followed:
                stem = self.book.root / "src" / name.replace(".", "/")
                yield from (path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.is_file())

    def _unshadowed(self, task: Task, seen: Seen) -> dict[str, str]:
        """Files that would be imported in the place of what was, or of what was not there."""
        names = self.closure(task).imports - set(self.book.config.execution.track) - sys.stdlib_module_names
        folders = [task.page.path.parent, self.book.root / "src"]
        files = [
            folder / file for name in names for folder in folders for file in (f"{name}.py", f"{name}/__init__.py")
        ]
        return {self.book.relative(file): "" for file in files if not file.exists()}

    def holds(self, task: Task, observed: Observed) -> bool:
        """Whether all that a run depended on is unchanged."""
        return next(self.changes(task, observed), None) is None

    def changes(self, task: Task, observed: Observed) -> Iterator[Change]:
        """Everything that is not as it was, the quick to find first."""
        for name, old in observed.variables.items():
            if (value := self.variable(name)) != old:
                yield Change(f"{name} changed from {_shown(old)} to {_shown(value)}")
        for name in variables(self.book.config):
            if name not in observed.variables and (value := self.variable(name)) is not None:
                yield Change(f"{name} is now declared, and set to {_shown(value)}")
        for name, version in observed.versions.items():
            if (present := installed().get(name, "")) != version:
                yield Change(f"{name} changed from {version} to {present or 'not installed'}")
        if observed.limit and observed.limit != (limit := self.book.config.execution.output_limit):
            yield Change(f"output_limit changed from {observed.limit} to {limit}", "a cell showed more")
        if observed.everything and observed.everything != self.everything(task.notebook.kernel):
            yield Change("a file of the book or of its packages changed", "this kernel's runs depend on all of them")
        if not observed.everything:
            yield from self._symbol_changes(task, observed)
        yield from self._file_changes(observed)
        if observed.source and observed.source != code(task.notebook, self.memo).source:
            yield Change("the text of a cell changed", "the page shows its own source, as tracebacks and warnings do")

    def _symbol_changes(self, task: Task, observed: Observed) -> Iterator[Change]:
        reached = self.closure(task)
        if reached.symbols == observed.symbols:
            return
        for name, digest in reached.symbols.items():
            old = observed.symbols.get(name)
            if old != digest:
                word = "is gone" if not digest else "changed" if old else "is reached now"
                yield Change(f"{name} {word}", *_via(reached, name))
        for name in observed.symbols.keys() - reached.symbols.keys():
            yield Change(f"{name} is no longer reached")

    def _why_whole(self, name: str) -> str:
        """Why a module of a tracked package counts as a file, if it is one."""
        roots = [f"src/{package}{ending}" for package in self.book.config.execution.track for ending in ("/", ".py")]
        if name.endswith(".py") and name.startswith(tuple(roots)):
            return "the page comes to it without spelling its names, so the whole file counts"
        return ""

    def _file_changes(self, observed: Observed) -> Iterator[Change]:
        for name, old in observed.files.items():
            if (digest := self.path(name)) != old:
                yield Change(f"{name} {_word(old, digest, name)}", self._why_whole(name))
        for name, old in observed.data.items():
            digest = self.data(name)
            if digest and digest != old:  # data that are not here cannot differ: the run says which they were
                yield Change(f"data {name} changed")


def static_changes(last: Last, now: Static, cells: Mapping[str, Cell]) -> Iterator[Change]:
    """What is different about a page itself since its last run; `cells` are its executed cells now, by their ids."""
    old = last.static
    for name in ("kernel", "python", "device", "figures", "folder"):
        if getattr(old, name) != getattr(now, name):
            what = {"python": "Python", "figures": "the figures' format"}.get(name, f"the {name}")
            yield Change(f"{what} changed from {getattr(old, name)} to {getattr(now, name)}")
    for name in sorted(old.parameters.keys() | now.parameters.keys()):
        values = [parts.parameters.get(name, (0, "its own"))[1] for parts in (old, now)]
        if old.parameters.get(name) != now.parameters.get(name):
            yield Change(f"the parameter {name} changed from {values[0]} to {values[1]}")
    before = dict(zip(last.cells, old.cells, strict=True))
    for (name, cell), form in zip(cells.items(), now.cells, strict=True):
        if before.get(name) != form:
            what = "changed" if name in before else "is new"
            shown = ", ".join(f"{{eval}}`{expression.text}`" for expression in cell.expressions)
            yield Change(f"cell {cell.number} (id {name}) {what}", f"its text shows {shown}" if shown else "")
    for name in last.cells:
        if name not in cells:
            yield Change(f"the code of a cell (id {name}) is gone")
    if old.cells != now.cells and sorted(old.cells) == sorted(now.cells) and before.keys() == cells.keys():
        yield Change("the executed cells changed their order")


def style(book: Book) -> Path:
    """The book's matplotlib style, whether or not it is there."""
    return book.root / "conf" / "book.mplstyle"


def _is_data(path: Path) -> bool:
    return path.suffix != ".ipynb" and not any(map(generated, path.parts))


def _kernel_file(name: str) -> bytes:
    """How a kernel is started, as far as that is known here."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        return str(KernelSpecManager().get_kernel_spec(name).to_json()).encode()
    except (NoSuchKernel, OSError, ValueError):  # the run itself will say so
        return b""


def _decoded(content: bytes) -> str:
    """The text of a module, in the encoding that it declares."""
    try:
        return decode_source(content)
    except (SyntaxError, UnicodeDecodeError):
        return content.decode(errors="backslashreplace")


def _shown(value: str | None) -> str:
    return "not set" if value is None else repr(value)


def _word(old: str, new: str, name: str) -> str:
    if name.endswith("/"):
        return "holds other files"
    return "is gone" if not new else "is there now" if not old else "changed"


def _via(reached: closure.Closure, name: str) -> tuple[str, tuple[str, ...]]:
    """How the page comes to use a symbol: in short, and step by step."""
    chain, cell = reached.chain(name)
    if (reason := reached.whole.get(name.removesuffix(".*"))) and name.endswith(".*"):
        return reason, tuple(chain)
    used_by = f"used by {chain[-2].rpartition('.')[2]}, " if len(chain) > 1 else ""
    steps = (f"cell {cell}" if cell else "the page", *chain)
    return f"{used_by}called in cell {cell}" if cell else f"{used_by}reached by an import", steps
