import os
from pathlib import Path

import nanorotor as nr
import numpy as np
import pytest
import xarray as xr


def pytest_configure(config: pytest.Config) -> None:
    """A gap that no test expects is a failure."""
    config.addinivalue_line("filterwarnings", "error::nanorotor.NotConvergedWarning")


#: The root of the project.
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def program() -> str:
    """The command that the package is compared with."""
    return os.environ["NANOROTOR"]


@pytest.fixture(scope="session")
def motor() -> nr.Study:
    return nr.Study.preset("preston2023")


@pytest.fixture(scope="session")
def light(motor: nr.Study) -> nr.Study:
    """A motor that is computed fast: the moment of inertia is a hundredth."""
    return motor.with_(I="4.5e3 au")


def bits(ds: xr.Dataset) -> dict[str, bytes]:
    """Every number of a dataset, bit for bit, and its statuses."""
    return {str(name): np.asarray(v.values).tolist().__repr__().encode() for name, v in ds.data_vars.items()}
