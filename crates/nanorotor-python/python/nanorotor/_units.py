"""Take the numbers out of what carries a unit: pint, astropy, unyt, and arrays with the attribute `units`."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
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
    "hartree": "Ha",
    "rydberg": "Ry",
    "calorie": "cal",
    "mole": "mol",
    "kelvin": "K",
    "kelvins": "K",
    "degree_Kelvin": "K",
    "radian": "rad",
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
    "dirac_constant": "hbar",
    "reduced_planck_constant": "hbar",
    # The ampere there, the ångström here.
    "A": "ampere",
}
#: Names of pure numbers.
NUMBERS = {"dimensionless": 1.0, "percent": 1e-2, "%": 1e-2, "permille": 1e-3, "‰": 1e-3, "ppm": 1e-6}
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


NUMBER = re.compile(r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
NAME = re.compile(r"a_?0(?!\d)|[%‰]|°[^\W\d]*|[^\W\d]+")
JOINT = re.compile(r"\s*([*/.])\s*|\s+")
RAISED = re.compile(r"\s*\^\s*(?:([+-]?\d+(?:\.\d+)?)(?!/\d)|\(([+-]?\d+(?:\.\d+|/[1-9]\d*)?)\))")
#: Powers without a sign of their own: of UDUNITS (m2, s-1) and of astropy (eV(1/2)).
ATTACHED = re.compile(r"([+-]?\d+)(?![./]?\d)|\(([+-]?\d+/[1-9]\d*)\)")
SUPERSCRIPT = re.compile(r"[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
#: The longest text of a unit.
LONGEST = 200

#: Atomic units, one of each dimension that parameters have.
ATOMIC = (
    "",
    "Ha",
    "au_time",
    "m_e a0^2",
    "hbar",
    "Ha hbar",
    "1/au_time",
    "Ha/au_time",
    "1/Ha",
    "Ha^2",
    "1/hbar",
)

Factors = list[tuple[str | float, Fraction]]


def _power(text: str, at: int, *, attached: bool) -> tuple[Fraction, int]:
    """Read the power of a factor, one if there is none, and say where it ends."""
    found = RAISED.match(text, at) or (ATTACHED.match(text, at) if attached else None)
    return (Fraction(found[1] or found[2]), found.end()) if found else (Fraction(1), at)


def _product(text: str, at: int = 0) -> tuple[Factors, int]:
    """Read numbers and names with their powers as far as they can be read, from left to right."""
    factors: Factors = []
    sign, joined = 1, True
    while True:
        read: Factors
        # A number after a space may be a lost power: eV 2.
        if joined and (number := NUMBER.match(text, at)):
            read, at = [(float(number[0]), Fraction(1))], number.end()
        elif name := NAME.match(text, at):
            read, at = [(name[0], Fraction(1))], name.end()
        elif text.startswith("(", at):
            read, end = _product(text, at + 1)
            if not read or not text.startswith(")", end):
                return factors, at
            at = end + 1
        else:
            return factors, at
        is_number = isinstance(read[0][0], float) and text[at - 1] != ")"
        power, at = _power(text, at, attached=not is_number)
        factors += [(factor, sign * power * own) for factor, own in read]
        joint = JOINT.match(text, at)
        if joint and joint.end() < len(text):
            sign, joined, at = -1 if joint[1] == "/" else 1, joint[1] is not None, joint.end()
        elif is_number and NAME.match(text, at):
            sign, joined = 1, False
        else:
            return factors, at


def translated(what: str, units: str, root: int = 1) -> tuple[float, str]:
    """Give a factor and the unit as study files write it, of a text of pint or UDUNITS raised to the power `root`."""
    # Spaces inside brackets mean nothing.
    text = unicodedata.normalize("NFKC", SUPERSCRIPT.sub(r"^\g<0>", units)).strip().replace("**", "^").replace("−", "-")
    text = re.sub(r"sqrt(\([^()]*\))", r"\1^0.5", text)
    text = re.sub(r"(?<=\()\s+|\s+(?=\))", "", re.sub("[·⋅×]", "*", text))
    factors, end = _product(text) if len(text) <= LONGEST else ([], 0)
    number, symbols = 1.0, []
    for factor, power in factors:
        power *= root
        value = NUMBERS.get(factor) if isinstance(factor, str) else factor
        if value is None:
            symbols.append(symbol(str(factor)) + (f"^{power}" if power != 1 else ""))
        else:
            try:
                number *= value ** float(power)
            except (OverflowError, ZeroDivisionError):
                number = 0.0
    if end < len(text) or not 0.0 < number < float("inf"):
        raise ModelError(
            f"the unit {units!r} of {what} cannot be read" + (f" from {text[end:]!r} on" if text[end:] else ""),
            "write it as pint or UDUNITS do, for example meV, eV*ps, kg m2 s-1, 1e-3 eV",
        )
    if any(power.denominator > 1 for _, power in factors if power * root % 1):
        raise ModelError(f"the unit {units!r} of {what} has a power that is not whole", "give another unit")
    return number, " ".join(symbols)


def _data(value: Any) -> Any:
    """Give the array inside an xarray.DataArray."""
    return None if isinstance(value, np.ndarray | np.generic) else getattr(value, "data", None)


def units_of(value: Any) -> str | None:
    """Give the unit that a value carries, if it carries one."""
    for one in (value, _data(value)):
        if hasattr(one, "magnitude") and hasattr(one, "units"):
            return str(one.units)
    attributes = getattr(value, "attrs", None)
    if isinstance(attributes, dict) and attributes.get("units") is not None:
        return str(attributes["units"])
    # astropy and unyt
    for name in ("unit", "units"):
        if isinstance(value, np.ndarray) and hasattr(value, name):
            return str(getattr(value, name))
    return None


def carries_unit(value: Any) -> bool:
    """Whether a value, or one in a list, carries a unit."""
    return any(map(carries_unit, value)) if isinstance(value, list | tuple) else units_of(value) is not None


def factor_to(what: str, units: str | None, wanted: str, root: int = 1) -> float:
    """Say by what numbers in `units` are multiplied to be numbers in the `root` of `wanted`."""
    if units is None:
        return 1.0
    factor, text = translated(what, units, root)
    if text == "au" and wanted in ATOMIC:
        return factor
    raised = f"to the power {root}, " if root > 1 else ""
    try:
        return float((factor * _native.ratio(text, wanted)) ** (1 / root))
    except Error as reason:
        in_words = f"in {wanted}" + (f"^{1 / root:g}" if root > 1 else "") if wanted else "without a unit"
        raise ModelError(
            f"the unit {units!r} of {what} does not fit: {raised}{reason.message}",
            f"give {what} {in_words}, or remove the attribute `units`",
        ) from None


def _masked_in(value: Any) -> int:
    """Count the values that an array, or a list of them, hides."""
    if isinstance(value, list | tuple):
        return sum(map(_masked_in, value))
    array = value if isinstance(value, np.ma.MaskedArray) else _data(value)
    return int(np.sum(np.ma.getmaskarray(array))) if isinstance(array, np.ma.MaskedArray) else 0


def unmasked(what: str, value: Any) -> Any:
    """Refuse values that are hidden."""
    if count := _masked_in(value):
        raise ModelError(
            f"{what} has {count} masked value{'s' if count > 1 else ''}",
            "leave them out, as x.compressed() does, or fill them",
        )
    return value


def _as_written(converted: Any) -> Any:
    """Give the numbers that somebody would write: 1.9, not 1.9000000000000001, for 1900 meV.

    What needs more than 12 digits is left as it is.
    """
    array = np.asarray(converted)
    short = np.array([float(f"{number:.12g}") for number in array.ravel().tolist()]).reshape(array.shape)
    return np.where(np.abs(short - array) <= 4 * np.finfo(float).eps * np.abs(array), short, array)


def numbers(what: str, value: Any, wanted: str, root: int = 1, *, short: bool = False) -> Any:
    """Give a value without its unit, in the `root` of the unit wanted; what carries none is given back as it is.

    With `short`, what a conversion has made longer than somebody would write it is shortened.
    """
    if isinstance(value, xr.Dataset):
        raise ModelError(f"{what} is an xarray.Dataset", "give one of its variables")
    unmasked(what, value)
    if isinstance(value, list | tuple):
        return [numbers(what, one, wanted, root, short=short) for one in value] if carries_unit(value) else value
    units = units_of(value)
    if units is None:
        return value
    factor = factor_to(what, units, wanted, root)
    plain = unmasked(what, value.magnitude if hasattr(value, "magnitude") else value)

    def convert(data: Any) -> Any:
        if factor == 1.0 or np.asarray(data).dtype.kind not in "fiu":
            return data if factor == 1.0 else data * factor
        return _as_written(data * factor) if short else data * factor

    if hasattr(plain, "dims"):
        data = np.asarray(getattr(plain.data, "magnitude", plain.data))
        converted = plain.copy(data=convert(data))
        converted.attrs = {name: text for name, text in plain.attrs.items() if name != "units"}
        return converted
    return convert(np.asarray(plain))


def quantity(what: str, value: Any) -> str:
    """Write a number that carries a unit as study files write it, in its own unit."""
    _, unit = translated(what, units_of(value) or "")
    try:
        return f"{float(numbers(what, value, unit))!r} {unit}".rstrip()
    except TypeError:
        raise ModelError(f"{what} is not one number: {value!r}", "give one number with its unit") from None


def atomic_unit_of(native: _native.Study, name: str) -> str | None:
    """Give the atomic unit of a parameter that the study writes in au."""
    for unit in ATOMIC:
        try:
            native.with_value(name, f"1 {unit}".rstrip())
        except Error:
            continue
        return unit
    return None
