"""Keep a few orbitals of a scan, with their connection, and tell what leaving out the others costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nanorotor._errors import ModelError
from nanorotor.molecule.basis import spectral_derivative
from nanorotor.molecule.structure import of_scan

if TYPE_CHECKING:
    from nanorotor.molecule.scan import Scan

#: What is kept: "pi", None for everything, two energies (eV), or a mask over the orbitals.
Choice = str | None | tuple[float, float] | ArrayLike

#: The least overlap of the states of an energy window with those of the first angle: below it they are others.
LEAST_OVERLAP = 0.1
#: A molecule is symmetric if the half turn moves no atom farther than this from another (Å).
SYMMETRIC = 2e-2
#: How the name of the second π orbital of an atom on a line ends.
SECOND = "'"
#: An atom whose two bonds deviate from a line by less than this (sine) has two π orbitals.
LINEAR = 0.2


@dataclass(frozen=True)
class Window:
    """An orthonormal set of orbitals at each angle, and what the scan looks like in it.

    Attributes
    ----------
    vectors : ndarray (M, N, K)
        The kept orbitals as columns over those of the scan.
    h : ndarray (M, K, K)
        The Hamiltonian in them (eV).
    connection : ndarray (M, K, K)
        ⟨a|∂_θ b⟩ of them (1/rad): P†AP + P†∂_θP.
    words : str
        What was kept.
    """

    vectors: NDArray[np.float64]
    h: NDArray[np.float64]
    connection: NDArray[np.float64]
    words: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out."""
        return bool(self.vectors.shape[1] == self.vectors.shape[2])

    def of(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project vectors (M, N, C) over the orbitals of the scan."""
        return np.swapaxes(self.vectors, -1, -2) @ vectors


def directions(scan: Scan) -> NDArray[np.float64]:
    """The direction in space of each p orbital at each angle (M, N, 3); zero for other orbitals."""
    found = np.zeros((len(scan.angles), len(scan.orbitals), 3))
    second = second_normals(scan) if any(orbital.name.endswith(SECOND) for orbital in scan.orbitals) else {}
    for k, orbital in enumerate(scan.orbitals):
        if orbital.l == 1:
            along = "xyz".find(orbital.name[-1])
            if along >= 0:
                found[:, k] = scan.frames[:, orbital.atom, :, along]
            else:
                # The only p orbital of a π-electron model is along the normal.
                found[:, k] = second[orbital.atom] if orbital.name.endswith(SECOND) else scan.normals[:, orbital.atom]
    return found


def pi_vectors(scan: Scan, atom: int) -> NDArray[np.float64]:
    """The p orbital of an atom along the normal of its plane, over the orbitals of the scan (M, N)."""
    shells = {orbital.n for orbital in scan.orbitals if orbital.atom == atom and orbital.l == 1}
    normal = np.asarray(scan.normals)[:, atom]
    if not shells or not np.all(np.isfinite(normal)) or not np.all(np.linalg.norm(normal, axis=-1) > 0.5):
        raise ModelError(
            f"atom {atom} ({scan.symbols[atom]}) has no π orbital",
            'anchor an atom whose neighbours lie in one plane with it, or write orbitals="all"',
        )
    return _along(scan, atom, normal)


def _along(scan: Scan, atom: int, direction: NDArray[np.float64]) -> NDArray[np.float64]:
    """The p orbital of an atom along a direction (M, 3), over the orbitals of the scan (M, N)."""
    own = [k for k, orbital in enumerate(scan.orbitals) if orbital.atom == atom and orbital.l == 1]
    # The valence shell is the innermost of a basis with polarization functions.
    valence = min(scan.orbitals[k].n for k in own)
    columns = [k for k in own if scan.orbitals[k].n == valence]
    vectors = np.zeros((len(scan.angles), len(scan.orbitals)))
    vectors[:, columns] = np.einsum("mkx,mx->mk", directions(scan)[:, columns], direction)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def pi_atoms(scan: Scan) -> list[int]:
    """The atoms with a π orbital."""
    with_p = {orbital.atom for orbital in scan.orbitals if orbital.l == 1}
    normals = np.asarray(scan.normals)
    return [
        atom
        for atom in sorted(with_p)
        if np.all(np.isfinite(normals[:, atom])) and np.all(np.linalg.norm(normals[:, atom], axis=-1) > 0.5)
    ]


def second_normals(scan: Scan) -> dict[int, NDArray[np.float64]]:
    """The direction of the other π orbital of each atom on a line, such as those of an alkyne (M, 3).

    It stands on the line and on the normal that the atom takes from its neighbours.
    """
    positions, normals = np.asarray(scan.positions), np.asarray(scan.normals)
    bonds = of_scan(scan).bonds
    others: dict[int, list[int]] = {}
    for i, j in bonds.tolist():
        others.setdefault(i, []).append(j)
        others.setdefault(j, []).append(i)
    found = {}
    for atom in pi_atoms(scan):
        ends = others.get(atom, [])
        if len(ends) == 1 and len(others[ends[0]]) == 2:
            # The end of a chain, such as the nitrogen of a nitrile, lies on the line of what it is bonded to.
            ends = others[ends[0]]
        if len(ends) != 2:
            continue
        line = positions[:, ends[1]] - positions[:, ends[0]]
        arms = [positions[:, end] - positions[:, atom] for end in ends if end != atom]
        bent = [
            np.linalg.norm(np.cross(arm, line), axis=-1)
            / (np.linalg.norm(arm, axis=-1) * np.linalg.norm(line, axis=-1))
            for arm in arms
        ]
        if np.max(bent) > LINEAR:
            continue
        across = np.cross(line, normals[:, atom])
        found[atom] = across / np.linalg.norm(across, axis=-1, keepdims=True)
    return found


def _pi_orbitals(scan: Scan) -> tuple[list[int], NDArray[np.float64], NDArray[np.float64]]:
    """Atoms (K), directions at the first angle (K, 3) and vectors (M, N, K) of all π orbitals."""
    owners: list[int] = []
    first: list[NDArray[np.float64]] = []
    vectors: list[NDArray[np.float64]] = []
    second = second_normals(scan)
    p_orbitals = [orbital.atom for orbital in scan.orbitals if orbital.l == 1]
    for atom in pi_atoms(scan):
        given = np.asarray(scan.normals)[:, atom]
        for normal in [given, *([second[atom]] if atom in second and p_orbitals.count(atom) > 1 else [])]:
            owners.append(atom)
            first.append(normal[0])
            vectors.append(_along(scan, atom, normal))
    return owners, np.array(first), np.stack(vectors, axis=-1)


def window_of(scan: Scan, choice: Choice) -> Window:
    """Choose the orbitals to keep.

    Raises
    ------
    ModelError
        Where nothing is kept, or where an energy window does not hold the same states at every angle.
    """
    h, levels = np.asarray(scan.h, dtype=float), np.asarray(scan.h).shape[-1]
    if choice is None:
        vectors = np.broadcast_to(np.eye(levels), h.shape)
        words = f"all {levels} orbitals of the scan are kept"
    elif isinstance(choice, str):
        if choice != "pi":
            raise ModelError(
                f"the window is {choice!r}", 'give "pi", two energies in eV, a mask, or None for everything'
            )
        atoms = pi_atoms(scan)
        if not atoms:
            raise ModelError("no atom of the scan has a π orbital", "give two energies, such as window=(-15.0, 0.0)")
        owners, first, vectors = _pi_orbitals(scan)
        words = f"{len(owners)} of {levels} orbitals are kept, the π orbital of each atom along the normal of its plane"
        if len(owners) > len(atoms):
            words += f", and both of the {len(owners) - len(atoms)} atoms on lines"
    else:
        vectors, words = _chosen(scan, h, np.asarray(choice))
    adjoint = np.swapaxes(vectors, -1, -2)
    connection = np.broadcast_to(np.asarray(scan.connection, dtype=float), h.shape)
    moving = adjoint @ connection @ vectors + adjoint @ spectral_derivative(np.array(vectors))
    kept = adjoint @ h @ vectors
    kept, moving = (kept + np.swapaxes(kept, -1, -2)) / 2, (moving - np.swapaxes(moving, -1, -2)) / 2
    half_turn = _half_turn(scan, owners, first) if isinstance(choice, str) and choice == "pi" else None
    if half_turn is not None:
        even, evenly = ((array + half_turn @ array @ half_turn.T) / 2 for array in (kept, moving))
        words += (
            ", made exactly symmetric under the half turn about the axis that maps the molecule onto itself "
            f"(h changes by {np.max(np.abs(even - kept)):.1g} eV at most)"
        )
        kept, moving = even, evenly
    return Window(vectors, kept, moving, words)


def reduced(scan: Scan, choice: Choice = "pi") -> Scan:
    """Keep some orbitals of a scan, and of the others the energies of the molecule's HOMO and LUMO alone.

    A junction of it is that of the whole scan with the same window, but for what leaving out costs: that is no longer
    compared, and stands in the notes.

    Parameters
    ----------
    choice : "pi" or mask
        As ``window`` of a junction.

    Returns
    -------
    Scan
        With ``overlap`` None: its basis is orthonormal.
    """
    mask = None if isinstance(choice, str) else np.asarray(choice)
    if mask is not None and mask.dtype != bool:
        raise ModelError(f"a scan is not reduced to {choice!r}", 'give "pi" or a mask: their orbitals belong to atoms')
    kept = window_of(scan, choice)
    if mask is not None:
        orbitals = [orbital for orbital, is_kept in zip(scan.orbitals, mask, strict=True) if is_kept]
    else:
        owners, _, _ = _pi_orbitals(scan)
        own = [next(o for o in scan.orbitals if o.atom == atom and o.l == 1) for atom in owners]
        orbitals = [
            replace(o, name=f"{o.n}ppi{'' if k == owners.index(o.atom) else SECOND}") for k, o in enumerate(own)
        ]
    energies = np.asarray(np.linalg.eigvalsh(kept.h), dtype=np.float64)
    homo, lumo = level_errors(scan, kept)
    said = f"{kept.words}; the HOMO is off by {homo:.2g} eV at most, the LUMO by {lumo:.2g} eV"
    return replace(
        scan,
        h=kept.h,
        connection=kept.connection,
        overlap=None,
        orbital_energies=energies,
        electrons=float(2 * np.sum(energies[0] < (scan.homo[0] + scan.lumo[0]) / 2)),
        orbitals=orbitals,
        notes=[*scan.notes, said],
    )


def _half_turn(scan: Scan, owners: Sequence[int], along: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """How a half turn of the whole molecule about its axis exchanges π orbitals, where it maps it onto itself.

    Orbitals that no electrode reaches are so by this symmetry. What is left of their coupling by the rounding of a
    geometry makes levels that are narrow beyond meaning, with a width that vanishes at some angle.
    """
    direction = np.asarray(scan.direction)
    positions = np.asarray(scan.positions) - np.asarray(scan.point)
    turn = 2 * np.outer(direction, direction) - np.eye(3)
    moved = positions @ turn
    distance = np.linalg.norm(moved[0][:, None] - positions[0], axis=-1)
    image = np.argmin(distance, axis=1)
    same_kind = np.array_equal(np.asarray(scan.numbers)[image], scan.numbers)
    if not same_kind or np.max(np.linalg.norm(moved - positions[:, image], axis=-1)) > SYMMETRIC:
        return None
    atoms = np.asarray(owners)
    is_image = image[atoms][None, :] == atoms[:, None]
    exchange = np.where(is_image, np.round(along @ (along @ turn).T), 0.0)
    # Normals that the half turn does not map onto each other belong to no symmetry of the orbitals.
    return exchange if np.array_equal(exchange @ exchange.T, np.eye(len(atoms))) else None


def _chosen(scan: Scan, h: NDArray[np.float64], given: NDArray[Any]) -> tuple[NDArray[np.float64], str]:
    levels = h.shape[-1]
    if given.dtype == bool:
        if given.shape != (levels,) or not given.any():
            raise ModelError(
                f"the mask has shape {given.shape} with {int(given.sum())} orbitals for the {levels} of the scan",
                "give one True or False for each of scan.orbitals, at least one of them True",
            )
        vectors = np.broadcast_to(np.eye(levels)[:, given], (len(h), levels, int(given.sum())))
        return vectors, f"{int(given.sum())} of {levels} orbitals are kept, those of a mask"
    if given.shape != (2,) or given.dtype.kind not in "fiu" or not given[0] < given[1]:
        raise ModelError(
            f"the window is {given!r}", 'give "pi", two energies in eV such as (-15.0, 0.0), a mask, or None'
        )
    low, high = (float(energy) for energy in given)
    energies, states = np.linalg.eigh(h)
    first, last = int(np.sum(energies[0] < low)), int(np.sum(energies[0] <= high))
    if first == last:
        raise ModelError(
            f"no level lies between {low:g} and {high:g} eV",
            f"HOMO and LUMO are at {np.max(scan.homo):.3g} and {np.min(scan.lumo):.3g} eV",
        )
    chosen = states[..., first:last]
    # The states at each angle that resemble those of the first most: smooth and periodic wherever none is exchanged.
    overlap = np.swapaxes(chosen, -1, -2) @ chosen[0]
    left, sizes, right = np.linalg.svd(overlap)
    if np.min(sizes) < LEAST_OVERLAP:
        worst = int(np.argmin(sizes[:, -1]))
        raise ModelError(
            f"the {last - first} states between {low:g} and {high:g} eV are others at {scan.angles[worst]:.3g} rad: "
            f"levels cross the edge of the window, the least overlap with those of the first angle is "
            f"{sizes[worst, -1]:.2g}",
            'move the edges into gaps of the spectrum at every angle, or take window="pi"',
        )
    vectors = chosen @ (left @ right)
    return vectors, f"{last - first} of {levels} states are kept, those between {low:g} and {high:g} eV"


def level_errors(scan: Scan, window: Window) -> tuple[float, float]:
    """By how much the HOMO and the LUMO of the window differ from those of the scan, at most (eV)."""
    energies = np.linalg.eigvalsh(window.h)
    homo, lumo = np.asarray(scan.homo), np.asarray(scan.lumo)
    middle = ((homo + lumo) / 2)[:, None]
    below = np.max(np.where(energies <= middle, energies, -np.inf), axis=-1)
    above = np.min(np.where(energies > middle, energies, np.inf), axis=-1)
    return float(np.max(np.abs(below - homo))), float(np.max(np.abs(above - lumo)))


def transmission(
    h: NDArray[np.float64], couplings: Sequence[NDArray[np.float64]], energies: ArrayLike
) -> NDArray[np.float64]:
    """From the last of the leads to the first at each angle and energy (M, E), by one inversion each."""
    broad = sum(w @ np.swapaxes(w, -1, -2) for w in couplings)
    at = np.asarray(energies, dtype=float)[:, None, None]
    g = np.linalg.inv(at * np.eye(h.shape[-1]) - h[:, None] + 0.5j * np.asarray(broad)[:, None])
    amplitude = np.swapaxes(couplings[0], -1, -2)[:, None] @ g @ couplings[-1][:, None]
    return np.asarray(np.sum(np.abs(amplitude) ** 2, axis=(-1, -2)))
