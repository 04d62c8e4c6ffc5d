"""A reader's machine: a Python environment that has the packages of this one, but for those that are developed here."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path


class Reader:
    """An environment in `folder`, and what `archive` unpacks to beside it."""

    def __init__(self, folder: Path, archive: Path) -> None:
        self.notebooks = folder / archive.stem
        self.python = folder / ".venv" / "bin" / "python"
        self.settings = folder / "settings"
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
        venv.create(folder / ".venv")
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        others = folder / ".venv" / "lib" / version / "site-packages" / "others.pth"
        others.write_text(sysconfig.get_path("purelib"))  # a folder named in such a file brings none of its own

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Python in the folder of the notebooks, without the network."""
        environment = {
            **os.environ,
            "JUPYTER_DATA_DIR": str(self.settings),
            "PIP_NO_BUILD_ISOLATION": "0",  # which is how pip reads it: no isolation
            "PIP_NO_INDEX": "1",
            "PYTHONPATH": "",
        }
        command = [self.python, *arguments]
        return subprocess.run(
            command, cwd=self.notebooks, env=environment, capture_output=True, text=True, check=False, timeout=240
        )

    def install(self) -> subprocess.CompletedProcess[str]:
        """What the archive's README says, as far as packages are not there already."""
        return self.run("-m", "pip", "install", "--quiet", ".")

    def execute(self, notebook: Path | str, out: Path) -> subprocess.CompletedProcess[str]:
        """Execute a notebook into the file `out`."""
        command = ("-m", "nbconvert", "--to", "notebook", "--execute", f"--output={out}")
        return self.run(*command, notebook)
