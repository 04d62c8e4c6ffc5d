"""Functions that are called in another process meanwhile, with all that is in the memory of this one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:  # its import is slow
    from multiprocessing.connection import Connection

T = TypeVar("T")


class Fork(Generic[T]):
    """A function that is being called in another process, which inherits what there is here."""

    def __init__(self, function: Callable[[], T]) -> None:
        from multiprocessing import get_context

        context = get_context("fork")
        self.function = function
        self.answer, pipe = context.Pipe(duplex=False)
        self.process = context.Process(target=self._call, args=(pipe,))
        self.process.start()
        pipe.close()

    def result(self) -> T:
        """What the function returned; it is called here if it came to nothing there, so that its error is seen."""
        with self.answer:
            try:
                returned: T = self.answer.recv()
            except EOFError:
                returned = self.function()
        self.process.join()
        return returned

    def _call(self, pipe: Connection) -> None:
        import gc
        import signal

        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the parent will say that it was interrupted
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.freeze()  # the collector would write to all memory that is shared with the parent
        with suppress(Exception):
            pipe.send(self.function())
