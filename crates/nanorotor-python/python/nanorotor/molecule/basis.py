"""Bring atomic orbitals into an orthonormal basis that turns with the rotor, and keep its connection.

| symbol | here | meaning | unit |
|---|---|---|---|
| S | `overlap` | ⟨μ|ν⟩ of the orbitals, those of the rotor turned with it | |
| D | `derivative` | ⟨μ|∂_θ ν⟩, so that ∂_θ S = D + Dᵀ | 1/rad |
| X | `lowdin` | S^(-1/2): the columns are the orthonormal orbitals (Löwdin) | |
| A | `connection` | ⟨a|∂_θ b⟩ = X D X + S^(1/2) ∂_θ X, antisymmetric | 1/rad |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nanorotor._errors import ModelError
from nanorotor.molecule.geometry import Array

#: Real spherical harmonics by the end of an orbital's name, as functions of the unit vector.
HARMONICS: dict[str, Callable[[Array, Array, Array], Array]] = {
    "px": lambda x, y, z: x,
    "py": lambda x, y, z: y,
    "pz": lambda x, y, z: z,
    "dxy": lambda x, y, z: 2 * x * y,
    "dyz": lambda x, y, z: 2 * y * z,
    "dz2": lambda x, y, z: (3 * z * z - 1) / np.sqrt(3),
    "dxz": lambda x, y, z: 2 * x * z,
    "dx2-y2": lambda x, y, z: x * x - y * y,
}
#: Overlaps with eigenvalues below this belong to orbitals that are one.
DEPENDENT = 1e-8
#: What D + Dᵀ may differ from ∂_θ S.
SLOPE = 1e-3


@dataclass(frozen=True)
class Orbital:
    """One orbital of the basis.

    Attributes
    ----------
    atom : int
        The atom that it belongs to.
    element : str
        The symbol of the atom.
    n, l : int
        Principal quantum number (of the shell, as far as the back end tells) and angular momentum.
    name : str
        Shell and direction, such as ``2s``, ``2px`` or ``3dxy``; ``2ppi`` is a p orbital along the atom's normal.
    fragment : int
        0 for what is at rest, 1 for the rotor.
    """

    atom: int
    element: str
    n: int
    l: int  # noqa: E741 (the field's name)
    name: str
    fragment: int = 0


def shells(orbitals: Sequence[Orbital]) -> list[tuple[int, list[int]]]:
    """The complete shells of p and d orbitals: their angular momentum and the places of their orbitals."""
    found: list[tuple[int, list[int]]] = []
    place = 0
    while place < len(orbitals):
        first = orbitals[place]
        size = 2 * first.l + 1
        members = orbitals[place : place + size]
        kinds = {orbital.name.lstrip("0123456789") for orbital in members}
        is_whole = {(o.atom, o.n, o.l) for o in members} == {(first.atom, first.n, first.l)} and len(kinds) == size
        if first.l > 0 and is_whole and kinds <= set(HARMONICS):
            found.append((first.l, list(range(place, place + size))))
            place += size
        else:
            place += 1
    return found


def shell_rotation(names: Sequence[str], rotation: Array) -> Array:
    """How the orbitals of a shell turn: column ν holds the turned orbital ν in the orbitals at rest."""
    points = np.random.default_rng(1).normal(size=(3, 4 * len(names)))
    points /= np.linalg.norm(points, axis=0)
    functions = [HARMONICS[name.lstrip("0123456789")] for name in names]
    at_rest = np.stack([f(*points) for f in functions], axis=1)
    turned = np.stack([f(*(rotation.T @ points)) for f in functions], axis=1)
    return np.asarray(np.linalg.lstsq(at_rest, turned, rcond=None)[0])


def rotation(orbitals: Sequence[Orbital], frames: Array) -> Array:
    """Turn every complete shell with the frame of its atom, ``(atoms, 3, 3)``."""
    turn = np.eye(len(orbitals))
    for _, members in shells(orbitals):
        frame = frames[orbitals[members[0]].atom]
        turn[np.ix_(members, members)] = shell_rotation([orbitals[k].name for k in members], frame)
    return turn


def generator(orbitals: Sequence[Orbital], direction: Array) -> Array:
    """What turning the shells of the rotor about a direction adds to ∂_θ of its orbitals: ∂_θ|ν⟩ = Σ |κ⟩ W_κν."""
    x, y, z = direction
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turning = np.zeros((len(orbitals), len(orbitals)))
    # The matrices of a shell are polynomials of degree l in sin and cos, whose slope at 0 sixth roots of one tell.
    angles = np.arange(1, 6) * np.pi / 3
    weights = [0.5 * (-1) ** (k + 1) / np.tan(angle / 2) for k, angle in enumerate(angles, 1)]
    for _, members in shells(orbitals):
        if orbitals[members[0]].fragment == 0:
            continue
        names = [orbitals[k].name for k in members]
        slope = np.zeros((len(members), len(members)))
        for angle, weight in zip(angles, weights, strict=True):
            turn = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
            slope += weight * shell_rotation(names, turn)
        turning[np.ix_(members, members)] = (slope - slope.T) / 2
    return turning


def lowdin(overlap: Array) -> Array:
    """S^(-1/2)."""
    values, vectors = np.linalg.eigh(overlap)
    if values[0] < DEPENDENT:
        raise ModelError(
            f"the smallest eigenvalue of the overlap is {values[0]:.1e}: the orbitals depend on each other",
            "look for atoms that come too close when the rotor turns, or take a smaller basis",
        )
    return np.asarray(vectors / np.sqrt(values) @ vectors.T)


def connection(overlap: Array, derivative: Array) -> Array:
    """The connection A of the Löwdin basis, from S and D."""
    values, vectors = np.linalg.eigh(overlap)
    roots = np.sqrt(values)
    inside = vectors.T @ derivative @ vectors
    # ∂(S^-1/2) in the eigenvectors of S: divided differences of λ^-1/2.
    slope = -(inside + inside.T) / (roots[:, None] * roots * (roots[:, None] + roots))
    a = inside / (roots[:, None] * roots) + roots[:, None] * slope
    a = vectors @ a @ vectors.T
    return np.asarray((a - a.T) / 2)


def orthonormal(h: ArrayLike, overlap: ArrayLike, derivative: ArrayLike) -> tuple[Array, Array]:
    """Bring matrices of another program, such as those that sisl reads, into an orthonormal basis (Löwdin).

    Parameters
    ----------
    h, overlap : array_like, (M, N, N)
        H in eV and S at each angle, real: sampled over a full turn, in orbitals that come back after it.
    derivative : array_like, (M, N, N)
        D = ⟨μ|∂_θ ν⟩ in 1/rad. ∂_θ S = D + Dᵀ alone does not tell it: rows of orbitals at rest are ∂_θ S, columns of
        orbitals at rest 0, and within a fragment that turns rigidly D is constant.

    Returns
    -------
    h, connection : arrays, (M, N, N)
        For :meth:`nanorotor.Study.from_junction`. A coupling to the orbitals μ becomes S^(-1/2) of it.

    Raises
    ------
    ModelError
        If shapes differ, a matrix is not symmetric, or D + Dᵀ is not the slope of S.
    """
    arrays = [np.asarray(given) for given in (h, overlap, derivative)]
    first = arrays[0].shape
    if any(array.shape != first or array.dtype.kind not in "fiu" for array in arrays) or len(first) != 3:
        shapes = ", ".join(f"{array.dtype} {array.shape}" for array in arrays)
        raise ModelError(f"h, overlap and derivative are {shapes}", "give three real arrays (M, N, N)")
    fock, s, d = (array.astype(float) for array in arrays)
    for name, array in (("h", fock), ("overlap", s)):
        if np.max(np.abs(array - np.swapaxes(array, 1, 2))) > 1e-8 * np.max(np.abs(array)):
            raise ModelError(f"{name} is not symmetric", "give whole matrices, both triangles")
    miss = float(np.max(np.abs(spectral_derivative(s) - d - np.swapaxes(d, 1, 2))))
    if miss > SLOPE * max(1.0, float(np.max(np.abs(d)))):
        raise ModelError(
            f"derivative + its transpose differs from the slope of the overlap by {miss:.1e} per rad",
            "give D = <mu|d/dtheta nu> in 1/rad, sampled on equal steps over a full turn",
        )
    x = np.array([lowdin(one) for one in s])
    found = x @ fock @ x
    a = np.array([connection(one, slope) for one, slope in zip(s, d, strict=True)])
    return (found + np.swapaxes(found, 1, 2)) / 2, a


def spectral_derivative(samples: Array) -> Array:
    """∂_θ of samples at equidistant angles over the full turn, along the first axis."""
    size = len(samples)
    orders = np.fft.fftfreq(size, 1 / size)
    if size % 2 == 0:
        orders[size // 2] = 0.0
    shape = (size,) + (1,) * (samples.ndim - 1)
    return np.asarray(np.fft.ifft(1j * orders.reshape(shape) * np.fft.fft(samples, axis=0), axis=0).real)
