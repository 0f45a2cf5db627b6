"""The molecules of the gallery: their studies run, and the page says what they give."""

import csv

import nanorotor as nr
import numpy as np
import pytest
from nanorotor.molecule.rotor import angle_of
from nanorotor.molecule.structure import of

NAMES = ("binaphthyl", "biphenyl", "terphenyl")


@pytest.fixture(scope="module")
def folder(root):
    return root / "docs" / "gallery"


def rows(folder, name):
    with open(folder / f"{name}_rates.csv", encoding="utf-8") as file:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]


@pytest.mark.parametrize("name", NAMES)
def test_a_study_of_the_gallery_is_small_and_whole(folder, name):
    study = nr.Study.load(folder / f"{name}.toml")
    assert (folder / f"{name}.nc").stat().st_size < 200_000
    found = of(study)
    assert set(found.anchors) == {"left", "right"}
    assert found.positions.shape[1] == len(found.numbers)
    # Bonds of the rotor keep their lengths as it turns, to the digits that are stored.
    lengths = np.linalg.norm(np.diff(found.positions[:, found.bonds], axis=2)[:, :, 0], axis=-1)
    assert np.max(np.ptp(lengths, axis=0)) < 0.02
    assert "assum" in study.text
    # The study says of itself what limits it.
    assert "HOMO is off by" in study.text
    # Rates of either bias have errors far below them, where there is a result.
    known = [row for row in rows(folder, name) if np.isfinite(row["rotation_rate [1/ns]"])]
    assert len(known) >= 16
    assert all(row["rotation_rate_error [1/ns]"] < 1e-3 * abs(row["rotation_rate [1/ns]"]) + 2e-6 for row in known)


@pytest.mark.parametrize("name", NAMES)
def test_the_rates_of_the_gallery_come_out_again(folder, name):
    """From the stored scan, the rate that the page has."""
    study = nr.Study.load(folder / f"{name}.toml")
    row = next(row for row in rows(folder, name) if (row["V [eV]"], row["E_F - midgap [eV]"]) == (1.0, -0.75))
    found = study.rate(V=1.0, E_F=study.value("E_F")[0] - 0.75, tolerance=1e-5)
    # What the bands of the electrodes are fitted by may change from version to version; the error of that fit is in
    # that of the rate.
    error = max(3 * float(found.rotation_rate_error), 1e-5 * abs(row["rotation_rate [1/ns]"]))
    assert error < 0.15 * abs(row["rotation_rate [1/ns]"])
    assert float(found.rotation_rate) == pytest.approx(row["rotation_rate [1/ns]"], abs=error)


def test_the_page_has_the_rates_of_the_table(root, folder):
    text = (root / "docs" / "molecule-gallery.md").read_text(encoding="utf-8")
    for name in NAMES:
        row = next(row for row in rows(folder, name) if (row["V [eV]"], row["E_F - midgap [eV]"]) == (1.0, -0.75))
        line = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        said = float(line.split("|")[2].replace("−", "-"))
        assert said == pytest.approx(row["rotation_rate [1/ns]"], rel=0.01)


def test_the_propeller_has_the_hand_that_the_page_says(root, folder):
    """P (aS): the dihedral angle of the fusion carbons beside the bond of the naphthalenes is positive (CIP rules)."""
    places = of(folder / "binaphthyl.toml").positions[0]
    assert 60 < np.rad2deg(angle_of(places, (8, 7, 14, 23))) < 120
    assert "(P)-binaphthyl" in (root / "docs" / "molecule-gallery.md").read_text(encoding="utf-8")
