"""Hold the atoms of a molecule: who is bonded to whom, and the plane that each atom lies in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanorotor._errors import ModelError
from nanorotor.molecule.elements import MASSES, RADII, SYMBOLS

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Two atoms are bonded up to this multiple of the sum of their covalent radii.
BOND = 1.2
#: Atoms nearer to each other than this, in Å, are one atom given twice, or positions in another unit.
NEAREST = 0.3
#: Larger molecules are a mistake: matrices of their orbitals at all angles fill the memory.
MOST = 2000
#: An atom whose neighbours leave its plane by more than this, in Å, has no plane (a tetrahedral one: 0.4 Å and more).
FLAT = 0.2


@dataclass(frozen=True, eq=False)
class Geometry:
    """A molecule at one geometry.

    Parameters
    ----------
    numbers : array of int
        Atomic numbers, ``(atoms,)``.
    positions : array
        In Å, ``(atoms, 3)``.
    normals : array, optional
        The normal of the plane of each atom, ``(atoms, 3)``, NaN where there is none; found from the bonds if it is not
        given.
    """

    numbers: Integers
    positions: Array
    normals: Array = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.normals is None:
            object.__setattr__(self, "normals", normals_of(self.positions, self.neighbours))

    @property
    def symbols(self) -> list[str]:
        """The symbols of the elements."""
        return [SYMBOLS[number] for number in self.numbers]

    @property
    def masses(self) -> Array:
        """Masses of the atoms in u."""
        return np.asarray(MASSES[self.numbers], dtype=float)

    @cached_property
    def neighbours(self) -> list[list[int]]:
        """The atoms that each atom is bonded to, by the sum of covalent radii."""
        distances = np.linalg.norm(self.positions[:, None] - self.positions[None], axis=-1)
        reach = BOND * (RADII[self.numbers][:, None] + RADII[self.numbers][None])
        bonded = distances < reach
        np.fill_diagonal(bonded, False)
        return [[int(other) for other in np.flatnonzero(row)] for row in bonded]

    def name(self, atom: int) -> str:
        """An atom in words, such as ``C3``."""
        return f"{SYMBOLS[self.numbers[atom]]}{atom}"


def checked(numbers: Any, positions: Any) -> Geometry:
    """Make a geometry of what users give, or say what is wrong with it."""
    try:
        kinds = np.asarray(numbers).astype(np.int64)
        places = np.array(positions, dtype=float)
    except (TypeError, ValueError):
        raise ModelError("these are no atoms", "give atomic numbers, and positions in Å as (atoms, 3)") from None
    if kinds.ndim != 1 or places.shape != (len(kinds), 3) or len(kinds) < 2:
        raise ModelError(
            f"the positions have shape {places.shape} for {kinds.size} atoms",
            "give at least two, with x, y, z for each",
        )
    if len(kinds) > MOST:
        raise ModelError(
            f"the molecule has {len(kinds)} atoms", f"give at most {MOST}: its electrons are computed at every angle"
        )
    if not np.all(np.isfinite(places)):
        raise ModelError("a position is no finite number", "look for NaN in the geometry")
    if np.any(kinds < 1) or np.any(kinds >= len(SYMBOLS)):
        raise ModelError(f"an atomic number is not between 1 and {len(SYMBOLS) - 1}", "give atomic numbers or symbols")
    distances = np.linalg.norm(places[:, None] - places[None], axis=-1) + 10 * np.eye(len(kinds))
    first, second = np.unravel_index(np.argmin(distances), distances.shape)
    if distances[first, second] < NEAREST:
        raise ModelError(
            f"atoms {first} and {second} are {distances[first, second]:.3f} Å apart",
            "give positions in Å, each atom once",
        )
    return Geometry(kinds, places)


def part_beyond(neighbours: list[list[int]], start: int, without: int) -> set[int]:
    """The atoms that are reached from ``start`` without going through the bond to ``without``."""
    found, ways = {start}, [start]
    while ways:
        here = ways.pop()
        for other in neighbours[here]:
            if (here, other) != (start, without) and other not in found:
                found.add(other)
                ways.append(other)
    return found


def normals_of(positions: Array, neighbours: list[list[int]]) -> Array:
    """The normal of the plane of each atom and its neighbours, of one sign along bonds.

    An atom with one neighbour, or with two on a line, lies in the plane of the nearest atom that has one.
    """
    normals = np.full(positions.shape, np.nan)
    bent = np.zeros(len(positions), dtype=bool)
    for atom, others in enumerate(neighbours):
        if len(others) < 2:
            continue
        arms = positions[others] - positions[atom]
        arms /= np.linalg.norm(arms, axis=1)[:, None]
        if len(others) == 2:
            normal = np.cross(arms[0], arms[1])
            if np.linalg.norm(normal) < 0.2:
                continue
        else:
            normal = np.linalg.svd(arms - arms.mean(axis=0))[2][2]
            points = positions[[*others, atom]]
            bent[atom] = np.ptp(points @ normal) > FLAT
        normals[atom] = np.nan if bent[atom] else normal / np.linalg.norm(normal)
    _inherit(normals, bent, neighbours)
    _align(normals, neighbours)
    return normals


def _inherit(normals: Array, bent: NDArray[np.bool_], neighbours: list[list[int]]) -> None:
    missing = np.isnan(normals[:, 0]) & ~bent
    while True:
        given = [
            (atom, other)
            for atom in np.flatnonzero(missing)
            for other in neighbours[atom][:]
            if not np.isnan(normals[other, 0])
        ]
        if not given:
            return
        for atom, other in given:
            normals[atom] = normals[other]
            missing[atom] = False


def _align(normals: Array, neighbours: list[list[int]]) -> None:
    done: set[int] = set()
    for start in range(len(normals)):
        if start in done or np.isnan(normals[start, 0]):
            continue
        done.add(start)
        ways = [start]
        while ways:
            here = ways.pop(0)
            for other in neighbours[here]:
                if other in done or np.isnan(normals[other, 0]):
                    continue
                if normals[here] @ normals[other] < 0:
                    normals[other] *= -1
                done.add(other)
                ways.append(other)
