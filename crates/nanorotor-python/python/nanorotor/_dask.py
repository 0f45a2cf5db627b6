"""Spread the points of a sweep over the workers of a Dask cluster."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nanorotor import _native
from nanorotor._errors import ModelError, missing_extra
from nanorotor._progress import progress

if TYPE_CHECKING:
    from nanorotor._study import Study

#: Jobs that wait at each thread of the cluster, so that none is idle while results travel.
WAITING = 8
#: Seconds between two looks at how large the cluster is, each of which is a journey to its scheduler.
LOOK = 1.0
#: What a worker may keep of freed memory, bytes; the most that glibc takes.
KEPT = 32 << 20


@lru_cache(maxsize=1)
def _keep_memory() -> None:
    """Let this worker keep freed memory for its next job.

    Dask has glibc give it back at once (MALLOC_TRIM_THRESHOLD_), which makes a job of milliseconds half as long again.
    """
    # Other systems have no such call, and no such cost.
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        trim_threshold, mmap_threshold = -1, -3
        mallopt(trim_threshold, KEPT)
        mallopt(mmap_threshold, KEPT)


def _same(study: Study) -> Study:
    """Hold the study at a worker, for all of its jobs; another computes it anew if that worker dies."""
    return study


def _compute(study: Study, job: int, kernel: str) -> str:
    """Compute one job on a worker."""
    _keep_memory()
    text = _native.compute_job(study._native, job, kernel)
    if text is None:
        raise KeyboardInterrupt
    return text


def run(
    study: Study,
    client: Any,
    out: str | os.PathLike[str] | None,
    kernel: str | None,
    replace: bool,
    bar: bool | None,
) -> _native.Results:
    """Compute what the store lacks on the workers of ``client``; every point is committed as it comes back."""
    try:
        from distributed import as_completed
    except ImportError:
        raise missing_extra("distributed", "dask", "a Dask cluster") from None
    if not hasattr(client, "nthreads"):
        raise ModelError(f"client is no Dask client: {client!r}", "write client=distributed.Client(address or cluster)")
    threads = sum(client.nthreads().values())
    looked = time.monotonic()
    spread = _native.Spread(study._native, out, kernel, threads, replace)
    missing = spread.missing()
    if not missing:
        return spread.results()
    waiting = iter(missing)
    # One job a task: a worker that dies takes no finished job of its own with it. The study, which may be long, travels
    # once to each worker and not with each job.
    shared = client.submit(_same, study, pure=False)
    pending: set[Any] = set()

    def submit() -> list[Any]:
        """Fill up what waits at the cluster."""
        new = [
            # Whatever a worker computes is the same, so another may take over what a dead one had.
            client.submit(_compute, shared, job, spread.kernel, pure=False, retries=1)
            for _, job in zip(range(WAITING * max(threads, 1) - len(pending)), waiting, strict=False)
        ]
        pending.update(new)
        return new

    with progress(bar, "point") as tell:
        done = 0
        # The package carries no types.
        iterate: Any = as_completed
        completed: Any = iterate(submit())
        try:
            for batch in completed.batches():
                pending.difference_update(batch)
                completed.update(submit())
                spread.keep(client.gather(batch))
                done += len(batch)
                if time.monotonic() - looked > LOOK:
                    # A cluster that has grown gets more.
                    threads, looked = sum(client.nthreads().values()), time.monotonic()
                    completed.update(submit())
                if tell is not None:
                    tell(done, len(missing))
        finally:
            client.cancel([shared, *pending])
    return spread.results()
