"""What users hold: a study, and everything that can be computed of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from nanorotor import _native
from nanorotor._broadcast import compute
from nanorotor._dataset import dataset, in_pint, warn_of_gaps
from nanorotor._errors import FileError, ModelError
from nanorotor._formulas import carried, derivatives_of, formulas
from nanorotor._junction import TABLE, Lead, Sampling, Value, junction_text, landscape_text
from nanorotor._native import THETA_POINTS
from nanorotor._native import Study as NativeStudy
from nanorotor._progress import progress as show_progress
from nanorotor._units import atomic_unit_of
from nanorotor._values import (
    MOST,
    MOST_JOBS,
    angles,
    duration,
    energies_of,
    known,
    loads_of,
    option,
    parameter,
    path_of,
    switch,
    text_of,
    warn_of_unused,
    whole,
)

if TYPE_CHECKING:
    from typing_extensions import Self

    from nanorotor._explore import Explorer
    from nanorotor.molecule.structure import Structure

#: What was changed in a study: a parameter, and its text or the numbers of its axis.
Change = tuple[str, str | tuple[float, ...]]

#: Text, name and folder of a study, and the files that it holds.
Source = tuple[str, str, str | None, tuple[tuple[str, bytes], ...]]

#: The largest number of samples of trajectories, 16 bytes each.
MOST_SAMPLES = 100_000_000

#: What a sampled function may lose, as a share of its largest value.
TOLERANCE = 1e-8


class Study:
    """A molecular junction with a rotor, and what to compute of it; never changes.

    Make one with :meth:`load`, :meth:`preset`, :meth:`from_text`, :meth:`from_junction` or :meth:`from_landscape`.
    Every method that computes takes parameters of the study as keywords. A number is in the unit that the study gives
    the parameter, a text may be a quantity or a formula (``V="3 eV"``, ``phi="-pi/4"``), and an array becomes a
    dimension of the result: a plain array has its parameter's own, an :class:`xarray.DataArray` keeps its own, so that
    arrays that share a dimension vary together.

    Examples
    --------
    >>> import numpy as np, nanorotor as nr
    >>> study = nr.Study.preset("preston2023")
    >>> study.rate(V=np.linspace(1, 6, 6)).rotation_rate.dims
    ('V',)
    """

    __slots__ = ("_changes", "_native", "_source", "assumptions", "sampling")

    _native: NativeStudy
    _source: Source
    _changes: tuple[Change, ...]
    #: What replacing samples by their Fourier series cost, in words; None where nothing was sampled.
    sampling: str | None
    #: What was assumed to make the study, in words; empty where nothing was.
    assumptions: tuple[str, ...]

    def __init__(self, *_: object, **__: object) -> None:
        raise ModelError(
            "a study is not made by calling Study()",
            "write nr.Study.load(path), nr.Study.preset(name), nr.Study.from_junction(...)",
        )

    @classmethod
    def _of(
        cls,
        native: NativeStudy,
        source: Source,
        changes: tuple[Change, ...] = (),
        sampling: str | None = None,
        assumptions: tuple[str, ...] = (),
    ) -> Self:
        study = object.__new__(cls)
        study._native, study._source, study._changes = native, source, changes
        study.sampling, study.assumptions = sampling, assumptions
        return study

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a study file.

        Raises
        ------
        StudyError
            With the place in the file and what to do.
        FileError
            If the file cannot be read.
        """
        path = path_of("path", path)
        native = _native.Study.load(path)
        return cls._of(native, (native.text, native.name, str(Path(path).resolve().parent), ()))

    @classmethod
    def preset(cls, name: str = "preston2023") -> Self:
        """Take a study that comes with nanorotor; ``preston2023`` is the motor of Preston & Kosov (2023)."""
        native = _native.Study.preset(text_of("name", name, '"preston2023"'))
        return cls._of(native, (native.text, native.name, None, tuple(native.held())))

    @classmethod
    def from_text(cls, text: str, name: str = "study", directory: str | os.PathLike[str] | None = None) -> Self:
        """Read a study from the text of a study file; ``directory`` is where the tables that it names are."""
        if not isinstance(text, str):
            raise ModelError(f"the text is {text!r}", "give the text of a study file")
        if "\n" not in text and text.endswith(".toml"):
            raise ModelError(f"{text} is the name of a file, not the text of a study", "read it with nr.Study.load")
        place = None if directory is None else path_of("directory", directory)
        return cls._of(_native.Study.from_text(text, name, place, ()), (text, name, place, ()))

    @classmethod
    def from_junction(
        cls,
        hamiltonian: ArrayLike | Sequence[Sequence[Value]],
        leads: Sequence[Lead],
        *,
        moment_of_inertia: Value,
        friction: Value,
        thermal_energy: Value,
        band_bottom: Value | None = None,
        theta: ArrayLike | None = None,
        period: float | str | None = None,
        potential: Value | ArrayLike = 0.0,
        load: Value = 0.0,
        spin_degeneracy: float = 1,
        terms: Mapping[str, ArrayLike] | None = None,
        connection: ArrayLike | Sequence[Sequence[Value]] | None = None,
        reference: str | Mapping[str, Value] = "none",
        parameters: Mapping[str, Value] | None = None,
        title: str = "Junction from Python",
        tolerance: float = TOLERANCE,
        assumptions: Sequence[str] = (),
        structure: Structure | None = None,
    ) -> Self:
        """Make a study of matrices, sampled on angles or written as formulas.

        What is sampled is replaced by its Fourier series, which is differentiated exactly; what that costs stands in
        :attr:`sampling` and in the attribute ``sampling`` of every result.

        Parameters
        ----------
        hamiltonian : array_like
            h in eV, Hermitian: ``(N, N)``, for each angle ``(M, N, N)``, or formulas.
        leads : sequence of Lead
            The leads with their couplings.
        moment_of_inertia : float or str
            I; a number is in kg m².
        friction, thermal_energy : float or str
            ξ_solv (a number is in eV ps) and k_B T (eV) of the environment.
        band_bottom : float or str, optional
            The bottom of the leads' wide band (eV); not with Lorentzian leads. The torque depends on it.
        theta : array_like, optional
            M equally spaced angles (rad) over one period, its end left out; needed for samples.
        period : float or str, optional
            2π/n in rad; taken from ``theta`` if not given.
        potential : float, str or array_like
            U_cl(θ) in eV; an array has one number for each angle.
        load : float or str
            The constant torque against +θ, in eV.
        spin_degeneracy : float
            2 counts both spins.
        terms : mapping of str to array_like, optional
            Matrices that are multiplied by parameters and added to ``hamiltonian``, such as ``{"V": drop}`` for the
            field of a bias; shapes as for ``hamiltonian``.
        connection : array_like, optional
            A = ⟨a|∂_θ b⟩ in 1/rad, anti-Hermitian, of an orthonormal basis that moves with the rotor: U†∂_θU where the
            columns of U are its vectors. ``(N, N)``, for each angle ``(M, N, N)``, or formulas. Without it the basis is
            taken to be at rest.
        reference : str or mapping
            The state of the electrons whose torque ``potential`` holds already: ``"none"``; ``"equilibrium"``, all
            leads at one chemical potential and temperature; ``"molecule"``, the molecule without leads. A mapping
            states more:
            ``{"state": "equilibrium", "chemical_potential": 0.0, "thermal_energy": 0.0259}`` or
            ``{"state": "molecule", "occupied_below": 0.0}``, numbers in eV; otherwise these are the means of the leads.
        parameters : mapping, optional
            Named values that formulas use, and that can be set and swept afterwards; text with a unit, or pure numbers.
        title : str
            What it is.
        tolerance : float
            What a sampled function may lose, as a share of its largest value.
        assumptions : sequence of str
            What was assumed, in words, for :attr:`assumptions` and :meth:`check`; the text of the study begins with it.
        structure : nanorotor.molecule.Structure, optional
            The atoms at the angles of ``theta``, which pictures show; they go into the table.

        Raises
        ------
        ConvergenceError
            If the angles do not resolve what is sampled.
        """
        sampling = Sampling(theta, period if isinstance(period, float) else None, tolerance)
        text = junction_text(
            hamiltonian,
            leads,
            sampling=sampling,
            terms=terms,
            connection=connection,
            reference=reference,
            band_bottom=band_bottom,
            spin_degeneracy=spin_degeneracy,
            title=title,
            parameters=parameters,
            period=period,
            moment_of_inertia=moment_of_inertia,
            potential=potential,
            load=load,
            environment_friction=friction,
            thermal_energy=thermal_energy,
        )
        if structure is not None:
            sampling.show(structure)
        return cls._made(text, "junction.toml", sampling, tuple(assumptions))

    @classmethod
    def from_landscape(
        cls,
        torque: ArrayLike | str,
        friction: ArrayLike | str,
        diffusion: ArrayLike | str,
        *,
        moment_of_inertia: Value,
        theta: ArrayLike | None = None,
        period: float | str | None = None,
        environment_friction: Value | None = None,
        thermal_energy: Value | None = None,
        potential: Value = 0.0,
        load: Value = 0.0,
        parameters: Mapping[str, Value] | None = None,
        title: str = "Landscape from Python",
        tolerance: float = TOLERANCE,
    ) -> Self:
        """Make a study of a given landscape: the functions F, X and D_tot of equation (13) of Preston & Kosov (2023).

        Parameters
        ----------
        torque, friction, diffusion : array_like or str
            Numbers in eV/rad, eV ps and eV² ps, constant or one for each angle in ``theta``; or formulas.
        moment_of_inertia : float or str
            I; a number is in kg m².
        environment_friction, thermal_energy : float or str, optional
            ξ_solv (a number is in eV ps) and k_BT (eV) of an environment besides; there is none without.
        theta, period, potential, load, parameters, title, tolerance
            As in :meth:`from_junction`.
        """
        sampling = Sampling(theta, period if isinstance(period, float) else None, tolerance)
        text = landscape_text(
            torque,
            friction,
            diffusion,
            sampling=sampling,
            title=title,
            parameters=parameters,
            period=period,
            moment_of_inertia=moment_of_inertia,
            potential=potential,
            load=load,
            environment_friction=environment_friction,
            thermal_energy=thermal_energy,
        )
        return cls._made(text, "landscape.toml", sampling)

    @classmethod
    def _made(cls, text: str, name: str, sampling: Sampling, assumptions: tuple[str, ...] = ()) -> Self:
        text = "".join(f"# {said}.\n" for said in assumptions) + text
        table = sampling.file()
        held = (*(() if table is None else ((TABLE, table),)), *sampling.files)
        source: Source = (text, name, None, held)
        return cls._of(_native.Study.from_text(*source), source, (), sampling.note(), assumptions)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._source, self._changes, self.sampling, self.assumptions)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Study):
            return NotImplemented
        return (self._source, self._changes) == (other._source, other._changes)

    def __hash__(self) -> int:
        return hash((self._source, self._changes))

    def __repr__(self) -> str:
        values = ", ".join(f"{name} = {text}" for name, text in self.parameters.items())
        axes = "".join(f", {name}: {size} values" for name, size in self._native.axes)
        return f"<nanorotor.Study {self._native.name}: {self.title or 'no title'} ({values}{axes})>"

    @property
    def title(self) -> str | None:
        """The title of the study."""
        return self._native.title

    @property
    def text(self) -> str:
        """The text of the study file, without what was changed."""
        return self._native.text

    @property
    def parameters(self) -> dict[str, str]:
        """Every parameter as it is written, in the study or by :meth:`with_`."""
        return {name: text for name, text, *_ in self._native.parameters()}

    def value(self, name: str) -> tuple[float, str]:
        """Give a parameter as a number and its unit.

        Raises
        ------
        ModelError
            If it depends on theta, or there is none of that name.
        """
        known(self._native, text_of("name", name, '"V"'))
        for found, _, number, unit, _ in self._native.parameters():
            if found == name and number is not None:
                return number, unit
        raise ModelError(f"`{name}` depends on theta", "evaluate its formula at an angle")

    def to_netcdf(self, path: str | os.PathLike[str]) -> None:
        """Write the arrays that the study was made of as NetCDF: the file of ``[molecule] table``.

        Variables are ``h`` and its terms ``h_NAME`` (eV; theta, level, level_2), ``connection`` (1/rad), ``w_LEAD``
        (√eV; theta, level, channel) and ``potential`` (eV; theta), imaginary parts ``NAME_imag``. A study of a molecule
        has its atoms beside them: see docs/molecules.md.

        Raises
        ------
        ModelError
            If nothing was sampled.
        FileError
            If the file cannot be written.
        """
        table = dict(self._source[3]).get(TABLE)
        if table is None:
            raise ModelError("the study was not made of sampled arrays", "its text is all there is: study.text")
        _write(path_of("path", path), table)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write a study file with the values that were set, and beside it the tables that it holds, if it has some.

        The file runs without Python: ``nanorotor rate PATH``. Arrays go to a file of the same name that ends in
        ``.nc``, bands and self-energies of leads to files whose names begin so, those of a preset too; other files
        that the study names stay where they are, and are named by their whole paths if the new file is in another
        folder. Axes are those of the study's own ``[sweep]``.

        Raises
        ------
        FileError
            If a file cannot be written.
        """
        file = Path(path_of("path", path))
        text = self._native.text_as_set_in(os.fspath(file.parent))
        for name, contents in self._source[3]:
            key = "table" if f'table = "{name}"' in text else "file"
            beside = file.with_suffix(".nc") if key == "table" else file.with_name(f"{file.stem}_{name}")
            text = text.replace(f'{key} = "{name}"', f'{key} = "{beside.name}"')
            _write(beside, contents)
        _write(file, text.encode())

    def validity(self) -> dict[str, str]:
        """How far each assumption of the theory holds here, in words with numbers."""
        return {name: f"{standing}: {text}" for name, standing, text in self._native.validity()}

    def check(self) -> str:
        """Every value with its unit, the band and what it does, and how far the theory holds, as a text to print."""
        assumed = "".join(f"\n  {said}." for said in self.assumptions)
        return self._native.check() + (f"\nassumed{assumed}\n" if assumed else "")

    def cite(self) -> str:
        """BibTeX for the program and for what the study builds on."""
        unknown = "% the literature that comes with nanorotor has no entry for"
        return "\n\n".join(entry or f"{unknown} {key}" for key, entry in self._native.cite())

    def with_(self, **values: Any) -> Self:
        """Give the same study with parameters set; an array becomes an axis of the sweep.

        Parameters
        ----------
        **values : float, str or array_like
            Numbers in the unit of the study, quantities, formulas; or one-dimensional arrays for :meth:`run`.

        Raises
        ------
        StudyError
            For an unknown name, a wrong dimension, a number where the study states no unit (a formula with a dimension,
            or 0), or a text without a unit.

        Warns
        -----
        UnusedParameterWarning
            If nothing in the study uses a parameter that was set.
        """
        native, changes = self._native, list(self._changes)
        for name, value in values.items():
            known(self._native, name, value)
            given = parameter(self._native, name, value)
            if isinstance(given, str):
                native = native.with_value(name, given)
                changes.append((name, given))
                continue
            if given.ndim != 1 or given.dims != (name,):
                raise ModelError(
                    f"an axis of a sweep is one-dimensional: `{name}` has the dimensions {given.dims}",
                    "give a plain array; rate(), landscape() and simulate() take DataArrays that share dimensions",
                )
            numbers = tuple(float(number) for number in given.values)
            native = native.with_axis(name, numbers)
            changes.append((name, numbers))
        warn_of_unused(native, values)
        return self._of(native, self._source, tuple(changes), self.sampling, self.assumptions)

    def landscape(
        self,
        theta: ArrayLike | None = None,
        *,
        points: int = THETA_POINTS,
        progress: bool | None = None,
        **values: Any,
    ) -> xr.Dataset:
        """Torque, friction, diffusion, potential, effective temperature and currents against θ.

        Equations (A14) to (A18) and (15) of Preston & Kosov (2023), for any number of levels and leads.

        Parameters
        ----------
        theta : array_like, optional
            Angles in rad; at one point only. By default ``points`` angles over one period.
        points : int
            The number of angles over one period, its end left out; at one point only.
        progress : bool, optional
            Whether to show a bar (with tqdm); by default where somebody watches.
        **values
            Parameters; arrays become dimensions.

        Returns
        -------
        xarray.Dataset
            Of the electrons: ``torque`` (eV/rad; A14), ``friction`` (eV ps; A15, A16), ``diffusion`` (eV² ps; A18),
            ``currents`` (µA), ``emissivity`` and ``pumped_charge`` (e/rad), ``heat_currents`` (eV/ns),
            ``heat_emissivity`` (eV/rad) and ``fano`` of each lead, ``current_noise`` (e²/ns) of each pair of leads,
            ``occupations`` of each level; of all together: ``potential`` (eV) and ``effective_temperature``
            (k_BT in eV; 15); …

        Raises
        ------
        ConvergenceError
            If the one point that was asked for did not converge; of many, those that did not are NaN with a ``status``.
        """
        switch("progress", progress)
        study, arrays = self._split(values, Study.landscape)
        if arrays:
            if theta is not None or points != THETA_POINTS:
                raise ModelError(
                    "theta and points are for one point; arrays of parameters use the common grid",
                    "leave them out and use .interp(theta=...) on the result, or call landscape() for each point",
                )
            found = compute(study._native, "landscape", arrays, progress)
            warn_of_gaps(found)
            return study._finish(found)
        at = None if theta is None else angles(theta)
        count = whole("points", points, 1, MOST)
        return study._finish(dataset(study._native.landscape(at, count or THETA_POINTS)))

    def spectrum(
        self,
        theta: ArrayLike | None = None,
        energies: ArrayLike | None = None,
        *,
        points: int = 64,
        **values: Any,
    ) -> xr.Dataset:
        """Transmissions, local densities of states and resonances against θ and the energy.

        Parameters
        ----------
        theta : array_like, optional
            Angles in rad; by default ``points`` angles over one period.
        energies : array_like, optional
            Energies in eV; by default such as resolve every resonance, a thousand at most.
        points : int
            The number of angles over one period, its end left out.
        **values
            Parameters, one number each.

        Returns
        -------
        xarray.Dataset
            ``transmission`` from ``lead_2`` to ``lead`` (reflection where they are one), ``local_density_of_states``
            of each level and ``lead_density_of_states`` by the lead that fills it (1/eV), both of one spin;
            ``level_energy`` and ``level_width`` of the resonances (eV), ``occupations`` and ``molecular_charge``
            (electrons), ``chemical_potential`` (eV).
        """
        study = self._at_one_point(values, Study.spectrum)
        at = None if theta is None else angles(theta)
        given = None if energies is None else energies_of(energies)
        count = whole("points", points, 1, MOST)
        return study._finish(dataset(study._native.spectrum(at, count or 64, given)))

    def rate(
        self,
        *,
        method: str | None = None,
        tolerance: float | None = None,
        memory: str | None = None,
        passage: bool | None = None,
        jobs: int | None = None,
        progress: bool | None = None,
        **values: Any,
    ) -> xr.Dataset:
        """Rotation rate, diffusion, currents, powers and heats without noise.

        From the stationary Klein–Kramers equation of the density of angle and velocity, which is that of equation (13)
        of Preston & Kosov (2023).

        Parameters
        ----------
        method : str, optional
            How the stationary state is found: "auto", "elements" (any damping), "hermite" (damping above about 0.1 per
            rad), "overdamped" (the limit of no inertia) or "weak" (the limit of weak damping); by default what
            ``[rate]`` of the study says, or "auto".
        tolerance : float, optional
            The relative error allowed for rotation rate, diffusion and kinetic energy; by default 1e-8. What is less
            accurate comes with its larger error, a ``status`` and a warning.
        memory : str, optional
            The memory that one solution may take, such as "2 GiB"; by default 1 GiB.
        passage : bool, optional
            Whether to count hops and revolutions too, without trajectories: ``hop_rate_forward``, ``hop_rate_back``
            (1/ns), ``hop_directionality``, ``mean_time_to_hop`` (ns), and the same of ``revolution``.
        jobs : int, optional
            The number of threads for arrays; by default all cores.
        progress : bool, optional
            Whether to show a bar (with tqdm); by default where somebody watches.
        **values
            Parameters; arrays become dimensions.

        Returns
        -------
        xarray.Dataset
            ``rotation_rate`` (revolutions/ns), ``rotational_diffusion`` (rad²/ns), ``mean_current`` (µA for each lead),
            ``mean_heat_current`` (eV/ns for each lead), ``mean_kinetic_energy`` (eV), ``power`` and
            ``heat_to_environment`` (eV/ns), ``entropy_production`` (k_B/ns), ``certainty_time`` (ns), the time after
            which the direction is sure to two standard deviations, ``density`` (1/rad) and
            ``kinetic_temperature`` (eV, of the spread about the mean velocity at that angle; NaN where the density is
            not known) against θ, …, each with its ``…_error``.

        Raises
        ------
        ConvergenceError
            If the one point that was asked for did not converge; of many, those that did not are NaN with a ``status``.

        Examples
        --------
        >>> import nanorotor as nr
        >>> found = nr.Study.preset("preston2023").rate(V=[3.0, 5.0], phi="-pi/4")
        >>> [round(float(rate), 4) for rate in found.rotation_rate]
        [0.3673, 1.2211]
        """
        study, arrays = self._split(values, Study.rate)
        native = study._native.with_solver(*_solver(method, tolerance, memory), switch("passage", passage))
        jobs = whole("jobs", jobs, 1, MOST_JOBS)
        switch("progress", progress)
        found = compute(native, "rate", arrays, progress, jobs=jobs) if arrays else dataset(native.rate())
        if "status" in found:
            warn_of_gaps(found)
        if self.assumptions and "E_F" not in values and "E_F" in native.names:
            from nanorotor.molecule.alignment import about_fermi

            found.attrs["fermi_level"] = about_fermi(native, found, arrays)
        return study._finish(found)

    def sensitivity(
        self,
        parameters: Sequence[str] | None = None,
        theta: ArrayLike | None = None,
        *,
        of: str | Sequence[str] = (),
        tolerance: float | None = None,
        memory: str | None = None,
        **values: Any,
    ) -> xr.Dataset:
        """Why the rotor turns: how its rate answers to a push, drag or heat at each angle, and to every parameter.

        Parameters
        ----------
        parameters : sequence of str, optional
            The parameters to differentiate by; by default all that the study uses.
        theta : array_like, optional
            Angles (rad); by default 256 over the period of the rotor.
        of : str or sequence of str
            Quantities of :meth:`rate`, or formulas of such, to differentiate beside the rotation rate, by differences:
            ``"mean_current[left]"``; ``"all"`` for diffusion, currents, power, efficiency and the time to be sure.
        tolerance, memory
            As in :meth:`rate`.
        **values
            Parameters, one number each.

        Returns
        -------
        xarray.Dataset
            ``rotation_rate`` (revolutions/ns). Against ``theta``: ``torque_sensitivity`` S_F, ``friction_sensitivity``
            S_X and ``diffusion_sensitivity`` S_D, so that δR = ∮ (S_F δF + S_X δX + S_D δD) dθ over the smallest
            period, with ``potential`` and ``effective_temperature``. Against ``parameter``: ``derivative``, per unit of
            the parameter as the study writes it, and ``elasticity`` ∂ln R/∂ln p. Against ``removed``:
            ``remaining_rate``, what is left of the rate when one cause after the other is taken away. Each with its
            ``…_error``. For ``of``: ``derivative_of`` against ``quantity`` and ``parameter``, with its error, unit and
            step.

        Raises
        ------
        ConvergenceError
            If no digit of the rate is known.
        """
        study = self._at_one_point(values, Study.sensitivity)
        if isinstance(parameters, str):
            raise ModelError(
                f"parameters is the text {parameters!r}", f'give a list of names, such as ["{parameters}"]'
            )
        native = study._native.with_solver(*_solver(None, tolerance, memory), None)
        names = None if parameters is None else [text_of("parameters", name, '["V"]') for name in parameters]
        asked = formulas(native, of)
        found = dataset(native.sensitivity(names, None if theta is None else angles(theta)))
        if "status" in found:
            warn_of_gaps(found)
        if asked:
            found = found.merge(derivatives_of(native.derivatives(asked, names)), combine_attrs="override")
        return study._finish(found)

    def uncertain(
        self,
        uncertain: Mapping[str, Any] | None = None,
        *,
        of: str | Sequence[str] = (),
        samples: int = 64,
        progress: bool | None = None,
        **values: Any,
    ) -> xr.Dataset:
        """Carry what is not known for sure to the rotation rate: its spread, and which parameter is to blame.

        Parameters
        ----------
        uncertain : mapping, optional
            Standard deviations (normal) or pairs of the lowest and the highest value (uniform) of parameters, beside
            those under ``[uncertain]`` of the study; numbers are in the unit of the study.
        of : str or sequence of str
            Quantities of :meth:`rate`, or formulas of such, to carry it to as well; ``"all"`` for diffusion, currents,
            power, efficiency and the time to be sure.
        samples : int
            The number of samples that check the derivatives, rounded up to a multiple of 8; at least 16.
        progress : bool, optional
            Whether to show a bar (with tqdm); by default where somebody watches.
        **values
            Parameters, one number each.

        Returns
        -------
        xarray.Dataset
            ``rotation_rate``, ``propagated_deviation`` from derivatives, ``sampled_mean`` and ``sampled_deviation``,
            ``lower_bound`` and ``upper_bound`` of two thirds of the samples (revolutions/ns), ``nonlinearity``, the
            part of the variance that derivatives leave, ``positive_share``, the part of the samples that turns
            forward; against ``parameter`` the ``variance_share`` of each. Sampling errors stand in ``…_error``. For
            ``of`` the same against ``quantity``, as ``quantity_value``, ``quantity_sampled_mean`` and so on, in the
            units of ``quantity_unit``.
        """
        study = self._at_one_point(values, Study.uncertain)
        native = study._native
        for name, given in (uncertain or {}).items():
            known(native, name, given)
            ends = given if isinstance(given, tuple | list) else (given,)
            native = native.with_uncertain(
                name, [end if isinstance(end, str) else native.quantity(name, float(end)) for end in ends]
            )
        count = whole("samples", samples, 16, 1_000_000)
        asked = formulas(native, of)
        with show_progress(switch("progress", progress), "samples") as tell:
            results, others = native.uncertain(count or 64, asked, tell)
        found = dataset(results)
        if asked:
            found = found.merge(carried(others), combine_attrs="override")
        return study._finish(found)

    def explore(self, *, port: int | None = None, browser: bool | None = None, **values: Any) -> Explorer:
        """Open a page on which the rotor turns while its parameters are moved.

        Parameters
        ----------
        port : int, optional
            The port of 127.0.0.1; 8719 by default, or a free one where that is taken.
        browser : bool, optional
            Whether to open a browser; by default where no notebook shows the page in a frame.
        **values
            Parameters, one number each.

        Returns
        -------
        Explorer
            With ``url`` and ``stop()``. This process serves the page, and it ends with it.

        Raises
        ------
        ModelError
            If the port cannot be used.
        """
        from nanorotor._explore import explore

        study = self._at_one_point(values, Study.explore)
        return explore(study._native, whole("port", port, 1, 65535), switch("browser", browser))

    def objective(
        self, names: Sequence[str], quantity: str = "rotation_rate", *, sign: float = 1.0
    ) -> Callable[[ArrayLike], tuple[float, np.ndarray[Any, np.dtype[np.float64]]]]:
        """Give a function of parameters that returns its value and its gradient.

        For ``scipy.optimize.minimize(fun, x0, jac=True)``.

        Parameters
        ----------
        names : sequence of str
            The parameters, in the order of the argument; numbers are in the units of the study.
        quantity : str
            What is returned: ``"rotation_rate"`` (revolutions/ns), the one that has a gradient.
        sign : float
            A factor; -1 for what minimises.
        """
        if isinstance(names, str):
            raise ModelError(f"names is the text {names!r}", f'give a list of names, such as ["{names}"]')
        order = [text_of("names", name, '["V"]') for name in names]
        for name in order:
            known(self._native, name)
        if quantity != "rotation_rate":
            raise ModelError(f"{quantity} has no gradient", 'the objective is "rotation_rate"')

        def objective(x: ArrayLike) -> tuple[float, np.ndarray[Any, np.dtype[np.float64]]]:
            at = np.atleast_1d(np.asarray(x, dtype=float))
            if at.shape != (len(order),):
                raise ModelError(f"the point has the shape {at.shape}", f"give {len(order)} numbers")
            native = self._native
            for name, number in zip(order, at, strict=True):
                native = native.with_value(name, native.quantity(name, float(number)))
            rate, gradient = native.rate_and_gradient(order)
            return sign * rate, sign * np.array(gradient)

        return objective

    def load_curve(
        self,
        loads: ArrayLike | None = None,
        *,
        method: str | None = None,
        tolerance: float | None = None,
        memory: str | None = None,
        **values: Any,
    ) -> xr.Dataset:
        """The rotor against an external load: torque-speed curve, stall torque, greatest power and efficiency.

        The loads take the place of that of the study; a positive one opposes +θ.

        Parameters
        ----------
        loads : array_like, optional
            Loads in eV/rad; by default from none to a quarter beyond the stall torque.
        method, tolerance, memory
            As in :meth:`rate`.
        **values
            Parameters, one number each.

        Returns
        -------
        xarray.Dataset
            Against ``load`` (eV/rad): ``rotation_rate`` (revolutions/ns), ``rotational_diffusion`` (rad²/ns), ``power``
            and ``electrical_power`` (eV/ns), ``efficiency``. Once: ``stall_torque`` (eV/rad; negative for a rotor that
            turns back without a load, 0 for one that does not turn), ``maximum_power`` (eV/ns) with its
            ``load_at_maximum_power`` and ``efficiency_at_maximum_power``, ``maximum_efficiency`` with its
            ``load_at_maximum_efficiency``; each with its ``…_error``. What is missing or less accurate than asked comes
            with a ``status`` and a warning.

        Raises
        ------
        ConvergenceError
            If there is no rate without a load.
        """
        study = self._at_one_point(values, Study.load_curve)
        native = study._native.with_solver(*_solver(method, tolerance, memory), None)
        found = dataset(native.load_curve(None if loads is None else loads_of(loads)))
        if "status" in found:
            warn_of_gaps(found)
        return study._finish(found)

    def simulate(
        self,
        *,
        time: float | str | None = None,
        trajectories: int | None = None,
        dt: float | str | None = None,
        seed: int | None = None,
        kernel: str | None = None,
        progress: bool | None = None,
        **values: Any,
    ) -> xr.Dataset:
        """Rotation rate, diffusion and directionality of trajectories, with their errors.

        Trajectories follow equation (13) of Preston & Kosov (2023); directionality is their equation (17).

        Parameters
        ----------
        time : float or str, optional
            The total measured time over all trajectories; a number is in ns.
        trajectories : int, optional
            The number of independent trajectories; at one point only.
        dt : float or str, optional
            The time step; a number is in ns. By default chosen by halving.
        seed : int, optional
            The seed of the random numbers. Each point of an array has its own seed, made of this one and its values.
        kernel : str, optional
            ``portable``, ``avx2``, ``avx512`` or ``reference``; the fastest of this machine by default.
        progress : bool, optional
            Whether to show a bar (with tqdm); by default where somebody watches.
        **values
            Parameters; arrays become dimensions.

        Returns
        -------
        xarray.Dataset
            ``rotation_rate`` (revolutions/ns), ``rotational_diffusion`` (rad²/ns), ``directionality_revolution`` and
            ``directionality_hop`` (shares from 0 to 1), each with its ``…_error``, and ``z_score``: by how many errors
            the rate differs from that of :meth:`rate`.
        """
        study, arrays = self._split(values, Study.simulate)
        length, step = duration("time", time), duration("dt", dt)
        seed = whole("seed", seed, 0, 2**64 - 1)
        option("kernel", kernel, str, 'a text such as kernel="portable"')
        switch("progress", progress)
        if arrays:
            if trajectories is not None:
                raise ModelError(
                    "the number of trajectories can be chosen at one point only",
                    "leave trajectories out, or call simulate() for each point",
                )
            options: dict[str, Any] = {"time": length, "dt": step, "seed": seed, "kernel": kernel}
            found = compute(study._native, "simulate", arrays, progress, **options)
            warn_of_gaps(found)
        else:
            with show_progress(progress, "ns") as tell:
                count = whole("trajectories", trajectories, 1)
                results = study._native.simulate(length, step, count, seed, kernel, tell)
            found = dataset(results)
        plain = {name: str(name).removeprefix("simulated_") for name in found.data_vars}
        found = found.rename({name: new for name, new in plain.items() if new != name})
        for name, variable in found.data_vars.items():
            if "ancillary_variables" in variable.attrs:
                variable.attrs["ancillary_variables"] = f"{name}_error"
        return study._finish(found)

    def trajectories(
        self,
        *,
        time: float | str,
        samples: int = 1000,
        trajectories: int = 5,
        dt: float | str | None = None,
        seed: int | None = None,
        kernel: str | None = None,
        **values: Any,
    ) -> xr.Dataset:
        """Angles and velocities of a few trajectories at regular times.

        Parameters
        ----------
        time : float or str
            How long each trajectory is, after its burn-in; a number is in ns.
        samples : int
            How many times are kept, the beginning besides.
        trajectories : int
            How many trajectories.
        dt, seed, kernel
            As in :meth:`simulate`; with the same, these are the first trajectories of its run.
        **values
            Parameters, at one point.

        Returns
        -------
        xarray.Dataset
            ``angle`` (rad, turning on without end) and ``velocity`` (rad/ns) over ``trajectory`` and ``time`` (ns).
        """
        study, arrays = self._split(values, Study.trajectories)
        if arrays:
            raise ModelError("trajectories are recorded at one point", f"give one value of {', '.join(arrays)}")
        span, count = duration("time", time), whole("trajectories", trajectories, 1)
        whole("samples", samples, 1)
        option("kernel", kernel, str, 'a text such as kernel="portable"')
        assert span is not None
        assert count is not None
        if samples * count > MOST_SAMPLES:
            raise ModelError(
                f"{samples} samples of {count} trajectories would take {samples * count * 16 / 1e9:.3g} GB",
                f"ask for at most {MOST_SAMPLES} in all",
            )
        times, angle, velocity, origin, seed, step = study._native.trajectories(
            span, samples, count, duration("dt", dt), whole("seed", seed, 0, 2**64 - 1), kernel
        )
        axis = np.frombuffer(times).copy()

        def over(values: bytes, name: str, units: str) -> tuple[Any, ...]:
            array = np.frombuffer(values).copy().reshape(trajectories, len(axis))
            return ("trajectory", "time"), array, {"long_name": name, "units": units}

        return study._finish(
            xr.Dataset(
                {
                    "angle": over(angle, "angle of the rotor, turning on without end", "rad"),
                    "velocity": over(velocity, "angular velocity", "rad/ns"),
                },
                {
                    "time": ("time", axis, {"long_name": "time since the burn-in", "units": "ns"}),
                    "trajectory": np.arange(trajectories),
                },
                {"dt": step, "seed": seed, "counter_origin": origin, "kernel": kernel or _native.kernel()},
            )
        )

    def run(
        self,
        out: str | os.PathLike[str] | None = None,
        *,
        client: Any = None,
        shard: str | None = None,
        jobs: int | None = None,
        kernel: str | None = None,
        replace: bool = False,
        progress: bool | None = None,
        **values: Any,
    ) -> xr.Dataset:
        """Run the whole sweep of the study: what its ``[compute]`` asks for at each point.

        Parameters
        ----------
        out : path, optional
            A folder that keeps every finished point, so that another run goes on from there; also that of
            ``nanorotor run``. Without one nothing is kept. A folder with points that this study does not have is
            refused.
        client : distributed.Client, optional
            A Dask cluster that computes the points; the bits are the same for any number of workers.
        shard : str, optional
            ``"3/16"`` computes the third of sixteen equal parts, into ``out``; :func:`nanorotor.merge` brings them
            together. The other parts are NaN.
        jobs : int, optional
            The number of threads on this machine; by default all cores.
        kernel : str, optional
            The kernel of trajectories; ``portable`` gives the same bits on different processors.
        replace : bool
            Take the place of the results of another study in ``out``.
        progress : bool, optional
            Whether to show a bar; by default where somebody watches.
        **values
            Parameters; a one-dimensional array becomes an axis of the sweep, the last given the fastest.

        Returns
        -------
        xarray.Dataset
            The names are those of :meth:`landscape` and :meth:`rate`; what trajectories tell is called
            ``simulated_rotation_rate`` and so on. Points that did not converge are NaN with a ``status``.
        """
        for name, value in values.items():
            known(self._native, name, value, Study.run)
        study = self.with_(**values)
        out = None if out is None else path_of("out", out)
        shard = None if shard is None else text_of("shard", shard, '"3/16"')
        jobs = whole("jobs", jobs, 1, MOST_JOBS)
        option("kernel", kernel, str, 'a text such as kernel="portable"')
        replace = switch("replace", replace) or False
        switch("progress", progress)
        if shard is not None and (out is None or client is not None):
            raise ModelError(
                "a shard is computed by one machine into a folder of its own",
                "give out, and no client: a cluster divides the points itself",
            )
        if client is not None:
            from nanorotor._dask import run

            found = dataset(run(study, client, out, kernel, replace, progress))
        else:
            with show_progress(progress, "point") as tell:
                found = dataset(study._native.run(out, shard, jobs, kernel, replace, tell))
        warn_of_gaps(found, part=shard is not None)
        return study._finish(found)

    def _split(self, values: Mapping[str, Any], method: Any) -> tuple[Self, dict[str, xr.DataArray]]:
        """The study with everything set that is one value, and the arrays."""
        read = {}
        for name, value in values.items():
            known(self._native, name, value, method)
            read[name] = parameter(self._native, name, value)
        arrays = {name: value for name, value in read.items() if isinstance(value, xr.DataArray)}
        return self.with_(**{name: value for name, value in read.items() if isinstance(value, str)}), arrays

    def _at_one_point(self, values: Mapping[str, Any], method: Any) -> Self:
        """The study with everything set, for a method that takes no arrays."""
        study, arrays = self._split(values, method)
        if arrays:
            raise ModelError(
                f"{method.__name__}() is for one point", "give one number for each parameter, and call it in a loop"
            )
        return study

    def _finish(self, found: xr.Dataset) -> xr.Dataset:
        for name, coordinate in found.coords.items():
            if coordinate.attrs.get("display_units") == "au" and "units" not in coordinate.attrs:
                unit = atomic_unit_of(self._native, str(name).removeprefix("parameter_"))
                coordinate.attrs |= {} if unit is None else {"units": in_pint(unit)}
        if self.title:
            found.attrs.setdefault("title", self.title)
        if self.sampling:
            found.attrs["sampling"] = self.sampling
        return found


def _solver(method: Any, tolerance: Any, memory: Any) -> tuple[str | None, float | None, str | None]:
    """Read how the stationary state is found."""
    return (
        option("method", method, str, 'a text such as method="elements"'),
        option("tolerance", tolerance, Real, "a number such as tolerance=1e-6"),
        option("memory", memory, str, 'a text with its unit, such as memory="2 GiB"'),
    )


def _write(path: str | Path, contents: bytes) -> None:
    part = Path(f"{path}.part")
    try:
        part.write_bytes(contents)
        part.replace(path)
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}", "give a path in a folder that exists") from None


def _restored(
    source: Source,
    changes: tuple[Change, ...],
    sampling: str | None,
    assumptions: tuple[str, ...] = (),
) -> Study:
    """Read a study again, with all changes, from what was pickled."""
    native = _native.Study.from_text(*source)
    for name, value in changes:
        native = native.with_value(name, value) if isinstance(value, str) else native.with_axis(name, value)
    return Study._of(native, source, changes, sampling, assumptions)
