"""Compare the tables with the NetCDF file of the same run."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr


def names(table):
    """The columns by name and lead, without units."""
    return {heading.split(" (")[0]: table[heading] for heading in table.columns}


def compare(ds, table, dims):
    """Every column against the variable of its name, bit for bit; returns what was compared."""
    compared = set()
    shape = [ds.sizes[dim] for dim in dims]
    for name, column in names(table).items():
        if name.endswith("]"):
            # Of a lead, two leads, or a level.
            name, of = name[:-1].split("[")
            members = [dim for dim in ds[name].dims if dim not in dims]
            labels = [int(label) if dim == "level" else label for dim, label in zip(members, of.split(", "), strict=True)]
            expected = ds[name].sel(dict(zip(members, labels, strict=True)))
        elif name in dims:
            expected = ds[name].broadcast_like(ds.torque if "theta" in dims else ds.status)
        else:
            expected = ds[name]
        assert expected.transpose(*dims).shape == tuple(shape), name
        np.testing.assert_array_equal(column, expected.transpose(*dims).values.ravel(), err_msg=name)
        compared.add(name)
    return compared


@pytest.mark.parametrize("fixture", ["sweep", "broken"])
def test_a_row_for_each_point(fixture, request):
    folder = request.getfixturevalue(fixture)
    with xr.open_dataset(folder / "results.nc") as ds:
        dims = ds.status.dims
        table = pd.read_csv(folder / "results.csv")
        assert len(table) == ds.status.size
        compared = compare(ds, table, dims)
        assert compared == {name for name, v in ds.variables.items() if "theta" not in v.dims} - {"lead", "lead_2", "level"}


def test_a_row_for_each_angle(sweep):
    with xr.open_dataset(sweep / "results.nc") as ds:
        table = pd.read_csv(sweep / "results_theta.csv")
        assert len(table) == 3 * 2 * 256
        compared = compare(ds, table, ("V", "phi", "theta"))
        assert compared == {name for name, v in ds.variables.items() if "theta" in v.dims} | {"V", "phi"}


def test_headings_carry_units(sweep):
    table = pd.read_csv(sweep / "results.csv")
    assert list(table.columns[:2]) == ["V (eV)", "phi"]
    assert table.columns[-1] == "status"
    assert {"rotation_rate (revolutions/ns)", "mean_current[left] (µA)"} <= set(table.columns)
    theta = pd.read_csv(sweep / "results_theta.csv")
    assert list(theta.columns[:3]) == ["V (eV)", "phi", "theta (rad)"]
    assert "currents[right] (µA)" in theta.columns


@pytest.mark.parametrize("name", ["results", "results_theta"])
@pytest.mark.parametrize("fixture", ["sweep", "broken"])
def test_parquet_holds_the_same_tables(fixture, name, request):
    folder = request.getfixturevalue(fixture)
    parquet, csv = pd.read_parquet(folder / f"{name}.parquet"), pd.read_csv(folder / f"{name}.csv")
    assert list(parquet.columns) == list(csv.columns)
    for heading in csv.columns:
        if heading == "status":
            assert list(parquet[heading]) == list(csv[heading])
        else:
            assert parquet[heading].dtype == np.float64, heading
            # Bit for bit, and missing where the CSV says NaN.
            np.testing.assert_array_equal(parquet[heading], csv[heading], err_msg=heading)
