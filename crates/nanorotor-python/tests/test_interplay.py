"""Other people's tools: pint, pandas, polars, NetCDF, matplotlib, a tight-binding package."""

import json
import subprocess
import sys
import warnings

import matplotlib as mpl
import nanorotor as nr
import numpy as np
import pandas as pd
import pint
import polars as pl
import pytest
import xarray as xr

mpl.use("Agg")
import matplotlib.pyplot as plt


@pytest.fixture(scope="module")
def rates(light):
    return light.rate(V=[2.0, 3.0, 4.0], phi=[0.2, 0.7])


def test_pint_reads_every_unit_and_its_quantities_go_in(light, rates):
    ureg = pint.UnitRegistry()
    both = [rates, light.landscape(V=[2, 3]), light.simulate(time=5), light.trajectories(time=1, samples=5)]
    for ds in both:
        for name, variable in ds.variables.items():
            if "units" in variable.attrs:
                ureg.parse_units(variable.attrs["units"])
            else:
                assert variable.dtype.kind != "f", name
    rate = float(rates.rotation_rate[0, 0]) * ureg(rates.rotation_rate.attrs["units"])
    assert rate.to("Hz").magnitude != 0
    quantity = light.rate(V=ureg.Quantity(3000, "meV"), phi=0.2)
    assert float(quantity.rotation_rate) == pytest.approx(float(rates.rotation_rate.sel(V=3, phi=0.2)), rel=1e-9)
    swept = light.rate(V=ureg.Quantity([2000.0, 3000.0], "meV"), phi=0.2)
    np.testing.assert_allclose(swept.V, [2, 3])
    with pytest.raises(nr.StudyError, match="more than any rotor has"):
        light.rate(I=ureg.Quantity(1, "kg m^2"))
    # A temperature and a wavenumber are energies, also where pint thinks otherwise.
    assert light.with_(kT=300 * ureg.kelvin).value("kT")[0] == pytest.approx(0.025852, rel=1e-4)
    assert light.with_(E_1=200 / ureg.cm).value("E_1")[0] == pytest.approx(0.024797, rel=1e-4)
    with pytest.raises(nr.ModelError, match="does not fit"):
        light.rate(V=ureg.Quantity(3, "s"))
    assert light.simulate(time=ureg.Quantity(0.005, "us"), seed=3).total_time == pytest.approx(5, rel=0.05)


def test_quantities_fit_whatever_unit_the_study_has(light):
    ureg = pint.UnitRegistry()
    # Parameters in au.
    kg_m2 = 1.0 / 2.5508872409647363e-51
    assert light.with_(I=xr.DataArray(7e3, attrs={"units": "au"})).value("I") == (7e3, "au")
    for inertia in (1e-45 * ureg.kg * ureg.m**2, xr.DataArray(1e-45, attrs={"units": "kg m2"})):
        assert light.with_(I=inertia).value("I") == (pytest.approx(1e-45 * kg_m2, rel=1e-8), "au")
    swept = light.landscape(I=np.array([1e-45, 2e-45]) * ureg.kg * ureg.m**2)
    np.testing.assert_allclose(swept.I, [1e-45 * kg_m2, 2e-45 * kg_m2], rtol=1e-8)
    assert light.with_(xi_solv=5 * ureg.hbar).value("xi_solv") == (5.0, "au")
    hbar = 6.582119569e-4
    found, _ = light.with_(xi_solv=ureg.Quantity(3e-3, "eV * ps")).value("xi_solv")
    assert found == pytest.approx(3e-3 / hbar, rel=1e-8)
    with pytest.raises(nr.ModelError, match="a time is not a moment of inertia"):
        light.with_(I=1 * ureg.s)
    # The coordinate has a unit that goes in again.
    assert ureg.parse_units(swept.I.attrs["units"]) == ureg.electron_mass * ureg.bohr**2
    assert swept.I.attrs["display_units"] == "au"
    again = light.landscape(I=swept.I)
    np.testing.assert_array_equal(again.I, swept.I)
    # A formula in the study, and lists of quantities.
    assert light.with_(Gamma_R=100 * ureg.meV).value("Gamma_R") == (pytest.approx(0.1), "eV")
    mixed = [1 * ureg.eV, 2000 * ureg.meV, 3.0]
    np.testing.assert_allclose(light.landscape(V=mixed).V, [1, 2, 3])
    np.testing.assert_allclose(light.landscape([90 * ureg.degree, 0.1]).theta, [np.pi / 2, 0.1])


def test_junctions_take_quantities():
    ureg = pint.UnitRegistry()
    h, w = np.array([[0.0, 1.25], [1.25, 0.0]]), np.array([0.5, 0.1])
    rotor = {"moment_of_inertia": "4.5e3 au", "friction": "5 au", "band_bottom": -10.0, "period": "pi"}

    def current(hamiltonian, coupling, v, k_t):
        leads = [
            nr.Lead("left", "V/2", k_t, coupling=coupling),
            nr.Lead("right", "-V/2", k_t, channels=[{"broadening": v * 0.1, "vector": [0, 1]}]),
        ]
        made = nr.Study.from_junction(hamiltonian, leads, thermal_energy=k_t, parameters={"V": v}, **rotor)
        return made.landscape([0.0]).currents

    plain = nr.Study.from_junction(
        h,
        [
            nr.Lead("left", "V/2", 0.03, coupling=w),
            nr.Lead("right", "-V/2", 0.03, channels=[{"broadening": "0.2 eV", "vector": [0, 1]}]),
        ],
        thermal_energy=0.03,
        parameters={"V": "2 eV"},
        **rotor,
    ).landscape([0.0])
    v, k_t = 2 * ureg.eV, 30 * ureg.meV
    with warnings.catch_warnings():
        # The unit is not stripped.
        warnings.simplefilter("error")
        for hamiltonian, coupling in [
            (1000 * h * ureg.meV, w * ureg.eV**0.5),
            (h.tolist() * ureg.eV, w * np.sqrt(1000) * ureg.meV**0.5),
            ([[0 * ureg.eV, 1250 * ureg.meV], [1.25 * ureg.eV, 0.0]], [0.5 * ureg.eV**0.5, 0.1]),
            ([["0 eV", 1250 * ureg.meV], [1.25, "0 eV"]], xr.DataArray(w, attrs={"units": "eV^0.5"})),
            (h, xr.DataArray(w, attrs={"units": "sqrt(eV)"})),
            (h, xr.DataArray(w, attrs={"units": "eV(1/2)"})),
        ]:
            np.testing.assert_allclose(current(hamiltonian, coupling, v, k_t), plain.currents, rtol=1e-9)
    with pytest.raises(nr.ModelError, match="does not fit") as refused:
        nr.Lead("left", 0.0, 0.03, coupling=w * ureg.eV)
    assert "in eV^0.5" in refused.value.hint


def test_atomic_units_are_those_of_the_command_line(program, light):
    command = [program, "rate", "preston2023", "--set", "I=4.5e3 au", "--units", "atomic", "--format", "json"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    found = light.rate()
    atomic = nr.atomic(found)
    for name, number in told.items():
        if isinstance(number, (int, float, list)):
            np.testing.assert_allclose(atomic[name], number, rtol=1e-12, err_msg=name)
            unit = told["units"].get(name)
            assert unit in (None, atomic[name].attrs.get("display_units")), name
    # pint, which knows both systems, finds the same.
    ureg = pint.UnitRegistry()
    both = [found, light.landscape(V=[2, 3]), light.simulate(time=5)]
    for ds in both:
        for name, variable in nr.atomic(ds).variables.items():
            if "units" in variable.attrs:
                old, new = (ureg.Quantity(1.0, ureg.parse_units(x.attrs["units"])) for x in (ds[name], variable))
                np.testing.assert_allclose(ds[name] * (old / new).to("dimensionless").magnitude, variable, rtol=1e-9)
    # A parameter that is called like a result keeps the unit of the study.
    text = light.text.replace('E_1 = "0 eV"', 'energy = "5 meV"\nE_1 = "energy"')
    swept = nr.Study.from_text(text).with_(I="4.5e3 au").landscape(energy=[1.0, 2.0])
    np.testing.assert_array_equal(nr.atomic(swept).energy, [1, 2])


def test_frames(rates):
    frame = rates[["rotation_rate", "rotation_rate_error", "status"]].to_dataframe()
    assert isinstance(frame, pd.DataFrame)
    assert frame.loc[(3.0, 0.7), "rotation_rate"] == float(rates.rotation_rate.sel(V=3, phi=0.7))
    table = pl.from_pandas(frame.drop(columns="status").reset_index())
    assert table.columns[:2] == ["V", "phi"]
    assert table.height == 6
    # Through a dictionary, texts need no pyarrow.
    whole = pl.DataFrame(frame.reset_index().to_dict("list"))
    assert whole.drop("status").equals(table)
    assert whole["status"].to_list() == ["converged"] * 6
    assert pl.from_pandas(frame.reset_index()).equals(whole)


def test_netcdf_keeps_everything(rates, tmp_path):
    rates.to_netcdf(tmp_path / "rates.nc")
    with xr.open_dataset(tmp_path / "rates.nc") as back:
        xr.testing.assert_identical(back.load().drop_vars("status"), rates.drop_vars("status"))
        assert list(back.status.values.ravel()) == ["converged"] * 6


def test_figures_take_and_return_axes(light, rates, tmp_path):
    landscape, one = light.landscape(), light.rate()
    axes = nr.plot.landscape(landscape)
    assert axes.shape == (3, 2)
    assert axes[0, 0].get_ylabel() == "U (eV)"
    # What turning moves has a panel; nothing stands beside it.
    assert axes[2, 0].get_ylabel() == "emissivity (e/rad)"
    assert [ax.get_xlabel() for ax in (axes[1, 0], axes[1, 1], axes[2, 0])] == ["", "θ (rad)", "θ (rad)"]
    assert nr.plot.landscape(landscape.drop_vars("emissivity")).shape == (2, 2)
    _, mine = plt.subplots(1, 4)
    assert nr.plot.landscape(landscape, mine) is not None
    assert mine[1].lines
    electrons = nr.plot.electrons(landscape)
    assert electrons[0, 0].get_ylabel() == "heat current (eV/ns)"
    assert [text.get_text() for text in electrons[0, 1].get_legend().get_texts()] == ["1", "2"]
    # What flows out of one lead fluctuates as what flows into the other.
    assert [text.get_text() for text in electrons[1, 0].get_legend().get_texts()] == ["left = right"]
    np.testing.assert_allclose(
        electrons[1, 0].lines[0].get_ydata(), landscape.current_noise.sel(lead="left", lead_2="left")
    )
    ax = nr.plot.rate(one)
    assert ax.lines[0].get_ydata().size == 256
    _, ax = plt.subplots()
    assert nr.plot.sweep(rates, ax=ax) is ax
    assert ax.get_xlabel() == "V (eV)"
    assert ax.get_ylabel() == "rotation rate (revolutions/ns)"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["phi = 0.2", "phi = 0.7"]
    assert nr.plot.sweep(light.simulate(time=100, V=[2, 3, 4])).containers
    assert nr.plot.trajectories(light.trajectories(time=1, samples=20)).lines
    axes = nr.plot.landscape(nr.Study.preset().landscape(E_1=0.5, V=2))
    drive = axes[2, 0]
    assert [text.get_text() for text in axes[0, 0].get_legend().get_texts()] == ["U − Wθ/L", "periodic part U"]
    assert drive.get_ylabel() == "torque (eV/rad)"
    assert axes[2, 1].get_ylabel() == "emissivity (e/rad)"
    assert "mean W/L" in drive.get_legend().get_texts()[2].get_text()
    assert [text.get_text() for text in axes[1, 1].get_legend().get_texts()] == ["left = −right"]
    assert len(nr.plot.sweep(light.rate(V=[1, 2]), "mean_current").lines) == 1
    assert nr.plot.sweep(light.rate(V=[1, 2]), "barrier").get_ylabel() == "barrier ΔU (eV)"
    # Five long trajectories: three are drawn, over a stretch in which single turns can be seen.
    assert len(nr.plot.trajectories(light.trajectories(time=1, samples=2000)).lines) == 3 + 1
    for number in plt.get_fignums():
        plt.figure(number).savefig(tmp_path / f"{number}.png")
    plt.close("all")
    for wrong in (
        lambda: nr.plot.landscape(one),
        lambda: nr.plot.rate(rates),
        lambda: nr.plot.sweep(rates, "speed"),
        lambda: nr.plot.sweep(rates, "density"),
        lambda: nr.plot.sweep(rates, x="kT"),
    ):
        with pytest.raises(nr.ModelError) as refused:
            wrong()
        assert refused.value.hint


def test_a_missing_extra_says_how_to_install_it():
    script = """
import sys
sys.modules[{module!r}] = None
import nanorotor as nr
study = nr.Study.preset("preston2023")
try:
    {use}
except nr.MissingExtraError as error:
    assert isinstance(error, ImportError)
    print(error)
"""
    for module, extra, use in [
        ("matplotlib.pyplot", "plot", "nr.plot.landscape(study.landscape())"),
        ("distributed", "dask", "study.run(client=object())"),
    ]:
        code = script.format(module=module, use=use)
        told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        assert f".[{extra}]" in told
        assert "pip install" in told
    # Bars are no need: without tqdm there are none.
    code = script.format(module="tqdm.auto", use="print(float(study.simulate(time=1, progress=True).seed))")
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "1.0\n"


def test_a_hamiltonian_of_another_package(root):
    script = root / "docs" / "examples" / "tight_binding.py"
    done = subprocess.run([sys.executable, script], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "revolutions/ns" in done.stdout
