"""Solve the overdamped tilted washboard with fplanck, which knows one constant drag and one constant temperature."""

import math

import numpy as np

# fplanck 0.2.2 calls this by the name it had before NumPy 2.
np.product = np.prod  # type: ignore[attr-defined]

import fplanck  # noqa: E402
from scipy.constants import k as boltzmann  # noqa: E402

from . import measure  # noqa: E402

POINTS = 1600


def solve() -> dict[str, float]:
    """The mean velocity in U = 2 cos x - x with friction and k_BT 1, from the mean force on the stationary density."""
    equation = fplanck.fokker_planck(
        temperature=1 / boltzmann,
        drag=1,
        extent=2 * math.pi,
        resolution=2 * math.pi / POINTS * (1 + 1e-14),
        force=lambda x: 2 * np.sin(x) + 1,
        boundary=fplanck.boundary.periodic,
    )
    assert equation.grid[0].size == POINTS
    density = equation.steady_state()
    force = 2 * np.sin(equation.grid[0]) + 1
    return {"mean_velocity": float(np.sum(force * density) / np.sum(density))}


def main() -> None:
    task = measure.task()
    compiling, seconds, found = measure.timed(solve, task["repeats"])
    measure.report("fplanck", compiling, seconds, found, f"{POINTS} points; np.product given back to it; no error estimate")


main()
