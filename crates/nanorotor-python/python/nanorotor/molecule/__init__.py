"""From a molecule to a motor: turn a part of a molecule, and put it between leads.

>>> import nanorotor as nr
>>> scan = nr.molecule.torsion("c1ccccc1-c1ccccc1", axis=(5, 6), method="huckel")   # doctest: +SKIP
>>> scan.to_netcdf("scan.nc")                                                       # doctest: +SKIP
"""

from nanorotor.molecule.anchor import Anchor
from nanorotor.molecule.backends import METHODS, Backend, Electrons
from nanorotor.molecule.backends.huckel import Huckel
from nanorotor.molecule.backends.pyscf import PySCF
from nanorotor.molecule.basis import Orbital, orthonormal
from nanorotor.molecule.friction import phonons, stokes
from nanorotor.molecule.geometry import Geometry
from nanorotor.molecule.given import from_matrices
from nanorotor.molecule.reading import read
from nanorotor.molecule.scan import Scan
from nanorotor.molecule.sisl import from_sisl
from nanorotor.molecule.structure import Structure
from nanorotor.molecule.torsion import torsion
from nanorotor.molecule.viewer import View, view

__all__ = [
    "METHODS",
    "Anchor",
    "Backend",
    "Electrons",
    "Geometry",
    "Huckel",
    "Orbital",
    "PySCF",
    "Scan",
    "Structure",
    "View",
    "from_matrices",
    "from_sisl",
    "orthonormal",
    "phonons",
    "read",
    "stokes",
    "torsion",
    "view",
]
