"""Junctions and landscapes from arrays."""

import nanorotor as nr
import numpy as np
import pytest

ROTOR = {
    "moment_of_inertia": "4.5e3 au",
    "friction": "5 au",
    "thermal_energy": "0.0272 eV",
}
THETA = np.arange(32) * np.pi / 32


def leads(theta, couplings=None):
    """The leads of Preston & Kosov (2023) at V = 3 eV and phi = -pi/4, with couplings as arrays."""
    gamma = np.array([0.272, 0.136])
    amplitude = 1 + 0.475 * (np.cos(2 * (theta[:, None] + np.array([0, -np.pi / 4]))) - 1)
    w = np.sqrt(gamma) * amplitude
    zero = np.zeros_like(theta)
    left, right = couplings or (np.stack([w[:, 0], zero], 1), np.stack([zero, w[:, 1]], 1))
    return [
        nr.Lead("left", 1.5, 0.0272, coupling=left[:, :, None]),
        nr.Lead("right", -1.5, 0.0272, coupling=right[:, :, None]),
    ]


def preset():
    return nr.Study.preset("preston2023").with_(V="3 eV", I="4.5e3 au")


def test_sampled_couplings_give_the_preset():
    h = np.array([[0, 1.25], [1.25, 0]])
    study = nr.Study.from_junction(h, leads(THETA), theta=THETA, band_bottom=-10.0, **ROTOR)
    found, expected = study.rate(), preset().rate()
    np.testing.assert_allclose(found.rotation_rate, expected.rotation_rate, rtol=1e-9)
    np.testing.assert_allclose(study.landscape().torque, preset().landscape().torque, rtol=1e-9, atol=1e-12)
    assert "32 angles" in found.attrs["sampling"]
    # Another origin of the grid samples the same functions.
    moved = THETA + 0.1
    shifted = nr.Study.from_junction(h, leads(moved), theta=moved, band_bottom=-10.0, **ROTOR)
    np.testing.assert_allclose(shifted.rate().rotation_rate, expected.rotation_rate, rtol=1e-9)


def test_a_rotation_of_the_states_changes_nothing():
    """h and w in another, complex basis, the same at every angle, describe the same molecule."""
    rng = np.random.default_rng(1)
    basis = np.linalg.qr(rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2)))[0]
    h = basis @ np.array([[0, 1.25], [1.25, 0]]) @ basis.conj().T
    plain = [lead.coupling[:, :, 0] for lead in leads(THETA)]
    turned = tuple(w @ basis.T for w in plain)
    study = nr.Study.from_junction(h, leads(THETA, turned), theta=THETA, band_bottom=-10.0, **ROTOR)
    np.testing.assert_allclose(study.rate().rotation_rate, preset().rate().rotation_rate, rtol=1e-8)


def test_a_basis_that_moves_is_told_by_its_connection():
    """h and w in a basis that turns with the rotor, once more and at another speed; A = U†dU/dθ."""
    angle = 2 * THETA + 0.3 * np.sin(2 * THETA)
    slope = 2 + 0.6 * np.cos(2 * THETA)
    basis = np.moveaxis(np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]), -1, 0)
    connection = slope[:, None, None] * np.array([[0.0, -1.0], [1.0, 0.0]])
    at_rest = np.array([[0.3, 0.4], [0.4, -0.2]])
    h = np.swapaxes(basis, 1, 2) @ at_rest @ basis
    plain = [lead.coupling for lead in leads(THETA)]
    turned = tuple((np.swapaxes(basis, 1, 2) @ w)[:, :, 0] for w in plain)
    rotor = {"theta": THETA, "band_bottom": -10.0, **ROTOR}
    expected = nr.Study.from_junction(at_rest, leads(THETA), **rotor).landscape()

    def friction(**more):
        return nr.Study.from_junction(h, leads(THETA, turned), **rotor, **more).landscape().friction

    np.testing.assert_allclose(friction(connection=connection), expected.friction, rtol=1e-7)
    assert np.max(np.abs(friction() / expected.friction - 1)) > 0.01
    with pytest.raises(nr.ModelError, match="not anti-Hermitian"):
        friction(connection=np.abs(connection))
    with pytest.raises(nr.ModelError, match=r"shape \(32, 3, 3\) for 2 levels"):
        friction(connection=np.zeros((32, 3, 3)))


def test_a_torque_measured_from_equilibrium_does_not_know_the_band():
    h = np.array([[0, 1.25], [1.25, 0]])

    def torque(bottom, **more):
        study = nr.Study.from_junction(h, leads(THETA), theta=THETA, band_bottom=bottom, **ROTOR, **more)
        return study.landscape().torque.values

    shallow, deep = (torque(bottom, reference="equilibrium") for bottom in (-10.0, -100.0))
    np.testing.assert_allclose(shallow, deep, rtol=0, atol=1e-14 * np.max(np.abs(deep)))
    # Both leads have 0.0272 eV, and their mean chemical potential is 0.
    stated = {"state": "equilibrium", "chemical_potential": 0.0, "thermal_energy": 0.0272}
    np.testing.assert_allclose(torque(-10.0, reference=stated), deep, rtol=0, atol=1e-12 * np.max(np.abs(deep)))
    # A molecule whose Hamiltonian does not depend on the angle has no torque of its own.
    np.testing.assert_array_equal(torque(-10.0, reference="molecule"), torque(-10.0))
    with pytest.raises(nr.StudyError, match="equilibrum"):
        torque(-10.0, reference="equilibrum")
    with pytest.raises(nr.ModelError, match="the reference is 3"):
        torque(-10.0, reference=3)


def test_formulas_and_constants_need_no_angles():
    channels = [{"broadening": "Gamma", "site": 1, "amplitude": "1 + 0.4*cos(theta)"}]
    study = nr.Study.from_junction(
        [["E + 0.1 eV*sin(theta)"]],
        [
            nr.Lead("left", "V/2", "kT", channels=channels),
            nr.Lead("right", "-V/2", "kT", coupling=[0.3], lorentzian=None),
        ],
        parameters={"E": "0.2 eV", "V": "1 eV", "kT": "300 K", "Gamma": "0.1 eV"},
        period="2*pi",
        band_bottom="-5 eV",
        **ROTOR,
    )
    assert study.sampling is None
    found = study.rate(V=[0.5, 1.0])
    assert found.rotation_rate.dims == ("V",)
    lorentzian = nr.Study.from_junction(
        [[0.2]],
        [nr.Lead(name, mu, 0.03, coupling=[[0.3]], lorentzian=(0, "4 eV")) for name, mu in [("a", 0.5), ("b", -0.5)]],
        period="pi",
        potential="0.01 eV*cos(2*theta)",
        spin_degeneracy=2,
        **ROTOR,
    )
    current = lorentzian.landscape([0.3]).currents.values
    assert current[0, 0] > 0
    assert current[0, 0] == pytest.approx(-current[1, 0])


def test_the_error_of_the_series_is_reported_and_true():
    """1/(1 - r cos 2θ) has harmonics that fall as a power: the error of few samples is large and told."""

    def function(theta):
        return 0.3 / (1 - 0.6 * np.cos(2 * theta)), 0.3 * -1.2 * np.sin(2 * theta) / (1 - 0.6 * np.cos(2 * theta)) ** 2

    def study(points, tolerance):
        theta = np.arange(points) * np.pi / points
        return nr.Study.from_landscape(
            function(theta)[0] - 0.375,
            1e-3,
            1e-4,
            theta=theta,
            tolerance=tolerance,
            moment_of_inertia="4.5e3 au",
        )

    fine = np.linspace(0, np.pi, 101)
    for points in (16, 32, 64):
        rough = study(points, 1.0)
        error = float(rough.sampling.split("at most ")[1].split(" ")[0])
        torque = rough.landscape(fine).torque.values
        true = np.max(np.abs(torque - (function(fine)[0] - 0.375)))
        assert true <= error + 1e-14
        assert error < 60 * true + 1e-12
    with pytest.raises(nr.ConvergenceError, match="not resolved by 16 angles"):
        study(16, 1e-8)
    assert study(64, 1e-8).rate().rotation_rate.shape == ()


@pytest.mark.parametrize("k", [14, 18, 20, 46])
def test_samples_that_fold_a_harmonic_into_their_tail_are_refused(k):
    theta = np.arange(32) * 2 * np.pi / 32
    with pytest.raises(nr.ConvergenceError, match="torque is not resolved by 32 angles"):
        nr.Study.from_landscape(np.cos(k * theta), 1e-3, 1e-4, theta=theta, moment_of_inertia="4.5e3 au")


def test_what_samples_cannot_tell_is_said():
    # An array is all there is: on 32 angles cos 36θ is cos 4θ.
    theta = np.arange(32) * 2 * np.pi / 32
    study = nr.Study.from_landscape(np.cos(36 * theta), 1e-3, 1e-4, theta=theta, moment_of_inertia="4.5e3 au")
    assert study.sampling.endswith("in derivatives, if nothing varies faster than two angles can tell")


def test_a_landscape_of_arrays_equals_one_of_formulas():
    shared = {"moment_of_inertia": "4.5e3 au", "environment_friction": 3e-3, "thermal_energy": 0.03}
    sampled = nr.Study.from_landscape(
        0.01 + 0.05 * np.sin(2 * THETA),
        1e-3 * (1 + 0.5 * np.cos(2 * THETA)),
        1e-4 + 0 * THETA,
        theta=THETA,
        **shared,
    )
    written = nr.Study.from_landscape(
        "0.01 eV + 0.05 eV*sin(2*theta)",
        "1e-3 eV ps*(1 + 0.5*cos(2*theta))",
        "1e-4 eV^2 ps",
        period="pi",
        **shared,
    )
    found, expected = sampled.rate(), written.rate()
    np.testing.assert_allclose(found.rotation_rate, expected.rotation_rate, rtol=1e-8)
    np.testing.assert_allclose(found.rotational_diffusion, expected.rotational_diffusion, rtol=1e-8)
    assert "mean_current" not in found


def test_what_cannot_be_meant_is_refused_with_a_hint():
    h = np.array([[0, 1.25], [1.25, 0]])
    good = leads(THETA)

    def make(hamiltonian=h, theta=THETA, leads=good, **more):
        return nr.Study.from_junction(hamiltonian, leads, theta=theta, band_bottom=-10.0, **{**ROTOR, **more})

    energies = [
        nr.Lead(lead.name, mu, 0.03, coupling=lead.coupling) for lead, mu in zip(good, ("V/2", "-V/2"), strict=True)
    ]
    channel = {"broadening": 0.27, "site": 1, "amplitude": 1}
    jump = np.stack([h * (1 if t < 1.5 else 2) for t in THETA])
    cases = [
        (lambda: make(np.array([[0, 1], [2, 0]])), nr.ModelError, "not Hermitian"),
        (lambda: make(np.array([[0, 1], [2, 0]])), nr.ModelError, r"\(1, 2\) is 1\+0j, \(2, 1\) is 2\+0j"),
        (lambda: make(np.moveaxis(np.stack([h] * 32), 0, -1)), nr.ModelError, "shape"),
        (lambda: make(theta=np.rad2deg(THETA)), nr.ModelError, "more than a turn"),
        (lambda: make(leads=[("left", 1, 0.03), good[1]]), nr.ModelError, "is no lead"),
        (lambda: make(leads=energies, parameters={"V": 2}), nr.StudyError, "`V` is an energy and needs a unit"),
        (lambda: make(thermal_energy="0.0259"), nr.StudyError, 'write "0.0259 K", "0.0259 eV" or "0.0259 au"'),
        (lambda: make([["0.2", 1.25], [1.25, 0]]), nr.StudyError, 'write "0.2 eV" or "0.2 au"'),
        (lambda: make(leads=[nr.Lead("left", 0, 0.03, channels=[channel]), good[1]]), nr.StudyError, "needs a unit"),
        (lambda: make(np.ones((3, 2))), nr.ModelError, "shape"),
        (lambda: make(h * np.nan), nr.ModelError, "finite"),
        (lambda: make(np.stack([h] * 5)), nr.ModelError, "theta has 32 angles"),
        (lambda: make(theta=None, period="pi"), nr.ModelError, "shape"),
        (lambda: make(theta=np.linspace(0, np.pi, 32)), nr.ModelError, "2π/n"),
        (lambda: make(theta=THETA**2), nr.ModelError, "equally spaced"),
        (lambda: make(period=1.0), nr.ModelError, "period"),
        (lambda: make(jump), nr.ConvergenceError, "not resolved"),
        (lambda: make(leads=[nr.Lead("left", 1, 0.03), good[1]]), nr.ModelError, "coupling or channels"),
        (
            lambda: make(leads=[nr.Lead("left", 1, 0.03, coupling=np.ones(3)), good[1]]),
            nr.ModelError,
            "2 levels",
        ),
        (
            lambda: make(leads=[nr.Lead("left", 1, -0.03, coupling=[1, 0]), good[1]]),
            nr.StudyError,
            "not positive",
        ),
        (lambda: make(moment_of_inertia="5 eV").rate(), nr.StudyError, "moment_of_inertia"),
        (lambda: nr.Study.from_landscape(1.0, 1.0, 1.0, moment_of_inertia="1 au"), nr.ModelError, "period"),
    ]
    for case, kind, words in cases:
        with pytest.raises(kind, match=words) as refused:
            case().rate()
        assert refused.value.hint
