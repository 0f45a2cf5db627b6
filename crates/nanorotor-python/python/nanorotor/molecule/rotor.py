"""Find what turns: the atoms beyond a bond, their axis, their order and their moment of inertia."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nanorotor._errors import ModelError
from nanorotor.molecule.geometry import Array, Geometry, Integers, part_beyond

#: 1 u Å² in kg m².
U_ANGSTROM2 = 1.66053906892e-27 * 1e-20
#: Atoms that are mapped onto each other to within this, in Å, permute.
SAME = 0.1
#: A bond is torn if turning changes its length by more than this, in Å.
STRETCH = 0.1
#: Atoms this close to the axis, in Å, lie on it.
ON_AXIS = 0.05


@dataclass(frozen=True, eq=False)
class Rotor:
    """What turns in a molecule, and about which line.

    Attributes
    ----------
    atoms : array of int
        The atoms that turn.
    axis : (int, int)
        The atoms that the axis goes through; θ is right-handed about the direction from the first to the second.
    point, direction : array
        A point of the axis in Å, and its unit vector.
    dihedral : (int, int, int, int) or None
        The dihedral angle that θ is; None if θ is counted from the given geometry.
    start : float
        θ at the given geometry, in rad.
    """

    atoms: Integers
    axis: tuple[int, int]
    point: Array
    direction: Array
    dihedral: tuple[int, int, int, int] | None
    start: float

    def turn(self, angle: float) -> Array:
        """The matrix of a rotation about the axis by an angle in rad."""
        x, y, z = self.direction
        cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
        return np.asarray(np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * (cross @ cross))

    def turned(self, positions: Array, angle: float) -> Array:
        """The positions with the rotor at θ = ``angle``."""
        moved = positions.copy()
        arms = positions[self.atoms] - self.point
        moved[self.atoms] = self.point + arms @ self.turn(angle - self.start).T
        return moved

    def inertia(self, geometry: Geometry, atoms: Any = None) -> float:
        """The moment of inertia about the axis in kg m², of the rotor or of other atoms."""
        chosen = self.atoms if atoms is None else atoms
        arms = np.cross(geometry.positions[chosen] - self.point, self.direction)
        return float(geometry.masses[chosen] @ np.sum(arms**2, axis=1)) * U_ANGSTROM2

    def order(self, geometry: Geometry, atoms: Any = None) -> tuple[int, float]:
        """How often a turn maps the rotor, or other atoms, onto itself, and to within how many Å."""
        chosen = self.atoms if atoms is None else np.asarray(atoms)
        places, kinds = geometry.positions[chosen] - self.point, geometry.numbers[chosen]
        for order in (6, 5, 4, 3, 2):
            moved = places @ self.turn(2 * math.pi / order).T
            distances = np.linalg.norm(moved[:, None] - places[None], axis=-1)
            distances[kinds[:, None] != kinds[None]] = np.inf
            nearest = np.argmin(distances, axis=1)
            if len(set(nearest)) == len(nearest) and np.max(np.min(distances, axis=1)) < SAME:
                return order, float(np.max(np.min(distances, axis=1)))
        return 1, 0.0


def find(geometry: Geometry, axis: Any, rotor: Sequence[int] | None = None) -> Rotor:
    """Find the rotor of a molecule.

    Parameters
    ----------
    geometry : Geometry
        The molecule.
    axis : (i, j) or ((a, b), (c, d))
        The bond that turns, the half beyond ``j`` with it; or the two bonds that hold a bridge, ``b`` to ``c``, which
        turns between ``a`` and ``d``.
    rotor : sequence of int, optional
        The atoms that turn, in place of those found from the bonds.

    Raises
    ------
    ModelError
        If the axis is no bond, an atom does not exist, a ring goes through the axis, or nothing turns.
    """
    bonds = _bonds(geometry, axis)
    first, second = bonds[0] if len(bonds) == 1 else (bonds[0][1], bonds[1][0])
    if first == second:
        raise ModelError(
            f"both bonds of the axis end at {geometry.name(first)}",
            "give the two bonds of the bridge as ((a, b), (c, d))",
        )
    given = None if rotor is None else _given(geometry, rotor)
    if given is None:
        given = _between(geometry, bonds)
    elif len(bonds) == 1 and first in given and second not in given:
        first, second = second, first
    elif len(bonds) == 1 and (first in given) == (second in given):
        where = "both atoms" if first in given else "neither atom"
        raise ModelError(f"{where} of the axis are in the rotor", "one end of the axis turns, the other is at rest")
    line = geometry.positions[second] - geometry.positions[first]
    atoms = np.array(sorted(given), dtype=np.int64)
    root = (first, second) if len(bonds) == 1 else bonds[0]
    found = Rotor(atoms, (first, second), geometry.positions[second], line / np.linalg.norm(line), None, 0.0)
    _whole(geometry, found)
    if found.inertia(geometry) < 1e-3 * U_ANGSTROM2:
        raise ModelError("all atoms of the rotor lie on the axis: nothing turns", "choose the bond of a bent fragment")
    dihedral = next(iter(dihedrals(geometry, *root)), None)
    start = 0.0 if dihedral is None else angle_of(geometry.positions, dihedral)
    return Rotor(atoms, found.axis, found.point, found.direction, dihedral, start)


def angle_of(positions: Array, dihedral: Sequence[int]) -> float:
    """The dihedral angle of four atoms in rad, by the rule of IUPAC."""
    a, b, c, d = positions[list(dihedral)]
    axis = (c - b) / np.linalg.norm(c - b)
    u, v = np.cross(np.cross(axis, a - b), axis), np.cross(np.cross(axis, d - c), axis)
    return float(np.arctan2(axis @ np.cross(u, v), u @ v))


def _bonds(geometry: Geometry, axis: Any) -> list[tuple[int, int]]:
    try:
        pairs = [axis] if np.ndim(axis) == 1 else list(axis)
        bonds = [(int(i), int(j)) for i, j in pairs]
        if any(int(k) != k for pair in pairs for k in pair) or len(bonds) not in (1, 2):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise ModelError(
            f"the axis is {axis!r}", "give the two atoms of a bond, (3, 6), or two bonds, ((0, 1), (4, 5))"
        ) from None
    for i, j in bonds:
        for atom in (i, j):
            _exists(geometry, atom)
        if j not in geometry.neighbours[i]:
            distance = np.linalg.norm(geometry.positions[i] - geometry.positions[j])
            partners = ", ".join(geometry.name(k) for k in geometry.neighbours[i]) or "nothing"
            raise ModelError(
                f"{geometry.name(i)} and {geometry.name(j)} are {distance:.2f} Å apart: the axis is no bond",
                f"{geometry.name(i)} is bonded to {partners}; atoms are counted from 0",
            )
    return bonds


def _exists(geometry: Geometry, atom: Any) -> None:
    if not 0 <= atom < len(geometry.numbers):
        raise ModelError(
            f"there is no atom {atom}: the molecule has {len(geometry.numbers)}",
            f"atoms are counted from 0 to {len(geometry.numbers) - 1}",
        )


def _given(geometry: Geometry, rotor: Sequence[int]) -> set[int]:
    try:
        atoms = [int(atom) for atom in rotor]
        if any(atom != given for atom, given in zip(atoms, rotor, strict=True)):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise ModelError(f"the rotor is {rotor!r}", "give the numbers of the atoms that turn") from None
    for atom in atoms:
        _exists(geometry, atom)
    if not atoms or len(set(atoms)) == len(geometry.numbers):
        raise ModelError(f"the rotor has {len(set(atoms))} of the {len(geometry.numbers)} atoms", "give a part of them")
    return set(atoms)


def _between(geometry: Geometry, bonds: list[tuple[int, int]]) -> set[int]:
    """The atoms beyond the bond, or between the two bonds."""
    found = set(range(len(geometry.numbers)))
    for rest, turning in [bonds[0], *((j, i) for i, j in bonds[1:])]:
        beyond = part_beyond(geometry.neighbours, turning, rest)
        if rest in beyond:
            raise ModelError(
                f"a ring goes through the axis {geometry.name(rest)}–{geometry.name(turning)}: nothing turns about it",
                "choose a bond that holds two parts of the molecule together",
            )
        found &= beyond
    if not found:
        raise ModelError(
            "there are no atoms between the two bonds", "give them as ((a, b), (c, d)), b and c in the bridge"
        )
    return found


def _whole(geometry: Geometry, rotor: Rotor) -> None:
    """Refuse a rotor that tears a bond when it turns."""
    turning = set(rotor.atoms.tolist())
    turned = [rotor.turned(geometry.positions, angle) for angle in np.arange(8) * math.pi / 4]
    for i in turning:
        for j in geometry.neighbours[i]:
            if j in turning:
                continue
            lengths = [np.linalg.norm(places[i] - places[j]) for places in turned]
            if np.ptp(lengths) > STRETCH:
                raise ModelError(
                    f"turning tears the bond {geometry.name(i)}–{geometry.name(j)}: its length changes by "
                    f"{np.ptp(lengths):.2f} Å",
                    "give a rotor whose bonds to the rest lie on the axis",
                )


def dihedrals(geometry: Geometry, first: int, second: int) -> list[tuple[int, int, int, int]]:
    """Every four atoms whose dihedral angle is that of the bond, past atoms on its line (an alkyne)."""
    line = geometry.positions[second] - geometry.positions[first]
    line /= np.linalg.norm(line)

    def arms(here: int, before: int) -> list[int]:
        while True:
            others = [k for k in geometry.neighbours[here] if k != before]
            bent = [
                k
                for k in others
                if np.linalg.norm(np.cross(geometry.positions[k] - geometry.positions[here], line)) > 0.2
            ]
            if bent:
                return sorted(bent)
            if len(others) != 1:
                return []
            here, before = others[0], here

    return [(a, first, second, d) for a in arms(first, second) for d in arms(second, first)]
