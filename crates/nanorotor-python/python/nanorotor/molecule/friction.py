"""Estimate the friction of a rotor in a solvent and on a surface."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nanorotor._errors import ModelError
from nanorotor._units import numbers as plain

#: One eV ps in J s.
EV_PS = 1.602176634e-31
#: One eV/ħ in 1/s.
PER_SECOND = 1.602176634e-19 / 1.054571817e-34
#: The atomic mass unit in kg.
DALTON = 1.66053906660e-27
#: k_B/ħ in 1/(s K).
KELVIN = 1.380649e-23 / 1.054571817e-34


def stokes(radius: float, viscosity: float) -> float:
    """The friction 8πηa³ of a sphere that turns in a liquid, in eV ps.

    L. D. Landau and E. M. Lifshitz, Fluid Mechanics, section 20, problem 1: a liquid that sticks to the sphere. An
    upper bound for a molecule: a liquid of small molecules slips along it, and holds back what is not round alone.

    Parameters
    ----------
    radius : float
        The largest distance a of an atom from the axis, with its van der Waals radius, in Å.
    viscosity : float
        η in mPa s; 0.89 for water and 0.56 for toluene at 25 °C.

    Examples
    --------
    >>> import nanorotor as nr
    >>> round(nr.molecule.stokes(3.5, 0.56), 3)
    3.766
    """
    a, eta = _positive("radius", radius, "Å"), _positive("viscosity", viscosity, "mPa s")
    return 8 * math.pi * eta * 1e-3 * (a * 1e-10) ** 3 / EV_PS


def phonons(moment_of_inertia: float, libration: float, lever: float, mass: float, debye_temperature: float) -> float:
    """The friction of a rotor that shakes one atom of a solid, ξ = 3π (I ω₀²)²/(2 r² M ω_D³), in eV ps.

    A rotor that librates with ω₀ pulls at an atom of its support, at a distance r from the axis, with the force
    I ω₀² δθ/r. The atom answers with the density of states of a Debye solid, Im χ = 3πω/(2Mω_D³) at ω ≪ ω_D, and the
    waves carry the energy away: ξ = (I ω₀²/r)² Im χ/ω. An estimate of the order of magnitude, for librations much
    slower than ω_D; a surface atom is a few times softer than one of the bulk. For whole layers of adsorbates see
    S. P. Lewis et al., J. Chem. Phys. (1998), doi:10.1063/1.475478.

    Parameters
    ----------
    moment_of_inertia : float
        I in kg m².
    libration : float
        ħω₀ of the rotor in its potential, eV.
    lever : float
        r, Å.
    mass : float
        M of an atom of the solid, u.
    debye_temperature : float
        ħω_D/k_B, K; 165 for gold.

    Examples
    --------
    >>> import nanorotor as nr
    >>> f"{nr.molecule.phonons(1.478e-45, 5e-3, 1.2, 197.0, 165.0):.1e}"
    '4.5e-03'
    """
    inertia = _positive("moment_of_inertia", moment_of_inertia, "kg m^2")
    omega = _positive("libration", libration, "eV") * PER_SECOND
    r, m = _positive("lever", lever, "Å") * 1e-10, _positive("mass", mass, "u") * DALTON
    debye = _positive("debye_temperature", debye_temperature, "K") * KELVIN
    if omega > debye / 2:
        raise ModelError(
            f"a libration of {libration:g} eV is not slow beside the Debye frequency, {debye / PER_SECOND:.3g} eV",
            "waves of the solid do not carry it away; give its measured or computed width",
        )
    return 3 * math.pi * (inertia * omega**2) ** 2 / (2 * r**2 * m * debye**3) / EV_PS


def _positive(what: str, value: Any, unit: str) -> float:
    try:
        number = float(plain(what, value, unit))
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, str) or not np.isfinite(number) or number <= 0:
        raise ModelError(f"{what} is {value!r}", f"give a positive number in {unit}")
    return number
