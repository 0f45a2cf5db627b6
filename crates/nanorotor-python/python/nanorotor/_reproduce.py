"""Reproduce a paper from a notebook."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

from nanorotor._errors import Error, in_python
from nanorotor._progress import watched
from nanorotor._values import path_of, switch


def reproduce(
    out: str | os.PathLike[str] = "reproduction",
    *,
    deterministic: bool = False,
    replace: bool = False,
    progress: bool | None = None,
) -> Path:
    """Draw Figures 2 to 7 of Preston & Kosov (2023) and check its statements one by one.

    Parameters
    ----------
    out : path
        The folder of figures, data, ``report.md`` and ``report.html``; a second run goes on from what is there.
    deterministic : bool
        Stop before the trajectories, for less than half of the time.
    replace : bool
        Take the place of the results of other studies in ``out``.
    progress : bool, optional
        Whether to tell on stderr what is done and how long it took; by default where somebody watches.

    Returns
    -------
    pathlib.Path
        The report, ``report.html``.

    Raises
    ------
    Error
        If a statement failed or a point did not converge, with what the command said.
    """
    command = [sys.executable, "-m", "nanorotor", "reproduce", "--out", path_of("out", out)]
    tell = watched() if switch("progress", progress) is None else progress
    command += ["--deterministic"] if switch("deterministic", deterministic) else []
    command += ["--replace"] if switch("replace", replace) else []
    with (
        TemporaryFile("w+") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as running,
    ):
        try:
            for line in running.stdout or ():
                if tell:
                    print(line, end="", file=sys.stderr, flush=True)
        except BaseException:
            # Ctrl-C: what is finished is kept, and the next call goes on from there.
            running.terminate()
            raise
        if running.wait() != 0:
            errors.seek(0)
            raise _told(errors.read(), running.returncode)
    return Path(out) / "report.html"


def _told(text: str, code: int) -> Error:
    """Make an error of what the command said."""
    message, _, hint = text.partition("help: ")
    # Long lines go on after a bar.
    message = in_python(re.sub(r"\s*\n\s*│\s*", " ", message.strip(" ×\n"))) or f"exit code {code}"
    return Error(message, " ".join(hint.split()) or "the report says which, and why")
