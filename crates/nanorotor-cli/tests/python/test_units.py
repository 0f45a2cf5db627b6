"""Read the units as UDUNITS and pint do, and convert with them."""

import cf_units
import numpy as np
import pint
import pytest
import xarray as xr
from conftest import preset

# Each result in SI units, from the practical unit that the documentation states.
EV, PS, NS, TURN = 1.602176634e-19, 1e-12, 1e-9, 2 * np.pi
IN_SI = {
    "theta": 1.0,
    "torque": EV,
    "friction": EV * PS,
    "diffusion": EV**2 * PS,
    "potential": EV,
    "currents": 1e-6,
    "pumped_charge": EV,
    "rotation_rate": TURN / NS,
    "rotational_diffusion": 1 / NS,
    "power": EV / NS,
    "density": 1.0,
    "hermite_levels": 1.0,
}


PINT = pint.UnitRegistry()


def in_pint(text):
    # An expression: pint allows a factor there, though not in a unit.
    return PINT(text).to_base_units().magnitude


def in_udunits(text):
    unit = cf_units.Unit(text)
    # The unit without prefixes and symbols, as "1e-06 A".
    base = cf_units.Unit(unit.definition.split()[-1]) if " " in unit.definition else unit
    return unit.convert(1.0, base)


@pytest.mark.parametrize("size", [in_pint, in_udunits])
def test_results_have_the_size_that_is_documented(sweep, size):
    with xr.open_dataset(sweep / "results.nc") as ds:
        for name, expected in IN_SI.items():
            # UDUNITS knows the electronvolt of 1986, to six digits.
            assert size(ds[name].attrs["units"]) == pytest.approx(expected, rel=2e-6), name


def test_every_unit_is_understood(sweep):
    with xr.open_dataset(sweep / "results.nc") as ds:
        units = {variable.attrs["units"] for variable in ds.variables.values() if "units" in variable.attrs}
    assert len(units) >= 10
    for unit in units:
        cf_units.Unit(unit)
        PINT.parse_units(unit)


@pytest.mark.parametrize(
    ("parameter", "written", "units", "display", "si"),
    [
        ("V", "5 eV", "eV", None, 5 * EV),
        ("v", "0.0459 Ha", "27.211386245988 eV", "Ha", 0.0459 * 4.3597447222e-18),
        ("I", "1.15e-45 kg m^2", "kg m^2", None, 1.15e-45),
        ("phi", "-45 deg", "degree", "deg", -np.pi / 4),
        ("kT", "300 K", "K", None, 300.0),
        ("xi_solv", "5 hbar", None, "hbar", 5 * 1.054571817e-34),
    ],
)
def test_swept_parameters_keep_the_unit_of_the_study(run, parameter, written, units, display, si):
    text = preset(**{parameter: written})
    folder = run(text + f'\n[sweep]\n{parameter} = {{ values = ["{written}"] }}\n')
    with xr.open_dataset(folder / "results.nc") as ds:
        coordinate = ds[parameter]
        assert coordinate.item() == pytest.approx(float(written.split()[0]), rel=1e-14)
        assert units is None or coordinate.attrs["units"] == units
        assert coordinate.attrs.get("display_units") == display
        assert coordinate.item() * in_udunits(coordinate.attrs["units"]) == pytest.approx(si, rel=2e-6)
        assert coordinate.item() * in_pint(coordinate.attrs["units"]) == pytest.approx(si, rel=2e-6)
