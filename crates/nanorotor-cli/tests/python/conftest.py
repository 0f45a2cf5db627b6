"""Run studies and give the tests the folders of their results."""

import os
import subprocess
from pathlib import Path

import pytest

STUDIES = Path(__file__).parents[3] / "nanorotor" / "studies"


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A function that runs the text of a study and returns the folder of its results."""

    def run(text, exit_code=0):
        folder = tmp_path_factory.mktemp("run")
        study = folder / "motor.toml"
        study.write_text(text, encoding="utf-8")
        out = folder / "motor"
        assert nanorotor("run", study, "--out", out).returncode == exit_code
        assert nanorotor("export", out, "--format", "parquet").returncode == 0
        return out

    return run


def nanorotor(*arguments):
    """Run the program to its end."""
    return subprocess.run([os.environ["NANOROTOR"], *arguments], capture_output=True, text=True, encoding="utf-8")


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
    """A motor, and one so heavy that Hermite functions do not converge."""
    return run(preset() + '\n[rate]\nmethod = "hermite"\n\n[sweep]\nI = { values = ["4.5e5 au", "1e11 au"] }\n', exit_code=1)


@pytest.fixture(scope="session")
def one_point(run):
    """A study without a sweep."""
    return run(preset())


@pytest.fixture(scope="session")
def reproduction(tmp_path_factory):
    """What `nanorotor reproduce --deterministic` leaves."""
    folder = tmp_path_factory.mktemp("reproduction")
    done = nanorotor("reproduce", "--deterministic", "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder
