"""Choose what computes the electrons at a geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nanorotor._errors import ModelError
from nanorotor.molecule.basis import Orbital
from nanorotor.molecule.geometry import Array, Geometry


@dataclass(frozen=True, eq=False)
class Electrons:
    """What a back end tells of the electrons at a geometry.

    Attributes
    ----------
    orbitals : sequence of Orbital
        The basis; directions of p and d orbitals are those of space. The orbitals of an atom stand together.
    overlap : array or None
        S of the basis; None if it is orthonormal.
    fock : array
        The one-electron Hamiltonian F in eV, with F C = S C ε.
    orbital_energies, occupations : array
        ε in eV, rising, and the number of electrons in each orbital of the molecule.
    energy : float
        Total energy in eV, the classical potential of the rotor.
    state : object
        What a back end keeps for its ``transport``.
    """

    orbitals: Sequence[Orbital]
    overlap: Array | None
    fock: Array
    orbital_energies: Array
    occupations: Array
    energy: float
    state: Any = None


class Backend(Protocol):
    """What a method must give.

    Where orbitals depend on more than their own atom, ``transport(found, velocities, frames, turning)`` gives the
    derivative of the basis, of what :meth:`solve` gave at all angles; else it is found from overlaps of pairs of atoms.
    """

    #: What the method is called in results.
    name: str
    #: What it assumes, in words.
    notes: Sequence[str]

    def solve(self, geometry: Geometry) -> Electrons:
        """The electrons at a geometry."""

    def overlap(self, geometry: Geometry) -> Array | None:
        """The overlaps alone, of any two atoms too; None if the basis is taken to be orthonormal at all angles."""


#: Names of the methods, in small letters and without hyphens, with what they need.
METHODS = {
    "huckel": "nothing",
    "GFN1-xTB": "tblite",
    "GFN2-xTB": "tblite",
    "extended-huckel": "rdkit",
    "PySCF": "pyscf",
}


def backend(method: Any, charge: int = 0, unpaired: int = 0) -> Backend:
    """Find a back end by its name; an object that is one already is given back."""
    if not isinstance(method, str):
        if hasattr(method, "solve") and hasattr(method, "overlap"):
            return method  # type: ignore[no-any-return]
        raise ModelError(f"this is no method: {method!r}", f"write one of {', '.join(METHODS)}, or give a back end")
    plain = method.casefold().replace("-", "").replace(" ", "").replace("ü", "u")
    if plain == "huckel":
        from nanorotor.molecule.backends.huckel import Huckel

        return Huckel(charge=charge)
    if plain in ("gfn1xtb", "gfn2xtb", "gfn1", "gfn2"):
        from nanorotor.molecule.backends.tblite import Tblite

        return Tblite(f"GFN{plain[3]}-xTB", charge=charge, unpaired=unpaired)
    if plain == "extendedhuckel":
        from nanorotor.molecule.backends.rdkit import ExtendedHuckel

        return ExtendedHuckel(charge=charge)
    if plain == "pyscf":
        from nanorotor.molecule.backends.pyscf import PySCF

        if unpaired:
            raise ModelError(f"PySCF with {unpaired} unpaired electrons", "its electrons are taken to be paired")
        return PySCF(charge=charge)
    raise ModelError(f"there is no method {method!r}", f"write one of {', '.join(METHODS)}")


__all__ = ["METHODS", "Backend", "Electrons", "backend"]
