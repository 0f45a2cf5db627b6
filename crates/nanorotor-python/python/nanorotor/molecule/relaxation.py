"""Relax a molecule at every angle of its rotor, the dihedral angle held (ASE)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nanorotor._errors import ConvergenceError, ModelError, missing_extra
from nanorotor.molecule.backends import Backend
from nanorotor.molecule.geometry import Array, Geometry, Integers
from nanorotor.molecule.rotor import Rotor, angle_of

#: The largest force that is left, in eV/Å.
FORCE = 5e-4
#: The largest number of steps at an angle.
STEPS = 500


def relaxed(geometry: Geometry, turning: Rotor, angles: Array, engine: Backend) -> tuple[Array, str]:
    """Relax the molecule at every angle with its dihedral angle held.

    Every angle begins at the molecule that relaxed freely, turned rigidly, so that no angle depends on another.

    Returns
    -------
    positions : array, (n, atoms, 3)
        The part at rest laid on that of the given geometry, as well as it goes.
    note : str
        What was done, in words.
    """
    if turning.dihedral is None:
        raise ModelError(
            "the rotor has no dihedral angle that could be held while the rest relaxes",
            "let it turn rigidly: relax=False",
        )
    calculator = _calculator(engine)
    rest = np.setdiff1d(np.arange(len(geometry.numbers)), turning.atoms)
    start = _relax(geometry.numbers, geometry.positions, calculator, None, turning.start)
    start = _laid(start, geometry.positions, rest)
    path = []
    for angle in angles:
        placed = _turned(start, turning, angle)
        path.append(_laid(_relax(geometry.numbers, placed, calculator, turning, angle), geometry.positions, rest))
    return np.array(path), (
        f"at every angle all else is relaxed by {engine.name} to forces below {FORCE} eV/Å with the dihedral angle "
        "held: the rotor is taken to turn slowly against its vibrations"
    )


def _calculator(engine: Backend) -> Any:
    if not hasattr(engine, "ase_calculator"):
        raise ModelError(
            f"{engine.name} has no forces to relax by",
            'relax with method="GFN1-xTB" and give the relaxed geometry to this method, or let the rotor turn rigidly',
        )
    return engine.ase_calculator()


def _turned(positions: Array, turning: Rotor, angle: float) -> Array:
    """The molecule with its dihedral angle set, the rotor turned rigidly about its axis as it lies now."""
    assert turning.dihedral is not None
    first, second = turning.axis
    line = positions[second] - positions[first]
    here = Rotor(
        turning.atoms,
        turning.axis,
        positions[second],
        line / np.linalg.norm(line),
        turning.dihedral,
        angle_of(positions, turning.dihedral),
    )
    return here.turned(positions, angle)


def _relax(numbers: Integers, positions: Array, calculator: Any, turning: Rotor | None, angle: float) -> Array:
    try:
        from ase import Atoms
        from ase.constraints import FixInternals
        from ase.optimize import BFGS
    except ImportError:
        raise missing_extra("ase", "molecule", "relaxing") from None
    atoms = Atoms(numbers, positions, calculator=calculator)
    if turning is not None:
        held = [math.degrees(angle) % 360.0, list(turning.dihedral or ())]
        atoms.set_constraint(FixInternals(dihedrals_deg=[held], epsilon=1e-9))
    search = BFGS(atoms, logfile=None)
    try:
        is_relaxed = search.run(fmax=FORCE, steps=STEPS)
    except Exception as error:
        raise ConvergenceError(
            f"the molecule does not relax at {math.degrees(angle):.0f}°: {error}",
            "let the rotor turn rigidly: relax=False",
        ) from None
    if not is_relaxed:
        raise ConvergenceError(
            f"the molecule does not relax at {math.degrees(angle):.0f}° within {STEPS} steps",
            "begin from a geometry that is nearly relaxed, or let the rotor turn rigidly: relax=False",
        )
    return np.asarray(atoms.get_positions())


def _laid(positions: Array, onto: Array, chosen: Integers) -> Array:
    """Move the molecule as a whole so that chosen atoms lie on those of another geometry (Kabsch)."""
    center, wanted = positions[chosen].mean(axis=0), onto[chosen].mean(axis=0)
    u, _, v = np.linalg.svd((positions[chosen] - center).T @ (onto[chosen] - wanted))
    u[:, -1] *= np.sign(np.linalg.det(u @ v))
    return np.asarray((positions - center) @ (u @ v) + wanted)
