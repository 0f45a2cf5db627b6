"""Hand self-energies of leads over as arrays and as files."""

from pathlib import Path

import nanorotor as nr
import netCDF4
import numpy as np
import pytest
from numpy.typing import NDArray

ENERGIES = np.linspace(-9.0, 9.0, 601)
#: The name, the chemical potential and the coupling of two leads.
ENDS = (("left", 0.5, [1.0, 0.0]), ("right", -0.5, [0.0, 0.8]))


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


def seen(study: nr.Study) -> NDArray[np.float64]:
    """What tells one junction from another."""
    found = study.landscape(theta=[0.3, 1.1])
    return np.array([float(found.barrier), *found.torque.values, *found.friction.values])


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


def tbtrans(path: Path, sigma: NDArray[np.complex128], dtype: str = "f8") -> None:
    """A ``TBT.SE.nc`` of one k-point as TBtrans writes it: Ry, an unlimited ``ne``, compressed, Fortran's order."""
    rydberg = 13.605693122994
    with netCDF4.Dataset(path, "w", format="NETCDF4") as file:
        for name, size in (("xyz", 3), ("one", 1), ("nkpt", 1), ("ne", None)):
            file.createDimension(name, size)
        energies = file.createVariable("E", "f8", ("ne",), chunksizes=(1,))
        energies.setncatts({"info": "Energy", "unit": "Ry"})
        energies[:] = ENERGIES / rydberg
        file.createVariable("kpt", "f8", ("nkpt", "xyz"))[:] = 0.0
        file.createVariable("wkpt", "f8", ("nkpt",))[:] = 1.0
        for name in ("Left", "Right"):
            group = file.createGroup(name)
            group.createDimension("no_e", sigma.shape[-1])
            group.createVariable("mu", "f8", ("one",))[:] = 0.0
            group.createVariable("pivot", "i4", ("no_e",))[:] = 1 + np.arange(sigma.shape[-1])
            for part, values in (("Re", sigma.real), ("Im", sigma.imag)):
                variable = group.createVariable(
                    f"{part}SelfEnergy",
                    dtype,
                    ("nkpt", "ne", "no_e", "no_e"),
                    zlib=True,
                    complevel=3,
                    chunksizes=(1, 1, *sigma.shape[1:]),
                )
                variable.setncatts({"info": "Down-folded self-energy", "unit": "Ry"})
                variable[0] = np.swapaxes(values, -1, -2) / rydberg


def test_a_file_of_tbtrans_is_read_as_it_is(tmp_path: Path) -> None:
    # Not symmetric, so that a transposed one would be another.
    twist = np.array([[1.0, 0.2 + 0.3j], [0.2 - 0.3j, 0.5]])
    sigma = chain(0.3)[:, None, None] * twist
    right = lead("right", -0.5, coupling=[0.0, 0.4], lorentzian=(0.0, 3.0))
    arrays = seen(motor(lead("left", 0.5, self_energy=(ENERGIES, sigma)), right))
    for dtype, near in (("f8", 1e-6), ("f4", 1e-3)):
        file = tmp_path / f"{dtype}.TBT.SE.nc"
        tbtrans(file, sigma, dtype)
        read = seen(motor(lead("left", 0.5, self_energy={"file": file, "electrode": "Left"}), right))
        np.testing.assert_allclose(read, arrays, rtol=near)
    transposed = seen(motor(lead("left", 0.5, self_energy=(ENERGIES, np.swapaxes(sigma, -1, -2))), right))
    assert np.max(np.abs(transposed / arrays - 1)) > 0.01
    with pytest.raises(nr.StudyError, match="Middle"):
        motor(lead("left", 0.5, self_energy={"file": file, "electrode": "Middle"}), right)


def test_energies_of_a_file_count_from_where_they_are_told_to() -> None:
    def moved(by: float, **more: object) -> NDArray[np.float64]:
        leads = (lead(name, mu, coupling=v, self_energy=(ENERGIES + by, chain(0.3)), **more) for name, mu, v in ENDS)
        return seen(motor(*leads))

    there = moved(0.75)
    np.testing.assert_allclose(moved(0.0, zero=0.75), there, rtol=1e-6)
    assert np.max(np.abs(moved(0.0) / there - 1)) > 0.01
    with pytest.raises(nr.ModelError, match="no band that it belongs to"):
        lead("left", 0.5, coupling=[1.0], lorentzian=(0.0, 1.0), zero=0.1)


def test_an_accuracy_is_that_of_every_fit() -> None:
    def barrier_error(accuracy: float) -> float:
        leads = (lead(name, mu, coupling=v, chain=(0.0, 4.0), accuracy=accuracy) for name, mu, v in ENDS)
        return float(motor(*leads).landscape(theta=[0.3]).barrier_error)

    assert barrier_error(0.005) < 0.5 * barrier_error(0.1)
