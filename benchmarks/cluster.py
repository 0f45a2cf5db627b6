"""Measure what a Dask cluster costs a point, and 2 workers against 1: `python benchmarks/cluster.py`.

Needs nanorotor with its extra dask. Each round runs every way once, in turn; medians of the rounds, and of ratios within a round.
"""

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import nanorotor as nr
import numpy as np
from distributed import Client, LocalCluster


def sweeps(points: int) -> dict[str, nr.Study]:
    """Points that cost almost nothing, and those of the paper's motor."""
    washboard = nr.Study.from_landscape(
        "F + 0.05 eV*sin(2*theta)",
        "3e-3 eV ps",
        "2e-4 eV^2 ps",
        period="pi",
        moment_of_inertia="45 au",
        parameters={"F": "0.01 eV"},
    )
    return {
        "washboard": washboard.with_(F=np.linspace(0.005, 0.02, points)),
        "motor": nr.Study.preset("preston2023").with_(V=np.linspace(3, 6, points)),
    }


@contextmanager
def client(workers: int) -> Iterator[Client]:
    """Give a cluster of this machine."""
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster,
        Client(cluster) as found,
    ):
        found.wait_for_workers(workers)
        yield found


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description="Measure what a Dask cluster costs a point.")
    parser.add_argument("--points", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with client(1) as one, client(2) as two:
        for name, study in sweeps(options.points).items():
            ways: dict[str, Callable[[], object]] = {
                "1 thread": lambda study=study: study.run(jobs=1, progress=False),
                "2 threads": lambda study=study: study.run(jobs=2, progress=False),
                "1 worker": lambda study=study: study.run(client=one, progress=False),
                "2 workers": lambda study=study: study.run(client=two, progress=False),
            }
            seconds: dict[str, list[float]] = {way: [] for way in ways}
            for round_ in range(options.rounds + 1):
                for way, run in ways.items():
                    start = time.perf_counter()
                    run()
                    # The first round warms up.
                    if round_ > 0:
                        seconds[way].append(time.perf_counter() - start)
            print(f"\n{name}, {options.points} points, medians of {options.rounds} rounds")
            for way, found in seconds.items():
                print(f"  {way:<10} {statistics.median(found) / options.points * 1e3:8.2f} ms a point")
            overhead = [a - b for a, b in zip(seconds["1 worker"], seconds["1 thread"], strict=True)]
            print(f"  overhead   {statistics.median(overhead) / options.points * 1e3:8.2f} ms a point")
            for first, second in (("1 worker", "2 workers"), ("1 thread", "2 threads")):
                ratio = [a / b for a, b in zip(seconds[first], seconds[second], strict=True)]
                print(f"  {first} / {second}: {statistics.median(ratio):.2f} ({min(ratio):.2f} to {max(ratio):.2f})")


if __name__ == "__main__":
    main()
