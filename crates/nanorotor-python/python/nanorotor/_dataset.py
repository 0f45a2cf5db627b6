"""Turn what the native half hands over into xarray datasets."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from nanorotor import _native
from nanorotor._errors import ModelError, NotConvergedWarning

if TYPE_CHECKING:
    from nanorotor._native import Results

CONVERGED = "converged"
NOT_YET = "not computed yet"
#: What pint calls the atomic units.
PINT = {
    "Ha": "hartree",
    "au_time": "atomic_unit_of_time",
    "e": "elementary_charge",
    "m_e": "electron_mass",
    "a0^2": "bohr^2",
}
#: The axis of points that need not form a grid, in what the native half hands over.
POINT = "point"


def attributes_of(entry: Mapping[str, Any]) -> dict[str, str]:
    """The attributes of a variable: its units in the words of pint and, where they differ, in those of the study."""
    attributes = {"long_name": entry["long_name"]}
    units, display = entry.get("units"), entry.get("display_units", "")
    if units is not None:
        attributes["units"] = units
    if display and display != units:
        attributes["display_units"] = display
    return attributes


def in_pint(unit: str) -> str:
    """Write an atomic unit in the words of pint."""
    words = [PINT.get(word, word) for word in unit.replace("/", " / ").split()]
    return " * ".join(words).replace("* / *", "/") or "1"


def dataset(results: Results) -> xr.Dataset:
    """Build the dataset of one point, of a sweep, or of loose points along the dimension ``point``."""
    coordinates: dict[str, Any] = {}
    sizes: dict[str, int] = {}
    swept: list[str] = []
    names = {"status"} | {variable["name"] for variable in results["variables"]}
    renamed: dict[str, str] = {}
    for axis in results["axes"]:
        # A swept parameter may be called like a result.
        name = axis["name"] if axis["name"] not in names else f"parameter_{axis['name']}"
        renamed[axis["name"]] = name
        if "names" in axis:
            values: Any = np.array(axis["names"], dtype=str)
        else:
            values = np.frombuffer(axis["numbers"]).copy()
            if axis["counted"]:
                values = values.astype(np.int64)
        if axis["swept"]:
            swept.append(name)
        sizes[name] = len(values)
        coordinates[name] = (name, values, attributes_of(axis))
    variables: dict[str, Any] = {}
    for entry in results["variables"]:
        dims = [renamed[axis] for axis in entry["axes"]]
        values = np.frombuffer(entry["values"]).copy().reshape([sizes[dim] for dim in dims])
        if entry["seed"] is not None:
            # The seed of one point itself: it may have more digits than a float.
            values = np.uint64(entry["seed"])
        elif entry["counted"] and np.isfinite(values).all():
            # Where a count is missing all are floats, NaN there; those of sweeps are exact below 2**53.
            values = values.astype(np.int64)
        variables[entry["name"]] = (dims, values, attributes_of(entry))
    if results["status"]:
        shape = [sizes[name] for name in swept]
        values = np.array(results["status"], dtype=object).reshape(shape)
        variables["status"] = (swept, values, {"long_name": f"{CONVERGED}, or why numbers are missing"})
    attributes: dict[str, Any] = {
        name if name not in variables else f"{name}_note": text for name, text in results["notes"]
    }
    for name, standing, text in results["validity"]:
        attributes[f"validity_{name.replace(' ', '_')}"] = f"{standing}: {text}"
    attributes.update(results["provenance"])
    if "seed" in attributes:
        seed = int(attributes["seed"])
        # NetCDF has both kinds.
        attributes["seed"] = seed if seed < 2**63 else np.uint64(seed)
    found = xr.Dataset(variables, coordinates, attributes)
    for result, variable in found.data_vars.items():
        if f"{result}_error" in found:
            variable.attrs["ancillary_variables"] = f"{result}_error"
    return found


def unfold(found: xr.Dataset, dims: Sequence[str], shape: Sequence[int]) -> xr.Dataset:
    """Give loose points, which stand in C order, the dimensions that they were asked for with."""
    places = {dim: np.arange(size) for dim, size in zip(dims, shape, strict=True)}
    folded: dict[Any, Any] = {}
    for name, variable in found.data_vars.items():
        if POINT not in variable.dims:
            folded[name] = variable
            continue
        rest = [dim for dim in variable.dims if dim != POINT]
        values = variable.transpose(POINT, *rest).values
        new = values.reshape([*shape, *values.shape[1:]])
        folded[name] = ([*places, *rest], new, variable.attrs)
    coordinates = {name: value for name, value in found.coords.items() if POINT not in value.dims}
    return xr.Dataset(folded, coordinates, found.attrs)


def warn_of_gaps(found: xr.Dataset, *, part: bool = False) -> None:
    """Tell the user that points have no numbers; of a part of a sweep, only points of it."""
    texts = [str(text) for text in np.ravel(found["status"].values) if text != CONVERGED]
    if part:
        texts = [text for text in texts if not all(task.endswith(NOT_YET) for task in text.split("; "))]
    if texts:
        count = f"{len(texts)} of {found['status'].size} points are not converged"
        warnings.warn(
            f"{count}; the first: {texts[0]} (the others: the variable `status`)",
            NotConvergedWarning,
            # Where a method or a function of the package was called.
            stacklevel=3,
        )


def atomic(found: xr.Dataset) -> xr.Dataset:
    """Give results in Hartree atomic units, rotation rates in revolutions per atomic unit of time.

    Parameters
    ----------
    found : xarray.Dataset
        What a method of :class:`Study` returned. Swept parameters stay in the unit of the study.

    Returns
    -------
    xarray.Dataset
        The same names; ``units`` in the words of pint.
    """
    if not isinstance(found, xr.Dataset):
        raise ModelError(f"these are no results: {found!r}", "give what a method of nr.Study returned")
    given: dict[Any, Any] = {}
    for name, variable in found.variables.items():
        unit = _native.atomic_unit(str(name))
        # A parameter that is called like a result has a unit of its own.
        if unit is None or variable.attrs.get("display_units", variable.attrs.get("units")) != unit[0]:
            continue
        _, text, size = unit
        attributes = variable.attrs | {"units": in_pint(text), "display_units": text}
        given[name] = (variable.dims, variable.values / size, attributes)
    return found.assign({n: v for n, v in given.items() if n in found.data_vars}).assign_coords(
        {n: v for n, v in given.items() if n in found.coords}
    )
