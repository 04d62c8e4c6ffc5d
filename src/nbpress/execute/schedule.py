"""Many pages: those with a stored run are done, the others run several at once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from nbpress.book import Book
from nbpress.execute import kernel
from nbpress.execute.key import keys
from nbpress.execute.run import Failure, Run, Task
from nbpress.execute.store import Store

# Told when a page is done: its name, the seconds it took, whether it failed.
Tell = Callable[[str, float, bool], None]


@dataclass(frozen=True)
class Options:
    """How to run: `jobs` pages at once (0: one a core), stored runs or not, and whether the first failure ends it."""

    jobs: int = 0
    force: bool = False
    fail_fast: bool = False


def stored(book: Book, tasks: Sequence[Task], store: Store) -> dict[str, Run]:
    """The runs of those pages that need not be run again, by page name."""
    key = keys(book)
    found = {task.page.name: store.get(key(task)) for task in tasks}
    return {name: run for name, run in found.items() if run is not None}


def execute(book: Book, tasks: Sequence[Task], store: Store, options: Options, tell: Tell) -> dict[str, Run | Failure]:
    """Run all `tasks`, store what succeeds as soon as it is there, and return every result by page name."""
    key = keys(book)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    jobs = min(options.jobs or cores, len(tasks)) or 1

    with kernel.environment(book, threads=max(1, cores // jobs)) as env:

        async def one(task: Task) -> Run | Failure:
            result = await kernel.execute(book, task.notebook, task.page.path.parent, env)
            if isinstance(result, Run):
                if keys(book)(task) == key(task):  # else something was edited meanwhile, and nobody knows what it saw
                    store.put(key(task), result)
                tell(task.page.name, result.seconds, False)
            else:
                tell(task.page.name, result.partial.seconds, True)
            return result

        return asyncio.run(_several(tasks, one, jobs, options.fail_fast))


async def _several(
    tasks: Sequence[Task], one: Callable[[Task], Awaitable[Run | Failure]], jobs: int, fail_fast: bool
) -> dict[str, Run | Failure]:
    """Results by page name, at most `jobs` at once; with `fail_fast` nothing is begun after the first failure."""
    results: dict[str, Run | Failure] = {}
    free = asyncio.Semaphore(jobs)

    async def wait_and_run(task: Task) -> None:
        async with free:
            if not (fail_fast and any(isinstance(result, Failure) for result in results.values())):
                results[task.page.name] = await one(task)

    async with asyncio.TaskGroup() as group:
        for task in tasks:
            group.create_task(wait_and_run(task))
    return results
