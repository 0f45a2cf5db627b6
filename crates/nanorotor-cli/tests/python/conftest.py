"""Run studies and give the tests the folders of their results."""

import os
import subprocess
from pathlib import Path

import pytest

STUDIES = Path(__file__).parents[4] / "studies"


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A function that runs the text of a study and returns the folder with results.nc and results.csv."""
    program = os.environ["NANOROTOR_SWEEP_TO_FILES"]

    def run(text):
        folder = tmp_path_factory.mktemp("run")
        study = folder / "study.toml"
        study.write_text(text, encoding="utf-8")
        subprocess.run([program, study, folder], check=True)
        return folder

    return run


def preset(**changed):
    """The text of the study of Preston & Kosov (2023), some parameters given anew."""
    lines = (STUDIES / "preston2023.toml").read_text(encoding="utf-8").splitlines()
    for name, value in changed.items():
        (at,) = [i for i, line in enumerate(lines) if line.startswith(f"{name} = ")]
        lines[at] = f'{name} = "{value}"'
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def sweep(run):
    """Three biases and two angles between the rings."""
    return run(
        preset()
        + """
[compute]
what = ["landscape", "rate"]

[sweep]
V = { from = "3 eV", to = "5 eV", points = 3 }
phi = { values = ["-pi/4", "pi/4"] }
"""
    )


@pytest.fixture(scope="session")
def broken(run):
    """A motor, and one so heavy that its rotation is refused."""
    return run(preset() + '\n[sweep]\nI = { values = ["4.5e5 au", "1e11 au"] }\n')


@pytest.fixture(scope="session")
def one_point(run):
    """A study without a sweep."""
    return run(preset())
