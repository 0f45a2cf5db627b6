"""Relax a molecule at every angle of its rotor, the angle held (ASE).

One dihedral angle of four atoms would be held by bending: a ring gives way to it, and the rest of the rotor lags behind
by degrees. What is held is the mean φ of all dihedral angles of the bond, which turning the rotor changes alike, and
forces lose their share along ∇φ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from nanorotor._errors import ConvergenceError, ModelError, missing_extra
from nanorotor.molecule.backends import Backend
from nanorotor.molecule.geometry import Array, Geometry, Integers, part_beyond
from nanorotor.molecule.rotor import Rotor, angle_of, dihedrals

#: The largest force that is left, in eV/Å.
FORCE = 5e-4
#: The largest number of steps at an angle.
STEPS = 500
#: The rotor is turned until it stands at its angle to within this (rad), this often at most.
EXACT, TURNS = 1e-12, 20


def relaxed(geometry: Geometry, turning: Rotor, angles: Array, engine: Backend) -> tuple[Array, str]:
    """Relax the molecule at every angle with its angle held.

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
    start = _relax(geometry.numbers, geometry.positions, calculator, None, 0.0)
    start = _laid(start, geometry.positions, rest)
    held = Held(geometry, turning, start)
    path = []
    for angle in angles:
        held.angle = float(angle)
        placed = held.turned(start)
        path.append(_laid(_relax(geometry.numbers, placed, calculator, held, held.angle), geometry.positions, rest))
    return np.array(path), (
        f"at every angle all else is relaxed by {engine.name} to forces below {FORCE} eV/Å with the mean of the "
        "dihedral angles of the bond held: the rotor is taken to turn slowly against its vibrations"
    )


class Turn:
    """The mean φ of the dihedral angles of a bond, each counted from what it is in the relaxed molecule."""

    def __init__(self, start: Array, fours: Sequence[Sequence[int]], sense: int, atoms: Integers) -> None:
        every = np.array([angle_of(start, four) for four in fours])
        #: φ of the relaxed molecule, that of the first four atoms.
        self.start = float(every[0])
        self.fours, self.offsets = np.array(fours), every - every[0]
        #: The atoms that turn to change φ, which changes with the angle of the rotor in this sense.
        self.atoms, self.sense = atoms, sense

    def missing(self, positions: Array, phi: float) -> float:
        """By how much φ differs."""
        every = np.array([angle_of(positions, four) for four in self.fours])
        return float(np.mean((phi - every + self.offsets + math.pi) % (2 * math.pi) - math.pi))

    def turned(self, positions: Array, phi: float) -> Array:
        """Turn the atoms rigidly about the bond as it lies now, until φ is there."""
        _, first, second, _ = self.fours[0]
        for _ in range(TURNS):
            missing = self.missing(positions, phi)
            if abs(missing) < EXACT:
                break
            line = positions[second] - positions[first]
            line /= np.linalg.norm(line)
            here = Rotor(self.atoms, (first, second), positions[second], line, None, 0.0)
            positions = here.turned(positions, missing)
        return positions

    def gradient(self, positions: Array) -> Array:
        """The direction of ∇φ."""
        from ase.geometry import get_dihedrals_derivatives

        places = positions[self.fours]
        slopes = get_dihedrals_derivatives(*(places[:, k + 1] - places[:, k] for k in range(3)))
        gradient = np.zeros_like(positions)
        np.add.at(gradient, self.fours, np.asarray(slopes))
        return gradient


class Held:
    """A constraint of ASE: the rotor stands at ``angle`` against what is at rest, a bridge against both its ends."""

    def __init__(self, geometry: Geometry, turning: Rotor, start: Array) -> None:
        assert turning.dihedral is not None
        self.angle = 0.0
        rotor = set(turning.atoms.tolist())
        first, second = turning.dihedral[1:3]
        self.turns = [Turn(start, dihedrals(geometry, first, second), 1, turning.atoms)]
        if turning.axis[0] in rotor:
            # The other end of a bridge: seen from there, the rotor turns the other way.
            near = turning.axis[1]
            for far in (k for k in geometry.neighbours[near] if k not in rotor):
                fours = dihedrals(geometry, near, far)
                beyond = np.array(sorted(part_beyond(geometry.neighbours, far, near)))
                if fours:
                    self.turns.append(Turn(start, fours, -1, beyond))

    def turned(self, positions: Array) -> Array:
        """The molecule with the rotor turned rigidly to its angle."""
        for turn in self.turns:
            phi = turn.start + turn.sense * (self.angle - self.turns[0].start)
            positions = turn.turned(positions, phi)
        return positions

    def adjust_positions(self, atoms: Any, new: Array) -> None:
        """Bring places that a step has found back to the angle."""
        new[:] = self.turned(new)

    def adjust_forces(self, atoms: Any, forces: Array) -> None:
        """Take their share along every ∇φ from the forces."""
        slopes = np.array([turn.gradient(atoms.positions).ravel() for turn in self.turns])
        along = np.linalg.qr(slopes.T)[0]
        forces -= (along @ (along.T @ forces.ravel())).reshape(forces.shape)

    def get_removed_dof(self, atoms: Any) -> int:
        """One degree of freedom is held for each bond."""
        return len(self.turns)


def _calculator(engine: Backend) -> Any:
    if not hasattr(engine, "ase_calculator"):
        raise ModelError(
            f"{engine.name} has no forces to relax by",
            'relax with method="GFN1-xTB" and give the relaxed geometry to this method, or let the rotor turn rigidly',
        )
    return engine.ase_calculator()


def _relax(numbers: Integers, positions: Array, calculator: Any, held: Held | None, angle: float) -> Array:
    try:
        from ase import Atoms
        from ase.optimize import BFGS
    except ImportError:
        raise missing_extra("ase", "molecule", "relaxing") from None
    atoms = Atoms(numbers, positions, calculator=calculator)
    if held is not None:
        atoms.set_constraint(held)
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
