"""Ctrl-C, once and twice: the first ends the work in good order, the second ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import psutil

T = TypeVar("T")


async def until_interrupted(work: Coroutine[Any, Any, T]) -> T:
    """Await `work`; the first signal ends it in good order, the second kills every process at once.

    Raises:
        KeyboardInterrupt: it was SIGINT.
        SystemExit: it was SIGTERM.
    """
    if sys.platform == "win32":
        return await work
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    got: list[int] = []

    def interrupted(number: int) -> None:
        got.append(number)
        if len(got) > 1:
            _kill(128 + number)
        print("\nending the kernels … (once more: kill them)", file=sys.stderr)
        task.cancel()

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        loop.add_signal_handler(number, interrupted, number)
    try:
        result = await task
    except BaseException:
        if not got:
            raise
    finally:
        for number, handler in before.items():  # the loop itself would put the system's defaults back
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
    if not got:
        return result
    if got[0] == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + got[0])


def _kill(code: int) -> None:
    """End at once, with all that we started."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            process.kill()
    os._exit(code)
