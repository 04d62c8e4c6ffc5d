"""Books with a library of one package, `lib`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def make_library(make_book: Callable[..., Path]) -> Callable[..., Path]:
    """`make_library({"page": [cells …]}, parts="…")` writes a book whose package `lib` has the modules given."""

    def make(pages: dict[str, object], **modules: str) -> Path:
        root = make_book(pages, toml='[execution]\ntrack = ["lib"]\n')
        package = root / "src" / "lib"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text('"""The library."""\n')
        for name, text in modules.items():
            (package / f"{name}.py").write_bytes(text.encode())
        return root

    return make
