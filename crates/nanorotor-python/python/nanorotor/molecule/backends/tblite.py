"""Compute electrons by GFN1-xTB or GFN2-xTB with tblite.

What tblite calls its Hamiltonian matrix is the part before self-consistency, H0. The Fock matrix
follows from the orbitals: F = S C diag(ε) Cᵀ S. GFN1-xTB: S. Grimme et al., J. Chem. Theory Comput.
13, 1989 (2017); GFN2-xTB: C. Bannwarth et al., J. Chem. Theory Comput. 15, 1652 (2019).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from nanorotor._errors import ConvergenceError, missing_extra
from nanorotor.molecule.backends import Electrons
from nanorotor.molecule.basis import Orbital
from nanorotor.molecule.elements import is_transition_metal, row_of
from nanorotor.molecule.geometry import Array, Geometry

#: Å in bohr (CODATA 2018).
BOHR = 1 / 0.529177210903
#: Hartree in eV (CODATA 2018).
HARTREE = 27.211386245988
#: tblite's accuracy: the smaller, the tighter are the thresholds of self-consistency, and the farther integrals reach.
ACCURACY = 1e-4
#: k_BT in Ha, so large that any pair of atoms converges where only overlaps are wanted.
HOT = 0.5
#: Real harmonics in tblite's order, m from -l to l.
ORDER = {0: ("s",), 1: ("py", "pz", "px"), 2: ("dxy", "dyz", "dz2", "dxz", "dx2-y2")}


class Tblite:
    """GFN1-xTB or GFN2-xTB.

    Parameters
    ----------
    method : str
        ``"GFN1-xTB"`` or ``"GFN2-xTB"``.
    charge, unpaired : int
        The charge of the molecule, and how many of its electrons are unpaired.
    """

    def __init__(self, method: str = "GFN1-xTB", charge: int = 0, unpaired: int = 0) -> None:
        self.name = method
        self.charge = charge
        self.unpaired = unpaired
        self.notes: Sequence[str] = (
            f"{method}: a minimal valence basis, and orbital energies without quasiparticle corrections of the gap",
            "electrons are smeared by 300 K, as is usual for xTB; it matters only where the gap nearly closes",
        )

    def _run(self, geometry: Geometry, charge: int, unpaired: int, kt: float | None) -> Any:
        try:
            with _one_thread():
                from tblite.interface import Calculator
        except ImportError:
            raise missing_extra("tblite", "molecule", self.name) from None
        try:
            calculator = Calculator(self.name, geometry.numbers, geometry.positions * BOHR, charge, unpaired)
            calculator.set("verbosity", 0)
            calculator.set("save-integrals", 1)
            calculator.set("accuracy", ACCURACY)
            calculator.set("max-iter", 500)
            if kt is not None:
                calculator.set("temperature", kt)
            return calculator, calculator.singlepoint()
        except Exception as error:
            reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
            raise ConvergenceError(
                f"{self.name} does not converge: {reason}",
                "look at the geometry (atoms that meet when the rotor turns), the charge and the unpaired electrons; "
                "`relax=True` lets the molecule give way",
            ) from None

    def solve(self, geometry: Geometry) -> Electrons:
        """The electrons at a geometry."""
        calculator, found = self._run(geometry, self.charge, self.unpaired, None)
        s, c = found.get("overlap-matrix"), found.get("orbital-coefficients")
        energies = found.get("orbital-energies") * HARTREE
        sc = s @ c
        occupations = np.asarray(found.get("orbital-occupations"))
        return Electrons(
            _orbitals(calculator, geometry),
            s,
            (sc * energies) @ sc.T,
            energies,
            occupations.sum(axis=0) if occupations.ndim == 2 else occupations,
            float(found.get("energy")) * HARTREE,
        )

    def overlap(self, geometry: Geometry) -> Array | None:
        """The overlaps alone."""
        electrons = int(np.sum(geometry.numbers))
        return np.asarray(self._run(geometry, 0, electrons % 2, HOT)[1].get("overlap-matrix"))

    def ase_calculator(self) -> Any:
        """The same method as a calculator of ASE, for relaxing."""
        try:
            with _one_thread():
                from tblite.ase import TBLite
        except ImportError:
            raise missing_extra("tblite and ase", "molecule", "relaxing") from None
        return TBLite(method=self.name, charge=self.charge, multiplicity=self.unpaired + 1, accuracy=1e-2, verbosity=0)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Load tblite with one thread, unless the user says how many: more wait for each other at this size."""
    chosen = "OMP_NUM_THREADS" in os.environ
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        yield
    finally:
        if not chosen:
            del os.environ["OMP_NUM_THREADS"]


def _orbitals(calculator: Any, geometry: Geometry) -> list[Orbital]:
    momenta = calculator.get("angular-momenta")
    atoms = calculator.get("shell-map")
    found: list[Orbital] = []
    seen: dict[tuple[int, int], int] = {}
    symbols = geometry.symbols
    for atom, momentum in zip(atoms.tolist(), momenta.tolist(), strict=True):
        number = int(geometry.numbers[atom])
        n = row_of(number) - (1 if momentum == 2 and is_transition_metal(number) else 0)
        # A second shell of the same kind, such as 2s of hydrogen in GFN1-xTB, is the next one.
        n += seen.get((atom, momentum), 0)
        seen[atom, momentum] = seen.get((atom, momentum), 0) + 1
        found += [Orbital(atom, symbols[atom], n, momentum, f"{n}{direction}") for direction in ORDER[momentum]]
    return found
