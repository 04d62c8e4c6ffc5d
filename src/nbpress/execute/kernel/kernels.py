"""Where kernels come from on one machine: a folder of their own, the fork server, and what all of them are given."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

from nbpress.execute.kernel.forkserver import ForkServer

LONGEST_FOLDER = 80  # characters; the path of a Unix socket may have 107
FORGOTTEN = 24 * 60 * 60  # seconds after which the folder of a process that is gone has no owner any more
LAUNCHER = ["-m", "ipykernel_launcher"]
OBSERVER = Path(__file__).with_name("observer.py")


class Settings(msgspec.Struct, frozen=True):
    """What all pages of one call have in common."""

    cell_timeout: float
    page_timeout: float
    output_limit: int
    figure_format: str
    fail_fast: bool  # whether a worker begins no page after one that failed
    preload: tuple[str, ...]  # what it imports
    style: str  # the text of the book's matplotlib style
    variables: dict[str, str | None]  # the declared environment variables, as they are where the book is


class Kernels:
    """Starts kernels until it is closed, which ends all that is left of them."""

    def __init__(self, settings: Settings, threads: int) -> None:
        self.settings = settings
        self.folder = _own_folder()
        self._write_profile()
        inherited = {**os.environ, **settings.variables}
        self.environment = {
            **{name: value for name, value in inherited.items() if value is not None},
            "IPYTHONDIR": str(self.folder),
            "PYTHONHASHSEED": "0",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # whatever the caller draws with
            "MATPLOTLIBRC": str(self.folder / "matplotlibrc"),
            "OMP_NUM_THREADS": str(threads),
            "OMP_WAIT_POLICY": "PASSIVE",  # threads that wait must not take the cores of another page
            "OPENBLAS_NUM_THREADS": str(threads),
            "MKL_NUM_THREADS": str(threads),
        }
        self.server = ForkServer(sys.executable, settings.preload, self.environment, self.folder)
        self.note = ""  # why the fork server is not used, once that is known

    def _write_profile(self) -> None:
        profile = self.folder / "profile_default"
        profile.mkdir()
        (profile / "ipython_kernel_config.py").write_text(_ipython_config(self.settings.figure_format), "utf-8")
        style = self.settings.style
        own = re.search(r"^\s*svg\.hashsalt\s*:", style, re.M)  # of two, matplotlib would warn in the page
        (self.folder / "matplotlibrc").write_text(style if own else f"svg.hashsalt: nbpress\n{style}", "utf-8")

    async def spec(self, name: str) -> tuple[KernelSpec, bool]:
        """The specification of a kernel, and whether it runs in this environment, so that it can be observed.

        `python3` is always the Python that runs nbpress, whatever else the user has installed under that name.

        Raises:
            NoSuchKernel: there is none of that name.
        """
        if name == "python3":
            argv = [sys.executable, *LAUNCHER, "-f", "{connection_file}"]
            spec = KernelSpec(argv=argv, display_name="Python 3", language="python")
        else:
            spec = KernelSpecManager().get_kernel_spec(name)
        ours = is_ours(spec.argv)
        forkable = ours and not spec.env  # variables of its own may matter while modules are imported
        if forkable and not self.note:
            self.note = await self.server.ready()
            if self.note:
                self.server.close()
        if forkable and not self.note:
            config = {"socket": str(self.server.socket)}
            provisioner = {"provisioner_name": "nbpress-forkserver", "config": config}
            spec.metadata = {**spec.metadata, "kernel_provisioner": provisioner}
        return spec, ours

    def close(self) -> None:
        """End the fork server with its kernels, and delete the folder."""
        self.server.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _own_folder() -> Path:
    """A temporary folder whose path is short enough for sockets; what killed presses left long ago is deleted."""
    base = Path(tempfile.gettempdir())
    if len(str(base)) > LONGEST_FOLDER - 32 and Path("/tmp").is_dir():
        base = Path("/tmp")
    for left in base.glob("nbpress-*-*"):
        owner = left.name.split("-")[1]
        with suppress(OSError):
            old = time.time() - left.stat().st_mtime > FORGOTTEN
            if owner.isdigit() and not psutil.pid_exists(int(owner)) and old:
                shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"nbpress-{os.getpid()}-", dir=base))


def is_ours(argv: Sequence[str]) -> bool:
    """Whether a kernel's command starts ipykernel in the Python that runs nbpress."""
    names = {"python", "python3", f"python3.{sys.version_info.minor}", sys.executable}
    return bool(argv) and argv[0] in names and list(argv[1:3]) == LAUNCHER


def _ipython_config(figure_format: str) -> str:
    options: dict[str, Any] = {"bbox_inches": "tight"}
    if figure_format == "svg":
        options["metadata"] = {"Date": None}  # no date: equal figures are equal bytes
    line = f"__import__('runpy').run_path({str(OBSERVER)!r})['observe'](get_ipython())"
    return (
        "c = get_config()\n"
        "c.HistoryManager.enabled = False\n"
        "c.InteractiveShellApp.exec_PYTHONSTARTUP = False\n"
        f"c.InlineBackend.figure_formats = {{{figure_format!r}}}\n"
        f"c.InlineBackend.print_figure_kwargs = {options!r}\n"
        f"c.InteractiveShellApp.exec_lines = [{line!r}]\n"
    )
