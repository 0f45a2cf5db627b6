"""Open results.nc as its readers do, by name."""

import math

import netCDF4
import numpy as np
import pytest
import xarray as xr
from conftest import preset

ENGINES = ["netcdf4", "h5netcdf"]


@pytest.fixture(params=ENGINES)
def ds(request, sweep):
    with xr.open_dataset(sweep / "results.nc", engine=request.param) as ds:
        yield ds


def test_axes_have_names_and_positions(ds):
    assert dict(ds.sizes) == {"V": 3, "phi": 2, "lead": 2, "lead_2": 2, "level": 2, "theta": 256}
    assert ds.rotation_rate.dims == ("V", "phi")
    assert ds.torque.dims == ("V", "phi", "theta")
    assert ds.currents.dims == ("V", "phi", "lead", "theta")
    assert ds.mean_current.dims == ("V", "phi", "lead")
    np.testing.assert_allclose(ds.V, [3, 4, 5], rtol=1e-15)
    np.testing.assert_allclose(ds.phi, [-math.pi / 4, math.pi / 4], rtol=1e-15)
    np.testing.assert_allclose(ds.theta, np.arange(256) * math.pi / 256, rtol=1e-14)
    assert list(ds.lead.values) == list(ds.lead_2.values) == ["left", "right"]
    assert ds.current_noise.dims == ("V", "phi", "theta", "lead", "lead_2")
    assert ds.occupations.dims == ("V", "phi", "theta", "level")
    assert ds.level.dtype == np.int64
    assert list(ds.level.values) == [1, 2]


def test_the_known_rotation_is_found_by_name(ds):
    # The reference of tests/reference/rates.json.
    rate = ds.rotation_rate.sel(V=5, phi=-math.pi / 4, method="nearest")
    assert rate.item() == pytest.approx(1.2210944237, abs=1e-8)
    assert ds.rotation_rate.sel(V=3, method="nearest").values == pytest.approx([0.367252795, -0.367252795], abs=1e-8)
    assert 0 < ds.rotation_rate_error.max() < 1e-6


def test_leads_are_selected_by_name(ds):
    left, right = ds.currents.sel(lead="left"), ds.currents.sel(lead="right")
    assert left.dims == ("V", "phi", "theta")
    # Two leads: what leaves one enters the other; positive at the higher chemical potential.
    np.testing.assert_allclose(left, -right, rtol=1e-9)
    assert (left > 0).all()
    # What the density averages agrees with the average of its own two columns.
    mean = (left * ds.density).mean("theta") * ds.period
    np.testing.assert_allclose(mean, ds.mean_current.sel(lead="left"), rtol=1e-6)


def test_points_tell_their_status(ds):
    assert ds.status.dims == ("V", "phi")
    assert (ds.status == "converged").all()


def test_attributes_describe_variables_and_the_file(ds):
    assert ds.attrs["Conventions"] == "CF-1.11"
    assert ds.attrs["band"].startswith("wide band from -10.000000 eV")
    assert "nanorotor" in ds.attrs["source"]
    assert ds.currents.attrs["units"] == "uA"
    assert ds.currents.attrs["display_units"] == "µA"
    assert ds.pumped_charge.attrs["comment"].startswith("all leads at the mean chemical potential")
    for name, variable in ds.variables.items():
        assert variable.attrs["long_name"], name
        assert "units" in variable.attrs or name in ("lead", "lead_2", "status"), name
    for name, variable in ds.data_vars.items():
        for other in variable.attrs.get("ancillary_variables", "").split():
            assert ds[other].dims == variable.dims, name


def test_the_c_library_reads_and_copies_the_file(sweep, tmp_path):
    with netCDF4.Dataset(sweep / "results.nc") as file:
        assert file.data_model == "NETCDF4"
        assert math.isnan(file["rotation_rate"]._FillValue)
        assert file["lead"].dtype is str and file["status"].dtype is str
    with xr.open_dataset(sweep / "results.nc") as ds:
        ds.to_netcdf(tmp_path / "copy.nc")
        with xr.open_dataset(tmp_path / "copy.nc") as copy:
            xr.testing.assert_identical(ds.load(), copy.load())


def test_axes_are_labelled_in_a_plot(sweep, tmp_path):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with xr.open_dataset(sweep / "results.nc") as ds:
        ds.rotation_rate.plot.line(x="V")
        axes = plt.gca()
        assert "[eV]" in axes.get_xlabel()
        assert " ".join(axes.get_ylabel().split()) == "mean rotation rate [revolutions/ns]"
        plt.close()


def test_counts_are_whole_numbers(sweep, broken):
    for folder in (sweep, broken):
        with netCDF4.Dataset(folder / "results.nc") as raw:
            for name in ("hermite_levels", "fourier_modes"):
                assert raw[name].dtype == np.int64
                # Masked where there is none, or a count.
                assert np.all(np.ma.filled(raw[name][:], 1) > 0)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_did_not_converge_is_missing_and_says_why(broken, engine):
    with xr.open_dataset(broken / "results.nc", engine=engine) as ds:
        good, bad = ds.isel(I=0), ds.isel(I=1)
        assert good.status.item() == "converged"
        assert good.rotation_rate.item() == pytest.approx(1.2210944237, abs=1e-8)
        assert bad.status.item().endswith(": no rotation rate")
        for name in ["rotation_rate", "rotation_rate_error", "power", "mean_current", "density"]:
            assert bad[name].isnull().all(), name
            assert not good[name].isnull().any(), name
        # What the landscape alone tells is there all the same.
        assert bad.barrier.item() == good.barrier.item() > 0
        # Atomic units of an inertia are no unit of UDUNITS; `au` would be an astronomical one.
        assert "units" not in ds.I.attrs and ds.I.attrs["display_units"] == "au"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_study_without_a_sweep_has_scalars(one_point, engine):
    with xr.open_dataset(one_point / "results.nc", engine=engine) as ds:
        assert dict(ds.sizes) == {"lead": 2, "lead_2": 2, "theta": 256}
        assert ds.rotation_rate.dims == ()
        assert ds.rotation_rate.item() == pytest.approx(1.2210944237, abs=1e-8)
        assert ds.status.item() == "converged"


def test_parameters_may_have_any_name(run):
    text = preset().replace("Gamma_L", "Γ").replace("\nΓ =", '\n"Γ" =').replace("\nv =", "\nbarrier =").replace('"v"', '"barrier"')
    sweep = """
[sweep]
"Γ" = { values = ["0.272 eV", "0.2 eV", "0.3 eV"] }
barrier = { values = ["1.25 eV"] }
"""
    folder = run(text + sweep)
    for engine in ENGINES:
        with xr.open_dataset(folder / "results.nc", engine=engine) as ds:
            assert ds.rotation_rate.dims == ("Γ", "parameter_barrier")
            np.testing.assert_allclose(ds["Γ"], [0.272, 0.2, 0.3], rtol=1e-15)
            # The parameter beside the result of the same name.
            assert ds.parameter_barrier.item() == 1.25
            assert ds.barrier.values[0, 0] == pytest.approx(0.0744644, abs=1e-6)
            # CF wants coordinates that rise or fall.
            assert "Conventions" not in ds.attrs
