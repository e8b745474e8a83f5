"""Three ways to call one function on many jobs: here, in processes, on a cluster.

A job that kills its worker is tried alone, and bisected until the review that does it is found; that one is set
aside and no other is lost.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from pipeline.engine.work import Job, run_shard
from pipeline.errors import ConfigError, OutputsError
from pipeline.readers.raw import Refused
from pipeline.tables import forgo_pandas

AHEAD = 2
"""Jobs that wait for each worker: enough that none is idle, few enough that the corpus is not held in memory."""

Run = Callable[[Job], None]


def run_here(jobs: Iterable[Job], run: Run = run_shard) -> Iterator[Job]:
    """Run jobs one by one in this process; yields each when it is done."""
    for job in jobs:
        run(job)
        yield job


def run_in_processes(jobs: Iterable[Job], workers: int, run: Run = run_shard) -> Iterator[Job]:
    """Run jobs in `workers` processes; yields each when it is done, in any order."""
    broken: list[Job] = []
    source = iter(jobs)
    while True:
        waiting: dict[Future[None], Job] = {}
        dead = False
        with _pool(workers) as pool:
            for job in source:
                waiting[pool.submit(run, job)] = job
                if len(waiting) >= workers * AHEAD:
                    done, dead = _collect(waiting, broken)
                    yield from done
                    if dead:
                        break
            while waiting and not dead:
                done, dead = _collect(waiting, broken)
                yield from done
        if not dead:
            break
        # The pool is gone, and with it whatever it was doing: those jobs are tried alone below.
        broken += waiting.values()
    for job in broken:
        yield from _alone(job, run)


def map_in_order(
    function: Callable[[Any], Any], things: Iterable[Any], workers: int, address: str = ""
) -> Iterator[Any]:
    """Call a function that cannot kill its process on each of many things: here, in processes, or on a cluster.

    What comes of it is in order; a few calls are made ahead, so that no result waits long.
    """
    if workers == 1 and not address:
        yield from map(function, things)
        return
    with ExitStack() as stack:
        client = stack.enter_context(_client(address)) if address else None
        pool = stack.enter_context(client.get_executor(pure=False) if client else _pool(workers))
        ahead = AHEAD * (max(1, sum(client.nthreads().values())) if client else workers)
        waiting: deque[Future[Any]] = deque()
        for thing in things:
            waiting.append(pool.submit(function, thing))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def run_on_cluster(jobs: Iterable[Job], address: str, run: Run = run_shard) -> Iterator[Job]:
    """Run jobs on the workers of a Dask scheduler; yields each when it is done, in any order.

    Only futures are used. Corpus and outputs must lie where all workers reach them.

    Raises:
        ConfigError: Dask is not installed, or nothing answers at the address.
    """
    killed: list[Job] = []
    with _client(address) as client:
        import distributed

        dask: Any = distributed  # it comes without types
        source = iter(jobs)
        ahead = AHEAD * max(1, sum(client.nthreads().values()))
        futures = {client.submit(run, job, pure=False): job for job in islice(source, ahead)}
        queue = dask.as_completed(list(futures))
        for future in queue:
            job = futures.pop(future)
            try:
                future.result()
                yield job
            except dask.KilledWorker:
                # Dask blames every job on a worker that died; which of them did it is found out below.
                killed.append(job)
            except dask.client.FutureCancelledError:
                # The scheduler went away, and with it all that it knew: whatever it had is given to the next one.
                _wait_until_back(client, address)
                source = chain([job], source)
            for another in islice(source, 1):
                added = client.submit(run, another, pure=False)
                futures[added] = another
                queue.add(added)
    for job in killed:
        yield from _alone(job, run)


def _wait_until_back(client: Any, address: str) -> None:
    """Wait while a client looks for its scheduler, as long as it does.

    Raises:
        ConfigError: it found none.
    """
    while client.status == "connecting":
        time.sleep(0.1)
    if client.status != "running":
        raise ConfigError(
            "the scheduler went away and did not come back",
            where=f"--cluster {address}",
            fix="Start it, and run again: what is finished is kept.",
        )


def _client(address: str) -> Any:
    """A client of a Dask scheduler."""
    try:
        import distributed
    except ImportError:
        raise ConfigError(
            "Dask is not installed", where="--cluster", fix='Install it with: pip install "closeup-reviews[cluster]"'
        ) from None
    dask: Any = distributed  # it comes without types
    try:
        return dask.Client(address, timeout="15s")
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"no scheduler answers ({error})", where=f"--cluster {address}", fix="Check the address, or leave it out."
        ) from error


def _pool(workers: int) -> ProcessPoolExecutor:
    # A server that is ready to read forks each worker: none pays for imports, lexicon and weights again,
    # and none is forked from a process that has threads.
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["pipeline.engine.ready"])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker, initargs=(dict(os.environ),))


def _begin_worker(environment: dict[str, str]) -> None:
    """Leave interrupts to the parent, end with it, and take no more time to begin than must be.

    The server that forks the workers is as old as the first pool: what has changed in the environment since, the keys of an
    object store, say, they would not know.
    """
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    forgo_pandas()


def _end_with_parent() -> None:
    """End this process when the one that it works for is gone, killed perhaps: nobody waits for what it does."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _collect(waiting: dict[Future[None], Job], broken: list[Job]) -> tuple[list[Job], bool]:
    """Take what is finished out of `waiting`; the jobs done, and whether the pool has died."""
    finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
    done, dead = [], False
    for future in finished:
        job = waiting.pop(future)
        try:
            future.result()
            done.append(job)
        except BrokenProcessPool:
            broken.append(job)
            dead = True
    return done, dead


def _alone(job: Job, run: Run) -> Iterator[Job]:
    """Run a job that was on a pool that died, in a process of its own; bisect it if it dies again.

    Raises:
        OutputsError: its reviews are not at hand to be told apart, since a stage was run by itself.
    """
    if not _dies(job, run):
        yield job
        return
    if not job.shard.items:
        raise OutputsError(
            "a process died while it read these reviews",
            where=job.shard.name,
            fix="Use `closeup run`, which finds the review that does it and sets it aside.",
        )
    bad = _killers(replace(job, first=0), run)
    kept = tuple(item for item in job.shard.items if item.review_id not in bad)
    refused = tuple(
        Refused(
            item.source,
            "reading it ended the process that read it",
            "It may need more memory than there is; split it, or report it.",
        )
        for item in job.shard.items
        if item.review_id in bad
    )
    job = replace(job, first=0, shard=replace(job.shard, items=kept, refused=job.shard.refused + refused))
    with _pool(1) as pool:
        pool.submit(run, job).result()
    yield job


def _dies(job: Job, run: Run) -> bool:
    try:
        with _pool(1) as pool:
            pool.submit(run, job).result()
    except BrokenProcessPool:
        return True
    return False


def _killers(job: Job, run: Run) -> set[str]:
    """The reviews of a job, known to end the process that reads it, that end one when read alone."""
    items = job.shard.items
    if len(items) < 2:
        return {item.review_id for item in items}
    middle = len(items) // 2
    found: set[str] = set()
    for half in (items[:middle], items[middle:]):
        # A half is a trial: its parts get a name of their own, which no table reads.
        trial = replace(job, shard=replace(job.shard, name=f"trial-{half[0].review_id[:60]}", items=half))
        if _dies(trial, run):
            found |= _killers(trial, run)
    return found
