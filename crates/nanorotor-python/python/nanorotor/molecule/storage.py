"""Write scans to NetCDF files and read them."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from nanorotor import _native
from nanorotor._errors import FileError, missing_extra
from nanorotor.molecule.basis import Orbital
from nanorotor.molecule.scan import Scan

#: Changes with what the file holds.
VERSION = 1
#: Arrays of a scan: dimensions, unit and meaning.
ARRAYS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "h": (("theta", "orbital", "orbital_2"), "eV", "one-electron Hamiltonian in the orthonormal basis"),
    "connection": (("theta", "orbital", "orbital_2"), "1/rad", "connection of the basis, <a|d/dtheta b>"),
    "overlap": (("theta", "orbital", "orbital_2"), "1", "overlap of the orbitals before they were made orthonormal"),
    "energy": (("theta",), "eV", "total energy"),
    "orbital_energies": (("theta", "level"), "eV", "energies of the orbitals of the molecule"),
    "homo": (("theta",), "eV", "highest occupied orbital"),
    "lumo": (("theta",), "eV", "lowest unoccupied orbital"),
    "numbers": (("atom",), "1", "atomic numbers"),
    "positions": (("theta", "atom", "xyz"), "angstrom", "places of the atoms"),
    "normals": (("theta", "atom", "xyz"), "1", "normals of the planes of the atoms"),
    "frames": (("theta", "atom", "xyz", "direction"), "1", "directions x, y, z of the shells of the atoms, as columns"),
    "rotor": (("rotor_atom",), "1", "atoms that turn"),
    "point": (("xyz",), "angstrom", "a point of the axis"),
    "direction_of_axis": (("xyz",), "1", "direction of the axis"),
}
#: What an array is called in a scan, where the file says it in more words.
NAMES = {"direction_of_axis": "direction"}


def to_dataset(scan: Scan) -> xr.Dataset:
    """Give a scan as a dataset with units."""
    variables: dict[str, Any] = {}
    for name, (dims, unit, words) in ARRAYS.items():
        values = getattr(scan, NAMES.get(name, name))
        if values is not None:
            variables[name] = (dims, values, {"units": unit, "long_name": words})
    attributes: dict[str, Any] = {
        "title": f"torsion scan by {scan.method}",
        "scan_version": VERSION,
        "nanorotor_version": _native.__version__,
        "method": scan.method,
        "axis": list(scan.axis),
        "dihedral": list(scan.dihedral or ()),
        "period": scan.period,
        "electrons": scan.electrons,
        "moment_of_inertia": scan.moment_of_inertia,
        "inertia": scan.inertia,
        "noise": scan.noise,
        "orbitals": json.dumps([[o.atom, o.element, o.n, o.l, o.name, o.fragment] for o in scan.orbitals]),
        "notes": json.dumps(scan.notes, ensure_ascii=False),
    }
    # An empty list is no attribute of NetCDF.
    attributes = {name: value for name, value in attributes.items() if not isinstance(value, list) or value}
    names = [f"{o.element}{o.atom} {o.name}" for o in scan.orbitals]
    coordinates = {
        "theta": ("theta", scan.angles, {"units": "rad", "long_name": "angle"}),
        "orbital": ("orbital", np.array(names, dtype=str), {"long_name": "atom and orbital"}),
    }
    return xr.Dataset(variables, coordinates, attributes)


def to_netcdf(scan: Scan, path: str | os.PathLike[str]) -> None:
    """Write a scan to a NetCDF file, compressed where the installed package for NetCDF-4 can."""
    engines = [("netCDF4", "netcdf4"), ("h5netcdf", "h5netcdf"), ("scipy", "scipy")]
    engine = next((engine for package, engine in engines if find_spec(package)), None)
    if engine is None:
        raise missing_extra("netCDF4", "netcdf", "writing a scan")
    found = to_dataset(scan)
    encoding: dict[str, Any] = {}
    if engine != "scipy":
        encoding = {
            str(name): {"zlib": True, "shuffle": True} for name, v in found.data_vars.items() if v.dtype.kind == "f"
        }
    # Written beside it first: a file that is there is whole.
    part = Path(f"{os.fspath(path)}.{os.getpid()}.part")
    try:
        found.to_netcdf(part, engine=engine, encoding=encoding)  # type: ignore[call-overload]
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FileError(
            f"{os.fspath(path)} cannot be written: {error}", "give a path in a folder that exists"
        ) from None


def from_netcdf(path: str | os.PathLike[str]) -> Scan:
    """Read a scan from a NetCDF file."""
    hint = "give a file that scan.to_netcdf wrote"
    if not Path(path).is_file():
        raise FileError(f"there is no file {os.fspath(path)}", hint)
    try:
        found = xr.load_dataset(path)
    except Exception as error:
        raise FileError(f"{os.fspath(path)} cannot be read: {error}", hint) from None
    return from_dataset(found, os.fspath(path))


def from_dataset(found: xr.Dataset, name: str = "the dataset") -> Scan:
    """Make a scan of a dataset."""
    missing = [array for array in ARRAYS if array != "overlap" and array not in found]
    if missing or int(found.attrs.get("scan_version", 0)) != VERSION:
        raise FileError(
            f"{name} is no scan of this version of nanorotor: it lacks {', '.join(missing) or 'the version'}",
            "give a file that scan.to_netcdf wrote",
        )
    arrays = {NAMES.get(array, array): found[array].values if array in found else None for array in ARRAYS}
    attributes = found.attrs
    dihedral = tuple(int(k) for k in np.ravel(attributes.get("dihedral", ())))
    orbitals = [Orbital(*row) for row in json.loads(attributes["orbitals"])]
    first, second = (int(k) for k in attributes["axis"])
    return Scan(
        angles=found["theta"].values,
        electrons=float(attributes["electrons"]),
        orbitals=orbitals,
        axis=(first, second),
        dihedral=dihedral or None,  # type: ignore[arg-type]
        period=float(attributes["period"]),
        moment_of_inertia=float(attributes["moment_of_inertia"]),
        inertia=str(attributes["inertia"]),
        method=str(attributes["method"]),
        noise=float(attributes["noise"]),
        notes=json.loads(attributes["notes"]),
        **arrays,  # type: ignore[arg-type]
    )
