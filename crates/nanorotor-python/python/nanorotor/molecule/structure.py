"""Hold the atoms of a scan or a study for pictures: where they are at any angle, what is bonded, what turns.

The table of a study (``study.nc``) has them beside its matrices, under the names of ``ARRAYS``. docs/molecules.md lists
these variables: programs that draw the molecule read them.
"""

from __future__ import annotations

import math
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from nanorotor._errors import FileError, ModelError, missing_extra
from nanorotor._junction import TABLE
from nanorotor.molecule.elements import SYMBOLS
from nanorotor.molecule.geometry import Array, Geometry, Integers
from nanorotor.molecule.reading import read

if TYPE_CHECKING:
    from nanorotor.molecule.scan import Scan

#: Variables of a table: dimensions, without the angle that ``positions`` has first, and unit.
ARRAYS: dict[str, tuple[tuple[str, ...], str]] = {
    "numbers": (("atom",), "1"),
    "positions": (("atom", "xyz"), "angstrom"),
    "bonds": (("bond", "bond_end"), "1"),
    "rotor": (("rotor_atom",), "1"),
    "axis": (("axis_atom",), "1"),
    "point": (("xyz",), "angstrom"),
    "direction_of_axis": (("xyz",), "1"),
}
#: How the atoms that touch a lead are called in a table: this and the name of the lead.
ANCHOR = "anchor_"


@dataclass(frozen=True, eq=False)
class Structure:
    """Atoms at equidistant angles; lengths in Å, atoms counted from 0.

    Attributes
    ----------
    numbers, positions, angles : arrays, (atoms,), (n, atoms, 3) and (n,)
        Atomic numbers, and places at each θ in rad.
    bonds : array, (bonds, 2)
        The atoms that are bonded at all angles.
    rotor, axis, point, direction : arrays
        The atoms that turn, the two atoms on the axis (none where nothing turns), and the line.
    anchors : mapping
        The atoms that touch each lead.
    lowest : float
        θ of the lowest energy.
    """

    numbers: Integers
    positions: Array
    angles: Array
    bonds: Integers
    rotor: Integers
    axis: Integers
    point: Array
    direction: Array
    anchors: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    lowest: float = 0.0

    @property
    def symbols(self) -> list[str]:
        """The symbols of the elements."""
        return [SYMBOLS[number] for number in self.numbers]

    @cached_property
    def rest(self) -> Integers:
        """The atoms that do not turn."""
        return np.setdiff1d(np.arange(len(self.numbers)), self.rotor)

    def at(self, angle: float) -> Array:
        """The places at an angle: those at the nearest angle that is known, with the rotor turned by what is left."""
        left = (angle - self.angles + math.pi) % (2 * math.pi) - math.pi
        nearest = int(np.argmin(np.abs(left)))
        places = np.array(self.positions[nearest])
        x, y, z = self.direction
        cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
        turn = np.eye(3) + math.sin(left[nearest]) * cross + (1 - math.cos(left[nearest])) * cross @ cross
        places[self.rotor] = self.point + (places[self.rotor] - self.point) @ turn.T
        return places

    def variables(self) -> list[tuple[str, list[tuple[str, int]], str, bytes, None]]:
        """What a table holds of it: name, dimensions with their lengths, unit, and values."""
        values: dict[str, Any] = {name: getattr(self, "direction" if "direction" in name else name) for name in ARRAYS}
        dims = {name: (("theta", *own) if name == "positions" else own) for name, (own, _) in ARRAYS.items()}
        units = {name: unit for name, (_, unit) in ARRAYS.items()}
        for lead, atoms in self.anchors.items():
            name = ANCHOR + re.sub(r"\W", "_", lead)
            values[name], dims[name], units[name] = atoms, (f"{name}_atom",), "1"
        found = []
        for name, given in values.items():
            array = np.ascontiguousarray(given, dtype=float)
            if array.size:
                found.append(
                    (name, list(zip(dims[name], array.shape, strict=True)), units[name], array.tobytes(), None)
                )
        return found


def of_scan(scan: Scan, anchors: Mapping[str, Sequence[int]] | None = None) -> Structure:
    """The atoms of a scan, with those that touch each lead."""
    places = np.asarray(scan.positions, dtype=float)
    lowest = float(scan.angles[np.argmin(scan.energy)]) if np.all(np.isfinite(scan.energy)) else 0.0
    return Structure(
        np.asarray(scan.numbers),
        places,
        np.asarray(scan.angles, dtype=float),
        _bonds(np.asarray(scan.numbers), places),
        np.asarray(scan.rotor),
        np.asarray(scan.axis),
        np.asarray(scan.point, dtype=float),
        np.asarray(scan.direction, dtype=float),
        {lead: tuple(int(atom) for atom in atoms) for lead, atoms in (anchors or {}).items()},
        lowest,
    )


def of(what: Any) -> Structure:
    """The atoms of a scan, of a study made of one, of a file of either, or of anything that :func:`read` reads."""
    from nanorotor._study import Study
    from nanorotor.molecule.scan import Scan

    if isinstance(what, Structure):
        return what
    if isinstance(what, Scan):
        return of_scan(what)
    if isinstance(what, Study):
        return _of_study(what)
    if isinstance(what, str | os.PathLike) and os.fspath(what).endswith(".toml"):
        return _of_study(Study.load(what))
    if isinstance(what, str | os.PathLike) and os.fspath(what).endswith(".nc"):
        return _of_dataset(_loaded(Path(what)), os.fspath(what))
    geometry = read(what)
    center = geometry.positions.mean(axis=0)
    none = np.zeros(0, dtype=np.int64)
    longest = np.linalg.svd(geometry.positions - center)[2][0]
    places = geometry.positions[None]
    return Structure(
        geometry.numbers, places, np.zeros(1), _bonds(geometry.numbers, places), none, none, center, longest
    )


def _bonds(numbers: Integers, path: Array) -> Integers:
    """The pairs that are bonded at every angle: atoms that pass each other are not."""
    found: set[tuple[int, int]] | None = None
    flat = np.zeros_like(path[0])
    for places in path:
        neighbours = Geometry(numbers, places, flat).neighbours
        pairs = {(i, j) for i, others in enumerate(neighbours) for j in others if i < j}
        found = pairs if found is None else found & pairs
    return np.array(sorted(found or ()), dtype=np.int64).reshape(-1, 2)


def _of_study(study: Any) -> Structure:
    text, name, folder, tables = study._source
    # Tables of electrodes may stand beside that of the molecule.
    for contents in (contents for table, contents in tables if table == TABLE):
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "table.nc"
            path.write_bytes(contents)
            return _of_dataset(_loaded(path), name)
    table = re.search(r"^\[molecule\]\s*$(?:(?!^\[).)*?^table\s*=\s*[\"']([^\"']+)", text, re.MULTILINE | re.DOTALL)
    if table is None or folder is None:
        raise ModelError(f"the study {name} has no atoms", "draw a study that scan.junction made, or its scan")
    return _of_dataset(_loaded(Path(folder) / table.group(1)), table.group(1))


def _loaded(path: Path) -> xr.Dataset:
    hint = "give a scan, or the table of a study that scan.junction made"
    if not path.is_file():
        raise FileError(f"there is no file {path}", hint)
    try:
        return xr.load_dataset(path)
    except ValueError as error:
        # What xarray says where no package reads this kind of file.
        if "engine" in str(error):
            raise missing_extra("netCDF4", "netcdf", f"reading {path.name}") from None
        raise FileError(f"{path} cannot be read: {error}", hint) from None
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error}", hint) from None


def _of_dataset(found: xr.Dataset, name: str) -> Structure:
    if "scan_version" in found.attrs:
        from nanorotor.molecule.storage import from_dataset

        return of_scan(from_dataset(found, name))
    if "positions" not in found:
        raise ModelError(f"{name} has no atoms", "draw a study that scan.junction made, or its scan")
    arrays = {key: found[key].values for key in ARRAYS if key in found}
    whole = {key: arrays[key].astype(np.int64) for key in ("numbers", "bonds", "rotor", "axis") if key in arrays}
    angles = found["theta"].values
    potential = found["potential"].values if "potential" in found else np.zeros(len(angles))
    anchors = {
        str(key).removeprefix(ANCHOR): tuple(int(atom) for atom in values.values)
        for key, values in found.data_vars.items()
        if str(key).startswith(ANCHOR)
    }
    return Structure(
        whole["numbers"],
        arrays["positions"],
        angles,
        whole.get("bonds", np.zeros((0, 2), dtype=np.int64)),
        whole["rotor"],
        whole["axis"],
        arrays["point"],
        arrays["direction_of_axis"],
        anchors,
        float(angles[np.argmin(potential)]),
    )
