"""Read geometries: ASE Atoms, XYZ files and texts, SMILES."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from nanorotor._errors import FileError, ModelError, missing_extra
from nanorotor.molecule.elements import NUMBERS
from nanorotor.molecule.geometry import Geometry, checked

#: The seed of the embedding of SMILES, so that the same text gives the same geometry.
SEED = 7


def read(atoms: Any) -> Geometry:
    """Read a molecule.

    Parameters
    ----------
    atoms : ase.Atoms, Geometry, path, str or (numbers, positions)
        ASE Atoms; the path of an XYZ file, or of another file that ASE reads; the text of an XYZ file; a SMILES string
        (RDKit embeds it and relaxes it in the force field MMFF94; hydrogens follow the other atoms, in the order of the
        text); or atomic numbers or symbols, with positions in Å.

    Returns
    -------
    Geometry
        Atoms are counted from 0 in the order of the source.

    Raises
    ------
    ModelError
        If this is no molecule.
    FileError
        If a file cannot be read.
    MissingExtraError
        If RDKit or ASE is needed and not installed.
    """
    if isinstance(atoms, Geometry):
        return atoms
    if hasattr(atoms, "get_atomic_numbers") and hasattr(atoms, "get_positions"):
        return checked(atoms.get_atomic_numbers(), atoms.get_positions())
    if isinstance(atoms, os.PathLike):
        return _file(Path(atoms))
    if isinstance(atoms, str):
        atoms = atoms.removeprefix("\ufeff")
        if not atoms.strip():
            raise ModelError("the text is empty", "give the path or the text of an XYZ file, or SMILES")
        if "\n" in atoms.strip():
            return _xyz(atoms, "the text")
        if atoms.lower().endswith(".xyz") or (len(atoms) < 1000 and Path(atoms).is_file()):
            return _file(Path(atoms))
        return _smiles(atoms.strip())
    if isinstance(atoms, tuple | list) and len(atoms) == 2:
        numbers = [_number(kind) if isinstance(kind, str) else kind for kind in atoms[0]]
        return checked(numbers, atoms[1])
    raise ModelError(
        f"this is no molecule: {type(atoms).__name__}",
        "give ASE Atoms, the path or the text of an XYZ file, SMILES, or (numbers, positions)",
    )


def _number(symbol: str) -> int:
    try:
        return NUMBERS[symbol.strip().capitalize()]
    except KeyError:
        raise ModelError(f"there is no element {symbol!r}", "write symbols such as C and H") from None


def _file(path: Path) -> Geometry:
    if path.suffix.lower() == ".xyz":
        try:
            return _xyz(path.read_text(encoding="utf-8-sig"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise FileError(f"{path} cannot be read: {error}", "give the path of an XYZ file") from None
    try:
        from ase.io import read as read_any
    except ImportError:
        raise missing_extra("ase", "molecule", f"reading {path.suffix or path}") from None
    try:
        return read(read_any(path))
    except Exception as error:
        raise FileError(f"{path} cannot be read: {error}", "give an XYZ file, or a format that ASE reads") from None


def _xyz(text: str, name: str) -> Geometry:
    lines = text.strip("\n").splitlines()
    try:
        count = int(lines[0])
        rows = [line.split() for line in lines[2 : 2 + count]]
        positions = [[float(number) for number in row[1:4]] for row in rows]
        symbols = [row[0] for row in rows]
    except (IndexError, ValueError):
        raise ModelError(
            f"{name} is not in the format XYZ", "write the number of atoms, a comment, and lines such as: C 0.0 0.0 1.4"
        ) from None
    if len(rows) != count:
        raise ModelError(f"{name} says {count} atoms and has {len(rows)}", "mend the first line")
    return checked([int(s) if s.isdigit() else _number(s) for s in symbols], positions)


def _smiles(text: str) -> Geometry:
    try:
        from rdkit import Chem, RDLogger
        from rdkit.Chem import AllChem
    except ImportError:
        raise missing_extra("rdkit", "molecule", f"reading {text!r} as SMILES") from None
    RDLogger.DisableLog("rdApp.*")
    molecule = Chem.MolFromSmiles(text)
    if molecule is None:
        raise ModelError(f"{text!r} is neither a file nor SMILES", "write for example c1ccccc1-c1ccccc1 for biphenyl")
    if len(Chem.GetMolFrags(molecule)) != 1:
        raise ModelError(f"{text!r} is more than one molecule", "write one, without a dot, or give their geometry")
    molecule = Chem.AddHs(molecule)
    if AllChem.EmbedMolecule(molecule, randomSeed=SEED) != 0:
        raise ModelError(f"RDKit finds no geometry for {text!r}", "give the geometry itself, as an XYZ file")
    AllChem.MMFFOptimizeMolecule(molecule, maxIters=10000)
    return checked(
        [atom.GetAtomicNum() for atom in molecule.GetAtoms()], np.array(molecule.GetConformer().GetPositions())
    )
