"""Make a scan of ready-made matrices: H(θ) and S(θ) of another program, with the derivative of its orbitals.

The orbitals of two atoms A and B that both turn keep their distance, so that S says at all angles the same of them, and
∂_θ S = 0. D = ⟨μ|∂_θ ν⟩ is not zero, however, with B moving alone. The share of it across the line from A to B turns
this line about A and follows from S by how shells turn; the share along the line, v_R ∂S/∂R, vanishes for a flat rotor
about an axis in its plane. On one atom it is the gradient of its orbitals:

| symbol | here | meaning | unit |
|---|---|---|---|
| ω | `omega` | R × v/R²: how fast the line from A to B turns as B moves with v and A rests | 1/rad |
| G | `generator` | what turning the shells of an atom about ω does to them | 1/rad |
| D_AB | `_inside` | G_A S − S G_B + v_R ∂S/∂R, and S W for the shells of B, which turn with the rotor | 1/rad |
| D_AA | `_gradient` | −v·⟨μ|∇ν⟩: ⟨s|∂_x p_x⟩ = ⟨1/r⟩/√3 for s and p of one radial function | 1/rad |

Between the rotor and what is at rest, D is ∂_θ S where ν turns, and 0 where μ does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from nanorotor._errors import ModelError
from nanorotor.molecule.backends import Electrons
from nanorotor.molecule.basis import Orbital, generator, lowdin, rotation, shells, spectral_derivative
from nanorotor.molecule.elements import NUMBERS, row_of
from nanorotor.molecule.geometry import Array, Geometry
from nanorotor.molecule.reading import read
from nanorotor.molecule.rotor import Rotor, angle_of, find

if TYPE_CHECKING:
    from nanorotor.molecule.scan import Scan

#: Angular momenta by their letters.
MOMENTA = {"s": 0, "p": 1, "d": 2, "f": 3}
#: Atoms may be this far from the places that turning the rotor rigidly gives (Å).
RIGID = 0.02
#: Angles may deviate by this from equal steps (rad).
EQUAL = 2e-3
#: Overlaps within the rotor may change by this as it turns.
CONSTANT = 1e-3
#: Overlaps of valence orbitals fall by up to this factor e in an Å: ∂S/∂R is less than this times S.
FALL = 2.0
#: An atom slower than this, in Å/rad, lies on the axis.
SLOW = 1e-3
#: What is wanted where S does not tell D.
NEEDS = (
    "give derivative, <mu|d/dtheta nu> of your orbitals; a flat rotor with one s and three p orbitals for each atom "
    "that turns about an axis in its plane needs none, nor do sisl's orbitals with radial functions, as Siesta's are"
)
#: The Bohr radius in Å.
BOHR_IN_ANGSTROM = 0.529177210903
#: What may be left out of D where ∂S/∂R is not known (1/rad).
LEFT_OUT = 2e-3

#: Slater's rules by the row: electrons below the valence shell, those of the next shell below, and n*.
SLATER = {2: (2, 2, 2.0), 3: (10, 8, 3.0), 4: (28, 18, 3.7), 5: (46, 18, 4.0)}

#: ⟨μ|∂_θ ν⟩ of the orbitals of two atoms, or of one: atom, atom, the arm between them (Å), the velocity of the second.
Slope = Callable[[int, int, Array, Array], Array]


class Matrices:
    """A back end whose matrices are there already."""

    def __init__(self, name: str, notes: Sequence[str], derivative: Array | None, slope: Slope | None) -> None:
        self.name, self.derivative, self.slope = name, derivative, slope
        self.notes: Sequence[str] = list(notes)

    def solve(self, geometry: Geometry) -> Electrons:
        """There is nothing to compute here."""
        raise NotImplementedError

    def overlap(self, geometry: Geometry) -> Array | None:
        """There is nothing to compute here."""
        raise NotImplementedError

    def transport(self, found: Sequence[Electrons], velocities: Array, frames: Array, turning: Rotor) -> Array:
        """D = ⟨μ|∂_θ ν⟩ at every angle in the shells that turn with the rotor, ``(n, N, N)``."""
        moving = set(turning.atoms.tolist())
        orbitals = [replace(o, fragment=int(o.atom in moving)) for o in found[0].orbitals]
        turns = [rotation(orbitals, frame) for frame in frames]
        overlap = np.array([turn.T @ np.asarray(one.overlap) @ turn for turn, one in zip(turns, found, strict=True)])
        turning_shells = generator(orbitals, turning.direction)
        if self.derivative is not None:
            given = np.array([turn.T @ d @ turn for turn, d in zip(turns, self.derivative, strict=True)])
            return given + overlap @ turning_shells
        moves = np.array([orbital.fragment == 1 for orbital in orbitals])
        both = np.outer(moves, moves)
        change = float(np.max(np.ptp(np.where(both, overlap, 0.0), axis=0)))
        if change > CONSTANT:
            raise ModelError(
                f"overlaps within the rotor change by {change:.2g} as it turns rigidly",
                "look at the order, names and signs of the orbitals: p and d orbitals point along x, y, z of space",
            )
        # All orbitals' shells turn with ω here, and the first geometry has its shells in the directions of space.
        inside = self._inside(overlap[0], velocities[0], orbitals, turning) + overlap[0] @ turning_shells
        inside = np.where(both, (inside - inside.T) / 2, 0.0)
        return np.where(both, inside, np.where(np.outer(~moves, moves), spectral_derivative(overlap), 0.0))

    def _inside(self, overlap: Array, velocities: Array, orbitals: Sequence[Orbital], turning: Rotor) -> Array:
        """D within the rotor by the motion of atoms alone, shells kept in their directions in space."""
        every = [replace(orbital, fragment=1) for orbital in orbitals]
        about = [generator(every, axis) for axis in np.eye(3)]
        own = {a: [k for k, o in enumerate(orbitals) if o.atom == a] for a in turning.atoms.tolist()}
        found, lost = np.zeros_like(overlap), 0.0
        for a, rows in own.items():
            for b, columns in own.items():
                if not rows or not columns:
                    continue
                block = np.ix_(rows, columns)
                if a == b:
                    found[block] = self._gradient(a, velocities[a], [orbitals[k] for k in rows])
                    continue
                arm = self.places[b] - self.places[a]
                length = float(np.linalg.norm(arm))
                omega = np.cross(arm, velocities[b]) / length**2
                g = np.einsum("x,xij->ij", omega, about)
                found[block] = g[np.ix_(rows, rows)] @ overlap[block] - overlap[block] @ g[np.ix_(columns, columns)]
                along = float(velocities[b] @ arm) / length
                least = FALL * abs(along) * float(np.max(np.abs(overlap[block])))
                if self.slope is not None and least > 1e-6:
                    found[block] += self.slope(a, b, arm, along * arm / length)
                else:
                    lost = max(lost, least)
        if lost > LEFT_OUT:
            raise ModelError(
                f"atoms of the rotor move along the lines between them, which changes overlaps by up to {lost:.1g} per "
                "rad: no matrix of one distance tells that",
                NEEDS,
            )
        return found

    def _gradient(self, atom: int, velocity: Array, own: Sequence[Orbital]) -> Array:
        """D on one atom, −v·⟨μ|∇ν⟩."""
        found = np.zeros((len(own), len(own)))
        if np.linalg.norm(velocity) < SLOW or {o.l for o in own} in ({0}, {1}):
            return found
        if self.slope is not None:
            return self.slope(atom, atom, np.zeros(3), velocity)
        names = {o.name.lstrip("0123456789"): k for k, o in enumerate(own)}
        row = row_of(NUMBERS[own[0].element])
        if set(names) != {"s", "px", "py", "pz"} or len(own) != 4 or row not in SLATER:
            raise ModelError(
                f"orbitals of {own[0].element}{atom} are not one s and three p, and their gradient ⟨μ|∇ν⟩ is not known",
                NEEDS,
            )
        core, below, n = SLATER[row]
        charge = NUMBERS[own[0].element] - 0.35 * (NUMBERS[own[0].element] - core - 1) - 0.85 * below - (core - below)
        gradient = charge / n**2 / math.sqrt(3) / BOHR_IN_ANGSTROM
        for k, name in enumerate(("px", "py", "pz")):
            found[names["s"], names[name]] = -gradient * velocity[k]
            found[names[name], names["s"]] = gradient * velocity[k]
        self._say(
            "the gradient between s and p orbitals of an atom of the rotor, ⟨s|∂ₓpₓ⟩ = ⟨1/r⟩/√3, is that of Slater's "
            "orbitals"
        )
        return found

    def _say(self, note: str) -> None:
        if note not in self.notes:
            self.notes = [*self.notes, note]

    #: The places of the atoms at the first angle.
    places: Array


def from_matrices(
    h: ArrayLike,
    overlap: ArrayLike | None,
    atoms: Any,
    orbitals: Sequence[Orbital | tuple[int, str]],
    axis: Any,
    *,
    electrons: float,
    energy: ArrayLike | None = None,
    derivative: ArrayLike | None = None,
    rotor: Sequence[int] | None = None,
    shift: ArrayLike | None = None,
    method: str = "given matrices",
    notes: Sequence[str] = (),
    free: bool = False,
    slope: Slope | None = None,
) -> Scan:
    """Make a scan of matrices of another program: the ready-made H(θ) and S(θ).

    Parameters
    ----------
    h, overlap : array_like, (M, N, N)
        H in eV and S at M equal steps over a full turn, real and whole; ``overlap=None`` for orthonormal orbitals.
    atoms : geometry, or list of M geometries
        The molecule at each angle, or that of the first: its rotor then turns rigidly by equal steps, right-handed
        about the axis. Each is anything that :func:`read` reads.
    orbitals : sequence of (atom, name) or Orbital
        The basis, such as ``[(0, "2s"), (0, "2px"), …]``: real functions that move with their atoms and point along
        x, y, z of space. Names end in ``s``, ``px``, ``py``, ``pz``, ``dxy``, ``dyz``, ``dz2``, ``dxz``, ``dx2-y2``, or
        ``ppi`` for the p orbital along the normal of its atom. A shell stands together.
    axis, rotor, free
        As of :func:`torsion`.
    electrons : float
        The electrons in these orbitals; they fill the lowest.
    energy : array_like, (M,), optional
        The total energy in eV. Without it a junction needs ``potential``.
    derivative : array_like, (M, N, N), optional
        D = ⟨μ|∂_θ ν⟩ of these orbitals in 1/rad. Without it, D is found from S, for a rotor that turns rigidly.
    shift : array_like, (M,), optional
        Energies in eV that are added to all levels: those of all angles must count from one zero, such as the vacuum,
        where a program counts them from the Fermi level of each.
    method, notes : str, sequence of str
        What computed the matrices, and what it assumed.
    slope : callable, optional
        D of the orbitals of two atoms where one moves alone, as a function of ``(a, b, arm, velocity)``, for what S
        does not tell: lengths in Å, the velocity of ``b`` in Å/rad; ``a`` may be ``b``.

    Returns
    -------
    Scan
        With its connection.

    Raises
    ------
    ModelError
        If shapes differ, a matrix is not symmetric, the rotor is not rigid or its steps are not equal (then
        ``derivative`` is needed), or names are not those of the orbitals.
    """
    from nanorotor.molecule.torsion import FEWEST, assembled

    matrices = _matrices("h", h)
    size, count = matrices.shape[:2]
    if size < FEWEST:
        raise ModelError(f"h has {size} angles", f"give at least {FEWEST}, at equal steps over a full turn")
    s = np.broadcast_to(np.eye(count), matrices.shape) if overlap is None else _matrices("overlap", overlap)
    d = None if derivative is None else np.asarray(derivative, dtype=float)
    for name, array in (("overlap", s), ("derivative", d)):
        if array is not None and array.shape != matrices.shape:
            raise ModelError(f"{name} has shape {array.shape}, h has {matrices.shape}", "give (M, N, N) of both")
    geometries = _geometries(atoms, size)
    basis = _basis(orbitals, geometries[0], count)
    turning = find(geometries[0], axis, rotor)
    path, theta = _path(geometries, turning, size, strict=d is None)
    fragile = _unturned(basis, turning)
    if fragile is not None and d is None:
        raise ModelError(
            f"orbital {fragile.name} of {geometries[0].name(fragile.atom)} is not of a whole shell, and cannot turn",
            "give all orbitals of a shell one after the other, or derivative",
        )
    if shift is not None:
        matrices = matrices + _numbers("shift", shift, size)[:, None, None] * s
    if not (math.isfinite(electrons) and 0 < electrons < 2 * count):
        raise ModelError(f"{electrons} electrons in orbitals for {2 * count}", "give those of these orbitals")
    filled = np.clip(electrons - 2.0 * np.arange(count), 0.0, 2.0)
    totals = np.full(size, np.nan) if energy is None else _numbers("energy", energy, size)
    found = []
    for one, across, total in zip(matrices, s, totals, strict=True):
        x = lowdin(across)
        found.append(Electrons(basis, across, one, np.linalg.eigvalsh(x @ one @ x), filled, float(total)))
    engine = Matrices(method, [*notes, "the matrices were computed elsewhere"], d, slope)
    engine.places = path[0]
    if d is not None:
        _is_slope(s, d)
    return assembled(engine, geometries[0], turning, theta, path, found, free=free, follows=d is not None)


def _matrices(name: str, given: ArrayLike) -> Array:
    array = np.asarray(given)
    if array.ndim != 3 or array.shape[1] != array.shape[2] or array.dtype.kind not in "fiuc":
        raise ModelError(f"{name} is {array.dtype} of shape {array.shape}", "give real matrices (M, N, N)")
    if array.dtype.kind == "c":
        if np.max(np.abs(array.imag)) > 1e-8 * np.max(np.abs(array)):
            raise ModelError(f"{name} is not real", "give matrices of real orbitals without a magnetic field")
        array = array.real
    array = array.astype(float)
    if not np.all(np.isfinite(array)):
        raise ModelError(f"{name} has an entry that is no finite number", "look for NaN")
    if np.max(np.abs(array - np.swapaxes(array, 1, 2))) > 1e-6 * np.max(np.abs(array)):
        raise ModelError(f"{name} is not symmetric", "give whole matrices, both triangles")
    return np.asarray((array + np.swapaxes(array, 1, 2)) / 2)


def _numbers(name: str, given: ArrayLike, size: int) -> Array:
    array = np.asarray(given)
    if array.shape != (size,) or array.dtype.kind not in "fiu" or not np.all(np.isfinite(array)):
        raise ModelError(f"{name} has shape {array.shape} for {size} angles", "give a finite number in eV for each")
    return array.astype(float)


def _geometries(atoms: Any, size: int) -> list[Geometry]:
    if isinstance(atoms, list) and len(atoms) == size:
        found = [read(one) for one in atoms]
        if any(not np.array_equal(one.numbers, found[0].numbers) for one in found):
            raise ModelError("the atoms are others at other angles", "give the same atoms in the same order")
        return found
    return [read(atoms)]


def _basis(given: Sequence[Orbital | tuple[int, str]], geometry: Geometry, count: int) -> list[Orbital]:
    found: list[Orbital] = []
    for one in given:
        if isinstance(one, Orbital):
            found.append(one)
            continue
        try:
            atom, name = one
            parts = re.fullmatch(r"(\d*)([spdf])(.*)", name)
            assert parts is not None
            n = int(parts[1] or MOMENTA[parts[2]] + 1)
            found.append(
                Orbital(int(atom), geometry.symbols[int(atom)], n, MOMENTA[parts[2]], f"{n}{parts[2]}{parts[3]}")
            )
        except (TypeError, ValueError, AssertionError, IndexError):
            raise ModelError(
                f"this is no orbital: {one!r}", 'write its atom, counted from 0, and its name, such as (0, "2px")'
            ) from None
    if len(found) != count or any(not 0 <= o.atom < len(geometry.numbers) for o in found):
        raise ModelError(
            f"{len(found)} orbitals of {len(geometry.numbers)} atoms are named for matrices of {count}",
            "name the atom and the kind of each row",
        )
    return found


def _unturned(basis: Sequence[Orbital], turning: Rotor) -> Orbital | None:
    """An orbital of the rotor whose direction is known, but not how it turns."""
    whole = {k for _, members in shells(basis) for k in members}
    moving = set(turning.atoms.tolist())
    for k, orbital in enumerate(basis):
        if orbital.atom in moving and orbital.l > 0 and k not in whole and not orbital.name.endswith("ppi"):
            return orbital
    return None


def _path(geometries: Sequence[Geometry], turning: Rotor, size: int, *, strict: bool) -> tuple[Array, Array]:
    """The places of the atoms and the angles."""
    theta: Array = turning.start + np.arange(size, dtype=float) * (2 * math.pi / size)
    first = geometries[0].positions
    rigid = np.array([turning.turned(first, angle) for angle in theta])
    if len(geometries) == 1:
        return rigid, theta
    path = np.array([one.positions for one in geometries])
    if turning.dihedral is not None:
        turned = np.unwrap([angle_of(places, turning.dihedral) for places in path])
        turned = turned - turned[0]
    else:
        arms = path[:, turning.atoms] - turning.point
        flat = arms - (arms @ turning.direction)[..., None] * turning.direction
        across = np.einsum("x,max->m", turning.direction, np.cross(flat[0], flat))
        turned = np.unwrap(np.arctan2(across, np.einsum("ax,max->m", flat[0], flat)))
    steps = np.abs(turned - (theta - theta[0]))
    if np.max(steps) > (EQUAL if strict else 0.1):
        worst = int(np.argmax(steps))
        raise ModelError(
            f"geometry {worst} is turned by {math.degrees(turned[worst]):.2f}° against the first, not by "
            f"{math.degrees(theta[worst] - theta[0]):.2f}°",
            f"give {size} geometries at equal steps over a full turn, right-handed about the axis, or only the first",
        )
    moved = np.linalg.norm(path - rigid, axis=-1)
    if strict and np.max(moved) > RIGID:
        k, atom = np.unravel_index(int(np.argmax(moved)), moved.shape)
        raise ModelError(
            f"{geometries[0].name(int(atom))} of geometry {k} is {np.max(moved):.2g} Å from where turning the rotor "
            "rigidly puts it",
            "give derivative, <mu|d/dtheta nu>, with relaxed geometries, or matrices of a rigid rotor",
        )
    return (rigid if strict else path), theta


def _is_slope(overlap: Array, derivative: Array) -> None:
    miss = float(np.max(np.abs(spectral_derivative(overlap) - derivative - np.swapaxes(derivative, 1, 2))))
    if miss > 1e-2 * max(1.0, float(np.max(np.abs(derivative)))):
        raise ModelError(
            f"derivative + its transpose differs from the slope of the overlap by {miss:.1e} per rad",
            "give D = <mu|d/dtheta nu> in 1/rad, with equal steps over a full turn",
        )
