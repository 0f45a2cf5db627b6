"""Run ``nanorotor molecule``: from a geometry to a scan and a study of it between electrodes."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nanorotor._errors import Error
from nanorotor._progress import progress
from nanorotor.molecule.anchor import FRAMES, ORBITALS, Anchor
from nanorotor.molecule.reading import read
from nanorotor.molecule.scan import Scan
from nanorotor.molecule.torsion import torsion

if TYPE_CHECKING:
    from nanorotor._study import Study

#: What the command writes.
SCAN, STUDY, MATRICES = "scan.nc", "study.toml", "study.nc"
#: Options that are arguments of Python under the same name.
ARGUMENTS = ("window", "fermi", "frame", "orbitals", "broadening", "temperature", "friction", "method", "angles")
EXAMPLE = """example:
  nanorotor molecule biphenyl.xyz --axis 0,6 --anchor left=3 --anchor right=9 \\
      --friction "0.1 eV ps" --out biphenyl
  nanorotor rate biphenyl/study.toml --set V="1 eV"

Atoms are counted from 0. The study needs no Python to run; its matrices are in study.nc beside it."""


class _Refused(Exception):  # noqa: N818 - it is no error of the package
    """What is wrong with the command line itself, in words of options."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.message, self.hint = message, hint


class _Parser(argparse.ArgumentParser):
    """Raises what is wrong in place of ending the program."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise _Refused(message, "all options: nanorotor molecule -h")


def main(arguments: Sequence[str]) -> int:
    """Run the command and give its exit code: 2 for what cannot be done, 130 for Ctrl-C."""
    try:
        given = _parser().parse_args(list(arguments))
        study = _study(given)
    except _Refused as error:
        print(f"error: {error.message}\nhelp: {error.hint}", file=sys.stderr)
        return 2
    except Error as error:
        print(f"error: {error.message}\nhelp: {_in_options(error.hint)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    folder = Path(given.out)
    for assumption in study.assumptions:
        print(f"- {assumption}")
    print(f"wrote {folder / SCAN} and {folder / STUDY}; run: nanorotor rate {folder / STUDY}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="nanorotor molecule",
        description="Turn a part of a molecule, compute its electrons at every angle, put it between electrodes, and "
        "write the scan and a study.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    option = parser.add_argument
    option("molecule", metavar="FILE", help="an XYZ file, another file that ASE reads, SMILES, or a scan (.nc)")
    option("--axis", action="append", metavar="I,J", help="the bond that turns; give two for a bridge between them")
    option("--rotor", metavar="I,J,…", help="the atoms that turn, in place of those beyond the bond")
    option(
        "--anchor",
        action="append",
        required=True,
        metavar="LEAD=I,J,…",
        help='the atoms that touch an electrode, with their broadening if it is not that of all: "left=0,1:0.5 eV"',
    )
    option("--broadening", default="0.3 eV", help="of each anchor atom (default: 0.3 eV, an assumption)")
    option("--orbitals", choices=list(ORBITALS), default="pi", help="what anchors couple to (default: pi)")
    option("--frame", choices=list(FRAMES), default="molecule", help="how the electrodes' orbitals are held")
    option("--method", default="GFN1-xTB", help="GFN1-xTB, GFN2-xTB, extended-huckel or huckel (default: GFN1-xTB)")
    option("--angles", type=int, default=64, metavar="N", help="angles over the full turn (default: 64)")
    option("--relax", action="store_true", help="relax all else at every angle")
    option("--charge", type=int, default=0, metavar="Q", help="the charge of the molecule")
    option("--unpaired", type=int, default=0, metavar="N", help="unpaired electrons")
    option("--window", default="pi", help='orbitals that are kept: pi, all, or energies such as "-14,-5" in eV')
    option("--fermi", default="midgap", help="midgap, homo, lumo or an energy of the scan in eV (default: midgap)")
    option("--bias", default="1 eV", help="the value of the parameter V (default: 1 eV)")
    option("--bias-drop", choices=["none", "linear"], default="none", help="how the bias falls along the molecule")
    option("--friction", required=True, help='of the surroundings, such as "0.1 eV ps"')
    option("--temperature", default="300 K", help="of electrodes and surroundings (default: 300 K)")
    option("--out", default="molecule", metavar="DIR", help="where to write (default: molecule)")
    option("--replace", action="store_true", help="replace what is there")
    return parser


def _study(given: argparse.Namespace) -> Study:
    folder = Path(given.out)
    taken = [str(folder / name) for name in (SCAN, STUDY, MATRICES) if (folder / name).exists()]
    if taken and not given.replace:
        raise _Refused(f"{', '.join(taken)} would be replaced", "choose another --out, or allow it with --replace")
    anchors = [_anchor(text, given) for text in given.anchor]
    scan = _scan(given)
    study = scan.junction(
        anchors,
        friction=given.friction,
        temperature=given.temperature,
        window=_window(given.window),
        fermi=given.fermi if given.fermi in ("midgap", "homo", "lumo") else _number("--fermi", given.fermi),
        bias=given.bias,
        bias_drop=given.bias_drop,
    )
    # What cannot be resolved is told before anything is written.
    study.check()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scan.to_netcdf(folder / SCAN)
        study.write(folder / STUDY)
    except OSError as error:
        raise _Refused(f"{folder}: {error.strerror}", "choose another --out") from None
    return study


def _scan(given: argparse.Namespace) -> Scan:
    if given.molecule.endswith(".nc"):
        return Scan.from_netcdf(Path(given.molecule))
    if not given.axis:
        raise _Refused("no bond is named that turns", "give its two atoms, such as --axis 3,6")
    axes = [_atoms("--axis", text) for text in given.axis]
    if len(axes) > 2 or any(len(axis) != 2 for axis in axes):
        raise _Refused(
            f"--axis {' --axis '.join(given.axis)}", "give two atoms, --axis 3,6, or two such bonds for a bridge"
        )
    pairs = [(axis[0], axis[1]) for axis in axes]
    geometry = read(given.molecule)
    with progress(None, "angles") as tell:
        return torsion(
            geometry,
            pairs[0] if len(pairs) == 1 else tuple(pairs),
            rotor=None if given.rotor is None else _atoms("--rotor", given.rotor),
            angles=given.angles,
            method=given.method,
            relax=given.relax,
            charge=given.charge,
            unpaired=given.unpaired,
            progress=tell,
        )


def _anchor(text: str, given: argparse.Namespace) -> Anchor:
    lead, equals, rest = text.partition("=")
    atoms, _, broadening = rest.partition(":")
    if not equals:
        raise _Refused(f"--anchor {text}", "name the electrode and its atoms, such as --anchor left=0")
    named = _atoms("--anchor", atoms)
    if len(set(named)) < len(named):
        raise _Refused(f"--anchor {text}", "name each atom once")
    value = broadening.strip() or given.broadening
    return Anchor(lead.strip(), dict.fromkeys(named, value), orbitals=given.orbitals, frame=given.frame)


def _window(text: str) -> str | tuple[float, float] | None:
    if text in ("pi", "all"):
        return None if text == "all" else text
    low, comma, high = text.partition(",")
    if not comma:
        raise _Refused(f"--window {text}", 'write pi, all, or two energies in eV, such as --window "-14,-5"')
    return _number("--window", low), _number("--window", high)


def _atoms(option: str, text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise _Refused(f"{option} {text}: no list of atoms", "count from 0, such as 3,6") from None


def _number(option: str, text: str) -> float:
    try:
        number = float(text.strip().removesuffix("eV"))
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        raise _Refused(f"{option} {text}: no energy", "give a number in eV")
    return number


def _in_options(hint: str) -> str:
    """Name options in place of the arguments of Python."""
    hint = re.sub(r"`([a-z-]+)=?(?:True)?`", r"--\1", hint)
    return re.sub(rf"\b({'|'.join(ARGUMENTS)})=", r"--\1 ", hint)
