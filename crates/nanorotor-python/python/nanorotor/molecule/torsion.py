"""Turn a part of a molecule about an axis and compute the electrons at every angle."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nanorotor._errors import ModelError
from nanorotor.molecule.backends import Backend, Electrons, backend
from nanorotor.molecule.basis import Orbital, connection, lowdin, rotation
from nanorotor.molecule.derivative import transport, velocities_of
from nanorotor.molecule.geometry import Array, Geometry, normals_of
from nanorotor.molecule.reading import read
from nanorotor.molecule.rotor import Rotor, find
from nanorotor.molecule.scan import Scan

#: Fewer angles resolve no torsion, and more are a mistake.
FEWEST, MOST = 8, 4096


def torsion(
    atoms: Any,
    axis: Any,
    *,
    rotor: Sequence[int] | None = None,
    angles: int = 64,
    method: Any = "GFN1-xTB",
    relax: bool = False,
    charge: int = 0,
    unpaired: int = 0,
    free: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> Scan:
    """Turn a part of a molecule through a full turn, and compute its electrons at every angle.

    Parameters
    ----------
    atoms : ase.Atoms, path, str, Geometry or (numbers, positions)
        The molecule: see :func:`read`. Atoms are counted from 0.
    axis : (i, j) or ((a, b), (c, d))
        The bond that turns: the half beyond ``j`` does, right-handed about the direction from ``i`` to ``j``. Two bonds
        hold a bridge, ``b`` to ``c``, which turns as a whole between ``a`` and ``d``.
    rotor : sequence of int, optional
        The atoms that turn, in place of those found from the bonds.
    angles : int
        The number of angles, equidistant over 2π.
    method : str or back end
        ``"GFN1-xTB"`` or ``"GFN2-xTB"`` (tblite), ``"extended-huckel"`` (RDKit), ``"huckel"`` (π
        electrons alone; needs nothing), ``"PySCF"`` (PBE/def2-SVP; :class:`nanorotor.molecule.PySCF` has
        other functionals and basis sets), or an object with the methods of :class:`Backend`.
    relax : bool
        Whether all else relaxes at every angle (ASE and tblite); if not, the rotor turns rigidly.
    charge, unpaired : int
        The charge of the molecule, and how many of its electrons are unpaired.
    free : bool
        Whether the other half turns freely too, as in a gas: the moment of inertia is then the reduced one.
    progress : callable, optional
        Called with the number of finished angles and of all.

    Returns
    -------
    Scan

    Raises
    ------
    ModelError
        If the axis is no bond, a ring goes through it, an atom does not exist, or there is no such method.
    ConvergenceError
        If the electrons do not converge at an angle.
    MissingExtraError
        If the method needs a package that is not installed.
    """
    geometry = read(atoms)
    if not isinstance(angles, int | np.integer) or not FEWEST <= angles <= MOST:
        raise ModelError(f"{angles!r} angles", f"give a whole number from {FEWEST} to {MOST}")
    for what, number in (("charge", charge), ("unpaired", unpaired)):
        if isinstance(number, bool) or not isinstance(number, int | np.integer):
            raise ModelError(f"{what} is {number!r}", "give a whole number of electrons, such as 1")
    turning = find(geometry, axis, rotor)
    engine = backend(method, charge=charge, unpaired=unpaired)
    theta: Array = np.arange(angles, dtype=float) * (2 * math.pi / angles)
    notes = list(engine.notes)
    if relax:
        from nanorotor.molecule.relaxation import relaxed

        path, text = relaxed(geometry, turning, theta, engine)
        notes.append(text)
    else:
        path = np.array([turning.turned(geometry.positions, angle) for angle in theta])
        notes.append("the rotor turns rigidly: bond lengths and angles are those of the given geometry")
    normals = _normals(geometry, turning, theta, path, relax)
    found: list[Electrons] = []
    for k in range(angles):
        found.append(engine.solve(_at(geometry, path[k], normals[k])))
        if k == 0:
            _levels_are_filled(found[0], unpaired)
        if progress is not None:
            progress(k + 1, angles)
    return assembled(engine, geometry, turning, theta, path, found, free=free, follows=relax, notes=notes)


def assembled(
    engine: Backend,
    geometry: Geometry,
    turning: Rotor,
    theta: Array,
    path: Array,
    found: Sequence[Electrons],
    *,
    free: bool,
    follows: bool,
    notes: Sequence[str] | None = None,
) -> Scan:
    """Make a scan of the electrons at every angle; ``follows`` says that atoms do more than turn."""
    frames, normals = _frames(geometry, turning, theta), _normals(geometry, turning, theta, path, follows)
    moving = set(turning.atoms.tolist())
    orbitals = [Orbital(o.atom, o.element, o.n, o.l, o.name, int(o.atom in moving)) for o in found[0].orbitals]
    h, overlap, a = _moving_basis(engine, geometry, turning, path, frames, found, orbitals, follows)
    period, words = _period(geometry, turning)
    inertia, which, moment = _inertia(geometry, turning, path, free)
    occupations = np.array([one.occupations for one in found])
    energies = np.array([one.orbital_energies for one in found])
    filled = occupations > 1.0 - 1e-6
    return Scan(
        angles=theta,
        h=h,
        connection=a,
        energy=np.array([one.energy for one in found]),
        overlap=overlap,
        orbital_energies=energies,
        homo=np.max(np.where(filled, energies, -np.inf), axis=1),
        lumo=np.min(np.where(filled, np.inf, energies), axis=1),
        electrons=float(np.sum(occupations[0])),
        orbitals=orbitals,
        numbers=geometry.numbers,
        positions=path,
        normals=normals,
        frames=frames,
        axis=turning.axis,
        rotor=turning.atoms,
        dihedral=turning.dihedral,
        point=turning.point,
        direction=turning.direction,
        period=period,
        moment_of_inertia=inertia,
        inertia=which,
        method=engine.name,
        noise=_noise(h),
        notes=[*(engine.notes if notes is None else notes), words, moment],
    )


def _frames(geometry: Geometry, turning: Rotor, theta: Array) -> Array:
    """The directions of the shells of each atom at each angle, ``(n, atoms, 3, 3)``."""
    frames = np.tile(np.eye(3), (len(theta), len(geometry.numbers), 1, 1))
    for frame, angle in zip(frames, theta, strict=True):
        frame[turning.atoms] = turning.turn(angle - turning.start)
    return frames


def _levels_are_filled(electrons: Electrons, unpaired: int) -> None:
    """Refuse what has no HOMO or no LUMO, or a half-filled level that nobody has asked for."""
    count, room = round(float(np.sum(electrons.occupations))), 2 * len(electrons.occupations)
    if not 0 < count < room:
        raise ModelError(f"{count} electrons in orbitals for {room}", "give another `charge=`")
    if not 0 <= unpaired <= min(count, room - count):
        raise ModelError(
            f"{unpaired} of {count} electrons in orbitals for {room} cannot be unpaired", "give another `unpaired=`"
        )
    if (count - unpaired) % 2:
        odd = "odd" if count % 2 else "even"
        raise ModelError(
            f"the number of electrons is {odd} ({count}), with {unpaired} of them unpaired",
            "give another `charge=`, or `unpaired=`: a half-filled level then counts as the HOMO",
        )


def _at(geometry: Geometry, positions: Array, normals: Array) -> Geometry:
    """The molecule with its atoms moved and its bonds as they were."""
    moved = Geometry(geometry.numbers, positions, normals)
    # Atoms that pass each other are not bonded by it.
    moved.__dict__["neighbours"] = geometry.neighbours
    return moved


def _normals(geometry: Geometry, turning: Rotor, theta: Array, path: Array, relax: bool) -> Array:
    turned = np.einsum("naij,aj->nai", _frames(geometry, turning, theta), geometry.normals)
    if not relax:
        return np.asarray(turned)
    relaxed = np.array([normals_of(positions, geometry.neighbours) for positions in path])
    signs = np.where(np.einsum("nai,nai->na", relaxed, turned) < 0, -1.0, 1.0)
    return np.asarray(relaxed * signs[..., None])


def _moving_basis(
    engine: Backend,
    geometry: Geometry,
    turning: Rotor,
    path: Array,
    frames: Array,
    found: Sequence[Electrons],
    orbitals: Sequence[Orbital],
    relax: bool,
) -> tuple[Array, Array | None, Array]:
    """H and A in the orthonormal basis whose shells turn with the rotor, and the overlaps before."""
    turns = [rotation(orbitals, frame) for frame in frames]
    fock = np.array([turn.T @ one.fock @ turn for turn, one in zip(turns, found, strict=True)])
    raw = [one.overlap for one in found if one.overlap is not None]
    if not raw:
        return fock, None, np.zeros_like(fock)
    overlap = np.array([turn.T @ s @ turn for turn, s in zip(turns, raw, strict=True)])
    if hasattr(engine, "transport"):
        derivative = engine.transport(found, velocities_of(geometry, turning, path, relax), frames, turning)
    else:
        derivative = transport(engine, geometry, turning, path, turns, overlap, orbitals, relax)
    x = np.array([lowdin(s) for s in overlap])
    h = x @ fock @ x
    h = (h + np.swapaxes(h, 1, 2)) / 2
    a = np.array([connection(s, d) for s, d in zip(overlap, derivative, strict=True)])
    return h, overlap, a


def _period(geometry: Geometry, turning: Rotor) -> tuple[float, str]:
    rest = np.setdiff1d(np.arange(len(geometry.numbers)), turning.atoms)
    orders = {"the rotor": turning.order(geometry), "what is at rest": turning.order(geometry, rest)}
    order = math.lcm(*(one for one, _ in orders.values()))
    words = [
        f"a turn by 2π/{one} maps {what} onto itself, to within {error:.2g} Å"
        for what, (one, error) in orders.items()
        if one > 1
    ]
    text = " and ".join(words) or "no turn but a full one maps the molecule onto itself"
    return 2 * math.pi / order, f"{text}: the energy has the period {'2π' if order == 1 else f'2π/{order}'}"


def _inertia(geometry: Geometry, turning: Rotor, path: Array, free: bool) -> tuple[float, str, str]:
    along = [Geometry(geometry.numbers, places, geometry.normals) for places in path]
    own = np.array([turning.inertia(one) for one in along])
    spread = (
        f", varying by {np.ptp(own) / np.mean(own):.1%} along the scan" if np.ptp(own) > 1e-6 * np.mean(own) else ""
    )
    if not free:
        text = f"the moment of inertia is that of the rotor alone{spread}: what it turns against is held"
        return float(np.mean(own)), "rotor", text
    rest = np.setdiff1d(np.arange(len(geometry.numbers)), turning.atoms)
    other = np.array([turning.inertia(one, rest) for one in along])
    text = f"the moment of inertia is the reduced one{spread}: both halves turn freely"
    return float(np.mean(own * other / (own + other))), "reduced", text


def _noise(h: Array) -> float:
    """What the last quarter of the harmonics of a matrix element holds: noise, or what the angles do not resolve."""
    harmonics = np.abs(np.fft.fft(h, axis=0)) / len(h)
    orders = np.abs(np.fft.fftfreq(len(h), 1 / len(h)))
    last = harmonics[orders >= 3 * len(h) / 8]
    return float(np.max(np.sqrt(np.mean(last**2, axis=0) * len(h))))
