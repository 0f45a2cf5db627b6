"""Show a molecule in three dimensions: one page without a network, which a notebook puts into a frame."""

from __future__ import annotations

import html
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from nanorotor._errors import FileError
from nanorotor.molecule.drawing import ELEMENTS, LEADS, OTHER, REST, ROTOR, VIEW, camera, radius
from nanorotor.molecule.structure import Structure, of

#: The page; what it shows takes the place of MOLECULE in it.
PAGE = Path(__file__).with_name("viewer.html")
#: The most angles that the page holds.
FRAMES = 64
#: The height of the frame in a notebook, in pixels.
HEIGHT = 360


class View:
    """A molecule that can be turned by hand: a notebook shows it, :meth:`write` makes a page of it."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure

    @property
    def page(self) -> str:
        """The page as HTML."""
        # No tag of the page can end within a text.
        data = json.dumps(_data(self.structure), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        return PAGE.read_text(encoding="utf-8").replace("/*MOLECULE*/", data)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file."""
        try:
            Path(path).write_text(self.page, encoding="utf-8")
        except OSError as error:
            raise FileError(f"{os.fspath(path)}: {error.strerror}", "give a path in a folder that exists") from None

    def __repr__(self) -> str:
        return f"<nanorotor.molecule.View of {len(self.structure.numbers)} atoms>"

    def _repr_html_(self) -> str:
        page = html.escape(self.page, quote=True)
        return (
            f'<iframe srcdoc="{page}" title="molecule" width="100%" height="{HEIGHT}" style="border: 0; '
            'max-width: 720px" sandbox="allow-scripts"></iframe>'
        )


def view(what: Any) -> View:
    """Show a molecule in three dimensions, to be turned by hand and by its angle.

    Parameters
    ----------
    what : Scan, Study, path, ase.Atoms or str
        As for :func:`nanorotor.plot.molecule`.

    Returns
    -------
    View
        A notebook shows it; ``view(scan).write("molecule.html")`` makes a page that needs no network.
    """
    return View(of(what))


def _data(structure: Structure) -> dict[str, Any]:
    step = -(-len(structure.angles) // FRAMES)
    # In the directions right, up and towards the eye of a picture that is not turned.
    eye = camera(structure, (0.0, 0.0))
    frames = (structure.positions[::step] - structure.point) @ eye.T
    turning = set(structure.rotor.tolist())
    return {
        "angles": np.round(structure.angles[::step], 6).tolist(),
        "frames": np.round(frames.reshape(len(frames), -1), 3).tolist(),
        "names": [f"{symbol}{atom}" for atom, symbol in enumerate(structure.symbols)],
        "colours": [ELEMENTS.get(symbol, OTHER) for symbol in structure.symbols],
        "radii": [round(radius(int(number)), 3) for number in structure.numbers],
        "rotor": sorted(turning),
        "bonds": structure.bonds.tolist(),
        "anchors": [
            {"lead": lead, "atoms": list(atoms), "colour": LEADS[k % len(LEADS)]}
            for k, (lead, atoms) in enumerate(structure.anchors.items())
        ],
        "turns": bool(len(structure.axis)),
        "axis": np.round(eye @ structure.direction, 6).tolist(),
        "start": round(structure.lowest, 6),
        "view": list(VIEW),
        "paint": {"rotor": ROTOR, "rest": REST},
    }
