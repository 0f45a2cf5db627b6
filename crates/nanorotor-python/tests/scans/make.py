"""Make the scans of this folder again: ``python make.py``, where nanorotor with its extra ``molecule`` is installed."""

from pathlib import Path

import nanorotor as nr

HERE = Path(__file__).parent
#: The force field's geometry; the dihedral angle is 0-5-6-7.
BIPHENYL = "c1ccccc1-c1ccccc1"


def main() -> None:
    """Compute every scan."""
    nr.molecule.torsion("C=CC=C", axis=(1, 2), angles=32).to_netcdf(HERE / "butadiene.nc")
    relaxed = nr.molecule.torsion(BIPHENYL, axis=(5, 6), angles=32, relax=True)
    relaxed.reduced().to_netcdf(HERE / "biphenyl_relaxed.nc")
    # Biphenyl of the same geometry every 8°, which meets 88°, in its π orbitals.
    coarse = nr.molecule.torsion(BIPHENYL, axis=(5, 6), angles=32)
    coarse.to_netcdf(HERE / "biphenyl.nc")
    atoms = (coarse.numbers, coarse.positions[0])
    nr.molecule.torsion(atoms, axis=(5, 6), angles=45).reduced().to_netcdf(HERE / "biphenyl_pi.nc")


if __name__ == "__main__":
    main()
