"""Torsion scans: geometry, basis that moves, back ends, files."""

from __future__ import annotations

import math
from pathlib import Path

import nanorotor as nr
import numpy as np
import pytest
from nanorotor.molecule.basis import Orbital, connection, generator, lowdin, rotation, shell_rotation
from nanorotor.molecule.derivative import slopes
from nanorotor.molecule.geometry import Geometry
from nanorotor.molecule.rotor import angle_of, find

SCANS = Path(__file__).parent / "scans"
#: From eV to kJ/mol.
KJ_MOL = 96.485332


def ring(center: float, twist: float) -> list[tuple[int, list[float]]]:
    """A phenyl ring about the x axis, with its atoms at the ends of the axis and no hydrogen there."""
    atoms = []
    for k in range(6):
        angle = k * math.pi / 3
        for number, radius in ((6, 1.395), (1, 2.479)):
            if number == 1 and k in (0, 3):
                continue
            y = radius * math.sin(angle)
            place = [center + radius * math.cos(angle), y * math.cos(twist), y * math.sin(twist)]
            atoms.append((number, place))
    return atoms


def rings(*twists: float) -> nr.molecule.Geometry:
    """Rings in a row, with hydrogen at both ends: biphenyl, terphenyl."""
    step = 2 * 1.395 + 1.49
    atoms = [atom for k, twist in enumerate(twists) for atom in ring(k * step, twist)]
    atoms += [(1, [-2.479, 0.0, 0.0]), (1, [(len(twists) - 1) * step + 2.479, 0.0, 0.0])]
    return nr.molecule.read(([n for n, _ in atoms], [p for _, p in atoms]))


def bond_between_rings(geometry: nr.molecule.Geometry, which: int = 0) -> tuple[int, int]:
    """The atoms of the bond from one ring to the next."""
    x = which * (2 * 1.395 + 1.49) + 1.395
    on_axis = np.hypot(*geometry.positions[:, 1:].T) < 1e-9
    ends = [int(np.argmin(np.abs(geometry.positions[:, 0] - place) + 10.0 * ~on_axis)) for place in (x, x + 1.49)]
    return ends[0], ends[1]


@pytest.fixture(scope="module")
def biphenyl() -> nr.molecule.Geometry:
    return rings(0.0, 0.7)


@pytest.fixture(scope="module")
def stored() -> nr.molecule.Scan:
    return nr.molecule.Scan.from_netcdf(SCANS / "butadiene.nc")


# --- what turns ---------------------------------------------------------------------------------------------------


def test_the_half_beyond_the_bond_turns(biphenyl: nr.molecule.Geometry) -> None:
    axis = bond_between_rings(biphenyl)
    rotor = find(biphenyl, axis)
    assert len(rotor.atoms) == 11
    assert axis[1] in rotor.atoms
    assert axis[0] not in rotor.atoms
    other = find(biphenyl, axis[::-1])
    assert set(other.atoms) | set(rotor.atoms) == set(range(22))
    # Turning right-handed about the axis, or the other half about the opposite one, raises the dihedral angle alike.
    for one in (rotor, other):
        assert one.dihedral is not None
        for angle in (0.1, 1.7, 3.0, -2.0):
            assert angle_of(one.turned(biphenyl.positions, angle), one.dihedral) == pytest.approx(angle, abs=1e-12)


def test_a_given_rotor_may_be_either_half(biphenyl: nr.molecule.Geometry) -> None:
    axis = bond_between_rings(biphenyl)
    half = find(biphenyl, axis).atoms
    rest = sorted(set(range(22)) - set(half))
    assert find(biphenyl, axis, half).axis == axis
    assert find(biphenyl, axis, rest).axis == axis[::-1]


def test_the_bridge_between_two_bonds_turns() -> None:
    three = rings(0.0, 0.7, 0.0)
    (a, b), (c, d) = bond_between_rings(three), bond_between_rings(three, 1)
    rotor = find(three, ((a, b), (c, d)))
    assert len(rotor.atoms) == 10
    assert {b, c} <= set(rotor.atoms.tolist())
    assert not {a, d} & set(rotor.atoms.tolist())
    assert rotor.order(three)[0] == 2
    moved = rotor.turned(three.positions, 2.0)
    for i, j in ((a, b), (c, d)):
        assert np.linalg.norm(moved[i] - moved[j]) == pytest.approx(1.49, abs=1e-9)


def test_inertia_of_phenyl_is_that_of_its_atoms(biphenyl: nr.molecule.Geometry) -> None:
    scan = nr.molecule.torsion(biphenyl, bond_between_rings(biphenyl), method="huckel", angles=8)
    # Four C and four H off the axis.
    u = 1.66053906892e-47
    sine = math.sin(math.pi / 3)
    expected = 4 * u * sine**2 * (12.011 * 1.395**2 + 1.008 * 2.479**2)
    assert scan.moment_of_inertia == pytest.approx(expected, rel=1e-9)
    assert scan.moment_of_inertia == pytest.approx(1.478e-45, rel=0.01)
    # With 1.397 Å and 1.09 Å, the bonds of benzene.
    benzene = biphenyl.positions.copy()
    ring_atoms = scan.rotor
    center = benzene[ring_atoms][biphenyl.numbers[ring_atoms] == 6].mean(axis=0)
    for atom in ring_atoms:
        arm = benzene[atom] - center
        benzene[atom] = center + arm / np.linalg.norm(arm) * (1.397 if biphenyl.numbers[atom] == 6 else 2.487)
    same = find(nr.molecule.read((biphenyl.numbers, benzene)), bond_between_rings(biphenyl))
    moved = nr.molecule.read((biphenyl.numbers, benzene))
    assert same.inertia(moved) == pytest.approx(1.478e-45, rel=5e-4)
    assert scan.inertia == "rotor"
    free = nr.molecule.torsion(biphenyl, bond_between_rings(biphenyl), method="huckel", angles=8, free=True)
    assert free.inertia == "reduced"
    assert free.moment_of_inertia == pytest.approx(expected / 2, rel=1e-9)


def test_the_period_follows_from_the_atoms(biphenyl: nr.molecule.Geometry) -> None:
    scan = nr.molecule.torsion(biphenyl, bond_between_rings(biphenyl), method="huckel", angles=16)
    assert scan.period == pytest.approx(math.pi)
    np.testing.assert_allclose(scan.energy[:8], scan.energy[8:], atol=1e-12)
    # The atoms exchange their places, so the matrix itself comes back only after a full turn.
    assert np.max(np.abs(scan.h[0] - scan.h[8])) > 0.1
    ethane = nr.molecule.read(
        ([6, 6, *[1] * 6], [[0, 0, 0], [1.54, 0, 0], *hydrogens(-0.39, 0.0), *hydrogens(1.93, 0.3)])
    )
    assert find(ethane, (0, 1)).order(ethane)[0] == 3


def hydrogens(x: float, start: float) -> list[list[float]]:
    angles = start + np.arange(3) * 2 * math.pi / 3
    return [[x, 1.02 * math.cos(angle), 1.02 * math.sin(angle)] for angle in angles]


def test_normals_stand_on_the_planes_and_turn(biphenyl: nr.molecule.Geometry) -> None:
    scan = nr.molecule.torsion(biphenyl, bond_between_rings(biphenyl), method="huckel", angles=8)
    at_rest = np.setdiff1d(np.arange(22), scan.rotor)
    for k, theta in enumerate(scan.angles):
        cosines = scan.normals[k][at_rest] @ scan.normals[k][scan.rotor].T
        np.testing.assert_allclose(cosines, math.cos(theta), atol=1e-6)
    assert np.isnan(nr.molecule.read(([6, *[1] * 4], methane())).normals).all()


def methane() -> list[list[float]]:
    a = 0.63
    return [[0, 0, 0], [a, a, a], [a, -a, -a], [-a, a, -a], [-a, -a, a]]


# --- what is wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("atoms", "axis", "rotor", "words"),
    [
        ("two rings", (0, 21), None, "the axis is no bond"),
        ("two rings", (0, 99), None, "there is no atom 99: the molecule has 22"),
        ("two rings", (-1, 0), None, "there is no atom -1"),
        ("two rings", (0, 1), None, "nothing turns|ring goes through"),
        ("two rings", (0.5, 1), None, "give the two atoms of a bond"),
        ("two rings", "06", None, "give the two atoms of a bond"),
        ("two rings", 7, None, "give the two atoms of a bond"),
        ("two rings", "bond", (2, 3), "neither atom of the axis|tears the bond"),
        ("two rings", "bond", (), "the rotor has 0 of the 22 atoms"),
        ("two rings", "bond", range(22), "the rotor has 22 of the 22 atoms"),
        ("two rings", "bond", (400,), "there is no atom 400"),
        ("two rings", (math.inf, 0), None, "give the two atoms of a bond"),
        ("two rings", "bond", (0.5,), r"the rotor is \(0.5,\)"),
        ("two rings", "bond", (math.inf,), r"the rotor is \(inf,\)"),
    ],
)
def test_wrong_axes_are_told(
    biphenyl: nr.molecule.Geometry, atoms: str, axis: object, rotor: object, words: str
) -> None:
    chosen = bond_between_rings(biphenyl) if axis == "bond" else axis
    with pytest.raises(nr.ModelError, match=words) as told:
        nr.molecule.torsion(biphenyl, chosen, rotor=rotor, method="huckel", angles=8)
    assert told.value.hint


def test_a_ring_through_the_axis_is_told(biphenyl: nr.molecule.Geometry) -> None:
    carbons = [k for k in range(22) if biphenyl.numbers[k] == 6]
    i, j = next((i, j) for i in carbons for j in biphenyl.neighbours[i] if j in carbons)
    with pytest.raises(nr.ModelError, match="a ring goes through the axis"):
        find(biphenyl, (i, j))
    rotor = [j, *(k for k in biphenyl.neighbours[j] if k != i)]
    with pytest.raises(nr.ModelError, match="turning tears the bond"):
        find(biphenyl, (i, j), rotor)


def test_an_atom_on_the_axis_is_no_rotor() -> None:
    with pytest.raises(nr.ModelError, match="all atoms of the rotor lie on the axis"):
        find(nr.molecule.read(([6, *[1] * 4], methane())), (0, 1))


@pytest.mark.parametrize(
    ("atoms", "words"),
    [
        (([6, 6], [[0, 0, 0], [0, 0, 0.05]]), "0.050 Å apart"),
        (([6, 6], [[0, 0, 0], [0, 0, float("nan")]]), "no finite number"),
        (([6, 0], [[0, 0, 0], [0, 0, 1]]), "atomic number"),
        (([6, 6], [[0, 0], [0, 1]]), "shape"),
        ((["C", "Q"], [[0, 0, 0], [0, 0, 1]]), "no element 'Q'"),
        ("3\n\nC 0 0 0\nC 0 0 1.4\n", "says 3 atoms and has 2"),
        ("x\n\nC 0 0 0\n", "not in the format XYZ"),
        (42, "this is no molecule"),
        ("", "the text is empty"),
        (" \n", "the text is empty"),
        (([6] * 2001, np.zeros((2001, 3))), "has 2001 atoms"),
    ],
)
def test_wrong_atoms_are_told(atoms: object, words: str) -> None:
    with pytest.raises(nr.ModelError, match=words):
        nr.molecule.read(atoms)


def test_missing_files_and_methods_are_told(biphenyl: nr.molecule.Geometry, tmp_path: Path) -> None:
    with pytest.raises(nr.FileError, match="cannot be read"):
        nr.molecule.read(tmp_path / "none.xyz")
    with pytest.raises(nr.FileError, match="there is no file"):
        nr.molecule.Scan.from_netcdf(tmp_path / "none.nc")
    (tmp_path / "broken.nc").write_text("nothing")
    with pytest.raises(nr.FileError, match="cannot be read"):
        nr.molecule.Scan.from_netcdf(tmp_path / "broken.nc")
    axis = bond_between_rings(biphenyl)
    with pytest.raises(nr.ModelError, match="there is no method 'B3LYP'"):
        nr.molecule.torsion(biphenyl, axis, method="B3LYP")
    with pytest.raises(nr.ModelError, match="angles"):
        nr.molecule.torsion(biphenyl, axis, method="huckel", angles=2)
    with pytest.raises(nr.ModelError, match="1000000000 angles"):
        nr.molecule.torsion(biphenyl, axis, method="huckel", angles=10**9)
    with pytest.raises(nr.ModelError, match="no forces to relax by"):
        nr.molecule.torsion(biphenyl, axis, method="huckel", relax=True)


@pytest.mark.parametrize(
    ("charge", "unpaired", "words"),
    [
        (1, 0, r"the number of electrons is odd \(11\)"),
        (0, 1, r"the number of electrons is even \(12\), with 1 of them unpaired"),
        (12, 0, "0 electrons in orbitals for 24"),
        (-12, 0, "24 electrons in orbitals for 24"),
        (80, 0, "-68 π electrons"),
        (0, -2, "-2 of 12 electrons"),
        (0, 14, "14 of 12 electrons"),
        ("+1", 0, r"charge is '\+1'"),
        (0.5, 0, "charge is 0.5"),
        (0, True, "unpaired is True"),
    ],
)
def test_electrons_that_fill_no_levels_are_told(
    biphenyl: nr.molecule.Geometry, charge: object, unpaired: object, words: str
) -> None:
    axis = bond_between_rings(biphenyl)
    with pytest.raises(nr.ModelError, match=words):
        nr.molecule.torsion(biphenyl, axis, method="huckel", angles=8, charge=charge, unpaired=unpaired)
    radical = nr.molecule.torsion(biphenyl, axis, method="huckel", angles=8, charge=1, unpaired=1)
    assert radical.electrons == 11


def test_what_tblite_cannot_fill_is_told() -> None:
    pytest.importorskip("tblite.interface")
    butadiene = nr.molecule.Scan.from_netcdf(SCANS / "butadiene.nc")
    for charge, words in ((1, "odd"), (22, "electrons in orbitals")):
        with pytest.raises(nr.Error, match=words):
            nr.molecule.torsion((butadiene.numbers, butadiene.positions[0]), butadiene.axis, angles=8, charge=charge)


# --- Hückel -------------------------------------------------------------------------------------------------------


def test_huckel_biphenyl_hops_with_the_cosine(biphenyl: nr.molecule.Geometry) -> None:
    axis = bond_between_rings(biphenyl)
    scan = nr.molecule.torsion(biphenyl, axis, method="huckel", angles=32)
    place = {orbital.atom: k for k, orbital in enumerate(scan.orbitals)}
    assert scan.electrons == 12
    hopping = scan.h[:, place[axis[0]], place[axis[1]]]
    np.testing.assert_allclose(hopping, -2.7 * np.cos(scan.angles), atol=1e-6)
    # Rings at right angles are two benzenes: levels at β and 2β. Flat biphenyl: HOMO at 0.7046 β (Hückel's tables).
    np.testing.assert_allclose(scan.homo[8], -2.7, atol=1e-5)
    np.testing.assert_allclose(scan.homo[0], -2.7 * 0.70460, atol=1e-4)
    np.testing.assert_allclose(scan.homo, -scan.lumo, atol=1e-9)
    assert np.max(np.abs(scan.connection)) == 0.0
    assert scan.noise < 1e-12


def test_huckel_furan_and_thiophene_have_the_levels_of_their_determinant() -> None:
    """A five-ring with h_X and k_CX: in its symmetric part 2×2 blocks, whose roots are written down here."""
    for symbol, h, k in (("O", 2.09, 0.66), ("S", 1.11, 0.69)):
        around = 2 * math.pi * np.arange(5) / 5
        radius = 1.42 / (2 * math.sin(math.pi / 5))
        ring = np.stack([radius * np.cos(around), radius * np.sin(around), 0 * around], axis=1)
        out = ring[1:] * (1 + 1.08 / radius)
        geometry = nr.molecule.read(([symbol, *"CCCCHHHH"], np.concatenate([ring, out])))
        found = nr.molecule.Huckel().solve(geometry)
        # Odd under the mirror: x² + x - 1 = 0. Even: (x - h)(x² - x - 1) = 2 k² (x - 1), from the α atoms inwards.
        odd = np.roots([1, 1, -1])
        even = np.roots(np.polysub(np.polymul([1, -h], [1, -1, -1]), np.polymul([2 * k * k], [1, -1])))
        expected = np.sort(np.concatenate([odd, even]))[::-1]
        np.testing.assert_allclose(found.orbital_energies / -2.7, expected, atol=1e-9)
        assert float(np.sum(found.occupations)) == 6


def test_huckel_bonds_of_two_heteroatoms_are_those_of_van_catledge() -> None:
    """The nitro group of nitroethylene, k_NO = 1.13, and the azo group of diazene, k_NN = 1.09; acrolein's carbonyl."""
    places = [
        *([-2.4, 0.0, 0], [-1.2, 0.6, 0], [0.0, -0.1, 0], [0.0, -1.32, 0], [1.05, 0.5, 0]),
        *([-3.3, 0.6, 0], [-2.5, -1.08, 0], [-1.1, 1.68, 0]),
    ]
    nitro = nr.molecule.read(([6, 6, 7, 8, 8, 1, 1, 1], places))
    found = nr.molecule.Huckel(beta=-1.0).solve(nitro)
    k = [0.89, 1.13, 1.13]
    expected = np.diag([0, 0, 1.37, 0.97, 0.97])
    for (i, j), value in zip(((1, 2), (2, 3), (2, 4)), k, strict=True):
        expected[i, j] = expected[j, i] = value
    expected[0, 1] = expected[1, 0] = 1.0
    np.testing.assert_allclose(np.abs(found.fock), expected, atol=1e-9)
    assert float(np.sum(found.occupations)) == 6
    diazene = nr.molecule.read(([7, 7, 1, 1], [[0, 0, 0], [1.25, 0, 0], [-0.5, 0.9, 0], [1.75, -0.9, 0]]))
    levels = nr.molecule.Huckel(beta=-1.0).solve(diazene).orbital_energies
    np.testing.assert_allclose(levels, [-0.51 - 1.09, -0.51 + 1.09], atol=1e-9)
    acrolein = nr.molecule.read(
        (
            [6, 6, 6, 8, 1, 1, 1, 1],
            [
                *([-1.9, -0.1, 0], [-0.6, 0.25, 0], [0.45, -0.75, 0], [1.62, -0.47, 0]),
                *([-2.65, 0.66, 0], [-2.2, -1.14, 0], [-0.3, 1.29, 0], [0.14, -1.8, 0]),
            ],
        )
    )
    carbonyl = np.abs(nr.molecule.Huckel(beta=-1.0).solve(acrolein).fock)
    assert carbonyl[3, 3] == pytest.approx(0.97)
    assert carbonyl[2, 3] == pytest.approx(1.06)


def test_the_same_from_xyz_ase_and_arrays(biphenyl: nr.molecule.Geometry, tmp_path: Path) -> None:
    lines = [
        f"{s} {x!r} {y!r} {z!r}" for s, (x, y, z) in zip(biphenyl.symbols, biphenyl.positions.tolist(), strict=True)
    ]
    text = "\n".join(["22", "biphenyl", *lines])
    (tmp_path / "biphenyl.xyz").write_text(text)
    (tmp_path / "marked.xyz").write_text("\ufeff" + text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    for given in (text, tmp_path / "biphenyl.xyz", tmp_path / "marked.xyz"):
        again = nr.molecule.read(given)
        assert np.array_equal(again.positions, biphenyl.positions)
        assert np.array_equal(again.numbers, biphenyl.numbers)

    class Atoms:
        def get_atomic_numbers(self) -> object:
            return biphenyl.numbers

        def get_positions(self) -> object:
            return biphenyl.positions

    assert np.array_equal(nr.molecule.read(Atoms()).positions, biphenyl.positions)


def test_a_scan_replaces_a_file_as_a_whole(
    biphenyl: nr.molecule.Geometry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = nr.molecule.torsion(biphenyl, bond_between_rings(biphenyl), method="huckel", angles=8)
    scan.to_netcdf(tmp_path / "scan.nc")
    before = (tmp_path / "scan.nc").read_bytes()

    def half(self: object, path: Path, **options: object) -> None:
        Path(path).write_bytes(before[:1000])
        raise OSError("no space left on device")

    monkeypatch.setattr("xarray.Dataset.to_netcdf", half)
    with pytest.raises(nr.FileError, match="no space left"):
        scan.to_netcdf(tmp_path / "scan.nc")
    assert (tmp_path / "scan.nc").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["scan.nc"]


def test_files_keep_every_bit(biphenyl: nr.molecule.Geometry, tmp_path: Path) -> None:
    for scan in (
        nr.molecule.torsion(biphenyl, bond_between_rings(biphenyl), method="huckel", angles=8),
        nr.molecule.Scan.from_netcdf(SCANS / "butadiene.nc"),
    ):
        scan.to_netcdf(tmp_path / "scan.nc")
        again = nr.molecule.Scan.from_netcdf(tmp_path / "scan.nc")
        for name in vars(scan):
            one, other = getattr(scan, name), getattr(again, name)
            if isinstance(one, np.ndarray):
                np.testing.assert_array_equal(one, other, err_msg=name)
            else:
                assert one == other, name


# --- the basis ----------------------------------------------------------------------------------------------------

P = [Orbital(0, "C", 2, 1, f"2p{k}", 1) for k in "yzx"]
D = [Orbital(0, "Fe", 3, 2, f"3d{k}", 1) for k in ("xy", "yz", "z2", "xz", "x2-y2")]


def a_turn(seed: int) -> np.ndarray:
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q * np.linalg.det(q)


def test_shells_turn_as_a_group() -> None:
    one, two = a_turn(1), a_turn(2)
    for shell in (P, D):
        names = [orbital.name for orbital in shell]
        both = shell_rotation(names, one) @ shell_rotation(names, two)
        np.testing.assert_allclose(shell_rotation(names, one @ two), both, atol=1e-12)
        np.testing.assert_allclose(both @ both.T, np.eye(len(shell)), atol=1e-12)
    # p orbitals turn as vectors.
    to_xyz = [2, 0, 1]
    np.testing.assert_allclose(shell_rotation([o.name for o in P], one)[np.ix_(to_xyz, to_xyz)], one, atol=1e-12)


def test_the_generator_is_the_slope_of_the_turn() -> None:
    direction = np.array([0.6, -0.48, 0.64])
    x, y, z = direction
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])

    def turned(angle: float) -> np.ndarray:
        turn = np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross
        return rotation([*P, *D], turn[None])

    h = 1e-3
    slope = (8 * (turned(h) - turned(-h)) - turned(2 * h) + turned(-2 * h)) / (12 * h)
    np.testing.assert_allclose(generator([*P, *D], direction), slope, atol=1e-10)


def test_lowdin_and_its_connection_equal_differences() -> None:
    """A = ⟨a|∂_θ b⟩ of vectors in a larger space, which everything here can be computed in."""
    rng = np.random.default_rng(3)
    start, one, two = (rng.normal(size=(9, 4)) for _ in range(3))

    def vectors(theta: float) -> np.ndarray:
        return start + one * math.sin(theta) + two * math.cos(2 * theta)

    def orthonormal(theta: float) -> np.ndarray:
        v = vectors(theta)
        return v @ lowdin(v.T @ v)

    theta, h = 0.4, 1e-3
    v = vectors(theta)
    slope = one * math.cos(theta) - 2 * two * math.sin(2 * theta)
    a = connection(v.T @ v, v.T @ slope)
    b = orthonormal
    slopes = (8 * (b(theta + h) - b(theta - h)) - b(theta + 2 * h) + b(theta - 2 * h)) / (12 * h)
    np.testing.assert_allclose(a, b(theta).T @ slopes, atol=1e-9)
    np.testing.assert_allclose(a, -a.T, atol=1e-14)
    np.testing.assert_allclose(orthonormal(theta).T @ orthonormal(theta), np.eye(4), atol=1e-12)


def test_matrices_of_other_programs_become_orthonormal() -> None:
    """H, S and D of vectors in a larger space: the spectrum is the generalised one, the connection that of Löwdin."""
    rng = np.random.default_rng(5)
    start, one, two = rng.normal(size=(9, 4)), *(0.3 * rng.normal(size=(2, 9, 4)))
    theta = np.arange(32) * 2 * math.pi / 32
    v = start + one * np.sin(theta)[:, None, None] + two * np.cos(theta)[:, None, None]
    slope = one * np.cos(theta)[:, None, None] - two * np.sin(theta)[:, None, None]
    inner = np.diag(rng.normal(size=9))
    across = np.swapaxes(v, 1, 2)
    h, a = nr.molecule.orthonormal(across @ inner @ v, across @ v, across @ slope)
    for k in (0, 7):
        exact = np.linalg.eigvals(np.linalg.solve(across[k] @ v[k], across[k] @ inner @ v[k]))
        np.testing.assert_allclose(np.linalg.eigvalsh(h[k]), np.sort(exact.real), atol=1e-10)
        np.testing.assert_allclose(a[k], connection(across[k] @ v[k], across[k] @ slope[k]), atol=1e-14)
    with pytest.raises(nr.ModelError, match="differs from the slope of the overlap"):
        nr.molecule.orthonormal(across @ inner @ v, across @ v, 0 * (across @ slope))
    with pytest.raises(nr.ModelError, match="h is not symmetric"):
        nr.molecule.orthonormal(np.triu(across @ inner @ v), across @ v, across @ slope)
    with pytest.raises(nr.ModelError, match="give three real arrays"):
        nr.molecule.orthonormal(h[0], across @ v, across @ slope)


class Gaussians:
    """One s and three p Gaussians of one width on every atom: all overlaps have closed forms."""

    name = "gaussians"
    notes = ()
    alpha = 0.5

    def overlap(self, geometry: Geometry) -> np.ndarray:
        n = len(geometry.numbers)
        s = np.empty((4 * n, 4 * n))
        for i in range(n):
            for j in range(n):
                r = geometry.positions[j] - geometry.positions[i]
                a = self.alpha
                g = math.exp(-a / 2 * r @ r)
                block = np.empty((4, 4))
                block[0, 0] = g
                # p = 2√a x exp(-a r²) = ∂_X of s over √a.
                block[0, 1:] = -a * r * g / math.sqrt(a)
                block[1:, 0] = a * r * g / math.sqrt(a)
                block[1:, 1:] = (np.eye(3) - a * np.outer(r, r)) * g
                s[4 * i : 4 * i + 4, 4 * j : 4 * j + 4] = block
        return s

    def solve(self, geometry: Geometry) -> nr.molecule.Electrons:
        s = self.overlap(geometry)
        h = -10.0 * s - 3.0 * s @ s
        x = lowdin(s)
        energies = np.linalg.eigvalsh(x @ h @ x)
        count = len(geometry.numbers)
        names = ("2s", "2px", "2py", "2pz")
        orbitals = [Orbital(a, geometry.symbols[a], 2, int(k > 0), names[k]) for a in range(count) for k in range(4)]
        filled = np.where(np.arange(4 * count) < 2 * count, 2.0, 0.0)
        return nr.molecule.Electrons(orbitals, s, h, energies, filled, float(filled @ energies))


def test_the_connection_is_that_of_the_turning_orbitals() -> None:
    """D equals the slope of ⟨μ(θ)|ν(θ′)⟩ in θ′, computed with the molecule and its turned copy side by side."""
    places = [[0, 0.3, 0], [1.4, 0, 0.1], [2.2, 1.1, 0.2], [2.1, -0.7, 1.0], [-0.8, 0.9, -0.4]]
    geometry = Geometry(np.array([6, 6, 1, 7, 1]), np.array(places), np.zeros((5, 3)))
    engine = Gaussians()
    scan = nr.molecule.torsion(geometry, (0, 1), rotor=[1, 2, 3], method=engine, angles=64)
    turning = find(geometry, (0, 1), [1, 2, 3])
    k, h = 11, 1e-3

    def across(angle: float) -> np.ndarray:
        both = np.concatenate([scan.positions[k], turning.turned(geometry.positions, angle)])
        s = engine.overlap(Geometry(np.tile(geometry.numbers, 2), both, np.zeros((10, 3))))[:20, 20:]
        frames = np.tile(np.eye(3), (5, 1, 1))
        frames[turning.atoms] = turning.turn(angle - turning.start)
        return rotation(scan.orbitals, scan.frames[k]).T @ s @ rotation(scan.orbitals, frames)

    theta = scan.angles[k]
    d = (8 * (across(theta + h) - across(theta - h)) - across(theta + 2 * h) + across(theta - 2 * h)) / (12 * h)
    assert scan.overlap is not None
    np.testing.assert_allclose(across(theta), scan.overlap[k], atol=1e-12)
    np.testing.assert_allclose(scan.connection[k], connection(scan.overlap[k], d), atol=1e-8)
    np.testing.assert_allclose(scan.connection, -np.swapaxes(scan.connection, 1, 2), atol=1e-14)
    # The spectrum knows nothing of the basis.
    np.testing.assert_allclose(np.linalg.eigvalsh(scan.h), scan.orbital_energies, atol=1e-11)
    # The overlaps within the rotor, whose shells turn with it, stay as they are.
    inside = [i for i, orbital in enumerate(scan.orbitals) if orbital.fragment == 1]
    assert np.max(np.ptp(scan.overlap[:, inside][:, :, inside], axis=0)) < 1e-13


def test_a_path_of_its_own_has_the_same_derivative_as_a_rigid_one() -> None:
    """What relaxed scans use, on a rigid path."""
    from nanorotor.molecule.derivative import transport

    places = [[0, 0.3, 0], [1.4, 0, 0.1], [2.2, 1.1, 0.2], [-0.8, 0.9, -0.4]]
    geometry = Geometry(np.array([6, 6, 1, 1]), np.array(places), np.zeros((4, 3)))
    scan = nr.molecule.torsion(geometry, (0, 1), rotor=[1, 2], method=Gaussians(), angles=64)
    turns = [rotation(scan.orbitals, frame) for frame in scan.frames]
    turning = find(geometry, (0, 1), [1, 2])
    common = (Gaussians(), geometry, turning, scan.positions, turns, scan.overlap, scan.orbitals)
    np.testing.assert_allclose(transport(*common, True), transport(*common, False), atol=1e-7)


# --- stored scans -------------------------------------------------------------------------------------------------


def test_a_stored_scan_is_smooth_and_consistent(stored: nr.molecule.Scan) -> None:
    assert stored.method == "GFN1-xTB"
    np.testing.assert_allclose(np.linalg.eigvalsh(stored.h), stored.orbital_energies, atol=1e-12 * 40)
    np.testing.assert_allclose(stored.connection, -np.swapaxes(stored.connection, 1, 2), atol=1e-13)
    # Harmonics fall by a constant factor: 32 angles leave some 1e-5 eV.
    harmonics = np.max(np.abs(np.fft.rfft(stored.h, axis=0)), axis=(1, 2)) / len(stored.angles)
    np.testing.assert_array_less(harmonics[[8, 12, 16]], harmonics[[4, 8, 12]] / 8)
    assert harmonics[-1] < stored.noise < 1e-3


@pytest.fixture(scope="module")
def relaxed_biphenyl() -> nr.molecule.Scan:
    return nr.molecule.Scan.from_netcdf(SCANS / "biphenyl_relaxed.nc")


def test_relaxed_biphenyl_has_the_barriers_and_the_minimum_of_gfn1(relaxed_biphenyl: nr.molecule.Scan) -> None:
    """7.6 and 7.3 kJ/mol above a minimum at 40.0°; measured are 6.0 ± 2.1 and 6.5 ± 2.0 about 44.4° ± 1.2°."""
    energy = relaxed_biphenyl.energy * KJ_MOL
    size = len(energy)
    # The period is π, and the molecule is its own mirror image at -θ.
    np.testing.assert_allclose(energy, np.roll(energy, size // 2), atol=1e-5)
    np.testing.assert_allclose(energy[1:], energy[:0:-1], atol=1e-5)
    harmonics = np.fft.rfft(energy).real / size
    harmonics[1:-1] *= 2
    assert abs(harmonics[-2]) < 1e-3

    def profile(degrees: np.ndarray) -> np.ndarray:
        return np.cos(np.outer(np.radians(degrees), np.arange(len(harmonics)))) @ harmonics

    fine = np.linspace(0, 90, 9001)
    lowest = float(fine[np.argmin(profile(fine))])
    flat, upright, measured = profile(np.array([0.0, 90.0, 44.4])) - np.min(profile(fine))
    assert lowest == pytest.approx(40.04, abs=0.05)
    assert flat == pytest.approx(7.595, abs=0.01)
    assert upright == pytest.approx(7.264, abs=0.01)
    for barrier, (value, error) in ((flat, (6.0, 2.1)), (upright, (6.5, 2.0))):
        assert abs(barrier - value) < error
    # The measured angle is 4° away, but a tenth of the error of the measured barriers higher: k_BT/14.
    assert measured == pytest.approx(0.176, abs=0.005)


def test_a_relaxed_rotor_stands_at_its_angle(relaxed_biphenyl: nr.molecule.Scan) -> None:
    """The mean of the dihedral angles, and with it the planes of the rings, and not four atoms alone."""
    scan = relaxed_biphenyl
    assert "relaxed" in " ".join(scan.notes)
    for places, theta in zip(scan.positions, scan.angles, strict=True):
        four = [angle_of(places, (a, 5, 6, d)) - theta for a in (0, 4) for d in (7, 11)]
        # Those across count from π.
        off = [math.remainder(angle - math.pi * (k in (1, 2)), 2 * math.pi) for k, angle in enumerate(four)]
        assert abs(np.mean(off)) < 1e-5
        assert np.max(np.abs(off)) < math.radians(0.05)
        rings = [places[k : k + 6] - places[k : k + 6].mean(axis=0) for k in (0, 6)]
        one, other = (np.linalg.svd(ring)[2][2] for ring in rings)
        between = math.degrees(math.acos(min(1.0, abs(one @ other))))
        assert between == pytest.approx(math.degrees(math.acos(abs(math.cos(theta)))), abs=0.2)


# --- back ends ----------------------------------------------------------------------------------------------------


def check_a_back_end(method: str, geometry: nr.molecule.Geometry, axis: tuple[int, int]) -> nr.molecule.Scan:
    """What every back end owes: ε from F and S, the same spectrum for the molecule turned, a sensible connection."""
    scan = nr.molecule.torsion(geometry, axis, method=method, angles=8)
    np.testing.assert_allclose(np.linalg.eigvalsh(scan.h), scan.orbital_energies, atol=5e-12 * 100)
    turned = nr.molecule.read((geometry.numbers, geometry.positions @ a_turn(5).T + [1.0, -2.0, 0.5]))
    again = nr.molecule.torsion(turned, axis, method=method, angles=8)
    np.testing.assert_allclose(again.orbital_energies, scan.orbital_energies, atol=1e-7)
    np.testing.assert_allclose(again.energy, scan.energy, atol=1e-7)
    # Overlaps of s orbitals with each other do not know the directions of space.
    s = [k for k, orbital in enumerate(scan.orbitals) if orbital.l == 0]
    assert scan.overlap is not None
    assert again.overlap is not None
    np.testing.assert_allclose(again.overlap[:, s][:, :, s], scan.overlap[:, s][:, :, s], atol=1e-9)
    np.testing.assert_allclose(again.connection[:, s][:, :, s], scan.connection[:, s][:, :, s], atol=1e-6)
    # The slope within the rotor is antisymmetric by itself: turning rigidly changes no overlap there.
    from nanorotor.molecule.backends import backend

    turning = find(geometry, axis)
    inside = [k for k, orbital in enumerate(scan.orbitals) if orbital.fragment == 1]
    velocities = np.zeros_like(geometry.positions)
    velocities[turning.atoms] = np.cross(turning.direction, geometry.positions[turning.atoms] - turning.point)
    pairs = [(a, b) for a in turning.atoms.tolist() for b in turning.atoms.tolist()]
    rest = slopes(backend(method), geometry, velocities, pairs, scan.orbitals)
    d = (rest + scan.overlap[0] @ generator(scan.orbitals, turning.direction))[np.ix_(inside, inside)]
    np.testing.assert_allclose(d, -d.T, atol=1e-7)
    return scan


def test_tblite_where_it_is_installed() -> None:
    pytest.importorskip("tblite.interface")
    butadiene = nr.molecule.Scan.from_netcdf(SCANS / "butadiene.nc")
    geometry = nr.molecule.read((butadiene.numbers, butadiene.positions[0]))
    scan = check_a_back_end("GFN1-xTB", geometry, butadiene.axis)
    check_a_back_end("GFN2-xTB", geometry, butadiene.axis)
    np.testing.assert_allclose(scan.orbital_energies, butadiene.orbital_energies[::4], atol=1e-6)
    # Matrix elements are smooth to 1e-8 eV: what more angles add to the highest harmonics is noise.
    assert nr.molecule.torsion(geometry, butadiene.axis, angles=128).noise < 1e-8
    # d shells: thiophenol's sulphur in GFN2-xTB.
    sulphur = nr.molecule.read(([16, 6, 1, 1, 1, 1], [[0, 0, 0], [1.82, 0, 0], [-0.3, 1.3, 0.1], *hydrogens(2.2, 0.4)]))
    check_a_back_end("GFN2-xTB", sulphur, (0, 1))


def test_relaxing_where_tblite_and_ase_are_installed() -> None:
    pytest.importorskip("tblite.interface")
    pytest.importorskip("ase")
    from nanorotor.molecule.backends import backend
    from nanorotor.molecule.relaxation import relaxed

    peroxide = nr.molecule.read(([8, 8, 1, 1], [[0, 0, 0], [1.45, 0, 0], [-0.2, 0.94, 0], [1.65, 0.3, 0.9]]))
    turning = find(peroxide, (0, 1))
    path, note = relaxed(peroxide, turning, np.array([0.0, 2.0, 4.0]), backend("GFN1-xTB"))
    assert turning.dihedral is not None
    assert "relaxed" in note
    for places, angle in zip(path, (0.0, 2.0, 4.0), strict=True):
        assert abs(math.remainder(angle_of(places, turning.dihedral) - angle, 2 * math.pi)) < 1e-9
    # cis is higher than gauche.
    energies = [backend("GFN1-xTB").solve(Geometry(peroxide.numbers, places)).energy for places in path]
    assert energies[0] > energies[1]


def test_a_bridge_relaxes_between_ends_that_stay_where_they_are() -> None:
    """The ring of divinylbenzene: its ends follow it freely if only one of its bonds is held."""
    pytest.importorskip("tblite.interface")
    pytest.importorskip("ase")
    pytest.importorskip("rdkit")
    from nanorotor.molecule.backends import backend
    from nanorotor.molecule.geometry import normals_of
    from nanorotor.molecule.relaxation import relaxed

    geometry = nr.molecule.read("C=Cc1ccc(C=C)cc1")
    turning = find(geometry, ((1, 2), (5, 6)))
    path, _ = relaxed(geometry, turning, np.array([math.radians(50)]), backend("GFN1-xTB"))
    left, ring, right = normals_of(path[0], geometry.neighbours)[[1, 3, 6]]
    assert math.degrees(math.acos(abs(left @ ring))) == pytest.approx(50, abs=1.5)
    assert math.degrees(math.acos(abs(ring @ right))) == pytest.approx(50, abs=1.5)
    assert abs(left @ right) == pytest.approx(1.0, abs=1e-4)


def test_broken_self_consistency_is_told() -> None:
    pytest.importorskip("tblite.interface")
    near = Geometry(np.array([6, 6, 1]), np.array([[0, 0, 0], [1e-7, 0, 0], [0, 0, 1.1]]), np.zeros((3, 3)))
    from nanorotor.molecule.backends import backend

    with pytest.raises(nr.ConvergenceError, match="GFN1-xTB does not converge") as told:
        backend("GFN1-xTB").solve(near)
    assert "geometry" in told.value.hint


def check_names_of_shells(method: str, numbers: list[int], most: int) -> None:
    """Overlaps in a turned frame are those at rest, turned shell by shell as the names of the orbitals say.

    A shell turns as one piece, so that other names, or other signs within a shell, would not do (Schur's lemma).
    """
    from nanorotor.molecule.backends import backend

    engine = backend(method)
    arm = np.array([[0.0, 0.0, 0.0], [1.1, -0.7, 1.3]])
    turn = a_turn(11)
    rest = Geometry(np.array(numbers), arm, np.zeros((2, 3)))
    moved = Geometry(np.array(numbers), arm @ turn.T, np.zeros((2, 3)))
    orbitals = engine.solve(rest).orbitals
    assert max(orbital.l for orbital in orbitals) == most
    shells = rotation(orbitals, np.tile(turn, (2, 1, 1)))
    one, other = engine.overlap(rest), engine.overlap(moved)
    assert one is not None
    assert other is not None
    np.testing.assert_allclose(other, shells @ one @ shells.T, atol=1e-6)


@pytest.mark.parametrize(("method", "package"), [("GFN2-xTB", "tblite.interface"), ("extended-huckel", "rdkit")])
def test_orbitals_are_what_they_are_called(method: str, package: str) -> None:
    pytest.importorskip(package)
    check_names_of_shells(method, [26, 8], 2)


def test_rdkit_where_it_is_installed(capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("rdkit")
    ring_and_methyl = nr.molecule.read("Cc1ccccc1")
    assert ring_and_methyl.symbols[:2] == ["C", "C"]
    scan = check_a_back_end("extended-huckel", ring_and_methyl, (1, 0))
    # The methyl group leans over, so that the ring does not come back onto itself.
    assert scan.period == pytest.approx(2 * math.pi / 3)
    with pytest.raises(nr.ModelError, match="neither a file nor SMILES"):
        nr.molecule.read("C1CC")
    with pytest.raises(nr.ModelError, match="more than one molecule"):
        nr.molecule.read("CC.CCO")
    assert capfd.readouterr() == ("", "")


def test_pyscf_where_it_is_installed() -> None:
    """Hydrogen peroxide: the connection of the intrinsic orbitals equals differences of orbitals at near angles."""
    gto = pytest.importorskip("pyscf.gto")
    geometry = nr.molecule.read(([8, 8, 1, 1], [[0, 0, 0], [1.45, 0, 0], [-0.2, 0.94, 0], [1.65, 0.3, 0.9]]))
    engine = nr.molecule.PySCF("HF", "def2-svp")
    scan = nr.molecule.torsion(geometry, (0, 1), method=engine, angles=24)
    np.testing.assert_allclose(np.linalg.eigvalsh(scan.h), scan.orbital_energies, atol=1e-9)
    assert len(scan.orbitals) == 12
    assert scan.electrons == 18
    turning, k, h = find(geometry, (0, 1)), 5, 1e-2

    def basis(angle: float) -> tuple[object, np.ndarray]:
        found = engine.solve(Geometry(geometry.numbers, turning.turned(geometry.positions, angle), np.zeros((4, 3))))
        frames = np.tile(np.eye(3), (4, 1, 1))
        frames[turning.atoms] = turning.turn(angle - turning.start)
        molecule, vectors = found.state
        return molecule, vectors @ rotation(found.orbitals, frames)

    molecule, vectors = basis(scan.angles[k])

    def across(step: float) -> np.ndarray:
        other, moved = basis(scan.angles[k] + step)
        return np.asarray(vectors.T @ gto.intor_cross("int1e_ovlp", molecule, other) @ moved)

    d = (8 * (across(h) - across(-h)) - across(2 * h) + across(-2 * h)) / (12 * h)
    np.testing.assert_allclose(scan.connection[k], connection(across(0.0), d), atol=1e-7)
    with pytest.raises(nr.ModelError, match="does not compute nothing/def2-svp"):
        nr.molecule.PySCF("nothing").solve(geometry)
    with pytest.raises(nr.ModelError, match="odd number of electrons"):
        nr.molecule.PySCF(charge=1).solve(geometry)
