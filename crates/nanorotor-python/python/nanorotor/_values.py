"""Read what users give for parameters and options, and say what is wrong with it."""

from __future__ import annotations

import inspect
import math
import operator
import os
import sys
import warnings
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from nanorotor import _native
from nanorotor._errors import ModelError, StudyError, UnusedParameterWarning
from nanorotor._units import atomic_unit_of, carries_unit, numbers

#: The largest number of angles of a landscape, and the largest angle that keeps ten digits of its place in the period.
MOST = 1_000_000
#: The largest number of threads.
MOST_JOBS = 1024
#: What to do with dimensions that have no names.
NAMES = "give an xarray.DataArray with dims, or a one-dimensional array for each parameter"


def known(native: _native.Study, name: str, value: Any = "…", options_of: Callable[..., Any] | None = None) -> None:
    """Refuse a name that neither the study nor the method has, with the nearest one."""
    if name in native.names:
        return
    text = f"{name}={value if np.ndim(value) == 0 else '[…]'}"
    hint = f"the parameters of the study are {', '.join(native.names)}"
    every = list(native.names)
    if options_of is not None:
        kinds = inspect.signature(options_of).parameters.values()
        options = [p.name for p in kinds if p.kind is not p.VAR_KEYWORD and p.name != "self"]
        every += options
        hint += f"; {options_of.__name__}() itself takes {', '.join(options)}" if options else ""
    # Letters of either size: gamma_L is Gamma_L.
    folded = {one.casefold(): one for one in every}
    close = get_close_matches(name.casefold(), folded, n=1)
    hint = f"did you mean `{folded[close[0]]}`?" if close else hint
    raise StudyError(f"unknown parameter `{name}`", hint, "--set", text, [(0, len(name), "not in the study")])


def _is_text(value: Any) -> bool:
    """Whether a value is an array of texts, and of nothing else."""
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(one, str) for one in value)
    return isinstance(value, np.ndarray | xr.DataArray) and value.dtype.kind == "U" and value.size > 0


def _quantities(native: _native.Study, name: str, texts: Any) -> xr.DataArray:
    """Read an array of texts such as "100 meV" and "0.5 au", each as a value that the study could have."""
    array = texts if isinstance(texts, xr.DataArray) else np.asarray(texts)
    if array.ndim > 1 and not isinstance(array, xr.DataArray):
        raise ModelError(f"`{name}` has {array.ndim} dimensions without names", NAMES)
    if not isinstance(array, xr.DataArray):
        array = xr.DataArray(array, dims=[name] if array.ndim else [])
    unit, _ = native.unit(name)
    wanted = atomic_unit_of(native, name) or "" if unit == "au" else unit
    found = []
    for text in array.values.ravel().tolist():
        [(number, own)] = [
            (number, own) for known, _, number, own, _ in native.with_value(name, text).parameters() if known == name
        ]
        if number is None:
            raise ModelError(f"`{name}` depends on theta: {text!r}", "give quantities, each with its unit")
        own = atomic_unit_of(native, name) or "" if own == "au" else own
        found.append(float(numbers(f"`{name}`", xr.DataArray(number, attrs={"units": own}), wanted, short=True)))
    return array.copy(data=np.reshape(found, array.shape)).assign_attrs(units=wanted)


def parameter(native: _native.Study, name: str, value: Any) -> str | xr.DataArray:
    """Read a parameter as a text, or as an array in the unit of the study with named dimensions."""
    if isinstance(value, str):
        return value
    unit, _ = native.unit(name)
    if _is_text(value):
        value = _quantities(native, name, value)
    in_unit = carries_unit(value)
    atomic = atomic_unit_of(native, name) if in_unit and unit == "au" else None
    value = numbers(f"`{name}`", value, unit if atomic is None else atomic, short=True)
    if not isinstance(value, xr.DataArray):
        try:
            plain = np.asarray(value)
        except ValueError:
            raise ModelError(f"`{name}` is a list of lists of unequal length", "give a list of numbers") from None
        if plain.ndim > 1:
            raise ModelError(f"`{name}` has {plain.ndim} dimensions without names", NAMES)
        value = xr.DataArray(plain, dims=[name] if plain.ndim else [])
    if value.dtype.kind not in "fiu":
        what = {"U": "text", "O": "no numbers", "c": "complex numbers", "b": "true and false"}
        given = what.get(value.dtype.kind, str(value.dtype))
        of_unit = f" in {unit}" if unit else ""
        raise ModelError(
            f"`{name}` is no number: " + (f"the array holds {given}" if value.ndim else f"it is {value.item()!r}"),
            f"give numbers{of_unit}, as in {name}=[1.0, 2.0], or texts with their units",
        )
    if value.size == 0:
        raise ModelError(f"`{name}` is empty", "give at least one number")
    wrong = value.values[~np.isfinite(value.values)]
    if wrong.size:
        # Raises, with the place.
        native.with_axis(name, [float(wrong.flat[0])])
    if value.ndim and not in_unit:
        # Raises where neither the study nor the array states a unit.
        native.quantity(name, float(value.values.flat[0]))
    if value.dims == (name,):
        # Raises where it is no axis: a value twice, or a parameter that nothing uses.
        native.with_axis(name, value.values.astype(float).tolist())
        if name not in value.coords:
            # Its values are the coordinates, which arrays over the same dimension must have too.
            value = value.assign_coords({name: value.values})
    if value.ndim or not in_unit:
        return value if value.ndim else native.quantity(name, float(value))
    # What carries a unit needs none that the study states.
    return f"{float(value)!r} {unit}".rstrip()


def option(what: str, value: Any, kinds: type | tuple[type, ...], example: str) -> Any:
    """Read an option; a value of another type is told which option it is."""
    if value is None or (isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool))):
        return value
    raise ModelError(f"{what} is {value!r}", f"give {example}")


def switch(what: str, value: Any) -> Any:
    """Read what is on, off or, as None, left to the program."""
    return option(what, value, bool, "True or False")


def path_of(what: str, value: Any) -> str:
    """Read the path of a file or a folder."""
    if isinstance(value, str | os.PathLike):
        return os.fspath(value)
    raise ModelError(f"{what} is {value!r}", "give the path as text or pathlib.Path")


def text_of(what: str, value: Any, example: str) -> str:
    """Read a text."""
    if isinstance(value, str):
        return value
    raise ModelError(f"{what} is {value!r}", f"give a text such as {example}")


def warn_of_unused(native: _native.Study, names: Iterable[str]) -> None:
    """Tell the user that setting these parameters changes nothing."""
    idle = [f"`{name}`" for name in names if name in native.unused]
    if not idle:
        return
    # Where the package was called.
    level, frame = 2, sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("nanorotor."):
        level, frame = level + 1, frame.f_back
    text = f"nothing in the study uses the parameter{'s' if idle[1:] else ''} {', '.join(idle)}"
    warnings.warn(text, UnusedParameterWarning, stacklevel=level)


def duration(what: str, value: Any) -> str | None:
    """Read a time as a text with its unit; a number is in ns."""
    if value is None or isinstance(value, str):
        return value
    value = numbers(what, value, "ns")
    try:
        if isinstance(value, bool) or np.asarray(value).dtype.kind not in "fiu":
            raise TypeError
        if not math.isfinite(value):
            raise ValueError
        return f"{float(value)!r} ns"
    except (TypeError, ValueError):
        raise ModelError(
            f"{what} is no time: {value!r}", f'give a number of ns, or a text such as {what}="1e4 ns"'
        ) from None


def whole(what: str, value: Any, least: int, most: int = 2**63 - 1) -> int | None:
    """Read a whole number."""
    if value is None:
        return None
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool | np.bool_) or not least <= number <= most:
        bound = {0: "zero", 1: "one"}.get(least, str(least)) + (
            f", at most {most}" if number is not None and number > most else ""
        )
        raise ModelError(f"{what} is {value!r}", f"give a whole number, at least {bound}")
    return number


def _list_of(name: str, wrong: str, given: Any, unit: str, example: str) -> NDArray[np.float64]:
    """Read a number, or a one-dimensional array of numbers, in a unit."""
    given = numbers(name, given, unit, short=True)
    try:
        array = np.atleast_1d(np.asarray(given))
        if array.dtype.kind not in "fiu":
            raise TypeError
    except (TypeError, ValueError):
        raise ModelError(f"{name} {wrong}: {given!r}", f"give numbers in {unit or 'rad'}, such as {example}") from None
    if array.ndim != 1 or array.size == 0:
        raise ModelError(
            f"{name} has the shape {array.shape}", f"give a one-dimensional array of numbers in {unit or 'rad'}"
        )
    return array.astype(float)


def energies_of(energies: Any) -> list[float]:
    """Read energies in eV."""
    return _finite("energies", energies, "eV", "[-0.5, 0.5]")


def loads_of(loads: Any) -> list[float]:
    """Read loads in eV/rad."""
    return _finite("loads", loads, "eV/rad", "[0, 1e-3]")


def _finite(name: str, given: Any, unit: str, example: str) -> list[float]:
    array = _list_of(name, "are no numbers", given, unit, example)
    if not np.isfinite(array).all():
        raise ModelError(f"{name} are not all finite", f"give finite numbers in {unit}")
    return [float(value) for value in array]


def angles(theta: Any) -> list[float]:
    """Read angles in rad."""
    array = _list_of("theta", "is no angle", theta, "", "[0.3, 1.0]")
    if not np.all(np.abs(array) <= MOST):
        wrong = array[~(np.abs(array) <= MOST)][0]
        raise ModelError(f"{wrong} is no angle", "give finite numbers in rad")
    return [float(angle) for angle in array]
