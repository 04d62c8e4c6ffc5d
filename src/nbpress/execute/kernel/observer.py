"""Runs inside the kernel and writes down what the page reads, lists, starts and imports, one line of JSON each.

Needs the standard library only: the kernel may live in an environment where nbpress is not installed. The log is opened
for appending, so that children which the page forks (workers of a data loader) write into the same one.

Lines are `["read", path, sha256]`, where "" stands for no such file; `["named", path, sha256]` for a file that may have
been read without our hearing of it; `["written", path]`; `["list", path, sha256]` for a folder whose names were read;
`["baseline", name]` for a module that was there before the page began, `["modules", name]` for one that it imported,
`["tracked", name]` for one of a tracked package; `["source"]`: the page showed its own source code; `["cell", n]`: so
many cells have been executed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import linecache
import os
import pkgutil
import re
import sys
import threading
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import source_from_cache
from types import FrameType, ModuleType
from typing import Any

LOG, ROOT, DATA, TRACKED, PRELOADED = (f"NBPRESS_{name}" for name in ("LOG", "ROOT", "DATA", "TRACKED", "PRELOADED"))
CHUNK = 1 << 20
STRING = re.compile(r"""["']([^"'\n]{1,200})["']""")
SHELL = re.compile(r"^[ \t]*(?:!|%%(?!time|capture|prun)|%(?:sx|system)\b|\w+[ \t]*=[ \t]*!)", re.M)  # programs
IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\w+)", re.M)


class Observer:
    """Hears of files and modules, and writes down what it had not heard before."""

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        take = environment.pop
        self.log = os.open(take(LOG), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.root = os.path.abspath(take(ROOT))
        self.data = [os.path.abspath(folder) for folder in take(DATA).split(os.pathsep) if folder]
        self.tracked = tuple(path for path in take(TRACKED).split(os.pathsep) if path)
        self.preloaded = {name.partition(".")[0] for name in take(PRELOADED).split(",") if name}
        self.ignored = (os.path.join(self.root, "build"), os.path.abspath(sys.prefix), os.path.realpath(sys.prefix))
        self.said: set[tuple[str, ...]] = set()
        self.seen: set[str] = set()
        self.cells = -1  # the line that calls `observe` is the first that ends
        self.folder = self.inside(".") or os.getcwd()  # as paths of the page are named
        self.before = set(walk(self.folder))
        self.own = threading.local()  # each thread is deaf only to what it does for the observer itself

    def say(self, *line: str) -> None:
        """Write one line, unless that was said; one write is one line, whatever other threads and children write."""
        if line[:2] not in self.said:
            os.write(self.log, (json.dumps(line) + "\n").encode())
            self.said.add(line[:2])

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook: must be quick, and must never raise."""
        if event in EVENTS:
            self.quietly(EVENTS[event], self, arguments)

    def opened(self, arguments: tuple[Any, ...]) -> None:
        """A file is about to be opened."""
        path, _, flags = arguments
        path = self.inside(path)
        if path is None:
            return
        if importing() and path.endswith((".py", ".pyc")):
            path = source_from_cache(path) if path.endswith(".pyc") else path
            if within(path, self.tracked):
                return  # their definitions are followed one by one
        new = flags & os.O_CREAT and not os.path.exists(path)
        if flags & os.O_ACCMODE == os.O_WRONLY or flags & os.O_TRUNC or new:
            self.say("written", path)
        else:
            self.read(path)

    def read(self, path: str, kind: str = "read") -> None:
        """A file is read; what the page wrote before, or what came into being in its folder meanwhile, is its own."""
        if {("written", path), (kind, path)} & self.said:
            return
        found = digest(path)
        if found and within(path, (self.folder,)) and path not in self.before:
            self.say("written", path)
        else:
            self.say(kind, path, found)

    def connected(self, arguments: tuple[Any, ...]) -> None:
        """A database is opened, or made."""
        self.opened((arguments[0], "r", os.O_RDWR | os.O_CREAT))

    def renamed(self, arguments: tuple[Any, ...]) -> None:
        """A file takes the place of another."""
        if (path := self.inside(arguments[1])) is not None:
            self.say("written", path)

    def listed(self, arguments: tuple[Any, ...]) -> None:
        """The names in a folder are about to be read."""
        path = self.inside(arguments[0] if arguments[0] is not None else ".")
        if path is not None and not importing():
            self.names(path)

    def names(self, path: str) -> None:
        """The names in a folder are read: those that were there before the page began."""
        if ("list", path) not in self.said:
            own = within(path, (self.folder,))
            self.say("list", path, digest_of_names(path, self.before if own else None))

    def started(self, arguments: tuple[Any, ...]) -> None:
        """A program is about to be started: it may read what its command names, and all that lies in its folder."""
        self.named(word for text in strings(arguments[:2]) for word in text.split())
        self.shelled()

    def shelled(self) -> None:
        """Whatever lies in the working folder may be read without our hearing of it."""
        for folder, folders, files in os.walk("."):
            folders[:] = sorted(name for name in folders if not generated(name))
            if (path := self.inside(folder)) is not None:
                self.names(path)
                self.named(os.path.join(folder, name) for name in sorted(files) if not name.endswith(".ipynb"))

    def named(self, words: Iterable[str]) -> None:
        """Files that are named, and so may be read by something that we do not hear."""
        for word in words:
            path = self.inside(word.strip("'\"`;,()[]"))
            if path is not None and os.path.isfile(path):
                self.read(path, "named")

    def asked(self, path: Any) -> None:
        """Whether there is such a file was asked, or how large it is."""
        found = self.inside(path)
        if found is None or importing() or within(found, self.tracked) or ("written", found) in self.said:
            return
        if os.path.isfile(found):
            self.read(found, "named")
        elif not os.path.isdir(found):
            self.say("read", found, "")

    def inside(self, named: Any) -> str | None:
        """The path of a file that matters: inside the project or a data folder, and not generated.

        It is the path by which the page comes to the file, be it through links, or where the links lead.
        """
        if isinstance(named, int):
            return None
        lexical = os.path.abspath(os.fsdecode(named))
        for path in (lexical, os.path.realpath(lexical)):
            for folder in (*self.data, self.root):
                for base in (folder, os.path.realpath(folder)):
                    if within(path, (base,)):
                        relative = os.path.relpath(path, base)
                        found = folder if relative == "." else os.path.join(folder, relative)
                        own = folder in self.data or not (within(found, self.ignored) or within(path, self.ignored))
                        return found if own and not any(map(generated, relative.split(os.sep))) else None
        return None

    def modules(self) -> list[str]:
        """Modules that were imported since the last look, by their top-level names, and what they import themselves.

        A module that the fork server holds already is not imported again, and nobody hears of it: so the sources of
        new modules are searched for its name.
        """
        first, new = not self.seen, set(sys.modules) - self.seen
        self.seen |= new
        names = {name.partition(".")[0] for name in new}
        if first:
            return sorted(names - STANDARD)
        loaded = {name.partition(".")[0] for name in self.seen}
        for name in sorted(new):
            module = sys.modules.get(name)
            if self.preloaded:
                names |= imports_of(module) & loaded
            path = self.inside(getattr(module, "__file__", None) or 0)
            if path is not None and within(path, self.tracked):
                self.say("tracked", name)
            if path is not None and not path.endswith(".py"):
                self.read(path)  # compiled
        return sorted(names - STANDARD)

    def before_cell(self, info: Any) -> None:
        """Files that the code of the cell spells."""
        self.quietly(self.named, STRING.findall(info.raw_cell))
        if SHELL.search(info.raw_cell):
            self.quietly(self.named, info.raw_cell.split())
            self.quietly(self.shelled)

    def after_cell(self, result: Any) -> None:
        """What the cell imported."""
        for name in self.quietly(self.modules) or ():
            self.say("modules", name)
        self.cells += 1
        self.say("cell", str(self.cells))  # so that it is noticed if the page closes our log

    def quietly(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call what may open files on our own account; what the page does with strange paths is its own business."""
        if getattr(self.own, "silent", False):
            return None
        self.own.silent = True
        try:
            return function(*arguments)
        except Exception:
            return None
        finally:
            self.own.silent = False


EVENTS: dict[str, Callable[[Observer, tuple[Any, ...]], None]] = {
    "open": Observer.opened,
    "sqlite3.connect": Observer.connected,
    "os.rename": Observer.renamed,
    "ctypes.dlopen": lambda observer, arguments: observer.named(strings(arguments[:1])),
    "os.listdir": Observer.listed,
    "os.scandir": Observer.listed,
    "subprocess.Popen": Observer.started,
    "os.exec": Observer.started,
    "os.posix_spawn": Observer.started,
    "os.system": Observer.started,
}
IMPORTING = ("<frozen importlib", importlib.metadata.__file__.rpartition(os.sep)[0], pkgutil.__file__)
GENERATED = frozenset({".git", ".venv", "__pycache__", ".ipynb_checkpoints"})
STANDARD = frozenset(sys.stdlib_module_names) | {"__main__", "__mp_main__"}


def importing() -> bool:
    """Whether Python's own import machinery opens the file."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(IMPORTING)


def strings(value: Any) -> Iterable[str]:
    """The strings in the arguments of a program."""
    if isinstance(value, bytes | str | os.PathLike):
        return [os.fsdecode(value)]
    return [word for item in value for word in strings(item)] if isinstance(value, list | tuple) else []


def digest(path: str | os.PathLike[str]) -> str:
    """The sha256 of a file as it is now, or "" where there is none."""
    state = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while chunk := file.read(CHUNK):
                state.update(chunk)
    except OSError:
        return ""
    return state.hexdigest()


def walk(top: str) -> Iterable[str]:
    """All files and folders below a folder."""
    for folder, folders, files in os.walk(top, followlinks=True):
        folders[:] = [name for name in folders if not generated(name)]
        yield from (os.path.join(folder, name) for name in (*folders, *files))


def digest_of_names(folder: str, known: set[str] | None = None) -> str:
    """The sha256 of the names in a folder, of those that are `known` where that is given; "" where there is none."""
    try:
        names = sorted(name for name in os.listdir(folder) if not generated(name))
    except OSError:
        return ""
    names = [name for name in names if known is None or os.path.join(folder, name) in known]
    return hashlib.sha256("\n".join(names).encode(errors="surrogateescape")).hexdigest()


def generated(name: str) -> bool:
    """Whether a name in a path is that of something that nobody wrote."""
    return name in GENERATED or name.endswith(".pyc")


def within(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of `folders`, or inside."""
    return any(path == folder or path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def imports_of(module: ModuleType | None) -> set[str]:
    """The top-level names that the source of a module imports."""
    origin = getattr(getattr(module, "__spec__", None), "origin", None) or ""
    if not origin.endswith(".py"):
        return set()
    with open(origin, encoding="utf-8", errors="replace") as file:
        return set(IMPORT.findall(file.read()))


SEEDS: dict[str, Callable[[Any], object]] = {
    "random": lambda module: module.seed(0),
    "numpy.random": lambda module: module.seed(0),
    "torch": lambda module: module.default_generator.manual_seed(0),
}


class Seeder:
    """Seeds a module's global generator the moment it is imported."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        """The module's spec with a loader that seeds it; part of the protocol of finders."""
        if name not in SEEDS:
            return None
        spec: ModuleSpec | None = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_seed(module: ModuleType) -> None:
                execute(module)
                SEEDS[name](module)

            spec.loader.exec_module = execute_and_seed  # type: ignore[method-assign]
        return spec


def seed() -> None:
    """The same random numbers in each run, also for a page that forgot to ask for it."""
    for name, start in SEEDS.items():
        if name in sys.modules:
            start(sys.modules[name])
    sys.meta_path.insert(0, Seeder())


def watch_source(observer: Observer) -> None:
    """Hear when something (a traceback, a warning, `inspect`) looks up the source of a cell."""
    original = linecache.getlines

    def getlines(filename: str, module_globals: dict[str, Any] | None = None) -> list[str]:
        if "ipykernel_" in filename:
            observer.say("source")
        return original(filename, module_globals)

    linecache.getlines = getlines


def watch_questions(observer: Observer) -> None:
    """Hear when something asks whether a file is there; that raises no audit event."""
    original = os.stat

    def stat(path: Any, *arguments: Any, **keywords: Any) -> os.stat_result:
        observer.quietly(observer.asked, path)
        return original(path, *arguments, **keywords)

    os.stat = stat


def watch_values(observer: Observer, shell: Any) -> None:
    """Hear of the expressions in prose: to IPython they are no cells, and raise no event."""
    original = shell.user_expressions

    def user_expressions(expressions: dict[str, str]) -> Any:
        if not expressions:  # as with every cell
            return original(expressions)
        observer.quietly(observer.named, STRING.findall("\n".join(expressions.values())))
        found = original(expressions)
        observer.after_cell(found)
        return found

    shell.user_expressions = user_expressions


def observe(shell: Any) -> None:
    """Begin, in the kernel of `shell`; the environment says where the log is and what matters."""
    seed()
    if LOG not in os.environ:
        return
    observer = Observer(os.environ)
    for name in observer.modules():
        observer.say("baseline", name)
    watch_source(observer)
    watch_questions(observer)
    watch_values(observer, shell)
    shell.events.register("pre_run_cell", observer.before_cell)
    shell.events.register("post_run_cell", observer.after_cell)
    sys.addaudithook(observer.hear)
