"""What a study is: read, changed, copied, asked."""

import doctest
import json
import pickle
import subprocess

import nanorotor as nr
import nanorotor._study
import numpy as np
import pytest
import xarray as xr


@pytest.mark.parametrize("module", [nr, nanorotor._study])
def test_examples_in_the_documentation(module):
    found = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert found.failed == 0
    assert found.attempted > 0


def test_names_and_numbers_are_those_of_the_command_line(program, motor):
    def command(*arguments):
        line = [program, *arguments, "--format", "json", "--set", "V=3 eV"]
        return json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout)

    def compare(json_object, ds, names):
        for name in names:
            expected = json_object[name]
            if isinstance(expected, dict):
                expected = list(expected.values())
            np.testing.assert_allclose(ds[name], expected, rtol=1e-12, err_msg=name)
            unit = json_object["units"].get(name)
            assert unit in (None, ds[name].attrs.get("display_units", ds[name].attrs["units"])), name

    rate = command("rate", "preston2023")
    ds = motor.rate(V="3 eV")
    numbers = [name for name, value in rate.items() if isinstance(value, (int, float, list))]
    assert {"rotation_rate", "rotational_diffusion", "density", "power", "theta"} <= set(numbers)
    compare(rate, ds, [*numbers, "mean_current"])
    for name, error in rate["error_estimate"].items():
        if "." not in name:
            np.testing.assert_allclose(ds[f"{name}_error"], error, rtol=1e-9, err_msg=name)
    assert set(rate["validity"]) == {
        name.removeprefix("validity_") for name in ds.attrs if name.startswith("validity_")
    }

    landscape = command("landscape", "preston2023", "--theta", "0.3,1.0")
    ds = motor.landscape([0.3, 1.0], V="3 eV")
    names = [
        "torque",
        "friction",
        "diffusion",
        "potential",
        "effective_temperature",
        "currents",
        "pumped_charge",
    ]
    compare(landscape, ds, [*names, "mean_torque"])
    assert ds.heat_currents.dims == ds.fano.dims == ("theta", "lead")
    assert ds.occupations.dims == ("theta", "level")
    assert list(ds.level) == [1, 2]
    assert ds.current_noise.dims == ("theta", "lead", "lead_2")
    bias = 1.5 * (ds.currents.sel(lead="left") - ds.currents.sel(lead="right"))
    power = bias * 1e-6 / 1.602176634e-19 * 1e-9
    np.testing.assert_allclose(ds.heat_currents.sum("lead"), -power, rtol=1e-9)
    assert ds.currents.dims == ("lead", "theta")

    options = ["--time", "20 ns", "--seed", "7", "--kernel", "portable"]
    simulated = command("simulate", "preston2023", *options)
    ds = motor.simulate(time=20, seed=7, kernel="portable", V="3 eV")
    for name in ("rotation_rate", "rotational_diffusion"):
        assert simulated[name] == {"value": float(ds[name]), "error": float(ds[f"{name}_error"])}
    hop = simulated["directionality"]["hop"]
    assert hop["forward"] == ds.directionality_hop_forward
    np.testing.assert_allclose(hop["value"], ds.directionality_hop, rtol=1e-12)
    assert ds.attrs["kernel"] == simulated["kernel"] == "portable"
    assert ds.z_score == pytest.approx(simulated["z_score"])
    assert ds.steps_per_second > 0


def test_a_study_never_changes(motor):
    text = repr(motor)
    changed = motor.with_(V=3, phi="pi/8")
    assert repr(motor) == text
    assert changed.value("V") == (3.0, "eV")
    assert changed.parameters["phi"] == "pi/8"
    assert changed != motor
    assert changed == motor.with_(V=3, phi="pi/8")
    assert hash(changed) == hash(motor.with_(V=3, phi="pi/8"))
    assert motor.title in text
    assert "V = 5 eV" in text


def test_a_study_survives_pickling_with_all_changes(motor, root):
    changed = motor.with_(phi="pi/8", V=[1.0, 2.5], A=0.9)
    copy = pickle.loads(pickle.dumps(changed))
    assert copy == changed
    assert repr(copy) == repr(changed)
    loaded = nr.Study.load(root / "crates" / "nanorotor" / "studies" / "preston2023.toml")
    assert pickle.loads(pickle.dumps(loaded)) == loaded
    assert loaded.text == motor.text


def test_what_a_study_says_of_itself(motor):
    assert "Preston" in motor.cite()
    assert motor.cite().startswith("@software{nanorotor")
    assert "\n\n@article{preston2023" in motor.cite()
    assert motor.validity()["period"].startswith("holds")
    assert motor.sampling is None
    with pytest.raises(nr.ModelError, match="not made by calling"):
        nr.Study()


def test_trajectories_are_those_of_a_simulation(motor):
    options = {"dt": "500 au", "seed": 3, "kernel": "portable", "V": 3}
    few = motor.trajectories(time="2 ns", samples=20, trajectories=2, **options)
    more = motor.trajectories(time="2 ns", samples=20, trajectories=4, **options)
    assert few.angle.dims == few.velocity.dims == ("trajectory", "time")
    xr.testing.assert_equal(few.angle, more.angle.isel(trajectory=slice(2)))
    assert few.time[-1] == pytest.approx(2, rel=0.05)
    assert few.attrs["dt"] == pytest.approx(500 * 2.4188843e-8, rel=1e-6)
    # I <u^2> lies between the lowest and the highest effective temperature, here within the error of so few samples.
    many = motor.trajectories(time="20 ns", samples=200, trajectories=64, **options)
    inertia = 4.5e5 * 27.211386 * (2.4188843e-8) ** 2  # eV ns^2
    kinetic = float((many.velocity**2).mean()) * inertia
    expected = 2 * float(motor.rate(V=3).mean_kinetic_energy)
    assert kinetic == pytest.approx(expected, rel=0.05)
    # Velocities are the slope of the angles: turns over the whole time against their mean.
    fine = motor.trajectories(**{**options, "dt": "50 au"}, time="0.001 ns", samples=200, trajectories=4)
    step = fine.time[1] - fine.time[0]
    moved = fine.angle.isel(time=-1) - fine.angle.isel(time=0)
    integral = (fine.velocity.sum("time") - (fine.velocity[:, 0] + fine.velocity[:, -1]) / 2) * step
    # Between two samples, a time t apart, the noise adds sqrt(2 ξ k_BT t)/I to the velocity, and a twelfth of its
    # square times t² to the variance of the integral: five times that in all, which one run in 400 thousand exceeds.
    friction, kT, t = 3.4e-6, 0.04, float(step)  # eV ns, eV, ns
    noise = np.sqrt(2 * friction * kT * t) / inertia * t * np.sqrt(fine.sizes["time"] / 12)
    np.testing.assert_allclose(integral, moved, rtol=1e-3, atol=5 * noise)
    assert 5 * noise < 0.02 * float(abs(moved).max())


def test_the_command_line_comes_along(tmp_path):
    import sys

    def command(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "nanorotor", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    assert command("--version").stdout == f"nanorotor {nr.__version__}\n"
    told = command("rate", "preston2023", "--set", "V=3 eV", "--format", "json")
    assert json.loads(told.stdout)["rotation_rate"] == pytest.approx(0.367252795, abs=1e-9)
    assert command("rate", "nothing").returncode == 2
    assert command("--nonsense").returncode == 2


def test_the_paper_is_reproduced(tmp_path, capsys):
    report = nr.reproduce(tmp_path / "paper", deterministic=True, progress=True)
    assert "Figure 6: rotation rate against voltage: 121 points" in capsys.readouterr().err
    assert report.read_text(encoding="utf-8").startswith("<!")
    figure = nr.results(tmp_path / "paper" / "figure_6")
    assert figure.rotation_rate.shape == (121,)
    assert float(figure.rotation_rate.sel(V=5)) == pytest.approx(1.22109442, abs=1e-8)
    (tmp_path / "file").write_text("")
    with pytest.raises(nr.Error, match="cannot make the folder"):
        nr.reproduce(tmp_path / "file", deterministic=True)


def test_sensitivities_tell_why_the_motor_turns(tmp_path):
    motor = nr.Study.preset("preston2023")
    why = motor.sensitivity(["V", "phi"], V=2.0)
    assert why.torque_sensitivity.dims == ("theta",)
    assert why.torque_sensitivity.attrs["units"] == "1/(ns eV)"
    assert list(why.parameter.values) == ["V", "phi"]
    step = 1e-3
    rates = motor.rate(V=[2.0 - step, 2.0 + step]).rotation_rate.values
    derivative = float(why.derivative.sel(parameter="V"))
    assert derivative == pytest.approx((rates[1] - rates[0]) / (2 * step), rel=1e-3)
    assert 0 < float(why.derivative_error.sel(parameter="V")) < 1e-3 * abs(derivative)
    elasticity = derivative * 2.0 / float(why.rotation_rate)
    assert float(why.elasticity.sel(parameter="V")) == pytest.approx(elasticity, rel=1e-9)
    assert abs(float(why.remaining_rate.sel(removed="load"))) < 1e-9
    # δR of a load is minus the integral of S_F over the period.
    one = motor.load_curve([-1e-6, 1e-6], V=2.0).rotation_rate.values
    push = float(why.torque_sensitivity.mean()) * np.pi
    assert push == pytest.approx((one[0] - one[1]) / 2e-6, rel=1e-5)
    assert "V" not in motor.sensitivity(["phi"]).parameter.values
    why.to_netcdf(tmp_path / "why.nc")
    with xr.open_dataset(tmp_path / "why.nc") as read:
        np.testing.assert_array_equal(read.derivative, why.derivative)
    with pytest.raises(nr.ModelError, match="one point"):
        motor.sensitivity(V=[1.0, 2.0])
    with pytest.raises(nr.ModelError, match="list of names"):
        motor.sensitivity("V")
    with pytest.raises(nr.StudyError, match="unknown parameter"):
        motor.sensitivity(["voltage"])


def test_derivatives_and_uncertainties_of_any_quantity(tmp_path):
    motor = nr.Study.preset("preston2023")
    why = motor.sensitivity(["phi"], of=["mean_current[left]", "mean_current[right]", "efficiency"])
    assert why.derivative_of.dims == ("quantity", "parameter")
    left, right, none = why.derivative_of.sel(parameter="phi").values
    assert abs(left + right) <= float(why.derivative_of_error[:2].sum())
    assert abs(left) > 0.1
    assert np.isnan(none)
    assert str(why.derivative_of_unit.sel(quantity="mean_current[left]", parameter="phi").values) == "µA"
    spread = motor.uncertain({"phi": 0.01}, of=["rotation_rate", "certainty_time"], samples=16)
    own, carried = spread.propagated_deviation, spread.quantity_propagated_deviation.sel(quantity="rotation_rate")
    assert float(carried) == pytest.approx(float(own), rel=1e-4)
    assert list(spread.quantity_unit.values) == ["revolutions/ns", "ns"]
    assert list(spread.quantity_blame.values) == ["phi", "phi"]
    np.testing.assert_allclose(spread.quantity_variance_share, 1)
    for name, ds in (("why", why), ("spread", spread)):
        ds.to_netcdf(tmp_path / f"{name}.nc")
    assert len(motor.sensitivity(["phi"], of="all").quantity) == 6
    with pytest.raises(nr.StudyError, match="unknown quantity"):
        motor.sensitivity(["phi"], of="powr")
    with pytest.raises(nr.ModelError, match="of"):
        motor.sensitivity(["phi"], of=[1])


def test_a_load_stalls_the_motor(tmp_path):
    motor = nr.Study.preset("preston2023")
    curve = motor.load_curve()
    assert curve.rotation_rate.dims == curve.efficiency.dims == ("load",)
    assert curve["load"].attrs["units"] == "eV/rad"
    assert curve.maximum_power.attrs["units"] == "eV/ns"
    assert float(curve.rotation_rate[0]) == pytest.approx(1.22109442, abs=1e-8)
    np.testing.assert_allclose(curve.power, 2 * np.pi * curve.rotation_rate * curve["load"], rtol=1e-12)
    stall = float(curve.stall_torque)
    assert 0 < float(curve.stall_torque_error) < 1e-5 * stall
    # Chosen loads are points of the same curve; the rotor comes to rest at the stall torque.
    chosen = motor.load_curve([0.0, stall, 2 * stall], tolerance=1e-6)
    assert float(chosen.stall_torque) == pytest.approx(stall, rel=1e-4)
    assert abs(float(chosen.rotation_rate[1])) < 1e-4
    assert float(chosen.rotation_rate[2]) < 0
    assert float(curve.power.max()) <= float(curve.maximum_power)
    # Turned round, the motor lifts a load of the other sign.
    back = motor.load_curve([0.0], phi="pi/4", tolerance=1e-6)
    assert float(back.stall_torque) == pytest.approx(-stall, rel=1e-4)
    assert float(motor.load_curve([0.0], V="0 eV", tolerance=1e-6).stall_torque) == 0
    curve.to_netcdf(tmp_path / "load.nc")
    with xr.open_dataset(tmp_path / "load.nc") as read:
        np.testing.assert_array_equal(read.rotation_rate, curve.rotation_rate)
    with pytest.raises(nr.ModelError, match="one point"):
        motor.load_curve(V=[1.0, 2.0])
    with pytest.raises(nr.ModelError, match="loads"):
        motor.load_curve("heavy")


def test_a_spectrum_stands_over_angles_and_energies():
    motor = nr.Study.preset("preston2023")
    energies = np.linspace(-2, 2, 9)
    ds = motor.spectrum([0.3, 1.0, 2.0], energies, V="3 eV")
    assert ds.transmission.dims == ("theta", "energy", "lead", "lead_2")
    assert ds.local_density_of_states.dims == ("theta", "energy", "level")
    assert ds.energy.attrs["units"] == "eV"
    np.testing.assert_allclose(ds.energy, energies, atol=1e-12)
    # Every electron that arrives leaves; every lead fills its part of the states.
    np.testing.assert_allclose(ds.transmission.sum("lead"), 1, atol=1e-12)
    np.testing.assert_allclose(ds.lead_density_of_states.sum("lead"), ds.local_density_of_states, rtol=1e-12)
    np.testing.assert_allclose(ds.occupations.sum("level"), ds.molecular_charge, rtol=1e-12)
    np.testing.assert_allclose(ds.chemical_potential.sel(lead=["left", "right"]), [1.5, -1.5])
    # Energies that are chosen follow the narrowest resonance: one level over its width.
    chosen = motor.spectrum(1.914)
    narrow = float(chosen.level_width.min())
    highest = float(chosen.local_density_of_states.sum("level").max())
    assert highest == pytest.approx(2 / (np.pi * narrow), rel=0.02)
    assert motor.spectrum(points=3).sizes["theta"] == 3
    with pytest.raises(nr.ModelError, match="one point"):
        motor.spectrum(V=[1.0, 2.0])
    with pytest.raises(nr.ModelError, match="energies"):
        motor.spectrum(energies="low")
