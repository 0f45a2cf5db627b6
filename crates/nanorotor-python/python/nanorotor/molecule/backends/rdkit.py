"""Compute electrons by extended Hückel theory with RDKit.

RDKit gives only the upper triangles of H and S. R. Hoffmann, J. Chem. Phys. 39, 1397 (1963).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from nanorotor._errors import ConvergenceError, ModelError, missing_extra
from nanorotor.molecule.backends import Electrons
from nanorotor.molecule.basis import Orbital
from nanorotor.molecule.elements import is_transition_metal, row_of
from nanorotor.molecule.geometry import Array, Geometry

#: The orbitals of an atom in RDKit's order; hydrogen has the first, other atoms four, transition metals all.
ORDER = [
    (0, "s"),
    (1, "px"),
    (1, "py"),
    (1, "pz"),
    (2, "dx2-y2"),
    (2, "dz2"),
    (2, "dxy"),
    (2, "dxz"),
    (2, "dyz"),
]
SIZES = (4, 9)


class ExtendedHuckel:
    """Extended Hückel theory: overlaps of Slater orbitals and their ionisation energies, without self-consistency.

    Parameters
    ----------
    charge : int
        The charge of the molecule.
    """

    name = "extended-huckel"
    notes: Sequence[str] = (
        "the energy of extended Hückel theory is the sum of orbital energies, without the repulsion of the atoms: take "
        "the potential of the torsion from elsewhere",
    )

    def __init__(self, charge: int = 0) -> None:
        self.charge = charge

    def _run(self, geometry: Geometry) -> tuple[Any, Array, Array]:
        try:
            from rdkit import Chem
            from rdkit.Chem import rdEHTTools
            from rdkit.Geometry import Point3D
        except ImportError:
            raise missing_extra("rdkit", "molecule", self.name) from None
        molecule = Chem.RWMol()
        for number in geometry.numbers.tolist():
            atom = Chem.Atom(number)
            atom.SetNoImplicit(True)
            molecule.AddAtom(atom)
        places = Chem.Conformer(len(geometry.numbers))
        for atom, place in enumerate(geometry.positions.tolist()):
            places.SetAtomPosition(atom, Point3D(*place))
        molecule.AddConformer(places)
        with _silent():
            is_done, found = rdEHTTools.RunMol(molecule, keepOverlapAndHamiltonianMatrices=True)
        if not is_done:
            raise ConvergenceError(
                "extended Hückel theory has no answer for this molecule", "look whether it has values for all elements"
            )
        size = found.numOrbitals
        upper = [np.triu(np.asarray(m).reshape(size, size)) for m in (found.GetOverlapMatrix(), found.GetHamiltonian())]
        overlap, h = (np.asarray(m + np.triu(m, 1).T) for m in upper)
        return found, overlap, h

    def solve(self, geometry: Geometry) -> Electrons:
        """The electrons at a geometry."""
        found, overlap, h = self._run(geometry)
        energies = np.asarray(found.GetOrbitalEnergies(), dtype=float)
        electrons = int(found.numElectrons) - self.charge
        if not 0 <= electrons <= 2 * len(energies):
            raise ModelError(f"{electrons} electrons in {len(energies)} orbitals", "give another charge")
        occupations = np.asarray(np.clip(electrons - 2.0 * np.arange(len(energies)), 0.0, 2.0), dtype=float)
        orbitals: list[Orbital] = []
        for atom, (symbol, number) in enumerate(zip(geometry.symbols, geometry.numbers.tolist(), strict=True)):
            row = row_of(number)
            size = SIZES[1] if is_transition_metal(number) else SIZES[0] if number > 2 else 1
            for l, name in ORDER[:size]:  # noqa: E741
                n = row - 1 if l == 2 else row
                orbitals.append(Orbital(atom, symbol, n, l, f"{n}{name}"))
        if len(orbitals) != len(energies):
            raise ModelError(
                f"RDKit has {len(energies)} orbitals where s, p and d of the metals would be {len(orbitals)}",
                "take another method for these elements",
            )
        return Electrons(orbitals, overlap, h, energies, occupations, float(occupations @ energies))

    def overlap(self, geometry: Geometry) -> Array | None:
        """The overlaps alone."""
        return self._run(geometry)[1]


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Keep the warnings of the C library about near atoms from the terminal."""
    with open(os.devnull, "w") as nowhere:
        kept = os.dup(2)
        try:
            os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
