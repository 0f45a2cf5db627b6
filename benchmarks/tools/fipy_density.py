"""Solve the overdamped blowtorch with FiPy: finite volumes on a ring, one long time step to the stationary density."""

import math

import numpy as np
from fipy import CellVariable, CentralDifferenceConvectionTerm, DiffusionTerm, FaceVariable, PeriodicGrid1D, TransientTerm
from fipy.solvers.scipy import LinearLUSolver

from . import measure

CELLS = 1000


def solve() -> dict[str, float]:
    """The mean velocity in U = 2 cos x with k_BT = 1 + 0.75 (1 + sin x) and friction 1, from the mean force."""
    mesh = PeriodicGrid1D(nx=CELLS, dx=2 * math.pi / CELLS)
    x, face = mesh.cellCenters[0].value, mesh.faceCenters[0].value
    density = CellVariable(mesh=mesh, value=1 / (2 * math.pi))
    heat = FaceVariable(mesh=mesh, value=1 + 0.75 * (1 + np.sin(face)))
    drift = FaceVariable(mesh=mesh, rank=1, value=[2 * np.sin(face) - 0.75 * np.cos(face)])
    equation = TransientTerm() == DiffusionTerm(coeff=heat) - CentralDifferenceConvectionTerm(coeff=drift)
    equation.solve(var=density, dt=1e6, solver=LinearLUSolver())
    # The noise term of the current is a derivative and averages to zero over the ring.
    return {"mean_velocity": float(np.sum(2 * np.sin(x) * density.value) / np.sum(density.value))}


def main() -> None:
    task = measure.task()
    compiling, seconds, found = measure.timed(solve, task["repeats"])
    measure.report("fipy", compiling, seconds, found, f"{CELLS} cells; no error estimate")


main()
