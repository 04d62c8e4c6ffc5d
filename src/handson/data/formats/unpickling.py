"""Reading pickled arrays of strangers: arrays and plain values, and nothing else."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
from numpy._core.multiarray import _reconstruct  # what pickled arrays name

from handson.data.errors import DataError

__all__ = ["load_arrays"]


def _bytes_of(text: str, encoding: str) -> bytes:
    """How pickles of old protocols write bytes."""
    if encoding != "latin1":
        raise DataError(f"expected bytes as latin1, found {encoding}")
    return text.encode("latin1")


ALLOWED: dict[tuple[str, str], Any] = {("_codecs", "encode"): _bytes_of} | {
    (module, name): value
    for name, value in (("_reconstruct", _reconstruct), ("ndarray", np.ndarray), ("dtype", np.dtype))
    for module in ("numpy", "numpy.core.multiarray", "numpy._core.multiarray")
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ALLOWED:
            raise DataError(f"expected arrays and plain values, found {module}.{name}")
        return ALLOWED[module, name]


def load_arrays(path: Path) -> dict[str, Any]:
    """Read a pickled dictionary of arrays and plain values; keys that are bytes become text.

    Raises DataError, naming the file, if it holds anything else: whatever else a pickle names could
    run code.
    """
    try:
        with path.open("rb") as file:
            content = _Unpickler(file, encoding="bytes").load()
    except (DataError, pickle.UnpicklingError, EOFError, AttributeError, TypeError, ValueError, IndexError) as error:
        raise DataError(f"{path.name}: {error}") from error
    if not isinstance(content, dict):
        raise DataError(f"{path.name}: expected a dictionary, found {type(content).__name__}")
    return {key.decode() if isinstance(key, bytes) else str(key): value for key, value in content.items()}
