"""Compute a task wherever arrays of parameters say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xarray as xr

from nanorotor import _native
from nanorotor._dataset import attributes_of, dataset, unfold
from nanorotor._errors import ModelError
from nanorotor._progress import progress


def compute(
    native: _native.Study,
    task: str,
    arrays: Mapping[str, xr.DataArray],
    bar: bool | None,
    *,
    time: str | None = None,
    dt: str | None = None,
    seed: int | None = None,
    kernel: str | None = None,
    jobs: int | None = None,
) -> xr.Dataset:
    """Compute a task at every point of the arrays, all of them broadcast against each other."""
    try:
        aligned = xr.align(*arrays.values(), join="exact")
    except ValueError as reason:
        raise ModelError(
            f"the arrays do not fit each other: {reason}",
            "give arrays that share a dimension the same length and the same coordinates",
        ) from None
    broadcast = xr.broadcast(*aligned)
    dims, shape = broadcast[0].dims, broadcast[0].shape
    taken = [str(dim) for dim in dims if dim in _native.AXES]
    if taken:
        raise ModelError(f"{taken[0]} is a dimension of the results", "give the dimension another name")
    numbers = [array.transpose(*dims).values.astype(float).ravel().tolist() for array in broadcast]
    with progress(bar, "point") as tell:
        results = native.points(task, list(arrays), numbers, time, dt, seed, kernel, jobs, tell)
    found = dataset(results)
    renamed = {dim: f"parameter_{dim}" if dim in found.variables else str(dim) for dim in dims}
    found = unfold(found, [renamed[dim] for dim in dims], shape)
    for array in aligned:
        others = {renamed.get(n, n): c.rename(_new_dims(c, renamed)) for n, c in array.coords.items()}
        found = found.assign_coords({n: c for n, c in others.items() if n not in found.variables})
    for name, array in zip(arrays, aligned, strict=True):
        unit, pint = native.unit(name)
        attributes = attributes_of({"long_name": name, "units": pint, "display_units": unit})
        own = f"parameter_{name}" if name in found.data_vars else name
        place = [renamed[dim] for dim in array.dims]
        found = found.assign_coords({own: (place, array.values.astype(float), attributes)})
    return found


def _new_dims(array: xr.DataArray, renamed: Mapping[Any, str]) -> dict[Any, str]:
    """Those of the new names that apply to an array."""
    return {dim: renamed[dim] for dim in array.dims if renamed.get(dim, dim) != dim}
