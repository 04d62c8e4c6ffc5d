"""Where pages run: on a Dask cluster in this process, or on that of a scheduler somewhere else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import dask
from distributed import Client, LocalCluster

from nbpress.errors import Problem, UsageError

CONNECT_SECONDS = 10
DASK = {
    "distributed.scheduler.allowed-failures": 3,
    "distributed.worker.memory.target": False,  # results are small, and never go to disk
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.admin.large-graph-warning-threshold": "1GiB",
}


@asynccontextmanager
async def own(jobs: int) -> AsyncIterator[Client]:
    """A cluster in this process, for so many pages at once."""
    with dask.config.set(DASK):
        async with (
            LocalCluster(
                n_workers=1,
                processes=False,
                threads_per_worker=jobs,
                memory_limit=0,
                dashboard_address="127.0.0.1:0",  # None would take the usual port, and warn where it is in use
                scheduler_kwargs={"dashboard": False},
                asynchronous=True,
                silence_logs=50,
            ) as cluster,
            Client(cluster, asynchronous=True) as client,
        ):
            yield client


@asynccontextmanager
async def joined(address: str) -> AsyncIterator[Client]:
    """The cluster of the scheduler at `address`.

    Raises:
        UsageError: there is none.
    """
    with dask.config.set(DASK):
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # of what it loses we tell ourselves
        try:
            client = Client(address, asynchronous=True, timeout=CONNECT_SECONDS)
        except (TypeError, ValueError, OSError) as error:
            hint = "write tcp://HOST:PORT; tls:// needs Dask's settings distributed.comm.tls"
            raise UsageError(Problem(f"{address} is no address of a scheduler: {error}.", hint=hint)) from None
        try:
            await client
        except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
            await _close(client)
            hint = "start one with: dask scheduler; then workers with: dask worker ADDRESS"
            raise UsageError(Problem(f"there is no scheduler at {address}: {error}.", hint=hint)) from None
        try:
            yield client
        finally:
            await _close(client)


async def _close(client: Client) -> None:
    with suppress(Exception):  # of a scheduler that is gone there is no leave to take
        await asyncio.wait_for(client.close(), CONNECT_SECONDS)


async def resources(client: Client) -> list[Mapping[str, float]]:
    """What each worker has, as it is now: the client itself remembers no workers."""
    answer: Any = await client.scheduler.identity(n_workers=-1)  # type: ignore[union-attr]
    return [worker["resources"] for worker in answer["workers"].values()]
