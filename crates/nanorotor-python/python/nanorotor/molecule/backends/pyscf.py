"""Compute electrons by density functional theory with PySCF, in intrinsic atomic orbitals.

Intrinsic atomic orbitals (IAOs) are the orbitals of free atoms, polarised so that they span the occupied orbitals of
the molecule exactly: G. Knizia, J. Chem. Theory Comput. 9, 4834 (2013), doi:10.1021/ct400687b. They have one π orbital
for each atom. PySCF: Q. Sun et al., J. Chem. Phys. 153, 024109 (2020), doi:10.1063/5.0006074.

An IAO depends on the whole molecule, so that its derivative is no property of pairs of atoms: see `transport`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nanorotor._errors import ConvergenceError, ModelError, missing_extra
from nanorotor.molecule.backends import Electrons
from nanorotor.molecule.backends.tblite import BOHR, HARTREE
from nanorotor.molecule.basis import Orbital, generator, rotation, spectral_derivative
from nanorotor.molecule.geometry import Array, Geometry
from nanorotor.molecule.rotor import Rotor

#: The change of the energy in Ha at which self-consistency ends: matrix elements are then smooth to about 1e-7 eV.
CONVERGED = 1e-12
#: The angular momentum of the letters of shells.
MOMENTA = {"s": 0, "p": 1, "d": 2}


class PySCF:
    """Restricted Kohn-Sham or Hartree-Fock theory with PySCF, in intrinsic atomic orbitals.

    Parameters
    ----------
    functional : str
        What PySCF calls it, such as ``"PBE"`` or ``"PBE0"``; ``"HF"`` for Hartree-Fock.
    basis : str
        The basis of the calculation, such as ``"def2-svp"``.
    charge : int
        The charge of the molecule; its electrons must be paired.
    """

    def __init__(self, functional: str = "PBE", basis: str = "def2-svp", charge: int = 0) -> None:
        self.functional, self.basis, self.charge = functional, basis, charge
        self.name = f"{functional}/{basis}"
        self.notes: Sequence[str] = (
            f"{self.name} in intrinsic atomic orbitals: occupied orbitals are exact in them, empty ones lie higher "
            "than in the whole basis",
        )

    def solve(self, geometry: Geometry) -> Electrons:
        """The electrons at a geometry."""
        try:
            from pyscf import dft, gto, scf
            from pyscf.lo import iao
        except ImportError:
            raise missing_extra("pyscf", "pyscf", self.name) from None
        if (int(np.sum(geometry.numbers)) - self.charge) % 2:
            raise ModelError(
                "the molecule has an odd number of electrons",
                f"{self.name} needs paired electrons: give another charge",
            )
        atoms = list(zip(geometry.symbols, geometry.positions.tolist(), strict=True))
        try:
            molecule = gto.M(atom=atoms, basis=self.basis, charge=self.charge, unit="Angstrom", verbose=0)
            field = scf.RHF(molecule) if self.functional.upper() == "HF" else dft.RKS(molecule, xc=self.functional)
            field.conv_tol = CONVERGED
            energy = float(field.kernel())
        except Exception as error:
            raise ModelError(
                f"PySCF does not compute {self.name}: {error}",
                "look at the names of functional and basis, and the charge",
            ) from None
        if not field.converged:
            raise ConvergenceError(
                f"{self.name} does not converge",
                "look at the geometry (atoms that meet when the rotor turns) and the charge",
            )
        vectors = np.asarray(iao.iao(molecule, field.mo_coeff[:, field.mo_occ > 0]))
        overlap = vectors.T @ molecule.intor("int1e_ovlp") @ vectors
        fock = vectors.T @ field.get_fock() @ vectors * HARTREE
        energies = _levels(fock, overlap)
        pairs = int(np.sum(field.mo_occ > 0))
        occupations = np.where(np.arange(len(energies)) < pairs, 2.0, 0.0)
        labels = iao.reference_mol(molecule).ao_labels(fmt=None)
        return Electrons(
            [_orbital(molecule, *label) for label in labels],
            overlap,
            fock,
            energies,
            occupations,
            energy * HARTREE,
            (molecule, vectors),
        )

    def overlap(self, geometry: Geometry) -> Array | None:
        """The overlaps alone."""
        return self.solve(geometry).overlap

    def transport(self, found: Sequence[Electrons], velocities: Array, frames: Array, turning: Rotor) -> Array:
        """D = ⟨μ|∂_θ ν⟩ of the IAOs at every angle, ``(n, N, N)``, their shells turned with the rotor.

        An IAO is ν = Σ χ_κ C_κν over the basis functions χ, which move with their atoms and turn with the rotor too:
        D = Cᵀ (⟨χ|∂_θ χ⟩ C + ⟨χ|χ⟩ ∂_θ C). The first derivative is analytic, C is smooth in θ.
        """
        moving = set(turning.atoms.tolist())
        molecule = found[0].state[0]
        functions = [
            replace(function, fragment=int(function.atom in moving))
            for function in (_orbital(molecule, *label) for label in molecule.ao_labels(fmt=None))
        ]
        if any(function.l not in (0, 1, 2) for function in functions):
            raise ModelError(f"{self.basis} has f functions", "take a basis up to d functions, such as def2-svp")
        coefficients = []
        for one, frame in zip(found, frames, strict=True):
            turn = rotation(functions, frame)
            coefficients.append(turn.T @ one.state[1] @ rotation(one.orbitals, frame))
        slopes = spectral_derivative(np.array(coefficients))
        turning_shells = generator(functions, turning.direction)
        owner = [function.atom for function in functions]
        derivative = []
        for k, (one, frame) in enumerate(zip(found, frames, strict=True)):
            here, turn = one.state[0], rotation(functions, frame)
            speed = velocities[k][owner] * BOHR
            # int1e_ipovlp is <grad mu|nu>; a function whose centre moves changes by -v grad.
            moved = -np.einsum("jx,xji->ij", speed, here.intor("int1e_ipovlp"))
            overlap = turn.T @ here.intor("int1e_ovlp") @ turn
            of_functions = turn.T @ moved @ turn + overlap @ turning_shells
            c = coefficients[k]
            derivative.append(c.T @ (of_functions @ c + overlap @ slopes[k]))
        return np.array(derivative)


def _levels(fock: Array, overlap: Array) -> Array:
    values, vectors = np.linalg.eigh(overlap)
    root = vectors / np.sqrt(values) @ vectors.T
    return np.asarray(np.linalg.eigvalsh(root @ fock @ root), dtype=float)


def _orbital(molecule: Any, atom: int, _: str, shell: str, direction: str) -> Orbital:
    letter = shell.lstrip("0123456789")
    name = f"{shell}{direction.replace('^', '')}"
    return Orbital(atom, molecule.atom_pure_symbol(atom), int(shell[: -len(letter)]), MOMENTA.get(letter, 3), name)
