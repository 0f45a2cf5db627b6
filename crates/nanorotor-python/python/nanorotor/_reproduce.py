"""Reproduce a paper from a notebook."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from nanorotor._errors import Error


def reproduce(out: str | os.PathLike[str] = "reproduction", *, deterministic: bool = False) -> Path:
    """Draw Figures 2 to 7 of Preston & Kosov (2023) and check its statements one by one.

    Parameters
    ----------
    out : path
        The folder of figures, data, ``report.md`` and ``report.html``; a second run goes on from what is there.
    deterministic : bool
        Stop before the trajectories: half a minute instead of two.

    Returns
    -------
    pathlib.Path
        The report, ``report.html``.

    Raises
    ------
    Error
        If a statement failed or a point did not converge, with what the command said.
    """
    command = [sys.executable, "-m", "nanorotor", "reproduce", "--out", os.fspath(out)]
    done = subprocess.run(command + ["--deterministic"] * deterministic, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Error(done.stderr.strip() or f"exit code {done.returncode}", "the report says which, and why")
    return Path(out) / "report.html"
