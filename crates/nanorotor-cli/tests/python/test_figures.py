"""Run the matplotlib scripts beside the figures."""

import os
import subprocess
import sys

import numpy as np
import pytest


def restyled(script):
    """Run a script as a user does, away from a screen; returns the file it makes."""
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", script.name],
        cwd=script.parent,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return script.with_name(f"{script.stem}_restyled.pdf")


def scripts(folder):
    found = sorted(folder.glob("*.py"))
    assert found
    return found


@pytest.mark.parametrize("fixture", ["sweep", "broken", "one_point", "reproduction"])
def test_every_figure_can_be_restyled(fixture, request):
    for script in scripts(request.getfixturevalue(fixture)):
        for kind in ["svg", "pdf", "png", "csv"]:
            assert script.with_suffix(f".{kind}").stat().st_size > 0, script.stem
        assert restyled(script).read_bytes().startswith(b"%PDF"), script.stem


def test_the_data_of_a_figure_are_those_of_the_results(sweep):
    import csv

    import xarray as xr

    with open(sweep / "rotation_rate.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    columns = {title.split()[0]: [float(row[k]) for row in rows if row[k]] for k, title in enumerate(header)}
    with xr.open_dataset(sweep / "results.nc") as ds:
        shown = sorted(value for name, column in columns.items() if name.endswith(".y") for value in column)
        np.testing.assert_allclose(shown, np.sort(ds.rotation_rate.values.ravel()), rtol=1e-12)
