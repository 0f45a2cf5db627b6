"""Hand self-energies of leads over as arrays and as files."""

from pathlib import Path

import nanorotor as nr
import numpy as np
import pytest
from numpy.typing import NDArray

ENERGIES = np.linspace(-9.0, 9.0, 601)


def chain(gamma: float) -> NDArray[np.complex128]:
    """Σ of a chain with its band from −8 to 8 eV, the maximum of Γ being ``gamma``."""
    x = ENERGIES / 8 + 0j
    return 0.5 * gamma * (x - np.sign(x.real) * np.sqrt(x**2 - 1 + 0j) * np.where(abs(x) > 1, 1, 0)) - 0.5j * (
        gamma * np.sqrt(np.clip(1 - x.real**2, 0, None))
    )


def motor(left: nr.Lead, right: nr.Lead) -> nr.Study:
    theta = np.arange(16) * np.pi / 16
    h = np.array([[0.1, 0.8], [0.8, -0.2]]) + 0.2 * np.cos(2 * theta)[:, None, None] * np.diag([1, 0])
    return nr.Study.from_junction(
        h, [left, right], theta=theta, moment_of_inertia=1e-45, friction=1e-3, thermal_energy=0.03
    )


def lead(name: str, mu: float, **band: object) -> nr.Lead:
    return nr.Lead(name, mu, 0.03, **band)  # type: ignore[arg-type]


def test_arrays_are_the_chain_that_they_were_made_of(tmp_path: Path) -> None:
    vectors = [[1.0, 0.0], [0.0, 1.0]]
    arrays = motor(
        lead("left", 0.5, coupling=vectors[0], self_energy=(ENERGIES, chain(0.3))),
        lead("right", -0.5, coupling=vectors[1], self_energy=(ENERGIES, chain(0.2))),
    )
    closed = motor(
        lead("left", 0.5, coupling=np.sqrt(0.3) * np.array(vectors[0]), chain=(0.0, 4.0)),
        lead("right", -0.5, coupling=np.sqrt(0.2) * np.array(vectors[1]), chain=(0.0, 4.0)),
    )
    barriers = [float(study.landscape().barrier) for study in (arrays, closed)]
    assert barriers[0] == pytest.approx(barriers[1], rel=0.02)
    assert "Re Σ by causality" in arrays.check()
    # What is written runs alone.
    arrays.write(tmp_path / "chain.toml")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "chain.nc",
        "chain.toml",
        "chain_self_energy_left.nc",
        "chain_self_energy_right.nc",
    ]
    assert float(nr.Study.load(tmp_path / "chain.toml").landscape().barrier) == barriers[0]
    assert (
        float(
            motor(
                lead("left", 0.5, coupling=vectors[0], self_energy=tmp_path / "chain_self_energy_left.nc"),
                lead("right", -0.5, coupling=vectors[1], self_energy=str(tmp_path / "chain_self_energy_right.nc")),
            )
            .landscape()
            .barrier
        )
        == barriers[0]
    )


def test_a_matrix_acts_on_the_levels() -> None:
    sigma = chain(0.3)[:, None, None] * np.array([[1.0, 0.2], [0.2, 0.5]])
    right = lead("right", -0.5, coupling=[0.0, 0.4], lorentzian=(0.0, 3.0))
    whole = motor(lead("left", 0.5, self_energy=(ENERGIES, sigma)), right)
    assert "2 orbitals" in whole.check()
    assert float(whole.landscape().barrier) > 0


@pytest.mark.parametrize(
    ("band", "says"),
    [
        ({"self_energy": 3}, "self_energy of lead 'left' is 3"),
        ({"self_energy": (ENERGIES, chain(0.3)[:-1])}, "has shape"),
        ({"self_energy": (ENERGIES, -chain(0.3))}, "retarded"),
        ({"self_energy": (ENERGIES, chain(0.3)), "accuracy": 5.0}, "accuracy"),
        ({"self_energy": "nowhere.nc"}, "cannot read the self-energy"),
        ({"self_energy": {"file": "nowhere.nc", "electrodes": "Left"}}, "electrode"),
    ],
)
def test_wrong_self_energies_are_told_what_is_wrong(band: dict[str, object], says: str) -> None:
    right = lead("right", -0.5, coupling=[0.0, 0.4], lorentzian=(0.0, 3.0))
    with pytest.raises(nr.Error) as caught:
        motor(lead("left", 0.5, coupling=[1.0, 0.0], **band), right)
    assert says in str(caught.value)
