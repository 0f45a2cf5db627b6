"""Spread the points of a sweep over the workers of a Dask cluster."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nanorotor import _native
from nanorotor._errors import missing_extra
from nanorotor._progress import progress

if TYPE_CHECKING:
    from nanorotor._study import Study

#: Jobs that wait at each thread of the cluster, so that none is idle while results travel.
WAITING = 3


@lru_cache(maxsize=8)
def _native_study(study: Study) -> _native.Study:
    return study._native


def _compute(study: Study, job: int, kernel: str) -> str:
    """Compute one job on a worker."""
    text = _native.compute_job(_native_study(study), job, kernel)
    if text is None:
        raise KeyboardInterrupt
    return text


def run(
    study: Study,
    client: Any,
    out: str | os.PathLike[str] | None,
    kernel: str | None,
    bar: bool | None,
) -> _native.Results:
    """Compute what the store lacks on the workers of ``client``; every point is committed as it comes back."""
    try:
        from distributed import as_completed
    except ImportError:
        raise missing_extra("distributed", "dask", "a Dask cluster") from None
    # The package carries no types.
    iterate: Any = as_completed
    threads = sum(client.nthreads().values())
    spread = _native.Spread(study._native, out, kernel, threads)
    missing = spread.missing()
    waiting = iter(missing)

    def submit() -> list[Any]:
        """At most one more job."""
        return [
            # Whatever a worker computes is the same, so another may take over what a dead one had.
            client.submit(_compute, study, job, spread.kernel, pure=False, retries=1)
            for _, job in zip(range(1), waiting, strict=False)
        ]

    with progress(bar, "point") as tell:
        done = 0
        # A cluster that grows later gets more as soon as something comes back.
        futures = [future for _ in range(WAITING * max(threads, 1)) for future in submit()]
        pending = set(futures)
        completed: Any = iterate(futures)
        try:
            for batch in completed.batches():
                spread.keep([future.result() for future in batch])
                done += len(batch)
                pending.difference_update(batch)
                wanted = WAITING * max(sum(client.nthreads().values()), 1)
                while len(pending) < wanted and (more := submit()):
                    pending.update(more)
                    completed.update(more)
                if tell is not None:
                    tell(done, len(missing))
        finally:
            client.cancel(list(pending))
    return spread.results()
