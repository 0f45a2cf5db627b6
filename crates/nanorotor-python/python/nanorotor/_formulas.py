"""Arrange what is told of formulas of quantities beside the rotation rate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from nanorotor._values import text_of


def formulas(native: Any, of: str | Sequence[str]) -> list[str]:
    """Give the formulas that are asked for, with those that ``all`` stands for, each once."""
    each = [text_of("of", one, '"power"') for one in ([of] if isinstance(of, str) else of)]
    named = [name for one in each for name in (native.usual() if one == "all" else [one])]
    return list(dict.fromkeys(named))


def _number(value: Any) -> float:
    """Read a number of JSON, where null is one that is not known."""
    return np.nan if value is None else float(value)


def derivatives_of(text: str) -> xr.Dataset:
    """Arrange {formula: {parameter: {value, error, unit, step}}} over formulas and parameters."""
    told = json.loads(text)
    each = [list(by.values()) for by in told.values()]
    axes = ("quantity", "parameter")

    def table(key: str) -> tuple[tuple[str, str], Any]:
        return axes, np.array([[_number(one.get(key)) for one in row] for row in each])

    return xr.Dataset(
        {"derivative_of": table("value"), "derivative_of_error": table("error"), "derivative_of_step": table("step")},
        coords={
            "quantity": list(told),
            "parameter": list(next(iter(told.values()))),
            "derivative_of_unit": (axes, np.array([[one["unit"] for one in row] for row in each])),
        },
    )


def carried(text: str) -> xr.Dataset:
    """Arrange {formula: {value, …, variance_share: {parameter: share}}} over formulas and parameters."""
    told = json.loads(text)
    rows = list(told.values())
    variables: dict[str, Any] = {}
    for key, example in rows[0].items():
        if key in ("unit", "blame"):
            values: Any = np.array([row[key] or "" for row in rows])
        elif isinstance(example, Mapping):
            values = np.array([[_number(one) for one in row[key].values()] for row in rows])
        else:
            values = np.array([_number(row[key]) for row in rows])
        axes = ("quantity", "parameter") if isinstance(example, Mapping) else ("quantity",)
        variables[f"quantity_{key}"] = (axes, values)
    coordinates = {"quantity": list(told), "parameter": list(rows[0]["variance_share"])}
    return xr.Dataset(variables, coords=coordinates).set_coords("quantity_unit")
