"""Fill the π orbitals of Hückel's model, in which a twisted bond hops with the cosine of its angle.

h_ii = h_X β and h_ij = k_XY β (n_i · n_j) between bonded atoms, n the normals of the atoms' planes:
E. Hückel, Z. Phys. 70, 204 (1931), doi:10.1007/BF01339530. h_X and k_CX of F. A. Van-Catledge, J. Org. Chem. 45, 4801
(1980), doi:10.1021/jo01311a060, who fitted them to calculations of Pariser, Parr and Pople; those of bromine, which he
does not have, of A. Streitwieser, Molecular Orbital Theory for Organic Chemists (Wiley, 1961), chapter 5. Between two
heteroatoms the product of their k stands for k_XY, which is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nanorotor._errors import ModelError
from nanorotor.molecule.backends import Electrons
from nanorotor.molecule.basis import Orbital
from nanorotor.molecule.geometry import Array, Geometry

#: By element and number of neighbours: electrons that the atom gives to the π system, h_X, and k_CX.
ATOMS = {
    ("C", 3): (1, 0.0, 1.0),
    ("C", 2): (1, 0.0, 1.0),
    ("N", 2): (1, 0.51, 1.02),
    ("N", 1): (1, 0.51, 1.02),
    ("N", 3): (2, 1.37, 0.89),
    ("O", 1): (1, 0.97, 1.06),
    ("O", 2): (2, 2.09, 0.66),
    ("S", 2): (2, 1.11, 0.69),
    ("F", 1): (2, 2.71, 0.52),
    ("Cl", 1): (2, 1.48, 0.62),
    ("Br", 1): (2, 1.5, 0.3),
}


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
            atom: ATOMS[symbols[atom], len(others)]
            for atom, others in enumerate(geometry.neighbours)
            if (symbols[atom], len(others)) in ATOMS and not np.isnan(geometry.normals[atom, 0])
        }
        if not kinds:
            raise ModelError(
                "the molecule has no π electrons",
                "Hückel's model takes flat, conjugated atoms: C with three neighbours",
            )
        places = {atom: place for place, atom in enumerate(kinds)}
        h = np.zeros((len(kinds), len(kinds)))
        for atom, (_, site, bond) in kinds.items():
            h[places[atom], places[atom]] = site * self.beta
            for other in geometry.neighbours[atom]:
                if other in kinds:
                    cosine = geometry.normals[atom] @ geometry.normals[other]
                    h[places[atom], places[other]] = bond * kinds[other][2] * self.beta * cosine
        energies = np.asarray(np.linalg.eigvalsh(h), dtype=float)
        electrons = sum(given for given, _, _ in kinds.values()) - self.charge
        if not 0 <= electrons <= 2 * len(kinds):
            raise ModelError(f"{electrons} π electrons in {len(kinds)} orbitals", "give another charge")
        occupations = np.asarray(np.clip(electrons - 2.0 * np.arange(len(kinds)), 0.0, 2.0), dtype=float)
        orbitals = [Orbital(atom, symbols[atom], 3 if symbols[atom] in ("S", "Cl") else 2, 1, "2ppi") for atom in kinds]
        return Electrons(orbitals, None, h, energies, occupations, float(occupations @ energies))

    def overlap(self, geometry: Geometry) -> Array | None:
        """There are no overlaps in this model."""
        return None
