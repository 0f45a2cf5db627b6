"""Say which atoms touch which electrode, and how their coupling turns."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from nanorotor._errors import ModelError
from nanorotor._junction import Value

if TYPE_CHECKING:
    from nanorotor.molecule.scan import Scan

#: What an electrode couples to, and in words.
ORBITALS = {"pi": "the π orbital", "all": "all orbitals"}
#: How the orbitals of an electrode are held, and in words.
FRAMES = {
    "molecule": "turn with the atom: the coupling does not depend on the angle",
    "space": "are fixed in space: the amplitude is the cosine of the angle between them and those of the atom",
    "paper": "are fixed in space, and the amplitude is the square of the cosine, as in Preston & Kosov (2023)",
}


#: The bands that an electrode can have of its own.
BANDS = ("lorentzian", "chain", "tabulated", "self_energy")


@dataclass(frozen=True)
class Anchor:
    """Atoms of the molecule that touch one electrode.

    Parameters
    ----------
    lead : str
        The name of the electrode. Several anchors may name the same one.
    broadening : mapping of int to float or str, or sequence of int
        Γ = 2πρ|t|² of each atom, counted from 0; a number is in eV. Each orbital of each atom is a channel of its own.
        Becomes the parameter ``Gamma_`` with the name of the electrode, or ``Gamma_left_0`` for each atom where they
        differ. With a ``self_energy``, which is an energy already, only the atoms: ``[0, 5]``.
    orbitals : str
        ``"pi"``, the p orbital along the normal of the atom's plane, or ``"all"`` valence orbitals of the atom.
    frame : str
        How the orbitals of the electrode are held. ``"molecule"``: they turn with the atom, as those of a metal atom
        bound to it do, so that the coupling is constant. ``"space"``: they are fixed in space, as those of a graphene
        edge are; the amplitude is the cosine of the angle between the orbitals, so that Γ turns as cos². ``"paper"``:
        the amplitude itself is cos², as s_α(θ) of Preston & Kosov (2023) with A = 1.
    direction : array_like, optional
        The direction in space (x, y, z) of the electrode's p orbital for the last two; by default the normal of the
        atom's plane in the first geometry of the scan.
    lorentzian, chain, tabulated, self_energy
        The band of the electrode, as of :class:`nanorotor.Lead`; by default a wide band. A self-energy of one orbital
        acts on each orbital of each atom; one of K orbitals on K of them, in the order of the atoms.
    accuracy
        The largest error of the fit of such a band, as of :class:`nanorotor.Lead`.
    zero
        The energy of the scan at which the energies of ``tabulated`` and ``self_energy`` are 0. That is ``"E_F"`` for a
        self-energy by default, and 0 for a table.
    """

    lead: str
    broadening: Mapping[int, Value] | Sequence[int]
    orbitals: str = "pi"
    frame: str = "molecule"
    direction: ArrayLike | None = None
    lorentzian: tuple[Value, Value] | None = None
    chain: tuple[Value, Value] | None = None
    tabulated: str | os.PathLike[str] | None = None
    self_energy: tuple[ArrayLike, ArrayLike] | str | os.PathLike[str] | Mapping[str, Any] | None = None
    accuracy: float | None = None
    zero: Value | None = None

    def __post_init__(self) -> None:
        example = 'write nr.Anchor("left", {0: "0.3 eV"})'
        if not isinstance(self.lead, str) or not self.lead:
            raise ModelError(f"the name of an electrode is {self.lead!r}", example)
        if not isinstance(self.broadening, Mapping | Sequence | np.ndarray) or not len(self.broadening):
            raise ModelError(f"the broadening of anchor {self.lead!r} is {self.broadening!r}", example)
        if len(set(self.broadening)) < len(self.broadening):
            raise ModelError(f"anchor {self.lead!r} names an atom twice", "name each atom once")
        for atom in self.broadening:
            if isinstance(atom, bool) or not isinstance(atom, int | np.integer):
                raise ModelError(f"anchor {self.lead!r} names the atom {atom!r}", f"count atoms from 0; {example}")
        for what, value, known in (("orbitals", self.orbitals, ORBITALS), ("frame", self.frame, FRAMES)):
            if value not in known:
                raise ModelError(
                    f"{what} of anchor {self.lead!r} is {value!r}",
                    "give " + " or ".join(f'"{name}"' for name in known),
                )
        if self.frame == "paper" and self.orbitals != "pi":
            raise ModelError(
                f'anchor {self.lead!r} has frame="paper" for all orbitals',
                'the squared cosine is that of π orbitals: orbitals="pi"',
            )
        if self.direction is not None:
            direction = np.asarray(self.direction)
            if direction.shape != (3,) or direction.dtype.kind not in "fiu" or not np.linalg.norm(direction) > 0:
                raise ModelError(
                    f"the direction of anchor {self.lead!r} is {self.direction!r}", "give x, y, z, such as (0, 0, 1)"
                )

    @property
    def widths(self) -> dict[int, Value | None]:
        """Each atom with its broadening; none where a self-energy stands for it."""
        given = self.broadening
        pairs = given.items() if isinstance(given, Mapping) else ((atom, None) for atom in given)
        return {int(atom): value for atom, value in pairs}

    @property
    def band(self) -> dict[str, Any]:
        """The band of the electrode as :class:`nanorotor.Lead` takes it; empty for a wide one."""
        found = {name: getattr(self, name) for name in BANDS if getattr(self, name) is not None}
        details = {"accuracy": self.accuracy, "zero": self.zero}
        if self.self_energy is not None and self.zero is None:
            details["zero"] = "E_F"
        return found | {name: value for name, value in details.items() if value is not None}

    def words(self, scan: Scan) -> str:
        """What this anchor assumes."""
        atoms = ", ".join(f"{scan.symbols[atom]}{atom}" for atom in self.broadening)
        return (
            f"Electrode {self.lead!r} couples to {ORBITALS[self.orbitals]} of {atoms}; "
            f"its orbitals {FRAMES[self.frame]}"
        )
