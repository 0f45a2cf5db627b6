"""Ready-made matrices: a scan of arrays, and of Hamiltonians that sisl has or reads."""

from __future__ import annotations

import math
import runpy
from pathlib import Path

import nanorotor as nr
import numpy as np
import pytest
from nanorotor.molecule.basis import Orbital, rotation
from nanorotor.molecule.geometry import Geometry
from nanorotor.molecule.rotor import find
from nanorotor.molecule.window import window_of

SCANS = Path(__file__).parent / "scans"
ANCHORS = [nr.Anchor("left", {0: "0.3 eV"}), nr.Anchor("right", {3: "0.2 eV"}, frame="space", direction=(0, 1, 1))]
AROUND = {"friction": 0.1, "temperature": "300 K", "tolerance": 1e-3}


def root_of(overlap):
    values, vectors = np.linalg.eigh(overlap)
    return (vectors * np.sqrt(values)) @ vectors.T


@pytest.fixture(scope="module")
def stored():
    """Butadiene by GFN1-xTB; the vinyl group that turns is flat."""
    return nr.molecule.Scan.from_netcdf(SCANS / "butadiene.nc")


@pytest.fixture(scope="module")
def turns(stored):
    return [rotation(stored.orbitals, frame) for frame in stored.frames]


@pytest.fixture(scope="module")
def matrices(stored, turns):
    """H and S as the program had them: shells point along x, y, z of space."""
    roots = [root_of(overlap) for overlap in stored.overlap]
    h = [turn @ r @ one @ r @ turn.T for turn, r, one in zip(turns, roots, stored.h, strict=True)]
    s = [turn @ one @ turn.T for turn, one in zip(turns, stored.overlap, strict=True)]
    return np.array(h), np.array(s)


@pytest.fixture(scope="module")
def geometries(stored):
    return [(stored.numbers, places) for places in stored.positions]


@pytest.fixture(scope="module")
def names(stored):
    return [(orbital.atom, orbital.name) for orbital in stored.orbitals]


def test_matrices_give_back_the_scan_that_they_come_from(stored, turns, matrices, geometries, names):
    """The connection within the rotor follows from S; that of tblite is found from overlaps of displaced atoms."""
    options = {"electrons": stored.electrons, "energy": stored.energy}
    scan = nr.molecule.from_matrices(*matrices, geometries, names, stored.axis, **options)
    # Shells of this scan count from its first angle, those of the stored one from another geometry.
    back = turns[0]
    np.testing.assert_allclose(back.T @ scan.h @ back, stored.h, atol=1e-11)
    np.testing.assert_allclose(scan.orbital_energies, stored.orbital_energies, atol=1e-11)
    np.testing.assert_allclose(scan.angles, stored.angles, atol=1e-12)
    np.testing.assert_array_equal(scan.energy, stored.energy)
    # Slater's orbitals have ⟨s|∂p⟩ = 0.89 /Å, those of GFN1-xTB 1.1; nothing else is estimated.
    off = back.T @ scan.connection @ back - stored.connection
    assert any("Slater" in note for note in scan.notes)
    s = np.array([orbital.l == 0 for orbital in stored.orbitals])
    moves = np.array([orbital.fragment == 1 for orbital in stored.orbitals])
    gradient = np.outer(s, ~s) & np.outer(moves, moves)
    assert np.max(np.abs(off[:, gradient])) < 0.3
    assert np.max(np.abs(off[:, ~(gradient | gradient.T)])) < 0.06
    # It joins σ and π: in the window of π orbitals it does nothing.
    one, other = (made.junction(ANCHORS, **AROUND).landscape(V=1.0, E_F=-9.5, points=16) for made in (scan, stored))
    for name in ("torque", "friction", "diffusion"):
        size = float(np.max(np.abs(other[name])))
        np.testing.assert_allclose(one[name], other[name], rtol=0, atol=1e-4 * size, err_msg=name)


def test_the_first_geometry_is_enough_where_the_rotor_is_rigid(stored, matrices, geometries, names):
    every, first = (
        nr.molecule.from_matrices(*matrices, atoms, names, stored.axis, electrons=22)
        for atoms in (geometries, geometries[0])
    )
    np.testing.assert_allclose(first.positions, stored.positions, atol=1e-9)
    np.testing.assert_allclose(first.connection, every.connection, atol=1e-9)
    with pytest.raises(nr.ModelError, match="has no total energy"):
        first.junction(ANCHORS, **AROUND)


def test_the_first_angle_may_be_any(stored, matrices, geometries, names):
    """Matrices that begin at another angle make the same junction, its angle that of the dihedral all the same."""
    options = {"electrons": 22}
    h, s = matrices
    plain = nr.molecule.from_matrices(h, s, geometries, names, stored.axis, energy=stored.energy, **options)
    later = nr.molecule.from_matrices(
        np.roll(h, -5, axis=0),
        np.roll(s, -5, axis=0),
        geometries[5:] + geometries[:5],
        names,
        stored.axis,
        energy=np.roll(stored.energy, -5),
        **options,
    )
    assert later.angles[0] == pytest.approx(5 * 2 * math.pi / 32)
    anchors = [ANCHORS[0], nr.Anchor("right", {3: "0.2 eV"})]
    one, other = (
        made.junction(anchors, **AROUND).landscape(V=1.0, E_F=-9.5, points=16).reset_coords(drop=True)
        for made in (plain, later)
    )
    np.testing.assert_allclose(other.theta, one.theta)
    for name in ("torque", "friction", "diffusion"):
        size = float(np.max(np.abs(one[name])))
        np.testing.assert_allclose(other[name], one[name], rtol=0, atol=1e-4 * size, err_msg=name)


class Gaussians:
    """Functions of one width, an s and three p for each atom: overlaps and their derivatives have closed forms."""

    names = ("2s", "2px", "2py", "2pz")

    def __init__(self, alpha: float = 0.5) -> None:
        self.alpha = alpha

    def overlap(self, r: np.ndarray) -> np.ndarray:
        a, block = self.alpha, np.empty((4, 4))
        block[0, 0], block[0, 1:], block[1:, 0] = 1.0, -math.sqrt(a) * r, math.sqrt(a) * r
        block[1:, 1:] = np.eye(3) - a * np.outer(r, r)
        return block * math.exp(-a / 2 * r @ r)

    def slope(self, a: int, b: int, arm: np.ndarray, velocity: np.ndarray) -> np.ndarray:
        h = 1e-4
        return (self.overlap(arm + h * velocity) - self.overlap(arm - h * velocity)) / (2 * h)

    def whole(self, positions: np.ndarray) -> np.ndarray:
        return np.block([[self.overlap(r - q) for r in positions] for q in positions])


#: No plane holds the rotor, so that its atoms move along the lines between them.
CROOKED = np.array([[0, 0.3, 0], [1.4, 0, 0.1], [2.2, 1.1, 0.2], [2.1, -0.7, 1.0], [-0.8, 0.9, -0.4]])
KINDS = np.array([6, 6, 9, 7, 9])


def crooked(engine: Gaussians, size: int = 32):
    turning = find(Geometry(KINDS, CROOKED, np.zeros((5, 3))), (0, 1), [1, 2, 3])
    theta = turning.start + np.arange(size) * 2 * math.pi / size
    path = np.array([turning.turned(CROOKED, angle) for angle in theta])
    s = np.array([engine.whole(places) for places in path])
    return turning, path, s, -10.0 * s - 3.0 * s @ s


def exact(engine: Gaussians, turning, path) -> np.ndarray:
    """D of all pairs by the motion of the second atom."""
    found = []
    for places in path:
        v = np.zeros_like(places)
        v[turning.atoms] = np.cross(turning.direction, places[turning.atoms] - turning.point)
        found.append(np.block([[engine.slope(0, 0, r - q, u) for r, u in zip(places, v, strict=True)] for q in places]))
    return np.array(found)


def test_a_crooked_rotor_needs_a_derivative_or_slopes() -> None:
    engine = Gaussians()
    turning, path, s, h = crooked(engine)
    basis = [(atom, name) for atom in range(5) for name in engine.names]
    common = (h, s, (KINDS, CROOKED), basis, (0, 1))
    options = {"electrons": 10, "rotor": [1, 2, 3]}
    with pytest.raises(nr.ModelError, match="move along the lines between them") as told:
        nr.molecule.from_matrices(*common, **options)
    assert "derivative" in told.value.hint
    given = nr.molecule.from_matrices(*common, derivative=exact(engine, turning, path), **options)
    sloped = nr.molecule.from_matrices(*common, slope=engine.slope, **options)
    np.testing.assert_allclose(sloped.connection, given.connection, atol=1e-6)
    np.testing.assert_allclose(given.connection, -np.swapaxes(given.connection, 1, 2), atol=1e-13)

    # Another route: the scan itself, which takes overlaps of pairs of atoms.
    class Engine:
        name, notes = "gaussians", ()

        def overlap(self, geometry):
            return engine.whole(geometry.positions)

        def solve(self, geometry):
            one = engine.whole(geometry.positions)
            orbitals = [
                Orbital(atom, geometry.symbols[atom], 2, int(k > 0), engine.names[k])
                for atom in range(len(geometry.numbers))
                for k in range(4)
            ]
            filled = np.where(np.arange(len(one)) < 5, 2.0, 0.0)
            return nr.molecule.Electrons(orbitals, one, -10 * one - 3 * one @ one, np.arange(20.0), filled, 0.0)

    geometry = Geometry(KINDS, CROOKED, np.zeros((5, 3)))
    scan = nr.molecule.torsion(geometry, (0, 1), rotor=[1, 2, 3], method=Engine(), angles=32)
    # A torsion begins at 0, matrices at the angle of the first geometry; both have that of every geometry.
    assert sloped.angles[0] == pytest.approx(turning.start)
    harmonics = np.fft.rfft(scan.connection, axis=0) / 32
    weights = np.where(np.arange(17) % 16 == 0, 1.0, 2.0)[:, None, None]
    waves = np.exp(1j * np.arange(17) * turning.start)[:, None, None]
    at_start = np.sum((weights * waves * harmonics).real, axis=0)
    np.testing.assert_allclose(at_start, sloped.connection[0], atol=1e-5)


def test_orthonormal_orbitals_turn_with_their_atoms() -> None:
    """p shells of a chain of atoms without overlaps: the connection turns them and does no more."""
    geometry = (np.array([6, 6, 6]), np.array([[0, 1.2, 0], [0, 0, 0], [1.4, 0, 0]], float))
    places = [*geometry[1], [2.0, 1.2, 0]]
    atoms = ([6, 6, 6, 6], places)
    basis = [(a, f"2p{k}") for a in range(4) for k in "xyz"]
    h = np.broadcast_to(np.diag(np.arange(12.0)), (8, 12, 12))
    scan = nr.molecule.from_matrices(h, None, atoms, basis, (1, 2), electrons=8)
    expected = np.zeros((12, 12))
    for atom in (2, 3):
        # About x: p_y turns towards p_z.
        expected[3 * atom + 2, 3 * atom + 1], expected[3 * atom + 1, 3 * atom + 2] = 1.0, -1.0
    np.testing.assert_allclose(scan.connection, np.broadcast_to(expected, scan.connection.shape), atol=1e-12)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"h": lambda h: np.triu(h)}, "h is not symmetric"),
        ({"h": lambda h: h * np.nan}, "no finite number"),
        ({"h": lambda h: h[0]}, r"of shape \(26, 26\)|of shape"),
        ({"h": lambda h: h[:4]}, "h has 4 angles"),
        ({"h": lambda h: h + 1j}, "h is not real"),
        ({"s": lambda s: s[:, :3, :3]}, "overlap has shape"),
        ({"names": lambda n: n[:-1]}, "orbitals of 10 atoms are named"),
        ({"names": lambda n: [(0, "2q"), *n[1:]]}, "this is no orbital"),
        ({"names": lambda n: [(99, "2s"), *n[1:]]}, "this is no orbital"),
        (
            {"names": lambda n: [(a, {"2px": "2py", "2py": "2px"}.get(k, k)) for a, k in n]},
            "overlaps within the rotor change",
        ),
        ({"names": lambda n: [(a, "2px" if k == "2py" else k) for a, k in n]}, "is not of a whole shell"),
        ({"atoms": lambda g: g[:1] + g[:-1]}, "geometry .* is turned by"),
        ({"atoms": lambda g: g[::-1]}, "is turned by"),
        ({"electrons": 0}, "0 electrons"),
        ({"electrons": float("nan")}, "nan electrons"),
        ({"energy": [1.0]}, "energy has shape"),
        ({"shift": np.full(32, np.inf)}, "shift has shape"),
        ({"derivative": lambda h: 0 * h}, "differs from the slope of the overlap"),
        ({"axis": (0, 3)}, "the axis is no bond"),
    ],
)
def test_what_does_not_fit_together_is_refused(stored, matrices, geometries, names, change, said):
    h, s = matrices
    given = {"h": h, "s": s, "atoms": geometries, "names": names, "axis": stored.axis}
    options = {"electrons": 22}
    for key, value in change.items():
        if key in given:
            given[key] = value(given[key]) if callable(value) else value
        else:
            options[key] = value(h) if callable(value) else value
    with pytest.raises(nr.ModelError, match=said) as told:
        nr.molecule.from_matrices(*given.values(), **options)
    assert told.value.hint


def test_relaxed_geometries_need_a_derivative(stored, matrices, geometries, names):
    moved = [
        (kinds, places + 0.1 * math.sin(k) * (np.arange(10) == 9)[:, None])
        for k, (kinds, places) in enumerate(geometries)
    ]
    with pytest.raises(nr.ModelError, match="from where turning the rotor rigidly puts it") as told:
        nr.molecule.from_matrices(*matrices, moved, names, stored.axis, electrons=22)
    assert "derivative" in told.value.hint


def test_energies_of_all_angles_count_from_one_zero(stored, matrices, geometries, names):
    """Siesta's Hamiltonians count from the Fermi level of each angle."""
    h, s = matrices
    levels = np.sin(stored.angles)
    options = {"electrons": 22, "energy": stored.energy}
    plain = nr.molecule.from_matrices(h, s, geometries, names, stored.axis, **options)
    shifted = nr.molecule.from_matrices(
        h - levels[:, None, None] * s, s, geometries, names, stored.axis, shift=levels, **options
    )
    np.testing.assert_allclose(shifted.homo, plain.homo, atol=1e-10)
    np.testing.assert_allclose(shifted.h, plain.h, atol=1e-10)


# --- sisl ---------------------------------------------------------------------------------------------------------


def in_sisl(sisl, h, s, kinds, places, orbitals):
    """A Hamiltonian of sisl from whole matrices, p orbitals with its signs."""
    atoms = [sisl.Atom(int(kind), own) for kind, own in zip(kinds, orbitals, strict=True)]
    geometry = sisl.Geometry(places, atoms, lattice=sisl.Lattice(40.0, nsc=[1, 1, 1]))
    sign = np.array([(-1.0) ** abs(orbital.m) for own in orbitals for orbital in own])
    sparse = pytest.importorskip("scipy.sparse")
    signed = [sparse.csr_matrix(matrix * np.outer(sign, sign)) for matrix in (h, s)]
    return sisl.Hamiltonian.fromsp(geometry, signed[0], S=signed[1])


def test_sisl_hamiltonians_are_arrays_with_names(stored, matrices, geometries, names, tmp_path):
    sisl = pytest.importorskip("sisl")
    own = [[sisl.AtomicOrbital(name, R=4.0) for atom, name in names if atom == a] for a in range(10)]
    every = [
        in_sisl(sisl, h, s, stored.numbers, places, own)
        for h, s, places in zip(*matrices, stored.positions, strict=True)
    ]
    options = {"electrons": 22, "energy": stored.energy}
    scan = nr.molecule.from_sisl(every, stored.axis, **options)
    same = nr.molecule.from_matrices(*matrices, geometries, names, stored.axis, **options)
    np.testing.assert_allclose(scan.h, same.h, atol=1e-10)
    np.testing.assert_allclose(scan.connection, same.connection, atol=1e-10)
    assert [(o.atom, o.name) for o in scan.orbitals] == names
    # From files, as a program leaves them.
    paths = [tmp_path / f"{k}.nc" for k in range(len(every))]
    for one, path in zip(every, paths, strict=True):
        one.write(path)
    with pytest.raises(nr.ModelError, match="says nothing of its kind"):
        nr.molecule.from_sisl(paths, stored.axis, **options)
    read = nr.molecule.from_sisl(paths, stored.axis, orbitals=names, **options)
    np.testing.assert_allclose(read.h, scan.h, atol=1e-10)
    with pytest.raises(nr.FileError, match="cannot be read"):
        nr.molecule.from_sisl([tmp_path / "none.nc"], stored.axis)
    with pytest.raises(nr.ModelError, match="sisl knows no charges"):
        nr.molecule.from_sisl(every, stored.axis)
    with pytest.raises(nr.ModelError, match="these are no Hamiltonians of sisl"):
        nr.molecule.from_sisl([1, 2], stored.axis)


def test_radial_functions_of_sisl_give_the_connection_of_a_crooked_rotor() -> None:
    sisl = pytest.importorskip("sisl")
    engine = Gaussians(2.0)
    turning, path, s, h = crooked(engine, 16)
    r = np.linspace(0, 4.0, 400)
    a = engine.alpha
    radial = {"2s": (2 * a / math.pi) ** 0.75 * math.sqrt(4 * math.pi) * np.exp(-a * r**2)}
    # p = 2√a x times the normalised s.
    radial |= dict.fromkeys(engine.names[1:], 2 * math.sqrt(a) * r * radial["2s"] / math.sqrt(3))
    own = [sisl.AtomicOrbital(name, (r, radial[name])) for name in engine.names]
    every = [in_sisl(sisl, one, two, KINDS, places, [own] * 5) for one, two, places in zip(h, s, path, strict=True)]
    scan = nr.molecule.from_sisl(every, (0, 1), rotor=[1, 2, 3], electrons=10)
    basis = [(atom, name) for atom in range(5) for name in engine.names]
    given = nr.molecule.from_matrices(
        h, s, (KINDS, CROOKED), basis, (0, 1), rotor=[1, 2, 3], electrons=10, derivative=exact(engine, turning, path)
    )
    np.testing.assert_allclose(scan.connection, given.connection, atol=1e-3)


def test_the_example_of_sisl_is_huckel_s_model(root, capsys):
    pytest.importorskip("sisl")
    made = runpy.run_path(str(root / "docs" / "examples" / "sisl_biphenyl.py"))
    assert "36 orbitals, 10.3 revolutions/ns" in capsys.readouterr().out
    scan = made["scan"]
    plain = nr.molecule.torsion((scan.numbers, scan.positions[0]), (0, 9), method="huckel", angles=32)
    # p orbitals along the normals, which may point to either side, hop by β cos θ.
    kept = window_of(scan, "pi").h
    np.testing.assert_allclose(np.abs(kept), np.abs(plain.h), atol=1e-9)
    np.testing.assert_allclose(np.linalg.eigvalsh(kept), plain.orbital_energies, atol=1e-9)
