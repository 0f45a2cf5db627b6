"""Arrays as parameters, and sweeps."""

import warnings

import nanorotor as nr
import numpy as np
import pytest
import xarray as xr
from conftest import bits


def test_plain_arrays_span_a_grid_and_named_ones_share_dimensions(light):
    voltages, angles = [2.0, 3.0, 4.0], [0.2, 0.7]
    grid = light.rate(V=voltages, phi=np.array(angles))
    assert grid.rotation_rate.dims == ("V", "phi")
    assert grid.mean_current.dims == ("V", "phi", "lead")
    assert grid.density.dims == ("V", "phi", "theta")
    assert grid.V.attrs["units"] == "eV"
    assert grid.rotation_rate.attrs["units"] == "revolutions/ns"
    for v in voltages:
        for phi in angles:
            one = light.rate(V=v, phi=phi)
            at = grid.sel(V=v, phi=phi)
            for name in ("rotation_rate", "mean_current", "density"):
                np.testing.assert_array_equal(at[name], one[name])
    # Along one dimension, together; the other parameter has its own.
    k = xr.DataArray(voltages, dims="k", coords={"k": ["a", "b", "c"]})
    line = light.rate(V=k, phi=k / 10, A=[0.9, 0.95])
    assert line.rotation_rate.dims == ("k", "A")
    assert line.V.dims == ("k",)
    assert float(line.rotation_rate.sel(k="b", A=0.9)) == float(light.rate(V=3.0, phi=0.3, A=0.9).rotation_rate)
    # Two named dimensions in any order, and a parameter over both.
    plane = xr.DataArray([[2.0, 3.0], [4.0, 5.0], [1.0, 2.0]], dims=("x", "y"))
    found = light.rate(V=plane, phi=xr.DataArray([0.1, 0.2], dims="y"))
    assert found.sizes["x"] == 3
    assert float(found.rotation_rate[2, 1]) == float(light.rate(V=2.0, phi=0.2).rotation_rate)


def test_arrays_are_converted_from_the_units_that_they_carry(light):
    plain = light.landscape(E_1=[0.0, 0.2, 0.4]).torque
    for values, units in [
        ([0, 200, 400], "meV"),
        ([0, 200, 400], "millielectron_volt"),
        ([0.0, 0.2, 0.4], "electronvolt"),
        ([0.0, 0.2 / 27.211386245988, 0.4 / 27.211386245988], "27.211386245988 eV"),
    ]:
        found = light.landscape(E_1=xr.DataArray(values, dims="E_1", attrs={"units": units}))
        np.testing.assert_allclose(found.E_1, [0.0, 0.2, 0.4], rtol=1e-14)
        np.testing.assert_allclose(found.torque, plain, rtol=1e-9, atol=1e-13)
    degrees = xr.DataArray([0.0, 90.0], dims="theta", attrs={"units": "degree"})
    np.testing.assert_allclose(light.landscape(degrees).theta, [0, np.pi / 2])
    for units in ("V", "ns", "A"):
        with pytest.raises(nr.ModelError, match="does not fit"):
            light.rate(V=xr.DataArray([1.0, 2.0], dims="V", attrs={"units": units}))


@pytest.mark.parametrize(
    ("units", "number"),
    [
        ("10^-3 eV", 2e-3),
        ("10**-3 eV", 2e-3),
        ("eV/1000", 2e-3),
        ("1e-3*eV", 2e-3),
        ("1/2 eV", 1.0),
        ("100meV", 0.2),
        ("0.5eV", 1.0),
        ("(eV)", 2.0),
        ("eV.ps / ps", 2.0),
        ("eV^2/(eV)", 2.0),
        ("1 / (ps / (eV ps))", 2.0),
        ("eV² ps / (eV * ps)", 2.0),
        ("eV2 eV-1", 2.0),
        ("10⁻² eV", 2e-2),
        ("10² meV", 0.2),
        ("eV ps⁻¹ * ps", 2.0),
        ("millihartree", 2e-3 * 27.211386245988),
        ("dirac_constant / ps", 2 * 6.582119569e-4),
        ("percent eV", 2e-2),
    ],
)
def test_a_unit_is_read_to_its_end(light, units, number):
    found, unit = light.with_(E_1=xr.DataArray(2.0, attrs={"units": units})).value("E_1")
    assert (found, unit) == (pytest.approx(number, rel=1e-9), "eV")


@pytest.mark.parametrize(
    "units",
    [
        "K @ 273.15",
        "eV @ 5",
        "eV-ps",
        "-eV",
        "eV+eV",
        "eV;",
        "eV 2",
        "eV/",
        "(eV",
        "eV)",
        "eV^",
        "eV2.5",
        "0 eV",
        "eV/0",
        "eV^1/2",
        "eV1/2",
        "eV*()",
        "10^400 eV",
        "eV^(1/0)",
        "(" * 300 + "eV" + ")" * 300,
    ],
)
def test_a_unit_that_is_not_understood_is_refused(light, units):
    with pytest.raises(nr.ModelError, match="cannot be read"):
        light.with_(E_1=xr.DataArray(2.0, attrs={"units": units}))


def test_percent_and_factors_are_numbers(light):
    for units, number in [("%", 0.1), ("percent", 0.1), ("0.01", 0.1), ("100", 1000.0), ("1", 10.0), ("", 10.0)]:
        found, _ = light.with_(A=xr.DataArray(10.0, attrs={"units": units})).value("A")
        assert found == pytest.approx(number, rel=1e-14)


def test_masked_values_and_values_that_stand_twice_are_refused(light):
    masked = np.ma.array([1.0, 2.0], mask=[False, True])
    for case in (
        lambda: light.rate(V=masked),
        lambda: light.rate(V=masked[1:][0:1]),
        lambda: light.landscape(masked),
        lambda: light.rate(V=[1.0, np.ma.masked]),
        lambda: light.landscape([0.1, np.ma.masked]),
        lambda: nr.Lead("left", 0.0, 0.03, coupling=[1.0, np.ma.masked]),
        lambda: nr.Study.from_landscape(masked, 1e-3, 1e-4, moment_of_inertia="1 au", period="pi"),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(nr.ModelError, match="1 masked value"):
                case()
    np.testing.assert_array_equal(light.rate(V=np.ma.array([2.0, 3.0])).V, [2, 3])
    for case in (lambda: light.rate(V=[2, 3, 2]), lambda: light.with_(V=[2, 3, 2])):
        with pytest.raises(nr.StudyError, match="has 2 eV twice"):
            case()


def test_arrays_of_landscapes_and_of_simulations(light):
    landscape = light.landscape(V=[2, 3])
    assert landscape.currents.dims == ("V", "lead", "theta")
    np.testing.assert_array_equal(landscape.torque.sel(V=3), light.landscape(V=3).torque)
    found = light.simulate(time=100, kernel="portable", V=[3.0, 4.0])
    again = light.simulate(time=100, kernel="portable", V=[4.0])
    assert bits(found.isel(V=[1])[["rotation_rate", "seed"]]) == bits(again[["rotation_rate", "seed"]])
    assert float(found.total_time[0]) == pytest.approx(100, rel=0.01)
    other = light.simulate(time=100, kernel="portable", seed=5, V=[4.0])
    assert float(other.rotation_rate[0]) != float(again.rotation_rate[0])


def test_a_sweep_is_a_sweep_however_it_is_asked_for(light, tmp_path):
    sweep = light.with_(V=np.linspace(2, 4, 3), phi=[0.2, 0.7])
    whole = sweep.run()
    assert whole.rotation_rate.dims == ("V", "phi")
    assert bits(light.rate(V=np.linspace(2, 4, 3), phi=[0.2, 0.7])) == bits(whole)
    assert bits(light.run(V=np.linspace(2, 4, 3), phi=[0.2, 0.7])) == bits(whole)
    # A folder is what the command line would leave: it goes on from what is there.
    first = light.run(tmp_path / "out", V=[2.0, 3.0], phi=[0.2, 0.7], jobs=1)
    assert bits(first) == bits(whole.isel(V=[0, 1]))
    assert bits(sweep.run(tmp_path / "out")) == bits(whole)
    assert (tmp_path / "out" / "store.sqlite").exists()
    assert "I=4.5e3 au" in (tmp_path / "out" / "study.toml").read_text()
    assert whole.attrs["program"] == f"nanorotor {nr.__version__}"


def test_the_sweep_of_a_file_gives_way_to_what_is_set(light, tmp_path):
    text = light.text + '\n[sweep]\nV = { from = "2 eV", to = "4 eV", points = 3 }\n[compute]\nwhat = ["landscape"]\n'
    study = nr.Study.from_text(text)
    found = study.run()
    np.testing.assert_array_equal(found.V, [2, 3, 4])
    assert "torque" in found
    assert "rotation_rate" not in found
    assert "V" not in study.run(V="3 eV").dims
    # One point ignores the sweep.
    assert study.landscape().torque.dims == ("theta",)


def test_the_method_and_the_accuracy_can_be_asked_for(motor):
    loose = motor.rate(method="elements", tolerance=1e-4, passage=True)
    assert loose.attrs["method"].startswith("elements")
    assert "status" not in loose
    error = float(loose.rotation_rate_error)
    assert abs(float(loose.rotation_rate - motor.rate().rotation_rate)) < error + 1e-7
    assert abs(float(loose.revolution_directionality) - 0.510426) < 1e-5
    assert loose.hop_rate_back.attrs["units"] == "1/ns"
    with pytest.warns(nr.NotConvergedWarning, match="not converged to the tolerance"):
        strict = motor.rate(xi_solv="0 au", tolerance=1e-12)
    assert float(strict.rotation_rate) == pytest.approx(0.22, abs=0.02)
    assert "not converged to the tolerance" in str(strict.status.values)


def test_what_does_not_converge_is_a_gap_with_a_reason(motor):
    with pytest.raises(nr.ConvergenceError, match="no rotation rate"):
        motor.rate(I="1e12 au", method="hermite")
    with pytest.warns(nr.NotConvergedWarning, match="1 of 2 points"):
        found = motor.rate(I=[4.5e3, 1e12], method="hermite")
    assert np.isnan(found.rotation_rate[1])
    assert found.rotation_rate[0] > 0
    assert "no rotation rate" in str(found.status[1].values)
    assert found.status[0] == "converged"
    # What the landscape alone tells is there all the same.
    assert found.barrier[1] == found.barrier[0]


def test_a_parameter_may_be_called_like_a_result(root):
    text = (root / "crates" / "nanorotor" / "studies" / "blowtorch.toml").read_text()
    height = next(line for line in text.splitlines() if line.startswith("height ="))
    renamed = nr.Study.from_text(text.replace(height, 'barrier = "1 au"\nheight = "2*barrier"'))
    found = renamed.rate(barrier=[1.0, 2.0])
    assert found.barrier.dims == ("parameter_barrier",)
    assert found.rotation_rate[0] != found.rotation_rate[1]
    assert renamed.run(barrier=[1.0, 2.0]).rotation_rate.dims == ("parameter_barrier",)


def test_a_parameter_may_be_called_status(root, tmp_path):
    text = (root / "crates" / "nanorotor" / "studies" / "blowtorch.toml").read_text()
    height = next(line for line in text.splitlines() if line.startswith("height ="))
    renamed = nr.Study.from_text(text.replace(height, 'status = "1 au"\nheight = "2*status"'))
    run = renamed.run(tmp_path, status=[1.0, 2.0])
    for found in (run, nr.results(tmp_path), renamed.rate(status=[1.0, 2.0])):
        np.testing.assert_array_equal(found.parameter_status, [1.0, 2.0])
        assert found.status.dims == ("parameter_status",)
        assert list(found.status.values) == ["converged"] * 2
        assert found.rotation_rate.dims == ("parameter_status",)


def test_arrays_over_one_dimension_agree_on_its_coordinates(light):
    k = xr.DataArray([0.2, 0.7], dims="V", coords={"V": [2.0, 3.0]})
    found = light.rate(V=[2.0, 3.0], phi=k)
    assert found.rotation_rate.dims == ("V",)
    for V in ([2.0, 4.0], [3.0, 2.0], xr.DataArray([2.0, 4.0], dims="V")):
        with pytest.raises(nr.ModelError, match="do not fit each other"):
            light.rate(V=V, phi=k)
    j = xr.DataArray([2.0, 3.0], dims="j", coords={"j": [0, 1]})
    with pytest.raises(nr.ModelError, match="do not fit each other"):
        light.rate(V=j, phi=j.assign_coords(j=[1, 2]) / 10)


def test_a_parameter_that_nothing_uses_is_remarked(light):
    idle = nr.Study.from_text(light.text.replace("[parameters]", '[parameters]\nidle = "1 eV"'))
    for set_it in (lambda: idle.with_(idle=2), lambda: idle.check() and idle.landscape(idle="2 eV")):
        with pytest.warns(nr.UnusedParameterWarning, match="uses the parameter `idle`") as told:
            set_it()
        assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        idle.with_(V=2)
    with pytest.raises(nr.StudyError, match="nothing depends on `idle`"):
        idle.rate(idle=[1.0, 2.0])


def test_float32_samples_are_told_to_be_doubled():
    theta = np.arange(32) * np.pi / 32
    coupling = np.zeros((32, 2, 1), dtype=np.float32)
    coupling[:, 0, 0] = np.sqrt(0.27) * (1 + 0.4 * np.cos(2 * theta))
    other = np.zeros((2, 1))
    other[1] = np.sqrt(0.1)
    leads = [nr.Lead("l", "0.5 eV", "300 K", coupling=coupling), nr.Lead("r", "0 eV", "300 K", coupling=other)]
    with pytest.raises(nr.ConvergenceError, match="give double precision"):
        nr.Study.from_junction(
            np.array([[0.0, 1.25], [1.25, 0.0]], dtype=np.float32),
            leads,
            theta=theta,
            band_bottom=-10.0,
            moment_of_inertia=1.15e-45,
            friction=3.3e-3,
            thermal_energy="300 K",
        )


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_seeds_are_whole_numbers(light):
    for seed in (99, 2**53 + 1, 2**63 - 1, 2**64 - 1):
        found = light.simulate(time="1 ns", dt="200 au", trajectories=32, seed=seed)
        assert int(found.attrs["seed"]) == seed
        assert int(found.seed) == seed
        assert found.seed.dtype.kind == "u"
        recorded = light.trajectories(time="0.01 ns", dt="200 au", seed=seed)
        assert int(recorded.attrs["seed"]) == seed
    with pytest.warns(nr.NotConvergedWarning):
        many = light.simulate(time="1 ns", dt="200 au", seed=99, V=[3, 4])
    assert many.attrs["seed"] == 99
    assert many.seed.dtype.kind == "i"


def test_coordinates_are_the_values_that_were_given(light):
    V = np.array([0.7, 1.9, 2.3])
    run = light.run(V=V)
    assert run.V.values.tobytes() == V.tobytes()
    assert run.sel(V=V).sizes["V"] == 3
    assert (light.rate(V=V).rotation_rate - run.rotation_rate).sizes["V"] == 3


@pytest.mark.parametrize("take", [lambda s, **given: s.rate(**given), lambda s, **given: s.run(**given)])
def test_coordinates_in_other_units_are_as_people_write_them(light, take):
    """1900 meV are 1.9 eV, not 1.9000000000000001; texts are quantities, and au stay what was given."""
    milli = xr.DataArray([700.0, 1900.0, 2300.0], dims="V", attrs={"units": "meV"})
    for given in [milli, ["700 meV", "1.9 eV", "2300 meV"], np.array(["0.7 eV", "1.9 eV", "2.3 eV"])]:
        found = take(light, V=given)
        assert found.V.values.tolist() == [0.7, 1.9, 2.3]
        assert found.sel(V=1.9).rotation_rate.size == 1
    for given in [[4.1, 5.7], ["4.1 au", "5.7 au"], xr.DataArray([4.1, 5.7], dims="xi_solv", attrs={"units": "hbar"})]:
        assert take(light, xi_solv=given).xi_solv.values.tolist() == [4.1, 5.7]
    hartree = take(light, V=["0.05 au", "0.07 au"])
    np.testing.assert_allclose(hartree.V, [0.05 * 27.211386245988, 0.07 * 27.211386245988], rtol=1e-15)
