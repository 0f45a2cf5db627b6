"""Take the numbers out of what carries a unit: pint, astropy, unyt, and arrays with the attribute `units`."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import xarray as xr

from nanorotor import _native
from nanorotor._errors import Error, ModelError

#: Names of pint and UDUNITS, with the symbols of study files.
SYMBOLS = {
    "electron_volt": "eV",
    "electronvolt": "eV",
    "electronvolts": "eV",
    "joule": "J",
    "joules": "J",
    "rydberg": "Ry",
    "calorie": "cal",
    "mole": "mol",
    "kelvin": "K",
    "kelvins": "K",
    "degree_Kelvin": "K",
    "radians": "rad",
    "second": "s",
    "seconds": "s",
    "sec": "s",
    "hertz": "Hz",
    "meter": "m",
    "metre": "m",
    "meters": "m",
    "centimeter": "cm",
    "gram": "g",
    "unified_atomic_mass_unit": "u",
    "atomic_mass_constant": "u",
    "electron_mass": "m_e",
    "atomic_unit_of_length": "bohr",
    "atomic_unit_of_time": "au_time",
    "newton": "N",
    "watt": "W",
    "dimensionless": "",
    # The ampere there, the ångström here.
    "A": "ampere",
}
PREFIXES = {
    "zepto": "z",
    "atto": "a",
    "femto": "f",
    "pico": "p",
    "nano": "n",
    "micro": "u",
    "milli": "m",
    "kilo": "k",
    "mega": "M",
    "giga": "G",
    "tera": "T",
}


def symbol(name: str) -> str:
    """Give the symbol of a study file for a name of pint or UDUNITS."""
    if name in SYMBOLS:
        return SYMBOLS[name]
    for prefix, letter in PREFIXES.items():
        if name.startswith(prefix) and name.removeprefix(prefix) in SYMBOLS:
            return letter + SYMBOLS[name.removeprefix(prefix)]
    return name


def translated(units: str) -> tuple[float, str]:
    """Give a factor and the unit as study files write it, of a text of pint or UDUNITS."""
    text = units.strip().replace("**", "^").replace("·", " ").replace("*", " ")
    leading = re.match(r"[0-9.]+(?:[eE][+-]?[0-9]+)?(?=\s+[^\s/])", text)
    factor = float(leading.group()) if leading else 1.0
    text = text[leading.end() :] if leading else text
    factors, power = [], 1
    for name, exponent, slash in re.findall(r"([^\W\d][^\W\d]*)\s*\^?\s*([+-]?\d*)|(/)", text.replace(".", " ")):
        if slash:
            power = -1
            continue
        exponent = power * int(exponent or 1)
        if written := symbol(name):
            factors.append(written if exponent == 1 else f"{written}^{exponent}")
        power = 1
    return factor, " ".join(factors)


def units_of(value: Any) -> str | None:
    """Give the unit that a value carries, if it carries one."""
    if hasattr(value, "magnitude") and hasattr(value, "units"):
        return str(value.units)
    data: Any = getattr(value, "data", None)
    if hasattr(data, "magnitude") and hasattr(data, "units"):
        return str(data.units)
    attributes = getattr(value, "attrs", None)
    if isinstance(attributes, dict) and attributes.get("units") is not None:
        return str(attributes["units"])
    # astropy and unyt
    for name in ("unit", "units"):
        if isinstance(value, np.ndarray) and hasattr(value, name):
            return str(getattr(value, name))
    return None


def factor_to(what: str, units: str | None, wanted: str) -> float:
    """Say by what numbers in `units` are multiplied to be numbers in `wanted`."""
    if units is None:
        return 1.0
    factor, text = translated(units)
    try:
        return factor * _native.ratio(text, wanted)
    except Error as reason:
        in_words = f"in {wanted}" if wanted else "without a unit"
        raise ModelError(
            f"the unit {units!r} of {what} does not fit: {reason.message}",
            f"give {what} {in_words}, or remove the attribute `units`",
        ) from None


def unmasked(what: str, value: Any) -> Any:
    """Refuse an array that hides some of its values."""
    masked = value if isinstance(value, np.ma.MaskedArray) else getattr(value, "data", None)
    if isinstance(masked, np.ma.MaskedArray) and np.any(np.ma.getmaskarray(masked)):
        count = int(np.sum(np.ma.getmaskarray(masked)))
        raise ModelError(
            f"{what} has {count} masked value{'s' if count > 1 else ''}",
            "leave them out, as x.compressed() does, or fill them",
        )
    return value


def numbers(what: str, value: Any, wanted: str) -> Any:
    """Give a value without its unit, in the unit wanted; what carries none is given back as it is."""
    if isinstance(value, xr.Dataset):
        raise ModelError(f"{what} is an xarray.Dataset", "give one of its variables")
    units = units_of(unmasked(what, value))
    if units is None:
        return value
    factor = factor_to(what, units, wanted)
    plain = unmasked(what, value.magnitude if hasattr(value, "magnitude") else value)
    if hasattr(plain, "dims"):
        data = np.asarray(getattr(plain.data, "magnitude", plain.data))
        converted = plain.copy(data=data * factor if factor != 1.0 else data)
        converted.attrs = {name: text for name, text in plain.attrs.items() if name != "units"}
        return converted
    plain = np.asarray(plain)
    return plain * factor if factor != 1.0 else plain
