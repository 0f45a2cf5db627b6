"""The command ``molecule``, from a geometry to a study that runs by itself."""

import importlib
import os
import subprocess
import sys
from importlib import metadata

import nanorotor as nr
import pytest
from nanorotor.molecule import command

#: What the tests of back ends need, where nothing may be skipped.
REQUIRED = "crates/nanorotor-cli/tests/python/requirements.txt"
BUTADIENE = """10
butadiene
C -1.80 -0.40 0
C -0.60 0.20 0
C 0.60 -0.20 0
C 1.80 0.40 0
H -2.72 0.16 0
H -1.89 -1.48 0
H -0.55 1.29 0
H 0.55 -1.29 0
H 2.72 -0.16 0
H 1.89 1.48 0
"""
ENDS = ["--anchor", "left=0", "--anchor", "right=3:0.2 eV"]
FRICTION = ["--friction", "0.1 eV ps"]
HUCKEL = ["--axis", "1,2", "--method", "huckel", "--angles", "32", *FRICTION]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "butadiene.xyz").write_text(BUTADIENE)
    return tmp_path


def test_a_geometry_becomes_a_study_that_needs_no_scan(folder, capsys):
    assert command.main(["butadiene.xyz", *ENDS, *HUCKEL, "--out", "made"]) == 0
    said = capsys.readouterr().out
    assert "- Energies are those of huckel" in said
    assert said.count("\n- ") >= 10
    study = nr.Study.load(folder / "made" / "study.toml")
    scan = nr.molecule.Scan.from_netcdf(folder / "made" / "scan.nc")
    given = [nr.Anchor("left", {0: "0.3 eV"}), nr.Anchor("right", {3: "0.2 eV"})]
    # In Python the same call gives the same text and the same arrays.
    same = scan.junction(given, friction="0.1 eV ps", temperature="300 K", bias="1 eV")
    assert study.text == same.text.replace('"junction.nc"', '"study.nc"')
    same.to_netcdf(folder / "same.nc")
    assert (folder / "same.nc").read_bytes() == (folder / "made" / "study.nc").read_bytes()
    # Both junctions are even in θ, so that no torque is left of a turn.
    assert abs(float(study.landscape(V=1.0).mean_torque)) < 1e-9
    # The scan can be used again, and nothing is replaced without a word.
    assert command.main(["made/scan.nc", *ENDS, *FRICTION, "--out", "made"]) == 2
    assert "choose another --out, or allow it with --replace" in capsys.readouterr().err
    from_scan = ["made/scan.nc", *ENDS, *FRICTION, "--out", "made", "--replace"]
    program = os.environ.get("NANOROTOR")
    launcher = [program] if program else [sys.executable, "-m", "nanorotor"]
    environment = {**os.environ, "NANOROTOR_PYTHON": sys.executable}
    done = subprocess.run([*launcher, "molecule", *from_scan], env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert nr.Study.load(folder / "made" / "study.toml").text == study.text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*ENDS, *HUCKEL[2:]], "give its two atoms, such as --axis 3,6"),
        ([*ENDS, "--axis", "0,2", *HUCKEL[2:]], "C0 and C2 are 2.41 Å apart: the axis is no bond"),
        ([*ENDS, "--axis", "1,2,3", *HUCKEL[2:]], "give two atoms, --axis 3,6"),
        (["--anchor", "left", *HUCKEL], "name the electrode and its atoms"),
        (["--anchor", "left=0,0", "--anchor", "right=3", *HUCKEL], "name each atom once"),
        (["--anchor", "left=C1", *HUCKEL], "--anchor C1: no list of atoms"),
        ([*ENDS[:2], "--anchor", "right=99", *HUCKEL], "names atom 99, the molecule has 10"),
        ([*ENDS, *HUCKEL, "--window", "sigma"], "write pi, all, or two energies"),
        ([*ENDS, *HUCKEL, "--fermi", "middle"], "--fermi middle: no energy"),
        ([*ENDS, *HUCKEL[:-2]], "required: --friction"),
        ([*ENDS, *HUCKEL[:-1], "0.1"], "needs a unit"),
        ([*ENDS, *HUCKEL, "--charge", "many"], "invalid int value"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(folder, capsys, arguments, said):
    assert command.main(["butadiene.xyz", *arguments, "--out", "made"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert not (folder / "made").exists()


def test_the_tests_of_tblite_and_rdkit_are_not_skipped_where_changes_are_checked(root):
    """Tests skip what is not installed: these packages are among the requirements, and work where these are met."""
    lines = (root / REQUIRED).read_text(encoding="utf-8").splitlines()
    wanted = dict(line.split("==") for line in lines if "==" in line)
    assert {"ase", "rdkit", "tblite"} <= set(wanted)
    try:
        met = all(metadata.version(name) == wanted[name] for name in ("ase", "rdkit", "tblite"))
    except metadata.PackageNotFoundError:
        met = False
    if not met:
        pytest.skip("another environment than that of the requirements")
    for module in ("ase", "rdkit.Chem.rdEHTTools", "tblite.interface"):
        importlib.import_module(module)
