"""Read and merge what runs have left in folders."""

from __future__ import annotations

import os

import xarray as xr

from nanorotor import _native
from nanorotor._dataset import dataset, warn_of_gaps
from nanorotor._errors import ModelError
from nanorotor._values import path_of


def results(folder: str | os.PathLike[str]) -> xr.Dataset:
    """Read what a run has finished so far, from Python or from ``nanorotor run``.

    Parameters
    ----------
    folder : path
        The folder of the run.

    Returns
    -------
    xarray.Dataset
        As from :meth:`Study.run`; what is not computed yet is NaN, and its ``status`` says so.

    Raises
    ------
    FileError
        If no run has left anything there, or it is damaged.
    """
    found = dataset(_native.results(path_of("folder", folder)))
    warn_of_gaps(found)
    return found


def merge(*folders: str | os.PathLike[str], out: str | os.PathLike[str]) -> xr.Dataset:
    """Bring the shards of a sweep together, bit for bit what one run gives.

    Parameters
    ----------
    *folders : path
        The folders of the shards (``study.run(folder, shard="3/16")`` or ``nanorotor run --shard 3/16``).
    out : path
        The folder that they are brought together in; what it has already stays.

    Returns
    -------
    xarray.Dataset
        As from :meth:`Study.run`.

    Raises
    ------
    ModelError
        If the folders hold different studies.
    FileError
        If one of them holds nothing, or is damaged.
    """
    if not folders:
        raise ModelError("there is nothing to merge", "give the folders of the shards")
    found = dataset(_native.merge([path_of("folder", folder) for folder in folders], path_of("out", out)))
    warn_of_gaps(found)
    return found
