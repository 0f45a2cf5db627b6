"""Differentiate the overlaps by the angle, with one of the two orbitals at rest.

⟨μ|∂_θ ν⟩ of orbitals on the atoms A and B depends on nothing but these two atoms: it is the slope of their overlap as B
moves with its velocity ∂_θ r_B, and what turning the shells of B adds, S W.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from nanorotor.molecule.backends import Backend
from nanorotor.molecule.basis import Orbital, generator, spectral_derivative
from nanorotor.molecule.geometry import Array, Geometry
from nanorotor.molecule.rotor import Rotor

#: The step in Å of the five-point rule; it errs by step⁴/30 of the fifth derivative, about 1e-9.
STEP = 0.01
#: Atoms beyond this distance in Å have no overlap.
FAR = 12.0
#: Atoms slower than this, in Å/rad, are at rest.
SLOW = 1e-9


def slopes(
    engine: Backend,
    geometry: Geometry,
    velocities: Array,
    pairs: Iterable[tuple[int, int]],
    orbitals: Sequence[Orbital],
) -> Array:
    """⟨μ|∂_θ ν⟩ for the motion of the atoms alone, shells kept in their directions in space."""
    places = [np.array([k for k, o in enumerate(orbitals) if o.atom == atom]) for atom in range(len(geometry.numbers))]
    derivative = np.zeros((len(orbitals), len(orbitals)))
    for here, there in pairs:
        speed = float(np.linalg.norm(velocities[there]))
        arm = geometry.positions[there] - geometry.positions[here]
        if speed < SLOW or np.linalg.norm(arm) > FAR:
            continue
        along = velocities[there] / speed
        first = len(places[here])
        slope = np.zeros((first, len(places[there])))
        for steps, weight in ((-2, 1 / 12), (-1, -2 / 3), (1, 2 / 3), (2, -1 / 12)):
            pair = Geometry(
                geometry.numbers[[here, there]],
                np.array([np.zeros(3), arm + steps * STEP * along]),
                geometry.normals[[here, there]],
            )
            overlap = engine.overlap(pair)
            assert overlap is not None
            slope += weight / STEP * overlap[:first, first:]
        derivative[np.ix_(places[here], places[there])] = speed * slope
    return derivative


def velocities_of(geometry: Geometry, turning: Rotor, path: Array, relax: bool) -> Array:
    """∂_θ of the places of the atoms in Å/rad, ``(n, atoms, 3)``."""
    if relax:
        return spectral_derivative(path)
    moving = np.zeros_like(path)
    moving[:, turning.atoms] = np.cross(turning.direction, path[:, turning.atoms] - turning.point)
    return moving


def transport(
    engine: Backend,
    geometry: Geometry,
    turning: Rotor,
    path: Array,
    turns: Sequence[Array],
    overlap: Array,
    orbitals: Sequence[Orbital],
    relax: bool,
) -> Array:
    """D = ⟨μ|∂_θ ν⟩ at every angle, ``(n, N, N)``, in the shells that turn with the rotor."""
    turning_shells = generator(orbitals, turning.direction)
    slope = spectral_derivative(overlap)
    atoms = range(len(geometry.numbers))
    velocities = velocities_of(geometry, turning, path, relax)
    if relax:
        half = [(a, b) for a in atoms for b in atoms if a <= b]
        derivative = np.empty_like(overlap)
        upper = np.array([[a.atom <= b.atom for b in orbitals] for a in orbitals])
        for k, turn in enumerate(turns):
            moved = Geometry(geometry.numbers, path[k], geometry.normals)
            d = turn.T @ slopes(engine, moved, velocities[k], half, orbitals) @ turn + overlap[k] @ turning_shells
            # The other half follows from ∂S = D + Dᵀ.
            derivative[k] = np.where(upper, d, slope[k] - d.T)
        return derivative
    # Within the rotor the given geometry does for all angles.
    velocities = velocities_of(geometry, turning, geometry.positions[None], relax)[0]
    rotor = turning.atoms.tolist()
    inside = slopes(engine, geometry, velocities, [(a, b) for a in rotor for b in rotor], orbitals)
    moves = np.array([orbital.fragment == 1 for orbital in orbitals])
    both = np.outer(moves, moves)
    # Within the rotor nothing changes as it turns, and the given geometry has its shells in the directions of space.
    inside = np.where(both, inside + overlap[0] @ turning_shells, 0.0)
    inside = (inside - inside.T) / 2
    return np.where(both, inside, np.where(np.outer(~moves, moves), slope, 0.0))
