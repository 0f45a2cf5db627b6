"""Take Hamiltonians of sisl, and of the programs that it reads, such as Siesta.

sisl and Siesta write real spherical harmonics with the sign (−1)^m: their p_x and p_y point along −x and −y, d_yz and
d_xz are negative too. N. Papior, sisl, doi:10.5281/zenodo.597181; J. M. Soler et al., J. Phys.: Condens. Matter
14, 2745 (2002), doi:10.1088/0953-8984/14/11/302.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from nanorotor._errors import FileError, ModelError, missing_extra
from nanorotor.molecule.basis import Orbital
from nanorotor.molecule.geometry import Array, Geometry, checked
from nanorotor.molecule.given import Slope, from_matrices

if TYPE_CHECKING:
    from nanorotor.molecule.scan import Scan

#: The directions of p and d orbitals by m.
DIRECTIONS = {1: {-1: "y", 0: "z", 1: "x"}, 2: {-2: "xy", -1: "yz", 0: "z2", 1: "xz", 2: "x2-y2"}}
#: The step of the differences of overlaps, in Å.
STEP = 0.02
#: Points of the quadrature of overlaps along the line of two atoms, away from it, and around it.
POINTS = (40, 32, 8)
#: What overlaps of the quadrature may differ from those of the file.
QUADRATURE = 5e-3


def from_sisl(
    hamiltonians: Sequence[Any],
    axis: Any,
    *,
    orbitals: Sequence[tuple[int, str]] | None = None,
    electrons: float | None = None,
    energy: ArrayLike | None = None,
    derivative: ArrayLike | None = None,
    rotor: Sequence[int] | None = None,
    shift: ArrayLike | None = None,
    method: str = "sisl",
    free: bool = False,
) -> Scan:
    """Make a scan of Hamiltonians of sisl, one for each angle, or of the files that sisl reads them from.

    Parameters
    ----------
    hamiltonians : sequence of sisl.Hamiltonian or path
        At equal steps of the rotor over a full turn, without spin, at the Γ point of their cell. A path is read by
        ``sisl.get_sile(path).read_hamiltonian()``, such as Siesta's ``RUN.fdf`` or ``siesta.HSX``. An atom with one
        orbital of no kind has a π orbital along its normal.
    axis, rotor, free
        As of :func:`torsion`.
    orbitals : sequence of (atom, name), optional
        What each orbital is, such as ``(0, "2px")``, where a file does not say; with the signs of sisl all the same.
    electrons : float, optional
        Electrons in these orbitals; by default the charges of sisl's atoms.
    energy, derivative, shift
        As of :func:`from_matrices`. Siesta counts energies from the Fermi level of each angle: add it by ``shift``.
    method : str
        What computed the matrices.

    Returns
    -------
    Scan
        Its connection is found from S, and where atoms of the rotor move along the lines between them, from the radial
        functions of the orbitals.

    Raises
    ------
    ModelError
        Where the Hamiltonians do not fit together: see :func:`from_matrices`.
    FileError
        If sisl cannot read a file.
    """
    every = [_read(one) for one in hamiltonians]
    if not every or any(not hasattr(one, "Hk") or not hasattr(one, "geometry") for one in every):
        raise ModelError("these are no Hamiltonians of sisl", "give one for each angle, or the paths of their files")
    for one in every:
        if not one.spin.is_unpolarized:
            raise ModelError("a Hamiltonian has spin", "give one without spin, or one spin of a collinear one")
    if len({one.shape[0] for one in every}) > 1:
        raise ModelError("the Hamiltonians have different numbers of orbitals", "give one molecule in one basis")
    first = every[0].geometry
    basis: Sequence[Orbital | tuple[int, str]]
    own, signs = _orbitals(first) if orbitals is None else ([], _signs(orbitals))
    basis = orbitals or own
    if len(signs) != every[0].shape[0]:
        raise ModelError(f"{len(signs)} orbitals are named of {every[0].shape[0]}", "name each")
    both = np.outer(signs, signs)
    h = np.array([np.asarray(one.Hk(format="array")) * both for one in every])
    s = None
    if not every[0].orthogonal:
        s = np.array([np.asarray(one.Sk(format="array")) * both for one in every])
    geometries = [checked(np.asarray(one.geometry.atoms.Z), np.asarray(one.geometry.xyz)) for one in every]
    if electrons is None:
        electrons = float(sum(np.sum(atom.q0) for atom in first.atoms))
        if not electrons > 0:
            raise ModelError("sisl knows no charges of these orbitals", "give electrons, those in these orbitals")
    given = None if derivative is None else np.asarray(derivative, dtype=float) * both
    slope = None if s is None or not own else _slope(first, own, signs, s[0], geometries[0])
    notes = ["matrices at the Γ point of the cell"] if np.any(np.asarray(first.nsc) > 1) else []
    return from_matrices(
        h,
        s,
        geometries,
        basis,
        axis,
        electrons=electrons,
        energy=energy,
        derivative=given,
        rotor=rotor,
        shift=shift,
        method=method,
        notes=notes,
        free=free,
        slope=slope,
    )


def _read(one: Any) -> Any:
    if not isinstance(one, str | os.PathLike):
        return one
    try:
        import sisl
    except ImportError:
        raise missing_extra("sisl", "sisl", f"reading {os.fspath(one)}") from None
    try:
        return sisl.get_sile(one).read_hamiltonian()
    except Exception as error:
        raise FileError(
            f"{os.fspath(one)} cannot be read: {error}", "give a file with a Hamiltonian that sisl reads"
        ) from None


def _orbitals(geometry: Any) -> tuple[list[Orbital], Array]:
    """The basis, and the sign that makes p and d orbitals point along x, y and z."""
    found: list[Orbital] = []
    signs: list[float] = []
    for place, atom in enumerate(geometry.atoms):
        own = list(atom.orbitals)
        seen: set[tuple[int, int, int]] = set()
        for orbital in own:
            l, m = getattr(orbital, "l", None), getattr(orbital, "m", None)  # noqa: E741
            if l is None or m is None:
                if len(own) > 1:
                    raise ModelError(
                        f"an orbital of atom {place} says nothing of its kind",
                        'make it an sisl.AtomicOrbital, or give orbitals=[(0, "2s"), (0, "2py"), …]',
                    )
                found.append(Orbital(place, atom.symbol, 2, 1, "2ppi"))
                signs.append(1.0)
                continue
            if l > 0 and l not in DIRECTIONS:
                raise ModelError(f"atom {place} has f orbitals", "give a basis of s, p and d orbitals")
            # Further shells of one kind, those of a double-zeta basis, count on.
            n = int(getattr(orbital, "n", None) or l + 1)
            while (n, l, m) in seen:
                n += 1
            seen.add((n, l, m))
            found.append(Orbital(place, atom.symbol, n, int(l), f"{n}{'spd'[l]}{DIRECTIONS.get(l, {}).get(m, '')}"))
            signs.append((-1.0) ** abs(m))
    return found, np.array(signs)


def _signs(orbitals: Sequence[tuple[int, str]]) -> Array:
    """The signs of sisl by the names of orbitals."""
    negative = ("px", "py", "dyz", "dxz")
    return np.array([-1.0 if str(one[-1]).endswith(negative) else 1.0 for one in orbitals])


def _slope(geometry: Any, basis: Sequence[Orbital], signs: Array, s: Array, places: Geometry) -> Slope | None:
    """Derivatives of overlaps by quadrature, where the orbitals have radial functions and these give the overlaps."""
    functions = {place: list(atom.orbitals) for place, atom in enumerate(geometry.atoms)}
    rows = {place: [k for k, o in enumerate(basis) if o.atom == place] for place in functions}

    def overlap(a: int, b: int, arm: Array) -> Array:
        return quadrature(functions[a], functions[b], arm) * np.outer(signs[rows[a]], signs[rows[b]])

    # The nearest pair shows whether the functions are those of the matrices.
    distances = np.linalg.norm(places.positions[:, None] - places.positions, axis=-1) + 1e9 * np.eye(len(rows))
    a, b = (int(k) for k in np.unravel_index(np.argmin(distances), distances.shape))
    try:
        found = overlap(a, b, places.positions[b] - places.positions[a])
    except (AttributeError, NotImplementedError):
        # Orbitals that have a reach alone.
        return None
    if not np.max(np.abs(found - s[np.ix_(rows[a], rows[b])])) < QUADRATURE:
        return None

    def slope(a: int, b: int, arm: Array, velocity: Array) -> Array:
        step = STEP * velocity / np.linalg.norm(velocity)
        moved = [overlap(a, b, arm + share * step) for share in (-2, -1, 1, 2)]
        difference = (moved[0] - 8 * moved[1] + 8 * moved[2] - moved[3]) / (12 * STEP)
        return np.asarray(np.linalg.norm(velocity) * difference)

    return slope


def quadrature(ones: Sequence[Any], others: Sequence[Any], arm: Array) -> Array:
    """The overlaps of the orbitals of two atoms, the second at ``arm`` from the first, in cylinders about the line.

    Gauss and Legendre along the line and away from it; around it equal steps are exact for products of harmonics.
    """
    length = float(np.linalg.norm(arm))
    reach_one, reach_other = (max(float(o.R) for o in some) for some in (ones, others))
    low, high = max(-reach_one, length - reach_other), min(reach_one, length + reach_other)
    if low >= high:
        return np.zeros((len(ones), len(others)))
    # Pieces end at the atoms, where orbitals have cusps.
    ends = sorted({low, high, *(z for z in (0.0, length) if low < z < high)})
    x, w = np.polynomial.legendre.leggauss(POINTS[0])
    z = np.concatenate([(b + a) / 2 + (b - a) / 2 * x for a, b in itertools.pairwise(ends)])
    along = np.concatenate([(b - a) / 2 * w for a, b in itertools.pairwise(ends)])
    y, v = np.polynomial.legendre.leggauss(POINTS[1])
    widest = min(reach_one, reach_other)
    # ρ = widest t², which puts points near the line.
    t = (y + 1) / 2
    rho, away = widest * t**2, widest * t * v * widest * t**2
    phi = np.arange(POINTS[2]) * 2 * np.pi / POINTS[2]
    u = arm / length
    e = np.linalg.svd(u[None])[2][1:]
    points = (
        z[:, None, None, None] * u
        + rho[:, None, None] * np.cos(phi)[:, None] * e[0]
        + rho[:, None, None] * np.sin(phi)[:, None] * e[1]
    )
    weights = along[:, None, None] * away[:, None] * np.full(POINTS[2], 2 * np.pi / POINTS[2])
    points = points.reshape(-1, 3)
    left = np.array([one.psi(points) for one in ones]) * weights.ravel()
    right = np.array([one.psi(points - arm) for one in others])
    return np.asarray(left @ right.T)
