"""Pictures of the molecule of a scan and of a study: the atoms are those of the scan, wherever they are read from."""

import json
import math
import re
import shutil
import subprocess
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import nanorotor as nr
import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_hex
from matplotlib.patches import Circle
from matplotlib.text import Text
from nanorotor.molecule.drawing import ROTOR, VIEW, camera
from nanorotor.molecule.rotor import angle_of
from nanorotor.molecule.structure import of

mpl.use("Agg")
ANCHORS = [nr.Anchor("left", {2: "0.3 eV"}), nr.Anchor("right", {8: "0.2 eV"}), nr.Anchor("right", {10: "0.2 eV"})]


@pytest.fixture(scope="module")
def scan():
    stored = nr.molecule.Scan.from_netcdf(Path(__file__).parent / "scans" / "biphenyl.nc")
    return nr.molecule.torsion((stored.numbers, stored.positions[1]), axis=stored.axis, angles=32, method="huckel")


@pytest.fixture(scope="module")
def study(scan):
    return scan.junction(ANCHORS, friction=0.1, temperature="300 K")


@pytest.fixture(scope="module")
def folder(scan, study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    scan.to_netcdf(folder / "scan.nc")
    study.write(folder / "study.toml")
    return folder


def test_the_atoms_come_back_from_every_file(scan, study, folder):
    loaded = nr.Study.load(folder / "study.toml")
    sources = [study, study.with_(V=2.0), loaded, folder / "study.toml", str(folder / "study.nc"), folder / "scan.nc"]
    for source in sources:
        found = of(source)
        np.testing.assert_array_equal(found.numbers, scan.numbers)
        np.testing.assert_array_equal(found.positions, scan.positions)
        np.testing.assert_array_equal(found.rotor, scan.rotor)
        assert tuple(found.axis) == scan.axis
        np.testing.assert_array_equal(found.direction, scan.direction)
        assert found.lowest == scan.angles[np.argmin(scan.energy)]
        # A benzene ring has six bonds of carbon, and the rings are joined.
        carbon = [pair for pair in found.bonds.tolist() if max(pair) < 12]
        assert len(carbon) == 13
        assert len(found.bonds) == 23
    for source in sources[:5]:
        assert of(source).anchors == {"left": (2,), "right": (8, 10)}


def test_the_table_has_what_the_documentation_says(root, folder):
    table = xr.load_dataset(folder / "study.nc")
    text = (root / "docs" / "molecules.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-zA-Z_]+)` \| ([a-z_, A-Z]+) \| ([^|]*)\|", text, re.MULTILINE)
    assert len(rows) == 8
    for name, dims, unit in rows:
        if name == "anchor_LEAD":
            assert {"anchor_left", "anchor_right"} <= set(table.data_vars)
            continue
        assert ", ".join(table[name].dims) == dims
        assert table[name].attrs["units"] == (unit.strip() or "1")


def test_the_atoms_change_no_result(study, folder):
    """The program reads the matrices that it is told, and leaves the atoms alone."""
    table = xr.load_dataset(folder / "study.nc")
    kept = [name for name in table.data_vars if f'"{name}"' in study.text]
    assert set(kept) == {"h", "w_left", "w_right", "w_right_2", "potential", "connection"}
    (folder / "bare").mkdir()
    table[kept].to_netcdf(folder / "bare" / "study.nc")
    (folder / "bare" / "study.toml").write_text((folder / "study.toml").read_text())
    bare = nr.Study.load(folder / "bare" / "study.toml")
    np.testing.assert_array_equal(bare.landscape().torque, study.landscape().torque)
    with pytest.raises(nr.ModelError, match="has no atoms"):
        of(bare)


@pytest.mark.parametrize("angle", [0.0, 0.1, 1.234, 3.0, -2.5, 17.0])
def test_the_rotor_stands_at_the_angle(scan, angle):
    places = of(scan).at(angle)
    dihedral = angle_of(places, scan.dihedral)
    assert math.remainder(dihedral - angle, 2 * math.pi) == pytest.approx(0.0, abs=1e-9)
    rest = np.setdiff1d(np.arange(22), scan.rotor)
    np.testing.assert_array_equal(places[rest], scan.positions[0][rest])
    pairs = of(scan).bonds
    lengths = np.linalg.norm(places[pairs[:, 0]] - places[pairs[:, 1]], axis=1)
    assert np.all((lengths > 1.0) & (lengths < 1.6))


def test_the_camera_is_right_handed_and_sees_the_axis_level(scan):
    for view in ((0.0, 0.0), VIEW, (2.0, -0.7)):
        eye = camera(of(scan), view)
        np.testing.assert_allclose(eye @ eye.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(eye) == pytest.approx(1.0)
    np.testing.assert_allclose(camera(of(scan), (0.0, 0.0)) @ scan.direction, [1, 0, 0], atol=1e-12)


def test_a_panel_for_each_angle_shows_every_atom(study):
    axes = nr.plot.molecule(study, np.deg2rad([0, 45, 90]))
    assert [ax.get_title() for ax in axes] == ["θ = 0°", "θ = 45°", "θ = 90°"]
    rest = []
    for ax in axes:
        circles = [patch for patch in ax.patches if isinstance(patch, Circle)]
        atoms = [circle for circle in circles if circle.get_fill()]
        assert len(atoms) == 22
        assert len(circles) - len(atoms) == 3
        assert {text.get_text() for text in ax.texts} == {"left", "right"}
        rest.append({tuple(np.round(circle.center, 9)) for circle in atoms})
    # Eleven atoms rest, those on the axis do not move, the others do.
    assert 11 <= len(rest[0] & rest[1] & rest[2]) <= 14
    plt.close(axes[0].figure)


def test_what_turns_is_orange_and_numbers_name_atoms(scan):
    ax = nr.plot.molecule(scan, 0.3, numbers=True)
    named = [text for text in ax.get_children() if isinstance(text, Text) and text.get_text().isdigit()]
    texts = {int(text.get_text()): text for text in named}
    assert sorted(texts) == list(range(22))
    eye = camera(of(scan), VIEW)
    places = (of(scan).at(0.3) - scan.point) @ eye.T
    nearest = max(scan.rotor, key=lambda atom: places[atom, 2])
    circle = next(p for p in ax.patches if isinstance(p, Circle) and np.allclose(p.center, places[nearest, :2]))
    shown = np.array(circle.get_edgecolor()[:3])
    wanted = np.array([int(ROTOR[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    assert np.linalg.norm(shown - wanted) < 0.35, to_hex(shown)
    plt.close(ax.figure)


def test_a_molecule_without_a_rotor_is_drawn_to_find_its_atoms(scan):
    ax = nr.plot.molecule((scan.numbers, scan.positions[0]), numbers=True)
    assert len([text for text in ax.get_children() if isinstance(text, Text) and text.get_text().isdigit()]) == 22
    assert ax.get_title() == ""
    plt.close(ax.figure)


def test_the_page_holds_the_molecule_and_needs_no_network(scan, study, tmp_path):
    view = nr.molecule.view(study)
    view.write(tmp_path / "molecule.html")
    page = (tmp_path / "molecule.html").read_text(encoding="utf-8")
    assert page == view.page
    assert not re.search(r"https?://|src=|import ", page)
    data = json.loads(re.search(r"const molecule = (\{.*\});", page).group(1))
    assert data["rotor"] == scan.rotor.tolist()
    assert [anchor["atoms"] for anchor in data["anchors"]] == [[2], [8, 10]]
    frames = np.array(data["frames"]).reshape(32, 22, 3)
    eye = camera(of(scan), (0.0, 0.0))
    np.testing.assert_allclose(frames, (scan.positions - scan.point) @ eye.T, atol=6e-4)
    shown = scan._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert "<script" not in shown


@pytest.mark.skipif(shutil.which("node") is None, reason="no node; the explorer's browser tests open the page")
def test_the_script_of_the_page_is_javascript(study, tmp_path):
    script = re.search(r"<script>(.*)</script>", nr.molecule.view(study).page, re.DOTALL).group(1)
    (tmp_path / "page.js").write_text(script, encoding="utf-8")
    subprocess.run(["node", "--check", tmp_path / "page.js"], check=True, capture_output=True)


def test_a_name_of_a_lead_cannot_break_the_page(scan):
    named = [nr.Anchor("</script>", {2: "0.3 eV"}), ANCHORS[2]]
    page = nr.molecule.view(scan.junction(named, friction=0.1, temperature="300 K")).page
    assert page.count("</script>") == 1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda scan, folder: nr.plot.molecule(nr.Study.preset("preston2023")), "has no atoms"),
        (lambda scan, folder: nr.plot.molecule(scan, "flat"), "the angle is 'flat'"),
        (lambda scan, folder: nr.plot.molecule(scan, []), "the angle is"),
        (lambda scan, folder: nr.plot.molecule(scan, [0, 1], plt.figure().add_subplot()), "1 axes for 2 angles"),
        (lambda scan, folder: nr.plot.molecule(folder / "none.nc"), "there is no file"),
        (lambda scan, folder: nr.plot.molecule(folder / "study.xyz"), "cannot be read"),
        (lambda scan, folder: nr.plot.molecule(3.0), "this is no molecule"),
        (lambda scan, folder: nr.molecule.view(scan).write(folder / "none" / "page.html"), "a folder that exists"),
    ],
)
def test_what_cannot_be_drawn_is_told(scan, folder, call, said):
    with pytest.raises(nr.Error, match=said):
        call(scan, folder)
    plt.close("all")


def test_atoms_at_other_angles_than_the_matrices_are_refused(scan):
    h = np.array([[[math.cos(t)]] for t in np.arange(8) * math.pi / 4])
    leads = [nr.Lead(name, 0.0, 0.025, coupling=[0.5]) for name in ("left", "right")]
    around = {"moment_of_inertia": 1e-45, "friction": 0.1, "thermal_energy": 0.025, "band_bottom": -10.0}
    with pytest.raises(nr.ModelError, match="not at the angles of theta"):
        nr.Study.from_junction(h, leads, theta=np.arange(8) * math.pi / 4, structure=of(scan), **around)
