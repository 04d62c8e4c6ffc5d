"""Runs inside the kernel and writes down what the page reads, lists, starts and imports, one line of JSON each.

Needs the standard library only: the kernel may live in an environment where nbpress is not installed. The log is opened
for appending, so that children which the page forks (workers of a data loader) write into the same one.

Lines are `["read", path, sha256]`, where "" stands for no such file; `["written", path]`; `["list", path]` for a folder
whose names were read; `["named", path, sha256]` for a file that the code names; `["baseline", name]` for a module that
was there before the page began, and `["modules", name]` for one that it imported; `["source"]`: the page showed its own
source code.
"""

from __future__ import annotations

import hashlib
import json
import linecache
import os
import re
import sys
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import source_from_cache
from types import FrameType, ModuleType
from typing import Any

LOG, ROOT, DATA, TRACKED, PRELOADED = (f"NBPRESS_{name}" for name in ("LOG", "ROOT", "DATA", "TRACKED", "PRELOADED"))
CHUNK = 1 << 20
STRING = re.compile(r"""["']([^"'\n]{1,200})["']""")
SHELL = re.compile(r"^[ \t]*(?:[!%]|\w+[ \t]*=[ \t]*[!%])(.+)", re.M)  # what IPython hands to other programs
IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\w+)", re.M)


class Observer:
    """Hears of files and modules, and writes down what it had not heard before."""

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        take = environment.pop
        self.log = os.open(take(LOG), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.root = os.path.realpath(take(ROOT))
        self.data = [os.path.realpath(folder) for folder in take(DATA).split(os.pathsep) if folder]
        self.tracked = tuple(path for path in take(TRACKED).split(os.pathsep) if path)
        self.preloaded = {name.partition(".")[0] for name in take(PRELOADED).split(",") if name}
        self.ignored = tuple(os.path.realpath(path) for path in (os.path.join(self.root, "build"), sys.prefix))
        self.said: set[tuple[str, ...]] = set()
        self.seen: set[str] = set()
        self.silent = False

    def say(self, *line: str) -> None:
        """Write one line; the silence keeps the observer from hearing itself."""
        if line[:2] not in self.said:
            self.said.add(line[:2])
            os.write(self.log, (json.dumps(line) + "\n").encode())

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook: must be quick, and must never raise."""
        if self.silent or event not in EVENTS:
            return
        self.silent = True
        try:
            EVENTS[event](self, arguments)
        except Exception:  # whatever the page did with strange paths is its own business
            pass
        finally:
            self.silent = False

    def opened(self, arguments: tuple[Any, ...]) -> None:
        """A file is about to be opened."""
        path, _, flags = arguments
        path = self.inside(path)
        if path is None:
            return
        if importing() and path.endswith((".py", ".pyc")):
            path = source_from_cache(path) if path.endswith(".pyc") else path
            if path.startswith(self.tracked):
                return  # their definitions are followed one by one
        if flags & os.O_ACCMODE == os.O_WRONLY:
            self.say("written", path)
        elif ("written", path) not in self.said:
            self.say("read", path, digest(path))

    def listed(self, arguments: tuple[Any, ...]) -> None:
        """The names in a folder are about to be read."""
        path = self.inside(arguments[0] if arguments[0] is not None else ".")
        if path is not None and not importing():
            self.say("list", path)

    def started(self, arguments: tuple[Any, ...]) -> None:
        """A program is about to be started: the files that its command names are read by it, as far as we know."""
        self.named(word for text in strings(arguments[:2]) for word in text.split())

    def named(self, words: Iterable[str]) -> None:
        """Files that are named, and so may be read by something that we do not hear."""
        for word in words:
            path = self.inside(word.strip("'\"`;,()[]"))
            if path is not None and os.path.isfile(path) and ("written", path) not in self.said:
                self.say("named", path, digest(path))

    def inside(self, named: Any) -> str | None:
        """The real path of a file that matters: inside the project or a data folder, and not generated."""
        if isinstance(named, int):
            return None
        path = str(os.path.realpath(os.fsdecode(named)))
        if path.startswith(tuple(folder + os.sep for folder in self.data)):
            return path
        within = path == self.root or path.startswith(self.root + os.sep)
        hidden = any(part.startswith(".") for part in os.path.relpath(path, self.root).split(os.sep) if part != ".")
        return path if within and not hidden and not path.startswith(self.ignored) else None

    def modules(self) -> list[str]:
        """Modules that were imported since the last look, by their top-level names, and what they import themselves.

        A module that the fork server holds already is not imported again, and nobody hears of it: so the sources of
        new modules are searched for its name.
        """
        first, new = not self.seen, set(sys.modules) - self.seen
        self.seen |= new
        names = {name.partition(".")[0] for name in new}
        if self.preloaded and not first:
            loaded = {name.partition(".")[0] for name in self.seen}
            for name in new:
                names |= imports_of(sys.modules.get(name)) & loaded
        return sorted(names - STANDARD)

    def before_cell(self, info: Any) -> None:
        """Files that the code of the cell spells."""
        words = [word for line in SHELL.findall(info.raw_cell) for word in line.split()]
        self.quietly(self.named, STRING.findall(info.raw_cell) + words)

    def after_cell(self, result: Any) -> None:
        """What the cell imported."""
        for name in self.quietly(self.modules) or ():
            self.say("modules", name)

    def quietly(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a method that opens files on our own account."""
        self.silent = True
        try:
            return function(*arguments)
        except Exception:
            return None
        finally:
            self.silent = False


EVENTS: dict[str, Callable[[Observer, tuple[Any, ...]], None]] = {
    "open": Observer.opened,
    "sqlite3.connect": lambda observer, arguments: observer.opened((arguments[0], "r", os.O_RDONLY)),
    "os.listdir": Observer.listed,
    "os.scandir": Observer.listed,
    "subprocess.Popen": Observer.started,
    "os.exec": Observer.started,
    "os.posix_spawn": Observer.started,
    "os.system": Observer.started,
}
STANDARD = frozenset(sys.stdlib_module_names) | {"__main__", "__mp_main__"}


def importing() -> bool:
    """Whether Python's own import machinery opens the file."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith("<frozen importlib")


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


def observe(shell: Any) -> None:
    """Begin, in the kernel of `shell`; the environment says where the log is and what matters."""
    seed()
    if LOG not in os.environ:
        return
    observer = Observer(os.environ)
    for name in observer.modules():
        observer.say("baseline", name)
    watch_source(observer)
    shell.events.register("pre_run_cell", observer.before_cell)
    shell.events.register("post_run_cell", observer.after_cell)
    sys.addaudithook(observer.hear)
