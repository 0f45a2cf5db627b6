"""Time a piece of work, the first call apart because it may compile."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any


def task() -> dict[str, Any]:
    """The work, which the caller passes as a file."""
    with open(sys.argv[1], encoding="utf-8") as file:
        return json.load(file)


def once(work: Callable[[], Any]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def timed(work: Callable[[], Any], repeats: int) -> tuple[float, list[float], Any]:
    """Seconds that the first call took longer than the median, seconds of each later one, and what the last one returned."""
    seconds = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return max(seconds[0] - statistics.median(seconds[1:]), 0.0), seconds[1:], result


def report(tool: str, compiling: float, seconds: list[float], found: dict[str, Any], note: str = "") -> None:
    """Print what was measured as one line of JSON."""
    print(
        json.dumps(
            {
                "tool": tool,
                "version": version(tool),
                "compile_seconds": compiling,
                "seconds": seconds,
                "found": found,
                "note": note,
            }
        )
    )
