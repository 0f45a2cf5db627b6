"""Tell by how much a rate changes with the Fermi level, which no calculation of a molecule alone knows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from nanorotor import _native
from nanorotor._broadcast import compute

#: By how much the Fermi level is shifted (eV): what alignment is uncertain by at best.
SHIFT = 0.5


def about_fermi(native: _native.Study, found: xr.Dataset, arrays: Mapping[str, xr.DataArray]) -> str:
    """Compare the largest rate that was found with those at Fermi levels half an electronvolt below and above."""
    if "rotation_rate" not in found or not np.any(np.isfinite(found.rotation_rate)):
        return "unknown: there is no rate"
    rates = found.rotation_rate
    place = np.unravel_index(np.nanargmax(np.abs(rates.values)), rates.shape)
    at = dict(zip(rates.dims, (int(k) for k in place), strict=True))
    said = []
    for name, values in arrays.items():
        value = float(values.isel({dim: at[dim] for dim in values.dims}))
        native = native.with_value(name, native.quantity(name, value))
        said.append(f"{name} = {native.quantity(name, value)}")
    level = next(number for name, _, number, *_ in native.parameters() if name == "E_F")
    assert level is not None
    shifted = compute(native, "rate", {"E_F": xr.DataArray([level - SHIFT, level + SHIFT], dims="E_F")}, False)
    # Where neither level has a result there is no variable either.
    beside = shifted.rotation_rate.values if "rotation_rate" in shifted else np.full(2, np.nan)
    low, high = (f"{rate:.3g} /ns" if np.isfinite(rate) else "unknown" for rate in beside)
    where = f" at {', '.join(said)}" if said else ""
    return (
        f"the rate{where} is {float(rates.values[place]):.3g} /ns at E_F = {level:.3f} eV, {low} with E_F {SHIFT} eV "
        f"lower and {high} with E_F {SHIFT} eV higher: scan E_F"
    )
