"""Draw atoms and bonds on Axes of matplotlib, the near ones over the far ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nanorotor._errors import ModelError
from nanorotor.molecule.elements import RADII
from nanorotor.molecule.geometry import Array
from nanorotor.molecule.structure import Structure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Colours of elements as chemists paint them; others are violet.
ELEMENTS = {
    "H": "#f4f4f4",
    "B": "#f2b28c",
    "C": "#5a5a5a",
    "N": "#3b5fd6",
    "O": "#d23b2f",
    "F": "#7fc97f",
    "Si": "#c8a878",
    "P": "#e08a1e",
    "S": "#e3c53b",
    "Cl": "#4caf50",
    "Br": "#9c3d1f",
    "Au": "#e0b93b",
}
OTHER = "#a06cc0"
#: What turns, and what does not.
ROTOR, REST = "#D55E00", "#8a8a8a"
#: The leads, in their order.
LEADS = ("#0072B2", "#009E73", "#CC79A7", "#E69F00")
#: Half the width of a bond in Å.
BOND = 0.09
#: How far the picture is turned about the vertical and tilted, in rad.
VIEW = (-0.35, 0.5)


def radius(number: int) -> float:
    """How large an atom is drawn, in Å."""
    return 0.2 + 0.22 * float(RADII[number])


def camera(structure: Structure, view: tuple[float, float]) -> Array:
    """The directions right, up and towards the eye, as rows: the axis lies level, the part at rest nearly flat."""
    azimuth, elevation = view
    along = np.asarray(structure.direction)
    resting = structure.rest if len(structure.rest) else np.arange(len(structure.numbers))
    arms = structure.positions[0][resting] - structure.point
    arms = arms - np.outer(arms @ along, along)
    across = np.linalg.svd(arms)[2][0]
    if np.linalg.norm(arms) < 1e-6 or abs(across @ along) > 0.5:
        across = np.cross(along, np.eye(3)[np.argmin(np.abs(along))])
    across = across - (across @ along) * along
    # The sign is arbitrary; the same one for the same molecule makes pictures alike.
    across *= np.copysign(1 / np.linalg.norm(across), across[np.argmax(np.abs(across))])
    normal = np.cross(along, across)
    right = np.cos(azimuth) * along - np.sin(azimuth) * normal
    facing = np.cos(azimuth) * normal + np.sin(azimuth) * along
    towards = np.cos(elevation) * facing + np.sin(elevation) * across
    return np.array([right, np.cross(towards, right), towards])


def draw(
    structure: Structure, angles: Sequence[float], axes: Sequence[Axes], view: tuple[float, float], numbers: bool
) -> None:
    """Draw the molecule at each angle on Axes of its own, all in one scale."""
    eye = camera(structure, view)
    shown = [(structure.at(angle) - structure.point) @ eye.T for angle in angles]
    # Room for the arrow of θ.
    margin = 1.5
    everything = np.concatenate(shown)
    low, high = everything[:, :2].min(axis=0) - margin, everything[:, :2].max(axis=0) + margin
    depth = (float(everything[:, 2].min()), float(np.ptp(everything[:, 2])) or 1.0)
    for angle, places, ax in zip(angles, shown, axes, strict=True):
        if len(structure.axis):
            _axis(ax, places, eye @ structure.direction, structure)
        _solid(ax, structure, places, depth, numbers)
        _anchors(ax, structure, places)
        ax.set_xlim(low[0], high[0])
        ax.set_ylim(low[1], high[1])
        ax.set_aspect("equal")
        ax.set_axis_off()
        if len(structure.axis):
            ax.set_title(f"θ = {np.rad2deg(angle):.4g}°".replace("-", "−"), fontsize="medium")


def _faded(colour: str, near: float) -> tuple[float, float, float]:
    """A colour that fades into white with the distance from the eye."""
    from matplotlib.colors import to_rgb

    share = 0.55 + 0.45 * near
    r, g, b = (share * part + 1 - share for part in to_rgb(colour))
    return r, g, b


def _solid(ax: Axes, structure: Structure, places: Array, depth: tuple[float, float], numbers: bool) -> None:
    from matplotlib.patches import Circle, Polygon
    from matplotlib.text import Text

    turning = set(structure.rotor.tolist())
    pieces: list[tuple[float, Any]] = []

    def near(z: float) -> float:
        return (z - depth[0]) / depth[1]

    for i, j in structure.bonds.tolist():
        start, end = places[i], places[j]
        flat = end[:2] - start[:2]
        length = float(np.linalg.norm(flat))
        if length < 1e-6:
            continue
        side = BOND * np.array([-flat[1], flat[0]]) / length
        colour = ROTOR if i in turning and j in turning else REST
        middle = (start + end) / 2
        # Halves, so that each lies behind its own atom.
        for one, other in ((start, middle), (middle, end)):
            corners = [one[:2] + side, other[:2] + side, other[:2] - side, one[:2] - side]
            z = float(one[2] + other[2]) / 2
            pieces.append((z, Polygon(corners, closed=True, color=_faded(colour, near(z)), linewidth=0.4)))
    for atom, (x, y, z) in enumerate(places.tolist()):
        symbol = structure.symbols[atom]
        size = radius(int(structure.numbers[atom]))
        paint = _faded(ELEMENTS.get(symbol, OTHER), near(z))
        edge = _faded(ROTOR if atom in turning else "#333333", near(z))
        pieces.append((z + size, Circle((x, y), size, facecolor=paint, edgecolor=edge, linewidth=1.0)))
        if numbers:
            # The number by which the atom is named, hidden with it by nearer atoms.
            colour = "black" if symbol == "H" else "white"
            text = Text(x, y, str(atom), color=colour, ha="center", va="center", fontsize=6.5)
            pieces.append((z + size + 1e-9, text))
    for order, (_, piece) in enumerate(sorted(pieces, key=lambda piece: piece[0])):
        piece.set_zorder(2 + order / len(pieces))
        ax.add_artist(piece) if isinstance(piece, Text) else ax.add_patch(piece)


def _axis(ax: Axes, places: Array, along: Array, structure: Structure) -> None:
    """The axis as a broken line, with the sense in which θ grows."""
    from matplotlib.patches import FancyArrowPatch

    reach = places @ along
    ends = np.array([reach.min() - 0.8, reach.max() + 0.8])
    line = ends[:, None] * along
    ax.plot(line[:, 0], line[:, 1], linestyle=(0, (6, 2, 1, 2)), color="0.6", linewidth=1, zorder=1)
    # A turn about the axis beyond the last atom: the half of the circle that faces the eye.
    center = (reach.max() + 0.45) * along
    toward = np.array([0.0, 0.0, 1.0]) - along[2] * along
    toward /= np.linalg.norm(toward) or 1.0
    first = np.cross(along, toward)
    arc = np.linspace(-1.9, 1.3, 40)
    circle = center + 0.62 * (np.cos(arc)[:, None] * toward + np.sin(arc)[:, None] * first)
    ax.plot(circle[:, 0], circle[:, 1], color=ROTOR, linewidth=1.2, zorder=4)
    start, end = circle[-2, :2], circle[-1, :2]
    head = FancyArrowPatch(start, end + (end - start), arrowstyle="-|>", mutation_scale=9, color=ROTOR, zorder=4)
    ax.add_patch(head)


def _anchors(ax: Axes, structure: Structure, places: Array) -> None:
    """A ring around each atom that touches a lead, and the name of the lead over the highest of them."""
    from matplotlib.patches import Circle

    for k, (lead, atoms) in enumerate(structure.anchors.items()):
        colour = LEADS[k % len(LEADS)]
        sizes = [radius(int(structure.numbers[atom])) + 0.18 for atom in atoms]
        for atom, size in zip(atoms, sizes, strict=True):
            center = (float(places[atom, 0]), float(places[atom, 1]))
            ax.add_patch(Circle(center, size, fill=False, edgecolor=colour, linewidth=2.0, zorder=5))
        top = int(np.argmax(places[list(atoms), 1]))
        x, y = places[atoms[top], :2]
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8}
        over = float(y) + sizes[top] + 0.12
        ax.text(float(x), over, lead, color=colour, ha="center", va="bottom", fontsize="small", bbox=box, zorder=6)


def angles_of(structure: Structure, angle: Any) -> list[float]:
    """The angles to draw at, of what a user gives."""
    if angle is None:
        return [structure.lowest]
    try:
        found = [float(one) for one in np.atleast_1d(np.asarray(angle, dtype=float)).ravel()]
    except (TypeError, ValueError):
        found = []
    if not found or not np.all(np.isfinite(found)):
        raise ModelError(f"the angle is {angle!r}", "give one or more numbers in rad, such as np.deg2rad([0, 45, 90])")
    return found
