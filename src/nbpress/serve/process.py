"""A process that answers one question after the other, and that may be ended at any time."""

from __future__ import annotations

import asyncio
import signal
import traceback
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from nbpress.errors import PressError, Problem, UsageError

Answer = tuple[type[PressError] | None, Any]  # what was asked for; or the exception to raise, and its problems


class Kept:
    """An object in a process of its own, made there of a class and the book's folder when it is first asked."""

    def __init__(self, kind: Callable[[Path], Any], root: Path) -> None:
        context = get_context("spawn")  # a fork would take our event loop and its threads along
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_answer, args=(kind, root, theirs), daemon=True)
        self.process.start()
        theirs.close()

    async def ask(self, question: str, *arguments: Any) -> Any:
        """What the method `question` of the object returns; one question at a time.

        Raises:
            PressError: it raised that, or the process is gone.
        """
        error, answer = await asyncio.to_thread(self._ask, question, arguments)
        if error:
            raise error(answer)
        return answer

    def _ask(self, question: str, arguments: tuple[Any, ...]) -> Answer:
        try:
            self.connection.send((question, arguments))
            answer: Answer = self.connection.recv()
        except (EOFError, OSError):
            self.process.join(1)
            code = self.process.exitcode
            return UsageError, Problem(f"the process that prints the book ended with exit code {code}.")
        return answer

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def _answer(kind: Callable[[Path], Any], root: Path, connection: Connection[Any, Any]) -> None:
    """Answer until whoever asks is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the other ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    made: Any = None
    while True:
        try:
            question, arguments = connection.recv()
        except EOFError:
            return
        try:
            made = made or kind(root)
            answer: Answer = None, getattr(made, question)(*arguments)
        except PressError as error:
            answer = type(error), error.problems
        except Exception as error:
            answer = UsageError, unexpected(error)
        connection.send(answer)


def unexpected(error: Exception) -> Problem:
    """What to say of an error that nobody expected."""
    if isinstance(error, OSError) and error.strerror:
        hint = "make room, or make it writable; then save the page again"
        return Problem(f"{error.filename or 'the disk'}: {error.strerror}.", hint=hint)
    text = "".join(traceback.format_exception(error))
    return Problem(f"a bug in nbpress or in an extension of Sphinx: {type(error).__name__}: {error}", hint=text)
