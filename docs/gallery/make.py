"""Make the studies and figures of the molecules of the gallery again: ``python make.py [scan|rates|figures] [NAME]``.

Needs nanorotor with its extras ``molecule`` and ``plot``. Scans take a minute each, rates half an hour on two cores.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nanorotor as nr
import numpy as np
import xarray as xr
from nanorotor.molecule.structure import of as structure_of

HERE = Path(__file__).parent
#: Electrodes are the π bands of chains about E_F, 10.8 eV wide; each couples to one atom of an end ring.
BAND = ("E_F", "2.7 eV")
BROADENING = "0.3 eV"
#: Bits that are stored of each number, 21 (2e-7 of it) where nothing is said, and what is stored as zero.
BITS, ZERO = {"positions": 15}, 1e-7
#: Fermi levels from the middle of the gap (eV), and biases (eV).
SHIFTS = np.linspace(-1.0, 1.0, 9)
BIASES = np.array([1.0, 2.0])


@dataclass(frozen=True)
class Molecule:
    """A molecule of the gallery: what turns, and which atoms touch the electrodes."""

    smiles: str
    axis: tuple[tuple[int, int], tuple[int, int]]
    left: int
    right: int
    title: str
    friction: str = "0.01 eV ps"
    angles: int = 32
    #: θ of rings that are turned against the given geometry before the scan: bond and angle (rad).
    twist: tuple[tuple[int, int], float] | None = None
    #: The bond whose first atom lies in the ring that ``twist`` counts from; that of the axis if it is not given.
    other: tuple[int, int] | None = None
    options: dict[str, Any] = field(default_factory=dict)


MOLECULES = {
    "biphenyl": Molecule(
        "c1ccccc1C#Cc1ccc(cc1)c1ccc(cc1)C#Cc1ccccc1",
        ((7, 8), (17, 20)),
        2,
        25,
        "Biphenyl on axles of alkynes between graphene-like electrodes",
    ),
    "terphenyl": Molecule(
        "c1ccccc1c1ccc(cc1)c1ccccc1",
        ((5, 6), (9, 12)),
        2,
        15,
        "The middle ring of p-terphenyl between rings held 45 degrees apart",
        twist=((9, 12), np.pi / 4),
        angles=40,
    ),
    "binaphthyl": Molecule(
        "C=CC#Cc1ccc(c2ccccc12)c1ccc(c2ccccc12)C#CC=C",
        ((3, 4), (17, 24)),
        0,
        27,
        "A chiral propeller: 1,1'-binaphthyl on axles of alkynes",
        # The vinyl groups, which stand for the edges of the electrodes, in one plane.
        twist=((25, 26), 0.0),
        other=(1, 2),
        angles=24,
    ),
}


def relaxed(geometry: nr.molecule.Geometry) -> nr.molecule.Geometry:
    """The geometry of least energy in GFN1-xTB."""
    from ase import Atoms
    from ase.optimize import BFGS
    from tblite.ase import TBLite

    atoms = Atoms(geometry.numbers, geometry.positions, calculator=TBLite(method="GFN1-xTB", verbosity=0))
    BFGS(atoms, logfile=None).run(fmax=2e-3, steps=1000)
    return nr.molecule.read((geometry.numbers, atoms.get_positions()))


def turned(geometry: nr.molecule.Geometry, bond: tuple[int, int], wanted: float, other: tuple[int, int]) -> Any:
    """Turn what is beyond a bond until its ring is at an angle to the ring beyond another bond."""
    from nanorotor.molecule.rotor import find

    half = find(geometry, bond)
    fixed = geometry.normals[other[0]]
    here = geometry.normals[bond[1]]
    along = half.direction
    angle = np.arctan2(along @ np.cross(fixed, here), fixed @ here)
    return nr.molecule.read((geometry.numbers, half.turned(geometry.positions, half.start + wanted - angle)))


def study_of(molecule: Molecule) -> nr.Study:
    """The molecule between its electrodes."""
    geometry = relaxed(nr.molecule.read(molecule.smiles))
    if molecule.twist is not None:
        bond, angle = molecule.twist
        geometry = turned(geometry, bond, angle, molecule.other or molecule.axis[0])
    scan = nr.molecule.torsion(geometry, molecule.axis, angles=molecule.angles)
    anchors = [
        nr.Anchor("left", {molecule.left: BROADENING}, chain=BAND),
        nr.Anchor("right", {molecule.right: BROADENING}, chain=BAND),
    ]
    return scan.junction(
        anchors,
        friction=molecule.friction,
        temperature="300 K",
        bias="1 eV",
        title=molecule.title,
        tolerance=1e-5,
        **molecule.options,
    )


def write(study: nr.Study, path: Path) -> None:
    """Write a study with its table compressed."""
    study.write(path)
    compress(path.with_suffix(".nc"))


def compress(table: Path) -> None:
    """Write a table again in fewer bytes."""
    found = xr.load_dataset(table)
    encoding: dict[str, Any] = {}
    for name, values in found.data_vars.items():
        encoding[str(name)] = {"zlib": True, "shuffle": True, "complevel": 9, "_FillValue": None}
        if values.ndim > 1:
            encoding[str(name)] |= {"significant_digits": BITS.get(str(name), 21), "quantize_mode": "BitRound"}
            found[name] = values.where(np.abs(values) > ZERO, 0.0)
    found.to_netcdf(table, engine="netcdf4", encoding=encoding)


def rates(name: str) -> list[dict[str, float]]:
    """Rates over bias and Fermi level, with their errors; no rate where a point has no result."""
    study = nr.Study.load(HERE / f"{name}.toml")
    found = study.rate(V=BIASES, E_F=study.value("E_F")[0] + SHIFTS)
    return [
        {
            "V [eV]": float(bias),
            "E_F - midgap [eV]": float(shift),
            "rotation_rate [1/ns]": float(found.rotation_rate[i, k]),
            "rotation_rate_error [1/ns]": float(found.rotation_rate_error[i, k]),
            "mean_current[left] [uA]": float(found.mean_current.sel(lead="left")[i, k]),
        }
        for i, bias in enumerate(BIASES)
        for k, shift in enumerate(SHIFTS)
    ]


def paper(bias: float, shifts: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The rates of the model of Preston & Kosov (2023), its levels shifted against the Fermi level."""
    study = nr.Study.preset("preston2023").with_(E_2="E_1", xi_solv="0.01 eV ps", kT="300 K")
    return np.asarray(study.rate(V=bias, E_1=-shifts).rotation_rate)


def figure(name: str) -> None:
    """Draw the molecule, and its rates against the Fermi level."""
    import matplotlib.pyplot as plt

    with open(HERE / f"{name}_rates.csv", encoding="utf-8") as file:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    plt.rcParams["font.size"] = 9
    fig = plt.figure(figsize=(7.5, 5.4), layout="constrained")
    grid = fig.add_gridspec(2, 2, height_ratios=[1, 1.25])
    path = HERE / f"{name}.toml"
    lowest = structure_of(path).lowest
    nr.plot.molecule(path, [lowest, lowest + np.pi / 2], [fig.add_subplot(grid[0, k]) for k in (0, 1)])
    ax = fig.add_subplot(grid[1, :])
    fine = np.linspace(SHIFTS[0], SHIFTS[-1], 81)
    for bias, colour, marker in zip(BIASES, nr.plot.COLOURS, "os", strict=False):
        own = [row for row in rows if row["V [eV]"] == bias]
        shifts = [row["E_F - midgap [eV]"] for row in own]
        values = np.array([row["rotation_rate [1/ns]"] for row in own])
        errors = np.array([row["rotation_rate_error [1/ns]"] for row in own])
        ax.errorbar(shifts, values, errors, color=colour, marker=marker, ms=4, lw=1, label=f"V = {bias:g} eV")
        if name == "biphenyl":
            ax.plot(fine, paper(bias, fine), color=colour, ls="--", lw=1, label=f"model of the paper, V = {bias:g} eV")
    ax.set_yscale("symlog", linthresh=1e-4)
    ax.axhline(0, color="0.7", lw=0.8)
    ax.set_xlabel("$E_F$ − middle of the gap (eV)")
    ax.set_ylabel("rotation rate (revolutions per ns)")
    ax.legend(frameon=False, fontsize="small", loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
    fig.savefig(HERE / f"{name}.png", dpi=110)
    plt.close(fig)


def main() -> None:
    """Do what is asked for each molecule."""
    what = sys.argv[1] if len(sys.argv) > 1 else "all"
    for name in sys.argv[2:] or MOLECULES:
        if what in ("all", "scan"):
            write(study_of(MOLECULES[name]), HERE / f"{name}.toml")
        if what in ("all", "rates"):
            rows = rates(name)
            with open(HERE / f"{name}_rates.csv", "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, rows[0])
                writer.writeheader()
                writer.writerows(rows)
        if what in ("all", "figures"):
            figure(name)
        print(name, what, "done", flush=True)


if __name__ == "__main__":
    main()
