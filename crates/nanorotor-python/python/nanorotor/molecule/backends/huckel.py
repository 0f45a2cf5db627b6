"""Fill the π orbitals of Hückel's model, in which a twisted bond hops with the cosine of its angle.

h_ii = h_X β and h_ij = k_XY β (n_i · n_j) between bonded atoms, n the normals of the atoms' planes:
E. Hückel, Z. Phys. 70, 204 (1931), doi:10.1007/BF01339530. h_X and k_XY of F. A. Van-Catledge, J. Org. Chem. 45, 4801
(1980), doi:10.1021/jo01311a060, who fitted them to calculations of Pariser, Parr and Pople: 0.97 and 1.06 for the
oxygen of a carbonyl group. Those of bromine, which he does not have, are those of A. Streitwieser, Molecular Orbital
Theory for Organic Chemists (Wiley, 1961), chapter 5, with the product of both atoms' k_CX for its bonds to heteroatoms.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nanorotor._errors import ModelError
from nanorotor.molecule.backends import Electrons
from nanorotor.molecule.basis import Orbital
from nanorotor.molecule.elements import row_of
from nanorotor.molecule.geometry import Array, Geometry

#: By element and number of neighbours: what Van-Catledge calls the atom, with the number of electrons that it gives.
KINDS = {
    ("B", 3): "B0",
    ("C", 3): "C1",
    ("C", 2): "C1",
    ("N", 2): "N1",
    ("N", 1): "N1",
    ("N", 3): "N2",
    ("O", 1): "O1",
    ("O", 2): "O2",
    ("S", 1): "S1",
    ("S", 2): "S2",
    ("F", 1): "F2",
    ("Cl", 1): "Cl2",
    ("Br", 1): "Br2",
}
#: h_X.
SITES = {
    "B0": -0.45,
    "C1": 0.0,
    "N1": 0.51,
    "N2": 1.37,
    "O1": 0.97,
    "O2": 2.09,
    "S1": 0.46,
    "S2": 1.11,
    "F2": 2.71,
    "Cl2": 1.48,
    "Br2": 1.5,
}
#: k_XY, symmetric: the row of an atom has its bonds to those before it and to itself.
ROWS = """
C1  1.00
B0  0.73 0.87
N1  1.02 0.66 1.09
N2  0.89 0.53 0.99 0.98
O1  1.06 0.60 1.14 1.13 1.26
O2  0.66 0.35 0.80 0.89 1.02 0.95
S1  0.81 0.51 0.83 0.68 0.84 0.43 0.68
S2  0.69 0.44 0.78 0.73 0.85 0.54 0.58 0.63
F2  0.52 0.26 0.65 0.77 0.92 0.94 0.28 0.32 1.04
Cl2 0.62 0.41 0.77 0.80 0.88 0.70 0.52 0.59 0.51 0.68
"""
#: k of bromine to carbon.
BROMINE = 0.3


def _bonds() -> dict[frozenset[str], float]:
    rows = [row.split() for row in ROWS.split("\n") if row]
    names = [row[0] for row in rows]
    found = {frozenset((row[0], other)): float(k) for row in rows for other, k in zip(names, row[1:], strict=False)}
    for name in names:
        found[frozenset(("Br2", name))] = BROMINE * found[frozenset((name, "C1"))]
    found[frozenset(("Br2",))] = BROMINE**2
    return found


#: k_XY by both atoms.
BONDS = _bonds()


class Huckel:
    """Hückel's model of π electrons: one orbital for each atom of a plane, no overlaps.

    Parameters
    ----------
    beta : float
        The hopping β of a flat bond of two carbon atoms in eV; energies count from the carbon level.
    charge : int
        Electrons taken away.
    """

    name = "huckel"
    notes: Sequence[str] = (
        "Hückel's model: one π orbital for each atom of a plane, hopping β cos(twist), no overlaps, energies from the "
        "level of carbon",
        "the energy is that of the π electrons alone: conjugation pulls the rings flat, and nothing pushes them apart",
    )

    def __init__(self, beta: float = -2.7, charge: int = 0) -> None:
        self.beta = beta
        self.charge = charge

    def solve(self, geometry: Geometry) -> Electrons:
        """The π electrons at a geometry."""
        symbols = geometry.symbols
        kinds = {
            atom: KINDS[symbols[atom], len(others)]
            for atom, others in enumerate(geometry.neighbours)
            if (symbols[atom], len(others)) in KINDS and not np.isnan(geometry.normals[atom, 0])
        }
        if not kinds:
            raise ModelError(
                "the molecule has no π electrons",
                "Hückel's model takes flat, conjugated atoms: C with three neighbours",
            )
        places = {atom: place for place, atom in enumerate(kinds)}
        h = np.zeros((len(kinds), len(kinds)))
        for atom, kind in kinds.items():
            h[places[atom], places[atom]] = SITES[kind] * self.beta
            for other in geometry.neighbours[atom]:
                if other in kinds:
                    cosine = geometry.normals[atom] @ geometry.normals[other]
                    bond = BONDS[frozenset((kind, kinds[other]))]
                    h[places[atom], places[other]] = bond * self.beta * cosine
        energies = np.asarray(np.linalg.eigvalsh(h), dtype=float)
        electrons = sum(int(kind[-1]) for kind in kinds.values()) - self.charge
        if not 0 <= electrons <= 2 * len(kinds):
            raise ModelError(f"{electrons} π electrons in {len(kinds)} orbitals", "give another charge")
        occupations = np.asarray(np.clip(electrons - 2.0 * np.arange(len(kinds)), 0.0, 2.0), dtype=float)
        rows = [row_of(int(geometry.numbers[atom])) for atom in kinds]
        orbitals = [Orbital(atom, symbols[atom], n, 1, f"{n}ppi") for atom, n in zip(kinds, rows, strict=True)]
        return Electrons(orbitals, None, h, energies, occupations, float(occupations @ energies))

    def overlap(self, geometry: Geometry) -> Array | None:
        """There are no overlaps in this model."""
        return None
