"""A scanned molecule between electrodes, from a stored scan of biphenyl (GFN1-xTB, para atoms 2 and 9)."""

import dataclasses
import math
import pickle
from pathlib import Path

import nanorotor as nr
import numpy as np
import pytest
from nanorotor.molecule.window import level_errors, transmission, window_of

LEFT, RIGHT = nr.Anchor("left", {2: "0.3 eV"}), nr.Anchor("right", {9: "0.2 eV"}, frame="space", direction=(0, 1, 1))
# Thirty-two angles keep the stored scan small; they resolve the potential to 5e-6.
AROUND = {"friction": 0.1, "temperature": "300 K", "tolerance": 1e-5}


@pytest.fixture(scope="module")
def scan():
    return nr.molecule.Scan.from_netcdf(Path(__file__).parent / "scans" / "biphenyl.nc")


@pytest.fixture(scope="module")
def study(scan):
    return scan.junction([LEFT, RIGHT], **AROUND)


@pytest.fixture(scope="module")
def huckel(scan):
    return nr.molecule.torsion((scan.numbers, scan.positions[0]), axis=scan.axis, angles=32, method="huckel")


def test_the_pi_block_has_the_frontier_orbitals_of_the_molecule(scan):
    window = window_of(scan, "pi")
    assert window.h.shape == (32, 12, 12)
    assert max(level_errors(scan, window)) < 0.1
    products = np.swapaxes(window.vectors, 1, 2) @ window.vectors
    np.testing.assert_allclose(products, np.broadcast_to(np.eye(12), products.shape), atol=1e-8)


def test_the_conductance_at_mid_gap_goes_as_the_squared_cosine_of_the_twist(scan):
    window = window_of(scan, "pi")
    fermi = (np.max(scan.homo) + np.min(scan.lumo)) / 2
    ends = []
    for atom in (2, 9):
        w = np.zeros((32, 12, 1))
        w[:, atom] = math.sqrt(0.3)
        ends.append(w)
    found = transmission(window.h, ends, [fermi])[:, 0]
    twisted = (np.abs(np.sin(scan.angles)) < np.sin(np.deg2rad(88))) & (found > 0)
    ratio = found[twisted] / found[0] / np.cos(scan.angles[twisted]) ** 2
    # Over the squared cosine: a constant near 1 is what the law says, 0.95 to 1 what measurements and theory find.
    assert 0.9 < np.min(ratio) <= np.max(ratio) < 1.1
    slope = np.polyfit(np.log(np.abs(np.cos(scan.angles[twisted]))), np.log(found[twisted]), 1)[0] / 2
    assert 0.95 < slope < 1.05


@pytest.fixture(scope="module")
def fine():
    """Biphenyl every 8°, in its π orbitals."""
    return nr.molecule.Scan.from_netcdf(Path(__file__).parent / "scans" / "biphenyl_pi.nc")


def test_the_conductance_follows_the_squared_cosine_up_to_88_degrees(fine):
    """G(θ)/G(0) = cos²θ within 5 % where the rings are nearly perpendicular, too."""
    fermi = (np.max(fine.homo) + np.min(fine.lumo)) / 2
    ends = []
    for atom in (2, 9):
        w = np.zeros((45, 12, 1))
        w[:, atom] = math.sqrt(0.3)
        ends.append(w)
    found = transmission(fine.h, ends, [fermi])[:, 0]
    # The twist is that of the planes of the rings. They are not quite flat, so that the dihedral angle of four atoms
    # is less by 0.03°, which is 3 % of cos² at 88°.
    rings = [fine.positions[:, k : k + 6] - fine.positions[:, k : k + 6].mean(axis=1, keepdims=True) for k in (0, 6)]
    one, other = (np.linalg.svd(ring)[2][:, 2] for ring in rings)
    cosine = np.einsum("nx,nx->n", one, other)
    ratio = found / found[0] * cosine[0] ** 2 / cosine**2
    twist = np.rad2deg(np.arccos(np.abs(cosine)))
    assert np.max(twist) == pytest.approx(88.0, abs=0.05)
    assert 0.95 < np.min(ratio) <= np.max(ratio) < 1.0 + 1e-9


def test_a_reduced_scan_makes_the_same_junction(scan, fine):
    small = scan.reduced()
    assert [o.name for o in small.orbitals] == ["2ppi"] * 12
    one, other = (made.junction([LEFT, RIGHT], **AROUND) for made in (scan, small))
    np.testing.assert_allclose(other.landscape().torque, one.landscape().torque, rtol=0, atol=1e-12)
    assert any("12 of 48 orbitals" in note for note in small.notes)
    # Both scans are of one molecule.
    np.testing.assert_allclose(fine.h[0], small.h[0], atol=1e-6)
    mask = np.array([orbital.atom < 6 for orbital in scan.orbitals])
    np.testing.assert_array_equal(scan.reduced(mask).h, scan.h[:, mask][:, :, mask])
    with pytest.raises(nr.ModelError, match="is not reduced to"):
        scan.reduced((-12.0, 0.0))


def test_atoms_on_a_line_have_two_pi_orbitals(tmp_path):
    """Divinylacetylene, H2C=CH–C≡C–CH=CH2: four flat atoms, and two of a triple bond."""
    pytest.importorskip("tblite.interface")
    pytest.importorskip("rdkit")
    scan = nr.molecule.torsion("C=CC#CC=C", axis=(3, 4), angles=16)
    window = window_of(scan, "pi")
    assert window.h.shape == (16, 8, 8)
    assert "both of the 2 atoms on lines" in window.words
    assert max(level_errors(scan, window)) < 0.1
    products = np.swapaxes(window.vectors, 1, 2) @ window.vectors
    np.testing.assert_allclose(products, np.broadcast_to(np.eye(8), products.shape), atol=1e-8)
    small = scan.reduced()
    small.to_netcdf(tmp_path / "small.nc")
    again = nr.molecule.Scan.from_netcdf(tmp_path / "small.nc")
    assert [orbital.name for orbital in again.orbitals].count("2ppi'") == 2
    np.testing.assert_allclose(window_of(again, "pi").h, window.h, atol=1e-12)
    np.testing.assert_allclose(window_of(again, "pi").connection, window.connection, atol=1e-12)


def test_the_study_transmits_what_the_matrices_do(scan, study):
    window = window_of(scan, "pi")
    theta = scan.angles[[1, 5]]
    energies = study.value("E_F")[0] + np.array([-0.4, 0.3])
    spectrum = study.spectrum(theta=theta, energies=energies)
    normals = scan.normals[:, 9] @ np.array([0, 1, 1]) / math.sqrt(2)
    ends = [np.zeros((32, 12, 1)), np.zeros((32, 12, 1))]
    ends[0][:, 2, 0] = math.sqrt(0.3)
    ends[1][:, 9, 0] = math.sqrt(0.2) * normals
    expected = transmission(window.h, ends, energies)[[1, 5]]
    found = spectrum.transmission.sel(lead="left", lead_2="right").transpose("theta", "energy").values
    # The window of the study is symmetric to the last digit, that of the scan to 1e-5.
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_bias_and_fermi_level_are_parameters(study):
    found = study.rate(V=[0.0, 1.0], E_F=study.value("E_F")[0] + np.array([-0.5, 0.5]))
    assert found.rotation_rate.dims == ("V", "E_F")
    # Without bias nothing turns, within the error of the rate.
    still, moving = np.abs(found.rotation_rate.values)
    error = found.rotation_rate_error.values[0]
    assert np.all(still <= error)
    assert np.all(error < 1e-6 * moving)
    assert "fermi_level" not in found.attrs


def test_a_rate_says_what_the_fermi_level_does(study):
    found = study.rate(V=[0.5, 1.0])
    said = found.attrs["fermi_level"]
    apart = study.rate(V=1.0, E_F=study.value("E_F")[0] - 0.5)
    assert f"{float(found.rotation_rate[1]):.3g} /ns at E_F" in said
    assert f"{float(apart.rotation_rate):.3g} /ns with E_F 0.5 eV lower" in said


def test_assumptions_stand_in_words_with_numbers(study):
    said = "\n".join(study.assumptions)
    for words in ("GFN1-xTB", "12 of 48 orbitals", "the HOMO is off by 0.0", "factor of 1.0", "fixed in space", "E_F"):
        assert words in said
    assert study.assumptions[0] in study.check()
    assert study.text.startswith(f"# {study.assumptions[0]}.\n")
    again = pickle.loads(pickle.dumps(study.with_(V=2.0)))
    assert again.assumptions == study.assumptions


def test_the_basis_does_not_matter(scan):
    """A random rotation of the orbitals at each angle, told by its connection, changes no result."""
    rng = np.random.default_rng(3)
    size = len(scan.orbitals)
    generators = [array - array.T for array in rng.normal(size=(2, size, size)) * 0.05]
    both = nr.Anchor("right", {9: "0.2 eV"})
    plain = scan.junction([LEFT, both], **AROUND, window="pi")

    def exponential(matrix):
        values, vectors = np.linalg.eigh(1j * matrix)
        return np.asarray(((vectors * np.exp(-1j * values)) @ vectors.conj().T).real)

    # U(θ) = exp(cos θ G1) exp(sin θ G2) of the window: its slope is exact.
    window = window_of(scan, "pi")
    theta = scan.angles
    g = [generator[:12, :12] for generator in generators]
    first = np.array([exponential(np.cos(t) * g[0]) for t in theta])
    second = np.array([exponential(np.sin(t) * g[1]) for t in theta])
    u = first @ second
    moving = -np.sin(theta)[:, None, None] * (np.swapaxes(second, 1, 2) @ g[0] @ second)
    moving = moving + np.cos(theta)[:, None, None] * g[1]
    adjoint = np.swapaxes(u, 1, 2)
    ends = np.zeros((2, 32, 12))
    ends[0, :, 2], ends[1, :, 9] = math.sqrt(0.3), math.sqrt(0.2)
    # The coupling of the anchors is that of the orbitals turned with the ring.
    leads = [
        nr.Lead(name, potential, "kT", coupling=(adjoint @ w[..., None]))
        for name, potential, w in zip(("left", "right"), ("E_F + V/2", "E_F - V/2"), ends, strict=True)
    ]
    reference = {"state": "equilibrium", "chemical_potential": "E_F", "thermal_energy": "kT"}
    turned = nr.Study.from_junction(
        adjoint @ window.h @ u,
        leads,
        theta=theta,
        connection=adjoint @ window.connection @ u + moving,
        reference=reference,
        potential=scan.energy - np.min(scan.energy),
        moment_of_inertia="I",
        friction="xi_solv",
        thermal_energy="kT",
        band_bottom=-60.0,
        spin_degeneracy=2,
        parameters={name: plain.parameters[name] for name in ("V", "E_F", "kT", "xi_solv", "I")},
        tolerance=1e-5,
    )
    one, other = (made.landscape(points=16) for made in (plain, turned))
    for name in ("torque", "friction", "diffusion"):
        size = float(np.max(np.abs(one[name])))
        np.testing.assert_allclose(other[name], one[name], atol=2e-3 * size)


def test_with_a_reference_the_bottom_of_the_band_does_not_matter(scan):
    found = [scan.junction([LEFT, RIGHT], **AROUND, band_bottom=bottom).landscape() for bottom in (-60.0, -600.0)]
    torque = found[0].torque
    np.testing.assert_allclose(found[1].torque, torque, rtol=0, atol=1e-12 * float(np.max(np.abs(torque))))


def test_a_bias_drop_enters_as_bias_times_a_matrix(huckel):
    shares = np.linspace(0.5, -0.5, len(huckel.symbols))
    study = huckel.junction([LEFT, RIGHT], **AROUND, bias_drop=shares)
    bare = huckel.junction([LEFT, RIGHT], **AROUND)
    theta, energies = [0.7], [0.3]
    local = [made.spectrum(theta=theta, energies=energies, V=2.0) for made in (study, bare)]
    window = window_of(huckel, "pi")
    # At the angle of a sample the spectrum is that of h + V diag(share).
    k = 2
    shifted = study.spectrum(theta=[float(huckel.angles[k])], energies=energies, V=2.0)
    w = [np.zeros((1, 12, 1)), np.zeros((1, 12, 1))]
    w[0][0, 2], w[1][0, 9] = math.sqrt(0.3), math.sqrt(0.2) * (huckel.normals[k, 9] @ [0, 1, 1]) / math.sqrt(2)
    h = window.h[k] + 2.0 * np.diag([shares[o.atom] for o in huckel.orbitals])
    expected = transmission(h[None], w, energies)
    got = shifted.transmission.sel(lead="left", lead_2="right").values
    np.testing.assert_allclose(got.ravel(), expected.ravel(), rtol=1e-6)
    assert (
        abs(
            float(local[0].transmission.sel(lead="left", lead_2="right").squeeze())
            - float(local[1].transmission.sel(lead="left", lead_2="right").squeeze())
        )
        > 0
    )
    linear = huckel.junction([LEFT, RIGHT], **AROUND, bias_drop="linear")
    assert "V*" in linear.text


def test_an_anchor_fixed_in_space_turns_the_coupling(huckel):
    def amplitude(frame):
        anchors = [LEFT, nr.Anchor("right", {9: "0.2 eV"}, frame=frame)]
        study = huckel.junction(anchors, **AROUND)
        h = window_of(huckel, "pi").h
        found = study.spectrum(theta=huckel.angles[[0, 4]], energies=[0.0])
        assert h.shape[1] == 12
        return found.level_width.values.sum(axis=found.level_width.dims.index("level")).ravel()

    # The widths add up to Γ_L + Γ_R s².
    np.testing.assert_allclose(amplitude("molecule"), [0.5, 0.5], rtol=1e-9)
    np.testing.assert_allclose(amplitude("space"), [0.5, 0.4], rtol=1e-6)
    np.testing.assert_allclose(amplitude("paper"), [0.5, 0.35], rtol=1e-6)


def lorentzian(gamma, half_width=3.0):
    """Σ of a Lorentzian at the Fermi level, which is fitted exactly."""
    energies = np.linspace(-4.0, 4.0, 41)
    return energies, 0.5 * gamma * half_width / (energies + 1j * half_width)


def test_an_anchor_may_have_a_self_energy(huckel):
    exact = [
        nr.Anchor("left", {2: "0.3 eV"}, lorentzian=("E_F", 3.0)),
        nr.Anchor("right", {9: "0.2 eV"}, frame="space", direction=(0, 1, 1), lorentzian=("E_F", 3.0)),
    ]
    sampled = [
        nr.Anchor("left", [2], self_energy=lorentzian(0.3)),
        nr.Anchor("right", [9], frame="space", direction=(0, 1, 1), self_energy=lorentzian(0.2)),
    ]
    a, b = (huckel.junction(leads, **AROUND) for leads in (exact, sampled))
    assert "Gamma_left" in a.text
    assert "Gamma_left" not in b.text
    said = "The energies of the self-energy of electrode 'left' count from E_F on those of the scan"
    assert said in b.assumptions
    # The bands follow the Fermi level.
    for E_F in ("-11 eV", "-10.5 eV"):
        found, expected = (
            study.spectrum(E_F=E_F, theta=huckel.angles[[1, 4]], energies=np.linspace(-12, -10, 5)) for study in (b, a)
        )
        np.testing.assert_allclose(found.transmission, expected.transmission, rtol=1e-7, atol=1e-12)
    # Σ of two orbitals acts on two atoms, in their order.
    energies, sigma = lorentzian(0.3)
    matrix = sigma[:, None, None] * np.diag([1.0, 0.5])
    both = huckel.junction(
        [nr.Anchor("left", [2, 5], self_energy=(energies, matrix), accuracy=0.2), sampled[1]], **AROUND
    )
    assert both.text.count("w_left") >= 2


def test_an_energy_window_keeps_its_connection(scan):
    window = window_of(scan, (-40.0, 20.0))
    assert window.is_whole
    np.testing.assert_allclose(np.linalg.eigvalsh(window.h), np.linalg.eigvalsh(scan.h), atol=1e-9)
    # P†AP + P†∂P: the states turn, and the connection says so.
    mask = np.array([orbital.atom < 6 for orbital in scan.orbitals])
    np.testing.assert_allclose(window_of(scan, mask).connection, scan.connection[:, mask][:, :, mask], atol=1e-12)


def test_estimates_of_the_friction():
    # 8π · 0.56e-3 Pa s · (3.5e-10 m)³ in units of 1.602e-31 J s
    assert nr.molecule.stokes(3.5, 0.56) == pytest.approx(8 * math.pi * 0.56e-3 * 3.5e-10**3 / 1.602176634e-31)
    one, two = (nr.molecule.phonons(1.478e-45, libration, 1.2, 197.0, 165.0) for libration in (2e-3, 4e-3))
    assert two == pytest.approx(16 * one)


def test_electrodes_may_be_called_anything(huckel):
    """Broadenings of electrodes whose names differ in what a parameter cannot have are two parameters."""
    named = [nr.Anchor("oben ä", {2: "0.3 eV"}), nr.Anchor("oben_ä", {9: "0.2 eV"}), nr.Anchor("oben_-", {4: "0.1 eV"})]
    study = huckel.junction(named, **AROUND, potential=0.0)
    values = [study.value(name)[0] for name in study.parameters if name.startswith("Gamma_")]
    assert values == [0.3, 0.2, 0.1]
    spectrum = study.spectrum(theta=[0.3], energies=[0.0])
    assert set(spectrum.lead.values) == {"oben ä", "oben_ä", "oben_-"}


def wrong(scan):
    plane = [LEFT, RIGHT]
    far = [LEFT, nr.Anchor("right", {99: 0.2})]
    return [
        (lambda: scan.junction(far, **AROUND), "atom 99, the molecule has 22"),
        (lambda: scan.junction([LEFT], **AROUND), "touches 1 electrode"),
        (lambda: scan.junction([LEFT, nr.Anchor("right", {2: 0.2})], **AROUND), "touches both"),
        (lambda: scan.junction([LEFT, nr.Anchor("right", {21: 0.2})], **AROUND), "no π orbital"),
        (lambda: scan.junction([LEFT, LEFT, RIGHT], **AROUND), r"touches atom 2 \(C\) twice"),
        (lambda: scan.junction([LEFT, nr.Anchor("left", {2: 0.1}, frame="space"), RIGHT], **AROUND), "twice"),
        (lambda: scan.junction(LEFT, **AROUND), "no list of anchors"),
        (lambda: scan.junction(plane, **AROUND, window="sigma"), "the window is 'sigma'"),
        (lambda: scan.junction(plane, **AROUND, window=(5.0, 6.0)), "no level lies between"),
        (lambda: scan.junction(plane, **AROUND, window=(-12.0, -7.5)), "are others at"),
        (lambda: scan.junction(plane, **AROUND, fermi="middle"), "fermi is 'middle'"),
        (lambda: scan.junction(plane, **AROUND, reference="none"), "counts the whole torque"),
        (lambda: scan.junction(plane, **AROUND, bias_drop="quadratic"), "bias_drop is 'quadratic'"),
        (lambda: scan.junction(plane, **AROUND, bias_drop=np.ones(5)), "for 22 atoms"),
        (lambda: dataclasses.replace(scan, energy=scan.energy * np.nan).junction(plane, **AROUND), "no total energy"),
        (lambda: scan.junction(plane, **{**AROUND, "temperature": 300}), "k_BT = 300 eV"),
        (lambda: nr.Anchor("left", {"C1": 0.3}), "names the atom 'C1'"),
        (lambda: nr.Anchor("left", {0: 0.3}, frame="lab"), "frame of anchor 'left' is 'lab'"),
        (lambda: nr.Anchor("left", 3), "the broadening of anchor"),
        (lambda: nr.Anchor("left", [2, 2]), "names an atom twice"),
        (lambda: scan.junction([LEFT, nr.Anchor("right", [9])], **AROUND), "the broadening of anchor 'right'"),
        (
            lambda: scan.junction([LEFT, nr.Anchor("right", {9: 0.2}, self_energy=lorentzian(0.2))], **AROUND),
            "which is an energy already",
        ),
        (
            lambda: scan.junction([LEFT, nr.Anchor("right", {9: 0.2}, chain=(0.0, 3.0))], **AROUND),
            "'right' has a band of its own, 'left' has none",
        ),
        (
            lambda: scan.junction(
                [
                    nr.Anchor("left", {2: 0.3}, chain=(0.0, 3.0)),
                    nr.Anchor("left", {3: 0.3}, chain=(0.0, 4.0)),
                    nr.Anchor("right", {9: 0.2}, chain=(0.0, 3.0)),
                ],
                **AROUND,
            ),
            "have different bands",
        ),
        (lambda: nr.molecule.stokes("3 nm", 1.0), "radius is '3 nm'"),
        (lambda: nr.molecule.phonons(1e-45, 1.0, 1.2, 197.0, 165.0), "not slow"),
    ]


@pytest.mark.parametrize("case", range(26))
def test_what_cannot_be_meant_is_refused(scan, case):
    call, said = wrong(scan)[case]
    with pytest.raises(nr.ModelError, match=said):
        call()
