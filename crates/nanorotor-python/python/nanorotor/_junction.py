"""Write the text of a study from matrices and arrays of numpy."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nanorotor import _native
from nanorotor._errors import ConvergenceError, ModelError
from nanorotor._units import numbers as plain
from nanorotor._units import quantity, units_of, unmasked

if TYPE_CHECKING:
    from nanorotor.molecule.structure import Structure

#: A number in the unit that is stated for it, a quantity such as ``"0.5 eV"``, or a formula.
Value = float | str

#: What a study calls the table of its arrays.
TABLE = "junction.nc"
#: Harmonics below this share of the largest value are rounding, and are left out.
ROUNDING = 4e-16


@dataclass(frozen=True)
class Lead:
    """A lead with its coupling to the molecule.

    Parameters
    ----------
    name : str
        Its name in results.
    chemical_potential, thermal_energy : float or str
        μ and k_B T; a number is in eV.
    coupling : array_like, optional
        w(θ) in √eV, so that Γ = w w†: one vector ``(N,)``, channels as columns ``(N, K)``, or the same for each sampled
        angle ``(M, N)`` or ``(M, N, K)``.
    channels : sequence of dict, optional
        Instead of ``coupling``: channels as in a study file, for example
        ``{"broadening": "Gamma_L", "site": 1, "amplitude": "cos(theta)"}``; a ``vector`` may also be an array, ``(N,)``
        or for each sampled angle ``(M, N)``.
    lorentzian : (center, half_width), optional
        A Lorentzian band instead of the bottom of the junction; numbers are in eV.
    chain : (center, hopping), optional
        The band of a semi-infinite chain, from 2 hoppings below its center to 2 above; numbers are in eV.
    tabulated : path, optional
        The path of a CSV file with the columns ``energy [eV]`` and ``broadening [eV]`` (or ``self_energy_im [eV]``).
    self_energy : (energies, sigma) or path or dict, optional
        The retarded Σ(ω) of the lead: arrays ``(E,)`` and ``(E,)`` or ``(E, K, K)``, numbers in eV; or the path of a
        NetCDF file, or what a study file has in its place, ``{"file": "RUN.TBT.SE.nc", "electrode": "Left"}``. With
        it ``coupling`` is a number for each level (and orbital), Σ acts as v Σ v†, and channels have no
        ``broadening``; without either, its orbitals are the levels in their order.
    accuracy : float, optional
        The largest error of the fit of a ``chain``, of what is ``tabulated`` or of Γ = i(Σ − Σ†) of a
        ``self_energy``, relative to its maximum; 0.02 by default.
    zero : float or str, optional
        The energy on the zero of the levels at which the energies of ``tabulated`` or ``self_energy`` are 0, such as
        ``"E_F"``; a number is in eV.
    """

    name: str = ""
    chemical_potential: Value = ""
    thermal_energy: Value = ""
    coupling: ArrayLike | None = None
    channels: Sequence[Mapping[str, Any]] | None = None
    lorentzian: tuple[Value, Value] | None = None
    chain: tuple[Value, Value] | None = None
    tabulated: str | os.PathLike[str] | None = None
    self_energy: tuple[ArrayLike, ArrayLike] | str | os.PathLike[str] | Mapping[str, Any] | None = None
    accuracy: float | None = None
    zero: Value | None = None

    def __post_init__(self) -> None:
        example = 'write nr.Lead("left", chemical_potential, thermal_energy, coupling=w)'
        if not isinstance(self.name, str):
            raise ModelError(f"the name of a lead is {self.name!r}", example)
        for what in ("name", "chemical_potential", "thermal_energy"):
            value = getattr(self, what)
            if isinstance(value, str) and not value:
                raise ModelError(f"a lead has no {what}", example)
            if what != "name":
                _text(value, "eV", f"the {what} of lead {self.name!r}")
        is_whole = self.self_energy is not None and self.coupling is None and self.channels is None
        if (self.coupling is None) == (self.channels is None) and not is_whole:
            raise ModelError(f"lead {self.name!r} needs coupling or channels, one of them", "give one of the two")
        if self.coupling is not None and _numbers(self.coupling, self._coupling, "eV", 2).ndim == 0:
            raise ModelError(
                f"{self._coupling} is one number: {self.coupling!r}",
                "give a vector with a number for each level, such as coupling=[0.5, 0.0]",
            )
        if self.channels is not None and not (
            isinstance(self.channels, Sequence) and all(isinstance(channel, Mapping) for channel in self.channels)
        ):
            raise ModelError(
                f"the channels of lead {self.name!r} are {self.channels!r}",
                'give a list of dictionaries, such as [{"broadening": "0.27 eV", "site": 1}]',
            )
        for what, pair, names in (
            ("lorentzian", self.lorentzian, "(center, half_width)"),
            ("chain", self.chain, "(center, hopping)"),
        ):
            try:
                if pair is not None:
                    _, _ = pair if not isinstance(pair, str) else ()
            except (TypeError, ValueError):
                raise ModelError(f"{what} of lead {self.name!r} is {pair!r}", f"give the pair {names}") from None
        if not isinstance(self.tabulated, str | os.PathLike | None):
            raise ModelError(
                f"tabulated of lead {self.name!r} is {self.tabulated!r}", "give the path as text or pathlib.Path"
            )
        if not isinstance(self.self_energy, str | os.PathLike | Mapping | None) and not (
            isinstance(self.self_energy, Sequence) and len(self.self_energy) == 2
        ):
            raise ModelError(
                f"self_energy of lead {self.name!r} is {self.self_energy!r}",
                "give (energies, sigma), the path of a NetCDF file, or a dictionary as in a study file",
            )

        for what, value, of in (
            ("zero", self.zero, (self.tabulated, self.self_energy)),
            ("accuracy", self.accuracy, (self.chain, self.tabulated, self.self_energy)),
        ):
            if value is not None and all(band is None for band in of):
                raise ModelError(
                    f"lead {self.name!r} has {what} = {value!r} and no band that it belongs to",
                    "it belongs to a self-energy or a table of the lead" + (", or a chain" if len(of) == 3 else ""),
                )

    def _with_details(self, band: Mapping[str, Any]) -> str:
        """A band as in a study file, with accuracy and zero."""
        accuracy = {} if self.accuracy is None else {"accuracy": self.accuracy}
        is_chain = "hopping" in band
        zero = {} if self.zero is None or is_chain else {"zero": _text(self.zero, "eV", f"zero of lead {self.name!r}")}
        return _toml({**band, **accuracy, **zero}, f"the band of lead {self.name!r}")

    @property
    def _coupling(self) -> str:
        return f"the coupling of lead {self.name!r}"


class Sampling:
    """A uniform grid of angles over one period, and what replacing samples on it by their Fourier series costs."""

    def __init__(self, theta: ArrayLike | None, period: float | None, tolerance: float) -> None:
        self.tolerance = tolerance
        #: Whether what is sampled has single precision.
        self.single = False
        self.errors: list[tuple[str, float, float]] = []
        #: Whether samples go into a table of the study, not into its text.
        self.attaches = False
        #: Names that variables of the table cannot have.
        self.taken: set[str] = set()
        self._table: list[tuple[str, list[tuple[str, int]], str, bytes, bytes | None]] = []
        #: Files that the study names beside its table.
        self.files: list[tuple[str, bytes]] = []
        self.theta: NDArray[np.float64] | None = None
        self.stride = 0
        if theta is None:
            return
        grid = np.asarray(plain("theta", theta, ""), dtype=float)
        if grid.ndim != 1 or len(grid) < 4:
            raise ModelError(
                "theta is not a grid of at least four angles",
                "write for example theta = np.arange(32) * np.pi / 32",
            )
        steps = np.diff(grid)
        step = (grid[-1] - grid[0]) / (len(grid) - 1)
        if not step > 0 or np.max(np.abs(steps - step)) > 1e-9 * step:
            raise ModelError(
                "the angles in theta are not equally spaced and rising",
                "sample on a uniform grid, the end of the period left out",
            )
        length = step * len(grid)
        if length > 2 * math.pi * (1 + 1.5 / len(grid)):
            raise ModelError(
                f"theta covers {length:.6g} rad, more than a turn",
                "give one period, in rad: np.deg2rad(degrees) makes it of degrees",
            )
        whole = 2 * math.pi / length
        self.stride = round(whole)
        if self.stride < 1 or abs(whole - self.stride) > 1e-6 * whole:
            raise ModelError(
                f"{len(grid)} angles of spacing {step:.6g} cover {length:.6g} rad, which is not a turn divided by a "
                "whole number, 2π/n",
                "give one period without its end: np.arange(32) * np.pi / 32, not np.linspace(0, np.pi, 32)",
            )
        if period is not None and abs(length - period) > 1e-6 * length:
            raise ModelError(
                f"theta covers {length:.6g} rad, the period is {period:.6g} rad",
                "leave the period out, or sample exactly one period",
            )
        self.theta = grid

    @property
    def size(self) -> int | None:
        """The number of angles."""
        return None if self.theta is None else len(self.theta)

    def attach(
        self, name: str, values: NDArray[np.complex128], dims: Sequence[str], unit: str, what: str, scale: float
    ) -> str:
        """Put an array into the table of the study; its name there comes back."""
        sampled = values.ndim > len(dims)
        parts = [("", values.real), ("Im ", values.imag)] if np.any(values.imag) else [("", values.real)]
        for part, numbers in parts if sampled else []:
            self._judge(part + what, numbers, scale)
        number, base = 1, name
        while name in self.taken:
            number += 1
            name = f"{base}_{number}"
        self.taken.add(name)
        lengths = list(zip(("theta", *dims) if sampled else dims, values.shape, strict=True))
        real, *imaginary = (np.ascontiguousarray(numbers).tobytes() for _, numbers in parts)
        self._table.append((name, lengths, unit, real, imaginary[0] if imaginary else None))
        return name

    def show(self, structure: Structure) -> None:
        """Put the atoms into the table, where there is one."""
        if not self.is_used:
            return
        if self.theta is None or not np.array_equal(structure.angles, self.theta):
            raise ModelError("the structure is not at the angles of theta", "give its positions at these angles")
        for name, *_ in structure.variables():
            if name in self.taken:
                raise ModelError(
                    f"the table would have two variables {name!r}", "call the parameter or the lead otherwise"
                )
        self._table += structure.variables()

    @property
    def is_used(self) -> bool:
        """Whether the study needs a table."""
        return bool(self._table)

    def file(self) -> bytes | None:
        """The table as a NetCDF file, if there is one."""
        if not self._table or self.theta is None:
            return None
        return _native.table(self.theta.tolist(), self._table)

    def _judge(self, what: str, samples: NDArray[np.float64], scale: float) -> None:
        """Note what the Fourier series of real samples at all angles misses, and refuse what is too much.

        Harmonics beyond the grid are lost, and folded into those that are kept. How much that is, is judged by how
        fast the last two thirds of the harmonics fall: q from one third to the next, so q/(1 - q) of the last one is
        still to come. Eight times that covers the folding, and harmonics that fall as a power only (k⁻² and faster),
        where q grows.
        """
        size, shape = len(samples), samples.shape[1:]
        c = np.abs(np.fft.rfft(samples.reshape(size, -1), axis=0)) / size
        c[1:] *= 2
        if size % 2 == 0:
            c[-1] /= 2
        kept = c > ROUNDING * scale
        orders = np.arange(len(c))

        def lost(weight: NDArray[np.float64]) -> NDArray[np.float64]:
            sizes = np.where(kept, c, 0.0) * weight[:, None]
            last = np.sum(sizes[size // 3 + 1 :], axis=0)
            before = np.sum(sizes[size // 6 + 1 : size // 3 + 1], axis=0)
            q = np.full_like(last, 0.9)
            np.divide(last, before, out=q, where=before > 0.0)
            q = np.minimum(q, 0.9)
            rounded = np.sum(np.where(kept, 0.0, c) * weight[:, None], axis=0)
            return np.asarray(8 * last * q / (1 - q) + rounded)

        def name(entry: np.intp) -> str:
            if not shape:
                return what
            return f"{what}[{','.join(str(int(i) + 1) for i in np.unravel_index(entry, shape))}]"

        error, slope = lost(np.ones(len(orders))), lost((orders * self.stride).astype(np.float64))
        for entry in {np.argmax(error), np.argmax(slope)}:
            self.errors.append((name(entry), float(error[entry]), float(slope[entry])))
        worst = np.argmax(error)
        if error[worst] > self.tolerance * scale:
            raise ConvergenceError(
                f"{name(worst)} is not resolved by {size} angles: its Fourier series errs by about "
                f"{error[worst]:.1e} of {scale:.1e}",
                "give double precision: beyond seven digits the series of float32 is noise (or set tolerance=1e-6)"
                if self.single
                else "sample on twice as many angles, or give a smooth gauge of the states (signs and phases that vary "
                "continuously)",
            )

    def formula(self, what: str, samples: NDArray[np.float64], unit: str, scale: float) -> str:
        """Write real samples as a Fourier series in θ."""
        assert self.theta is not None
        self._judge(what, samples, scale)
        size = len(samples)
        orders = np.arange(size // 2 + 1)
        # f(θ) = Re Σ_k c_k exp(i k n θ), n = 2π/period
        c = np.fft.rfft(samples) / size * np.exp(-1j * orders * self.stride * self.theta[0])
        c[1:] *= 2
        if size % 2 == 0:
            c[-1] = c[-1].real / 2
        kept = np.abs(c) > ROUNDING * scale
        terms: list[tuple[float, str]] = []
        for k in np.flatnonzero(kept):
            order = int(k) * self.stride
            angle = f"({order}*theta)" if order != 1 else "(theta)"
            if order == 0:
                terms.append((float(c[k].real), ""))
                continue
            terms.append((float(c[k].real), f"*cos{angle}"))
            terms.append((float(-c[k].imag), f"*sin{angle}"))
        return _sum(terms, unit)

    def note(self) -> str | None:
        """What the series cost, in words."""
        if not self.errors:
            return None
        value = max(self.errors, key=lambda error: error[1])
        slope = max(self.errors, key=lambda error: error[2])
        return (
            f"Fourier series of samples at {self.size} angles; error at most {value[1]:.1e} ({value[0]}) in values and "
            f"{slope[2]:.1e} per rad ({slope[0]}) in derivatives, if nothing varies faster than two angles can tell"
        )


def _sum(terms: Sequence[tuple[float, str]], unit: str) -> str:
    text = ""
    for number, function in terms:
        if number == 0.0:
            continue
        sign = "-" if number < 0 else "+"
        text += f" {sign} {abs(number)!r}{unit}{function}"
    if not text:
        return f"0{unit}"
    return text[3:] if text.startswith(" + ") else text[1:2] + text[3:]


def _text(value: Value, unit: str, what: str = "a value") -> str:
    if isinstance(value, str):
        return value
    given = plain(what, value, unit)
    try:
        number = float(given)
    except (TypeError, ValueError):
        in_unit = f" in {unit}" if unit else ""
        raise ModelError(f"{what} is {value!r}", f"give a number{in_unit}, or a quantity as text") from None
    if not math.isfinite(number):
        raise ModelError(f"{what} is {number}, not a finite number", f"give a number in {unit}, or a quantity as text")
    return f"{number!r} {unit}" if unit else repr(number)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _is_formulas(matrix: Any) -> bool:
    if isinstance(matrix, list | tuple):
        return any(map(_is_formulas, matrix))
    kind = getattr(getattr(matrix, "dtype", None), "kind", None)
    return isinstance(matrix, str) or (
        kind in ("O", "U") and any(isinstance(entry, str) for entry in np.asarray(matrix).ravel())
    )


def _numbers(
    array: Any, what: str, unit: str, root: int = 1, sampling: Sampling | None = None
) -> NDArray[np.complex128]:
    given = plain(what, array, unit, root)
    try:
        given = np.asarray(given)
        if given.dtype.kind in "MmSU":
            raise TypeError
        if sampling is not None:
            sampling.single = given.dtype in (np.float16, np.float32, np.complex64)
        numbers = np.asarray(given, dtype=complex)
    except (TypeError, ValueError):
        raise ModelError(
            f"{what} is not an array of numbers", "give an array of numbers, or formulas as text"
        ) from None
    if not np.all(np.isfinite(numbers)):
        raise ModelError(f"{what} contains what is no finite number", "look for NaN and infinities in it")
    return numbers


def _entry(sampling: Sampling, what: str, values: NDArray[np.complex128], unit: str, scale: float) -> str:
    """A matrix entry: a formula, or a pair of them where it is complex."""
    return _pair(*_parts(sampling, what, values, unit, scale))


def _pair(real: str, imaginary: str | None) -> str:
    return _quoted(real) if imaginary is None else f"[{_quoted(real)}, {_quoted(imaginary)}]"


def _parts(
    sampling: Sampling, what: str, values: NDArray[np.complex128], unit: str, scale: float
) -> tuple[str, str | None]:
    """The real part of a matrix entry, and the imaginary one where there is one."""

    def part(name: str, numbers: NDArray[np.float64]) -> str:
        if numbers.ndim == 0:
            return _sum([(float(numbers), "")], unit)
        return sampling.formula(f"{name}{what}", numbers, unit, scale)

    return part("", values.real), part("Im ", values.imag) if np.any(values.imag) else None


def _formulas(matrix: Any, unit: str) -> str:
    rows = [[_quoted(_text(entry, unit)) for entry in row] for row in matrix]
    return "[" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "]"


def _entries(
    sampling: Sampling,
    name: str,
    matrix: NDArray[np.complex128],
    unit: str,
    terms: Mapping[str, NDArray[np.complex128]] | None = None,
    least: float = 0.0,
) -> str:
    """A matrix, and parameters times more of them; errors count against its largest entry, but at least `least`."""
    summands = [("", name, unit, matrix)]
    summands += [(parameter, f"d{name}/d{parameter}", "", term) for parameter, term in (terms or {}).items()]
    scales = [max(float(np.max(np.abs(array))), least) or 1.0 for *_, array in summands]

    def entry(i: int, j: int) -> str:
        parts: tuple[list[str], list[str]] = ([], [])
        for (parameter, called, in_unit, array), scale in zip(summands, scales, strict=True):
            if parameter and not np.any(array[..., i, j]):
                continue
            values = _parts(sampling, f"{called}[{i + 1},{j + 1}]", array[..., i, j], in_unit, scale)
            for part, value in zip(parts, values, strict=True):
                if value is not None:
                    part.append(f"{parameter}*({value})" if parameter else value)
        return _pair(" + ".join(parts[0]), " + ".join(parts[1]) or None)

    levels = range(matrix.shape[-1])
    return "[\n" + ",\n".join(f"  [{', '.join(entry(i, j) for j in levels)}]" for i in levels) + ",\n]"


def _hamiltonian(sampling: Sampling, hamiltonian: Any, terms: Mapping[str, ArrayLike] | None) -> tuple[str, int]:
    if _is_formulas(hamiltonian):
        if terms:
            raise ModelError("terms belong to a hamiltonian of numbers", "write them into the formulas")
        return _formulas(hamiltonian, "eV"), len(hamiltonian)
    h, levels = _hermitian(sampling, hamiltonian, "the hamiltonian", "eV")
    more = {}
    for name, term in (terms or {}).items():
        what = f"the term of {name}"
        more[name], size = _hermitian(sampling, term, what, "")
        if size != levels:
            raise ModelError(f"{what} has {size} levels, the hamiltonian {levels}", f"give {levels} x {levels}")
    if any(array.ndim == 3 for array in (h, *more.values())):
        names = [_attached(sampling, "h", h, "eV", "h")]
        names += [f"{name}*{_attached(sampling, f'h_{name}', term, '1', f'dh/d{name}')}" for name, term in more.items()]
        return _quoted(" + ".join(names)), levels
    return _entries(sampling, "h", h, " eV", more), levels


def _attached(
    sampling: Sampling, name: str, matrix: NDArray[np.complex128], unit: str, what: str, least: float = 0.0
) -> str:
    """A matrix in the table; errors count as in :func:`_entries`."""
    scale = max(float(np.max(np.abs(matrix))), least) or 1.0
    return sampling.attach(name, matrix, ("level", "level_2"), unit, what, scale)


def _hermitian(sampling: Sampling, matrix: Any, what: str, unit: str) -> tuple[NDArray[np.complex128], int]:
    h = _numbers(matrix, what, unit, sampling=sampling)
    levels = h.shape[-1] if h.ndim else 0
    if h.ndim not in (2, 3) or h.shape[-2] != levels or levels == 0:
        raise ModelError(
            f"{what} has shape {h.shape}",
            "give N x N, or M x N x N with the M angles of theta first (np.moveaxis(h, -1, 0) brings the last there)",
        )
    _sampled(sampling, h, 3, what)
    scale = float(np.max(np.abs(h))) or 1.0
    transposed = np.conj(np.swapaxes(h, -1, -2))
    if np.max(np.abs(h - transposed)) > 1e-10 * scale:
        *at, i, j = np.unravel_index(np.argmax(np.abs(h - transposed)), h.shape)
        here, there = (f"{complex(number):.6g}" for number in (h[(*at, i, j)], h[(*at, j, i)]))
        raise ModelError(
            f"{what} is not Hermitian: entry ({i + 1}, {j + 1}) is {here}, ({j + 1}, {i + 1}) is {there}",
            "each entry must be the complex conjugate of its mirror image; levels decay by their couplings only",
        )
    return (h + transposed) / 2, levels


def _connection(sampling: Sampling, connection: Any, levels: int) -> str:
    if _is_formulas(connection):
        return _formulas(connection, "")
    a = _numbers(connection, "the connection", "1/rad", sampling=sampling)
    if a.ndim not in (2, 3) or a.shape[-2:] != (levels, levels):
        raise ModelError(
            f"the connection has shape {a.shape} for {levels} levels",
            f"give ({levels}, {levels}), or with theta (M, {levels}, {levels})",
        )
    _sampled(sampling, a, 3, "the connection")
    scale = float(np.max(np.abs(a))) or 1.0
    adjoint = np.conj(np.swapaxes(a, -1, -2))
    if np.max(np.abs(a + adjoint)) > 1e-10 * scale:
        *at, i, j = np.unravel_index(np.argmax(np.abs(a + adjoint)), a.shape)
        here, there = (f"{complex(number):.6g}" for number in (a[(*at, i, j)], a[(*at, j, i)]))
        raise ModelError(
            f"the connection is not anti-Hermitian: entry ({i + 1}, {j + 1}) is {here}, ({j + 1}, {i + 1}) is {there}",
            "A = <a|d/dtheta b> of an orthonormal basis; U^dagger dU/dtheta where the columns of U are its vectors",
        )
    # A acts as [A, h] beside h′: what an error of it does goes with 1/rad, however little the basis turns.
    a = (a - adjoint) / 2
    if a.ndim == 3:
        return _quoted(_attached(sampling, "connection", a, "1/rad", "A", least=1.0))
    return _entries(sampling, "A", a, "")


def _reference(reference: str | Mapping[str, Value]) -> str:
    if isinstance(reference, str):
        return _quoted(reference)
    if not isinstance(reference, Mapping):
        raise ModelError(
            f"the reference is {reference!r}",
            'write "none", "equilibrium" or "molecule", or for example '
            '{"state": "equilibrium", "chemical_potential": 0.0, "thermal_energy": 0.0259}',
        )
    details = (
        f"{key} = {_quoted(str(value) if key == 'state' else _text(value, 'eV'))}" for key, value in reference.items()
    )
    return "{ " + ", ".join(details) + " }"


def _sampled(sampling: Sampling, array: NDArray[Any], dimensions: int, what: str) -> None:
    if array.ndim == dimensions and array.shape[0] != sampling.size:
        angles = "no theta is given" if sampling.size is None else f"theta has {sampling.size} angles"
        raise ModelError(
            f"{what} has shape {array.shape}, but {angles}", "sample it at the angles of theta, and give both"
        )


def _channels(sampling: Sampling, lead: Lead, levels: int) -> list[str]:
    what = lead._coupling
    if lead.channels is not None:
        return [_channel(sampling, lead, channel, levels) for channel in lead.channels]
    # Γ = w w†, and w is in √eV; a self-energy has its own unit.
    scale_of = "" if lead.self_energy is not None else 'broadening = "1 eV", '
    given = np.eye(levels) if lead.coupling is None else lead.coupling
    w = _numbers(given, what, "" if lead.self_energy is not None else "eV", 2, sampling)
    is_constant = w.shape[:1] == (levels,) and w.ndim in (1, 2)
    is_sampled = w.ndim in (2, 3) and w.shape[0] == sampling.size and w.shape[1] == levels
    if is_constant and is_sampled and w.ndim == 2:
        raise ModelError(
            f"{what} of shape {w.shape} can be read in two ways",
            "write channels as a last dimension of length 1",
        )
    if not is_constant and not is_sampled:
        raise ModelError(
            f"{what} has shape {w.shape} for {levels} levels",
            f"give ({levels},) or ({levels}, K), or with theta (M, {levels}) or (M, {levels}, K)",
        )
    if w.ndim == (1 if is_constant else 2):
        w = w[..., np.newaxis]
    scale = float(np.max(np.abs(w))) or 1.0
    if is_sampled:
        called = _variable(lead)
        placed = sampling.attach(called, w, ("level", f"channel_{called}"), "1", f"w_{lead.name}", scale)
        return [f"{{ {scale_of}vector = {_quoted(placed)} }}"]
    lines = []
    for k in range(w.shape[-1]):
        entries = [_entry(sampling, f"w_{lead.name}[{i + 1},{k + 1}]", w[..., i, k], "", scale) for i in range(levels)]
        lines.append(f"{{ {scale_of}vector = [{', '.join(entries)}] }}")
    return lines


def _self_energy(sampling: Sampling, lead: Lead) -> str:
    """Where the self-energy of a lead stands; arrays become a file of the study."""
    given = lead.self_energy
    if isinstance(given, str | os.PathLike):
        return lead._with_details({"file": os.fspath(given)})
    if isinstance(given, Mapping):
        return lead._with_details({key: os.fspath(value) if key == "file" else value for key, value in given.items()})
    of_lead = f"of lead {lead.name!r}"
    energies, sigma = given or ((), ())
    omega = _numbers(energies, f"the energies of the self-energy {of_lead}", "eV")
    values = _numbers(sigma, f"the self-energy {of_lead}", "eV")
    if omega.ndim != 1 or np.any(omega.imag):
        raise ModelError(
            f"the energies of the self-energy {of_lead} have shape {omega.shape}", "give real numbers (E,)"
        )
    rows = len(omega)
    if values.ndim not in (1, 3) or len(values) != rows or values.shape[1:2] != values.shape[2:3]:
        raise ModelError(
            f"the self-energy {of_lead} has shape {values.shape} for {rows} energies",
            f"give ({rows},), or ({rows}, K, K) for K orbitals",
        )
    dims = list(zip(("energy", "orbital", "orbital_2"), values.shape, strict=False))
    real, imaginary = (np.ascontiguousarray(part).tobytes() for part in (values.real, values.imag))
    contents = _native.energies(omega.real.tolist(), [("self_energy", dims, "eV", real, imaginary)])
    known = {name for name, _ in sampling.files}
    name = base = "self_energy_" + re.sub(r"\W", "_", lead.name)
    number = 1
    while f"{name}.nc" in known:
        number += 1
        name = f"{base}_{number}"
    sampling.files.append((f"{name}.nc", contents))
    return lead._with_details({"file": f"{name}.nc"})


def _variable(lead: Lead) -> str:
    """What the amplitudes of a lead are called in a table."""
    return "w_" + re.sub(r"\W", "_", lead.name)


def _channel(sampling: Sampling, lead: Lead, channel: Mapping[str, Any], levels: int) -> str:
    """A channel as in a study file; its vector may be sampled."""
    vector = channel.get("vector")
    if not isinstance(vector, np.ndarray) or vector.dtype.kind not in "fiuc":
        return _toml(channel, f"a channel of lead {lead.name!r}")
    what = f"a vector of lead {lead.name!r}"
    w = _numbers(vector, what, "", sampling=sampling)
    if w.ndim not in (1, 2) or w.shape[-1] != levels:
        raise ModelError(f"{what} has shape {w.shape} for {levels} levels", f"give ({levels},) or (M, {levels})")
    _sampled(sampling, w, 2, what)
    scale = float(np.max(np.abs(w))) or 1.0
    rest = (f"{key} = {_toml(value, f'`{key}`')}" for key, value in channel.items() if key != "vector")
    if w.ndim == 2:
        placed = sampling.attach(_variable(lead), w, ("level",), "1", f"w_{lead.name}", scale)
        return "{ " + ", ".join([*rest, f"vector = {_quoted(placed)}"]) + " }"
    entries = (_entry(sampling, f"w_{lead.name}[{i + 1}]", w[..., i], "", scale) for i in range(levels))
    return "{ " + ", ".join([*rest, f"vector = [{', '.join(entries)}]"]) + " }"


def _toml(value: Any, what: str) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(entry, f'`{key}`')}" for key, entry in value.items()) + " }"
    unmasked(what, value)
    if isinstance(value, Sequence) or (isinstance(value, np.ndarray) and value.ndim):
        return "[" + ", ".join(_toml(entry, what) for entry in value) + "]"
    if units_of(value) is not None:
        return _quoted(quantity(what, value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    try:
        return repr(float(value))
    except (TypeError, ValueError):
        raise ModelError(f"{what} is no number: {value!r}", "give a number, or a quantity as text") from None


def _potential(sampling: Sampling, potential: Value | ArrayLike) -> str:
    if isinstance(potential, str) or np.ndim(plain("potential", potential, "eV")) == 0:
        return _quoted(_text(potential, "eV", "potential"))  # type: ignore[arg-type]
    values = _numbers(potential, "the potential", "eV", sampling=sampling)
    if values.ndim != 1 or np.any(values.imag):
        raise ModelError(f"the potential has shape {values.shape}", "give a real number for each angle in theta")
    _sampled(sampling, values, 1, "the potential")
    scale = float(np.max(np.abs(values))) or 1.0
    if sampling.attaches:
        return _quoted(sampling.attach("potential", values, (), "eV", "U", scale))
    return _entry(sampling, "U", values, " eV", scale)


def _frame(
    title: str,
    parameters: Mapping[str, Value] | None,
    sampling: Sampling,
    period: float | str | None,
    moment_of_inertia: Value,
    potential: Value | ArrayLike,
    load: Value,
    environment_friction: Value | None,
    thermal_energy: Value | None,
) -> tuple[list[str], list[str]]:
    """What every study has: its beginning, and its rotor and environment."""
    if period is None:
        if sampling.stride == 0:
            raise ModelError("the period of the rotor is missing", 'give period, for example period="pi"')
        period = f"2*pi/{sampling.stride}"
    head = [f"title = {_quoted(title)}", "", "[parameters]"]
    head += [f"{name} = {_toml(value, f'`{name}`')}" for name, value in (parameters or {}).items()]
    tail = [
        "",
        "[rotor]",
        f"period = {_quoted(_text(period, '', 'period'))}",
        f"moment_of_inertia = {_quoted(_text(moment_of_inertia, 'kg m^2', 'moment_of_inertia'))}",
        f"potential = {_potential(sampling, potential)}",
        f"load = {_quoted(_text(load, 'eV', 'load'))}",
    ]
    environment = [("friction", environment_friction, "eV ps"), ("thermal_energy", thermal_energy, "eV")]
    given = [(name, value, unit) for name, value, unit in environment if value is not None]
    if given:
        tail += [
            "",
            "[environment]",
            *(f"{name} = {_quoted(_text(value, unit, name))}" for name, value, unit in given),
        ]
    return head, [*tail, ""]


def junction_text(
    hamiltonian: Any,
    leads: Sequence[Lead],
    *,
    sampling: Sampling,
    terms: Mapping[str, ArrayLike] | None,
    connection: Any,
    reference: str | Mapping[str, Value],
    band_bottom: Value | None,
    spin_degeneracy: float,
    **rotor: Any,
) -> str:
    """The text of a study of a junction; what is sampled is left to its table."""
    sampling.attaches, sampling.taken = True, set(rotor["parameters"] or ())
    head, tail = _frame(sampling=sampling, **rotor)
    matrix, levels = _hamiltonian(sampling, hamiltonian, terms)
    body = [
        "",
        "[molecule]",
        f"hamiltonian = {matrix}",
        f"spin_degeneracy = {_toml(spin_degeneracy, 'spin_degeneracy')}",
    ]
    if connection is not None:
        body.append(f"connection = {_connection(sampling, connection, levels)}")
    if reference != "none":
        body.append(f"reference = {_reference(reference)}")
    if band_bottom is not None:
        body += ["", "[band]", f"bottom = {_quoted(_text(band_bottom, 'eV', 'band_bottom'))}"]
    for lead in leads:
        if not isinstance(lead, Lead):
            raise ModelError(
                f"{lead!r} is no lead", 'write nr.Lead("left", chemical_potential, thermal_energy, coupling=w)'
            )
        body += [
            "",
            "[[lead]]",
            f"name = {_quoted(lead.name)}",
            f"chemical_potential = {_quoted(_text(lead.chemical_potential, 'eV'))}",
            f"thermal_energy = {_quoted(_text(lead.thermal_energy, 'eV'))}",
        ]
        if lead.lorentzian is not None:
            center, half_width = (_quoted(_text(value, "eV")) for value in lead.lorentzian)
            body.append(f"lorentzian = {{ center = {center}, half_width = {half_width} }}")
        if lead.chain is not None:
            center, hopping = (_text(value, "eV") for value in lead.chain)
            body.append(f"chain = {lead._with_details({'center': center, 'hopping': hopping})}")
        if lead.tabulated is not None:
            body.append(f"tabulated = {lead._with_details({'file': os.fspath(lead.tabulated)})}")
        if lead.self_energy is not None:
            body.append(f"self_energy = {_self_energy(sampling, lead)}")
        body += ["channel = [", *(f"  {line}," for line in _channels(sampling, lead, levels)), "]"]
    if sampling.is_used:
        body.insert(2, f"table = {_quoted(TABLE)}")
    return "\n".join(head + body + tail)


def landscape_text(torque: Any, friction: Any, diffusion: Any, *, sampling: Sampling, **rotor: Any) -> str:
    """The text of a study whose torque, friction and diffusion are given."""
    head, tail = _frame(sampling=sampling, **rotor)
    body = ["", "[landscape]"]
    given = [("torque", torque, "eV"), ("friction", friction, "eV ps"), ("diffusion", diffusion, "eV^2 ps")]
    for name, values, unit in given:
        if isinstance(values, str):
            body.append(f"{name} = {_quoted(values)}")
            continue
        numbers = _numbers(values, f"the {name}", unit, sampling=sampling)
        if np.any(numbers.imag):
            raise ModelError(f"the {name} is complex", "give real numbers")
        if numbers.ndim not in (0, 1):
            raise ModelError(f"the {name} has shape {numbers.shape}", "give one number for each angle in theta")
        _sampled(sampling, numbers, 1, f"the {name}")
        scale = float(np.max(np.abs(numbers))) or 1.0
        body.append(f"{name} = {_entry(sampling, name, numbers, f' {unit}', scale)}")
    return "\n".join(head + body + tail)
