"""Many pages: those with a stored run are done, the others run several at once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nbpress.book import Book
from nbpress.execute import kernel
from nbpress.execute.key import run_key
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
    found = {page.name: store.get(run_key(book, notebook)) for page, notebook in tasks}
    return {name: run for name, run in found.items() if run is not None}


def execute(book: Book, tasks: Sequence[Task], store: Store, options: Options, tell: Tell) -> dict[str, Run | Failure]:
    """Run all `tasks`, store what succeeds as soon as it is there, and return every result by page name."""
    cores = os.cpu_count() or 1
    jobs = min(options.jobs or cores, len(tasks)) or 1
    with kernel.environment(book, threads=max(1, cores // jobs)) as env:
        return asyncio.run(_execute(book, tasks, store, (jobs, options.fail_fast, env), tell))


async def _execute(
    book: Book,
    tasks: Sequence[Task],
    store: Store,
    how: tuple[int, bool, dict[str, str]],
    tell: Tell,
) -> dict[str, Run | Failure]:
    jobs, fail_fast, env = how
    results: dict[str, Run | Failure] = {}
    free = asyncio.Semaphore(jobs)
    failed = asyncio.Event()

    async def one(task: Task) -> None:
        page, notebook = task
        async with free:
            if fail_fast and failed.is_set():
                return
            key = run_key(book, notebook)  # before the run: an edit while it runs must not be taken for its source
            result = await kernel.execute(book, notebook, page.path.parent, env)
            results[page.name] = result
            if isinstance(result, Run):
                store.put(key, result)
                tell(page.name, result.seconds, False)
            else:
                failed.set()
                tell(page.name, result.partial.seconds, True)

    async with asyncio.TaskGroup() as group:
        for task in tasks:
            group.create_task(one(task))
    return results
