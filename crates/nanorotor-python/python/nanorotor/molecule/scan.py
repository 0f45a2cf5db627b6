"""Hold what a torsion scan gives: energies, Hamiltonian and connection at each angle, with the atoms that turned."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nanorotor.molecule.basis import Orbital
from nanorotor.molecule.elements import SYMBOLS
from nanorotor.molecule.geometry import Array, Integers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr

    from nanorotor._study import Study
    from nanorotor.molecule.anchor import Anchor
    from nanorotor.molecule.window import Choice


@dataclass(frozen=True, eq=False, repr=False)
class Scan:
    """A molecule at equidistant angles over the full turn of its rotor; energies in eV, lengths in Å, angles in rad.

    Attributes
    ----------
    angles : array, (n,)
        θ: the angle ``dihedral``, or counted from the given geometry if there is none. In a relaxed scan it is the mean
        of all dihedral angles of the bond, which is that of the planes of two rings.
    h : array, (n, N, N)
        The one-electron Hamiltonian in the orthonormal basis (Löwdin), eV. It comes back to itself after 2π.
    connection : array, (n, N, N)
        ⟨a|∂_θ b⟩ of that basis, 1/rad.
    energy : array, (n,)
        Total energy; NaN where the method has none.
    overlap : array, (n, N, N), or None
        S of the orbitals before they were made orthonormal; None if they are.
    orbital_energies : array, (n, N)
        Energies of the molecule's orbitals.
    homo, lumo : array, (n,)
        The highest occupied and the lowest unoccupied of them.
    electrons : float
        Electrons in these orbitals.
    orbitals : list of Orbital
        The basis. Shells of the rotor turn with it: ``frames`` has their directions.
    numbers, positions : arrays, (atoms,) and (n, atoms, 3)
        Atomic numbers and places.
    normals : array, (n, atoms, 3)
        The normal of the plane of each atom, turning with it; NaN where an atom has no plane.
    frames : array, (n, atoms, 3, 3)
        Columns are the directions x, y and z of the atom's shells.
    axis, rotor, dihedral, point, direction
        The two atoms on the axis, the atoms that turn, the four atoms of the dihedral angle or None, and the line.
    period : float
        The smallest period of the total energy that the permutation of atoms gives.
    moment_of_inertia : float
        In kg m², of what ``inertia`` says: ``"rotor"`` or ``"reduced"``.
    method : str
        What computed the electrons.
    noise : float
        What the highest harmonics of matrix elements hold, eV: the noise of the method, or what is lost between the
        angles, if that is more.
    notes : list of str
        What was assumed, in words.
    """

    angles: Array
    h: Array
    connection: Array
    energy: Array
    overlap: Array | None
    orbital_energies: Array
    homo: Array
    lumo: Array
    electrons: float
    orbitals: list[Orbital]
    numbers: Integers
    positions: Array
    normals: Array
    frames: Array
    axis: tuple[int, int]
    rotor: Integers
    dihedral: tuple[int, int, int, int] | None
    point: Array
    direction: Array
    period: float
    moment_of_inertia: float
    inertia: str
    method: str
    noise: float
    notes: list[str] = field(default_factory=list)

    @property
    def symbols(self) -> list[str]:
        """The symbols of the atoms."""
        return [SYMBOLS[number] for number in self.numbers]

    @property
    def local_frames(self) -> Array:
        """The normals of the atoms' planes."""
        return self.normals

    def __repr__(self) -> str:
        kinds = "".join(
            f"{symbol}{self.symbols.count(symbol) if self.symbols.count(symbol) > 1 else ''}"
            for symbol in sorted(set(self.symbols))
        )
        sizes = f"{len(self.angles)} angles, {len(self.orbitals)} orbitals"
        return f"<nanorotor.molecule.Scan of {kinds}: {sizes}, {self.method}>"

    def _repr_html_(self) -> str:
        from nanorotor.molecule.viewer import view

        return view(self)._repr_html_()

    def reduced(self, window: Choice = "pi") -> Scan:
        """The scan in a few of its orbitals, a hundredth in size: see :func:`nanorotor.molecule.window.reduced`."""
        from nanorotor.molecule.window import reduced

        return reduced(self, window)

    def junction(self, leads: Sequence[Anchor], **options: Any) -> Study:
        """Put the molecule between leads: see :func:`nanorotor.molecule.junction.junction`."""
        from nanorotor.molecule.junction import junction

        return junction(self, leads, **options)

    def to_dataset(self) -> xr.Dataset:
        """The scan as a dataset with units."""
        from nanorotor.molecule.storage import to_dataset

        return to_dataset(self)

    def to_netcdf(self, path: str | os.PathLike[str]) -> None:
        """Write the scan to a NetCDF file."""
        from nanorotor.molecule.storage import to_netcdf

        to_netcdf(self, path)

    @staticmethod
    def from_netcdf(path: str | os.PathLike[str]) -> Scan:
        """Read a scan that :meth:`to_netcdf` wrote."""
        from nanorotor.molecule.storage import from_netcdf

        return from_netcdf(path)
