"""How to run pages; apart from the scheduler, so that naming an option does not import one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """`jobs` pages at once (0: what the machine can bear), or on the cluster of a scheduler's address."""

    jobs: int = 0
    fail_fast: bool = False
    scheduler: str = ""
