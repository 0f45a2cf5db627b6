"""Put a scanned molecule between electrodes: a study with its assumptions in words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nanorotor._errors import ModelError
from nanorotor._junction import Lead, Value, _text
from nanorotor._study import TOLERANCE, Study
from nanorotor._units import numbers as plain
from nanorotor.molecule.anchor import Anchor
from nanorotor.molecule.structure import of_scan
from nanorotor.molecule.window import (
    Choice,
    Window,
    directions,
    level_errors,
    pi_vectors,
    transmission,
    window_of,
)

if TYPE_CHECKING:
    from nanorotor.molecule.scan import Scan

#: How far below the lowest level the wide band of the electrodes ends (eV). With a reference nothing depends on it.
BELOW = 20.0
#: The series of a sampled function may lose as much as this many times the noise of its samples.
NOISE = 30.0
#: The energies around the Fermi level at which transmissions in the window and without it are compared (eV).
COMPARED = (-0.5, 0.0, 0.5)
#: A number beyond this is no k_BT in eV (116 000 K).
HOTTEST = 10.0
#: The names of what a study of a molecule always has.
RESERVED = ("V", "E_F", "kT", "xi_solv", "I")


class _Channel:
    """One orbital of an electrode: its broadening, and its amplitudes on the orbitals of the scan."""

    def __init__(self, lead: str, atom: int, broadening: Value | None, vectors: NDArray[np.float64]) -> None:
        self.lead, self.atom, self.broadening, self.vectors = lead, atom, broadening, vectors


def junction(
    scan: Scan,
    leads: Sequence[Anchor],
    *,
    friction: Value,
    temperature: Value,
    window: Choice = "pi",
    fermi: str | float = "midgap",
    bias: Value = "1 eV",
    bias_drop: str | ArrayLike = "none",
    reference: str | Mapping[str, Value] = "equilibrium",
    potential: Value | ArrayLike | None = None,
    load: Value = 0.0,
    moment_of_inertia: Value | None = None,
    band_bottom: Value | None = None,
    tolerance: float | None = None,
    title: str | None = None,
) -> Study:
    """Make a study of a scan between electrodes.

    Its parameters are the bias ``V``, the Fermi level ``E_F`` on the energies of the scan, ``kT``, ``xi_solv``, ``I``
    and the broadenings ``Gamma_…``. The chemical potentials are E_F + V/2 of the first electrode and E_F − V/2 of the
    last; others are at E_F.

    Parameters
    ----------
    leads : sequence of Anchor
        What touches which electrode; of at least two electrodes.
    friction, temperature : float or str
        ξ_solv (a number is in eV ps; :func:`nanorotor.molecule.stokes` and :func:`nanorotor.molecule.phonons` estimate
        it) and the temperature of electrodes and surroundings (a number is k_BT in eV; ``"300 K"``).
    window : "pi", (low, high), mask or None
        The orbitals that are kept: the π orbitals, the states between two energies (eV), those of a mask, all.
    fermi : "midgap", "homo", "lumo" or float
        Where the Fermi level lies: in the middle of the gap that is left at all angles, at the highest HOMO, at the
        lowest LUMO, or at an energy of the scan (eV). Nothing else is as uncertain: scan the parameter ``E_F``.
    bias : float or str
        The value of the parameter ``V`` (eV).
    bias_drop : "none", "linear" or array_like
        How the bias falls along the molecule: not at all (at the contacts), linearly from the atoms of the first
        electrode to those of the last, or the share of V by which each atom's orbitals shift, from 1/2 to −1/2.
    reference : str or mapping
        The state whose torque the total energy of the scan holds already, as in :meth:`nanorotor.Study.from_junction`.
        With ``"none"`` the electrons' whole torque counts, and ``potential`` must say what else there is.
    potential : float, str or array_like, optional
        U_cl(θ) in eV; by default the total energy of the scan.
    load, moment_of_inertia, band_bottom, tolerance, title
        As in :meth:`nanorotor.Study.from_junction`; the moment of inertia is that of the scan, the wide band of the
        electrodes ends 20 eV below the lowest level by default.

    Returns
    -------
    Study
        With what was assumed in ``study.assumptions``.

    Raises
    ------
    ModelError
        For atoms that the molecule has not, atoms without a π orbital, electrodes that are not two, energies that
        are not there.
    """
    _check(scan, leads)
    if isinstance(temperature, int | float | np.number) and temperature > HOTTEST:
        raise ModelError(f"temperature is k_BT = {temperature:g} eV", f'write "{temperature:g} K" if it is in kelvin')
    kept = window_of(scan, window)
    channels = _channels(scan, leads)
    names = list(dict.fromkeys(anchor.lead for anchor in leads))
    level, placed = _fermi(scan, fermi)
    parameters, broadenings = _parameters(channels, level, bias, temperature, friction, scan, moment_of_inertia)
    drop = _drop(scan, leads, bias_drop)
    isolated = potential
    if isolated is None:
        if reference == "none":
            raise ModelError(
                'reference="none" counts the whole torque of the electrons, which the total energy of the scan holds '
                "already",
                "give potential, what is left of the total energy without these electrons, such as potential=0.0",
            )
        energy = np.asarray(scan.energy, dtype=float)
        if not np.all(np.isfinite(energy)):
            raise ModelError(
                f"the scan ({scan.method}) has no total energy", "give potential, such as potential=0.0 or an array"
            )
        isolated = energy - np.min(energy)
    if reference == "equilibrium":
        reference = {"state": "equilibrium", "chemical_potential": "E_F", "thermal_energy": "kT"}
    bands = _bands(leads)
    given = [_lead(name, k, names, channels, broadenings, bands[name], kept) for k, name in enumerate(names)]
    if band_bottom is None and not any(bands.values()):
        band_bottom = math.floor(min(float(np.min(np.linalg.eigvalsh(kept.h))), level)) - BELOW
    terms = None
    if drop is not None:
        adjoint = np.swapaxes(kept.vectors, -1, -2)
        field = adjoint @ (drop[..., None] * kept.vectors)
        terms = {"V": (field + np.swapaxes(field, -1, -2)) / 2}
    span = float(np.ptp(scan.energy)) if np.all(np.isfinite(scan.energy)) else 0.0
    noisy = NOISE * float(scan.noise) / span if span > 0.0 else 0.0
    assumptions = [
        *_about_scan(scan),
        *_about_window(scan, kept, channels, broadenings, parameters, names, level),
        *(anchor.words(scan) for anchor in leads),
        *_about_bands(bands),
        placed,
        *_about_physics(scan, bias_drop, reference, potential),
    ]
    return Study.from_junction(
        kept.h,
        given,
        theta=np.asarray(scan.angles),
        terms=terms,
        connection=kept.connection,
        reference=reference,
        potential=isolated,
        moment_of_inertia="I",
        friction="xi_solv",
        thermal_energy="kT",
        band_bottom=band_bottom,
        spin_degeneracy=2,
        load=load,
        parameters=parameters,
        tolerance=max(TOLERANCE, noisy) if tolerance is None else tolerance,
        title=title or f"{formula(scan.symbols)} between {' and '.join(names)} ({scan.method})",
        assumptions=assumptions,
        structure=of_scan(scan, _touching(leads)),
    )


def _touching(leads: Sequence[Anchor]) -> dict[str, list[int]]:
    """The atoms that touch each electrode."""
    found: dict[str, list[int]] = {}
    for anchor in leads:
        found.setdefault(anchor.lead, []).extend(int(atom) for atom in anchor.broadening)
    return found


def formula(symbols: Sequence[str]) -> str:
    """The molecular formula in Hill's order."""
    counts = {symbol: list(symbols).count(symbol) for symbol in sorted(set(symbols))}
    first = [symbol for symbol in ("C", "H") if "C" in counts and symbol in counts]
    order = first + [symbol for symbol in counts if symbol not in first]
    return "".join(f"{symbol}{counts[symbol] if counts[symbol] > 1 else ''}" for symbol in order)


def _check(scan: Scan, leads: Sequence[Anchor]) -> None:
    example = 'leads=[nr.Anchor("left", {0: "0.3 eV"}), nr.Anchor("right", {15: "0.3 eV"})]'
    if isinstance(leads, Anchor) or not all(isinstance(anchor, Anchor) for anchor in leads):
        raise ModelError("leads is no list of anchors", f"write {example}")
    names = {anchor.lead for anchor in leads}
    if len(names) < 2:
        raise ModelError(f"the molecule touches {len(names)} electrode{'s' * (len(names) != 1)}", f"write {example}")
    atoms = len(scan.symbols)
    taken: dict[int, str] = {}
    seen: dict[tuple[str, int], list[tuple[str, Anchor]]] = {}
    for anchor in leads:
        for atom, value in anchor.widths.items():
            if not 0 <= atom < atoms:
                raise ModelError(
                    f"anchor {anchor.lead!r} names atom {atom}, the molecule has {atoms}",
                    f"count from 0: 0 to {atoms - 1}",
                )
            if taken.setdefault(int(atom), anchor.lead) != anchor.lead:
                raise ModelError(
                    f"atom {atom} ({scan.symbols[atom]}) touches both {taken[int(atom)]!r} and {anchor.lead!r}",
                    "the current would not pass through the molecule: anchor different atoms",
                )
            # Two orbitals of an electrode at one atom are two anchors; they share its broadening.
            for other, before in seen.setdefault((anchor.lead, int(atom)), []):
                same = all(getattr(before, key) == getattr(anchor, key) for key in ("orbitals", "frame"))
                if str(value) != other or (same and str(before.direction) == str(anchor.direction)):
                    raise ModelError(
                        f"electrode {anchor.lead!r} touches atom {atom} ({scan.symbols[atom]}) twice",
                        "name each atom once, or give orbitals in two directions with one broadening",
                    )
            seen[anchor.lead, int(atom)].append((str(value), anchor))


def _channels(scan: Scan, leads: Sequence[Anchor]) -> list[_Channel]:
    found = []
    for anchor in leads:
        for atom, broadening in anchor.widths.items():
            if anchor.orbitals == "pi":
                vectors = [pi_vectors(scan, atom) * _turned(scan, anchor, atom)[:, None]]
            else:
                vectors = _all_orbitals(scan, anchor, atom)
            found += [_Channel(anchor.lead, int(atom), broadening, vector) for vector in vectors]
    return found


def _turned(scan: Scan, anchor: Anchor, atom: int) -> NDArray[np.float64]:
    """The amplitude of a π anchor at each angle."""
    normals = np.asarray(scan.normals)[:, atom]
    if anchor.frame == "molecule":
        return np.ones(len(normals))
    direction = normals[0] if anchor.direction is None else np.asarray(anchor.direction, dtype=float)
    cosine = normals @ (direction / np.linalg.norm(direction)) / np.linalg.norm(normals, axis=-1)
    return np.asarray(cosine**2 if anchor.frame == "paper" else cosine)


def _all_orbitals(scan: Scan, anchor: Anchor, atom: int) -> list[NDArray[np.float64]]:
    own = [k for k, orbital in enumerate(scan.orbitals) if orbital.atom == atom]
    if not own:
        raise ModelError(f"atom {atom} ({scan.symbols[atom]}) has no orbital in the scan", "anchor another atom")
    at_rest = np.broadcast_to(np.eye(len(scan.orbitals)), np.asarray(scan.h).shape)
    if anchor.frame == "molecule":
        return [at_rest[:, k] for k in own]
    along = directions(scan)
    found = [at_rest[:, k] for k in own if scan.orbitals[k].l == 0]
    for n in sorted({scan.orbitals[k].n for k in own if scan.orbitals[k].l == 1}):
        shell = [k for k in own if scan.orbitals[k].l == 1 and scan.orbitals[k].n == n]
        for axis in range(3):
            vectors = np.zeros((len(scan.angles), len(scan.orbitals)))
            vectors[:, shell] = along[:, shell, axis]
            found.append(vectors)
    if any(scan.orbitals[k].l > 1 for k in own):
        raise ModelError(
            f"atom {atom} ({scan.symbols[atom]}) has d orbitals, which frame={anchor.frame!r} does not turn",
            'write frame="molecule" or orbitals="pi"',
        )
    return found


def _fermi(scan: Scan, fermi: str | float) -> tuple[float, str]:
    homo, lumo = float(np.max(scan.homo)), float(np.min(scan.lumo))
    choices = {"midgap": (homo + lumo) / 2, "homo": homo, "lumo": lumo}
    if isinstance(fermi, str) and fermi in choices:
        # To a µeV, below what a scan resolves.
        level = round(choices[fermi], 6) + 0.0
        chosen = {"midgap": "in the middle of the gap", "homo": "at the highest HOMO", "lumo": "at the lowest LUMO"}
        said = f"{chosen[fermi]} of the scan, which is an assumption"
    else:
        try:
            level = float(plain("fermi", fermi, "eV"))
            if not math.isfinite(level):
                raise ValueError
        except (TypeError, ValueError):
            raise ModelError(
                f"fermi is {fermi!r}", 'give "midgap", "homo", "lumo" or an energy of the scan in eV'
            ) from None
        said = "where it was put"
    return level, (
        f"The Fermi level E_F = {level:.3f} eV is {said}: {level - homo:.2f} eV above the HOMO and "
        f"{lumo - level:.2f} eV below the LUMO. Rates change by orders of magnitude with it: scan E_F"
    )


def _parameters(
    channels: Sequence[_Channel],
    level: float,
    bias: Value,
    temperature: Value,
    friction: Value,
    scan: Scan,
    moment_of_inertia: Value | None,
) -> tuple[dict[str, Value], dict[tuple[str, int], str]]:
    """The parameters, and the name of the broadening of each atom at each electrode."""
    inertia = scan.moment_of_inertia if moment_of_inertia is None else moment_of_inertia
    parameters: dict[str, Value] = {
        "V": _text(bias, "eV", "bias"),
        "E_F": f"{level!r} eV",
        "kT": _text(temperature, "eV", "temperature"),
        "xi_solv": _text(friction, "eV ps", "friction"),
        "I": _text(inertia, "kg m^2", "moment_of_inertia"),
    }
    broadenings = {}
    for lead in dict.fromkeys(channel.lead for channel in channels):
        own = {channel.atom: channel.broadening for channel in channels if channel.lead == lead}
        texts = {
            atom: _text(value, "eV", f"the broadening of atom {atom}")
            for atom, value in own.items()
            if value is not None
        }
        name = "Gamma_" + re.sub(r"[^A-Za-z0-9_]", "_", lead)
        differ = len(set(texts.values())) > 1
        # Names of two electrodes may differ in what no parameter can be called by alone.
        while any((f"{name}_{atom}" if differ else name) in parameters for atom in texts):
            name += "x"
        for atom, text in texts.items():
            called = f"{name}_{atom}" if differ else name
            parameters[called] = text
            broadenings[lead, atom] = called
    return parameters, broadenings


def _bands(leads: Sequence[Anchor]) -> dict[str, dict[str, Any]]:
    """The band of each electrode, empty for wide ones."""
    found: dict[str, dict[str, Any]] = {}
    for anchor in leads:
        known = found.setdefault(anchor.lead, {})
        if known and anchor.band and _differ(known, anchor.band):
            raise ModelError(
                f"the anchors of electrode {anchor.lead!r} have different bands", "give the band with one of them"
            )
        known.update(anchor.band)
    for anchor in leads:
        has_self_energy, has_widths = "self_energy" in found[anchor.lead], isinstance(anchor.broadening, Mapping)
        if has_self_energy and has_widths:
            raise ModelError(
                f"anchor {anchor.lead!r} has a broadening and a self_energy, which is an energy already",
                f"name the atoms alone: nr.Anchor({anchor.lead!r}, {list(anchor.broadening)}, self_energy=…)",
            )
        if not has_self_energy and not has_widths:
            raise ModelError(
                f"the broadening of anchor {anchor.lead!r} is {anchor.broadening!r}",
                f'write nr.Anchor({anchor.lead!r}, {{0: "0.3 eV"}}), or give a self_energy',
            )
    own = [name for name, band in found.items() if band]
    if own and len(own) < len(found):
        wide = next(name for name in found if name not in own)
        raise ModelError(
            f"electrode {own[0]!r} has a band of its own, {wide!r} has none",
            "give all electrodes a band: a wide one beside another drives the rotor by where it is cut",
        )
    return found


def _differ(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return a.keys() != b.keys() or any(not np.array_equal(a[key], b[key]) for key in a if key != "self_energy")


def _lead(
    name: str,
    place: int,
    names: Sequence[str],
    channels: Sequence[_Channel],
    broadenings: Mapping[tuple[str, int], str],
    band: Mapping[str, Any],
    window: Window,
) -> Lead:
    potential = {0: "E_F + V/2", len(names) - 1: "E_F - V/2"}.get(place, "E_F")
    own = [channel for channel in channels if channel.lead == name]
    widths = [{} if channel.broadening is None else {"broadening": broadenings[name, channel.atom]} for channel in own]
    vectors = [window.of(channel.vectors[..., None])[..., 0] for channel in own]
    channels_of = [{**width, "vector": vector} for width, vector in zip(widths, vectors, strict=True)]
    return Lead(name, potential, "kT", channels=channels_of, **band)


def _drop(scan: Scan, leads: Sequence[Anchor], given: str | ArrayLike) -> NDArray[np.float64] | None:
    """The share of V by which the orbitals of the scan shift (M, N)."""
    positions = np.asarray(scan.positions)
    if isinstance(given, str):
        if given == "none":
            return None
        if given != "linear":
            raise ModelError(f"bias_drop is {given!r}", 'give "none", "linear" or one number for each atom')
        first, last = (
            positions[:, [atom for anchor in leads if anchor.lead == name for atom in anchor.broadening]].mean(axis=1)
            for name in (leads[0].lead, leads[-1].lead)
        )
        along = last - first
        length = np.sum(along**2, axis=-1)
        if np.min(length) < 1e-6:
            raise ModelError("the anchors of the two electrodes lie at one place", "give bias_drop for each atom")
        share = np.einsum("max,mx->ma", positions - first[:, None], along) / length[:, None]
        atoms = 0.5 - np.clip(share, 0.0, 1.0)
    else:
        atoms = np.asarray(plain("bias_drop", given, ""))
        if atoms.dtype.kind not in "fiu" or atoms.shape not in (positions.shape[1:2], positions.shape[:2]):
            raise ModelError(
                f"bias_drop has shape {atoms.shape} for {positions.shape[1]} atoms",
                "give the share of V for each atom, from 1/2 at the first electrode to -1/2 at the last",
            )
        atoms = np.broadcast_to(atoms.astype(float), positions.shape[:2])
    return np.asarray(atoms[:, [orbital.atom for orbital in scan.orbitals]])


def _about_scan(scan: Scan) -> list[str]:
    return [f"Energies are those of {scan.method}", *(str(note).rstrip(".") for note in scan.notes)]


def _about_bands(bands: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [
        f"The energies of the self-energy of electrode {name!r} count from {band['zero']} on those of the scan"
        for name, band in bands.items()
        if "self_energy" in band
    ]


def _about_window(
    scan: Scan,
    window: Window,
    channels: Sequence[_Channel],
    broadenings: Mapping[tuple[str, int], str],
    parameters: Mapping[str, Value],
    names: Sequence[str],
    level: float,
) -> list[str]:
    said = f"Of the molecule {window.words}"
    if window.is_whole:
        return [said]
    homo, lumo = level_errors(scan, window)
    said += f"; the HOMO is off by {homo:.2g} eV at most, the LUMO by {lumo:.2g} eV"
    size = {}
    for key, name in broadenings.items():
        given = str(parameters[name]).split()
        try:
            size[key] = float(given[0]) * {"eV": 1.0, "meV": 1e-3}[given[1]]
        except (ValueError, KeyError, IndexError):
            return [said]
    if any(channel.broadening is None for channel in channels if channel.lead in (names[0], names[-1])):
        return [said]
    couplings = [
        np.stack(
            [np.sqrt(size[c.lead, c.atom]) * c.vectors for c in channels if c.lead == lead],
            axis=-1,
        )
        for lead in (names[0], names[-1])
    ]
    energies = level + np.array(COMPARED)
    full = transmission(np.asarray(scan.h), couplings, energies)
    kept = transmission(window.h, [window.of(w) for w in couplings], energies)
    counted = (full > 1e-12) & (kept > 1e-12)
    if not np.any(counted):
        return [said]
    factor = np.exp(np.max(np.abs(np.log(kept[counted] / full[counted]))))
    typical = np.exp(np.median(np.abs(np.log(kept[counted] / full[counted]))))
    return [
        f"{said}, the transmission within 0.5 eV of E_F by a factor of {typical:.3g} typically and {factor:.3g} at most"
    ]


def _about_physics(
    scan: Scan, drop: str | ArrayLike, reference: str | Mapping[str, Value], potential: Value | ArrayLike | None
) -> list[str]:
    gap = float(np.min(np.asarray(scan.lumo) - np.asarray(scan.homo)))
    said = [
        f"The gap is that of the orbital energies, {gap:.2f} eV at least; quasiparticle corrections and the image "
        "charge of the electrodes, which change gaps by electronvolts, are neglected",
        "Charging by the bias is neglected: the orbital energies are those of the molecule without bias",
    ]
    if isinstance(drop, str) and drop == "none":
        said.append(
            "The whole bias falls at the contacts: its field within the molecule, which would shift the levels of the "
            'anchor atoms by up to V/2, is neglected (bias_drop="linear" has it)'
        )
    else:
        said.append("The field of the bias is a given one, not that of the charges in the junction")
    if potential is None:
        said.append(
            "The potential is the total energy of the scan, and the torque of the junction counts from equilibrium at "
            "E_F, whose torque the total energy of the isolated molecule is taken to hold"
            if isinstance(reference, Mapping) and reference.get("state") == "equilibrium"
            else "The potential is the total energy of the scan"
        )
    said.append(f"The moment of inertia is that of the {getattr(scan, 'inertia', 'rotor')}")
    return said
