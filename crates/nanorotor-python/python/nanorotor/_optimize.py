"""Search for the best motor within bounds."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from nanorotor._errors import ConvergenceError, ModelError
from nanorotor._progress import progress as show_progress
from nanorotor._study import Study
from nanorotor._values import known, path_of, switch, text_of, whole

#: Where to search: downhill from several points, and an evolution strategy over the whole box too.
SEARCHES = ("global", "local")


@dataclass(frozen=True, repr=False)
class Optimum:
    """What a search has found.

    Attributes
    ----------
    study : Study
        The study with the best parameters.
    value, error : float
        The best value of the (first) objective, and its error.
    unit : str
        Its unit.
    parameters : dict of str to float
        The best parameters, in the units of the study.
    converged : bool
        Whether the search settled, or ended for want of evaluations.
    report : dict
        All of it, as in ``optimum.json``: bounds and constraints that hold the optimum, its flatness, the value before.
    evaluations : xarray.Dataset
        Every point of the search, against ``evaluation``.
    """

    study: Study
    value: float
    error: float
    unit: str
    parameters: dict[str, float]
    converged: bool
    report: dict[str, Any]
    evaluations: xr.Dataset

    def __repr__(self) -> str:
        goal = self.report["objectives"][0]
        where = ", ".join(f"{name} = {value:.6g}" for name, value in self.parameters.items())
        end = "" if self.converged else "; the search did not settle"
        return f"<nanorotor.Optimum: {goal['formula']} = {self.value:.6g} {self.unit} at {where}{end}>"


@dataclass(frozen=True, repr=False)
class Front:
    """The front between two objectives: where neither gets better without the other getting worse.

    Attributes
    ----------
    points : xarray.Dataset
        The points of the front, the best of the first objective first, against ``point``: objectives with their errors,
        parameters and constraints.
    unsettled : int
        How many descents ended for want of evaluations.
    report : dict
        All of it, as in ``front.json``.
    evaluations : xarray.Dataset
        Every point of the search, against ``evaluation``.
    """

    points: xr.Dataset
    unsettled: int
    report: dict[str, Any]
    evaluations: xr.Dataset
    _study: Study

    def study(self, point: int) -> Study:
        """Return the study with the parameters of one of the points."""
        return self._study.with_(**self.report["front"][point]["parameters"])

    def __repr__(self) -> str:
        goals = " and ".join(goal["formula"] for goal in self.report["objectives"])
        return f"<nanorotor.Front: {self.points.sizes['point']} points between {goals}>"


def optimize(
    study: Study,
    *,
    maximize: str | Sequence[str] | None = None,
    minimize: str | Sequence[str] | None = None,
    over: Mapping[str, tuple[float | str, float | str]],
    subject_to: str | Sequence[str] = (),
    out: str | os.PathLike[str] | None = None,
    search: str = "global",
    evaluations: int | None = None,
    starts: int = 4,
    front_points: int = 12,
    seed: int = 1,
    jobs: int | None = None,
    replace: bool = False,
    progress: bool | None = None,
) -> Any:
    """Maximize or minimize a quantity, or two, over parameters within bounds.

    Parameters
    ----------
    study : Study
        The study from which the search starts.
    maximize, minimize : str or sequence of str
        A quantity of :meth:`Study.rate`, or a formula of such: ``"rotation_rate/mean_current[left]"``. One in all, or
        two for the front between them.
    over : mapping of str to pair
        Parameters with their lowest and highest value; numbers are in the unit of the study.
    subject_to : str or sequence of str
        Demands on quantities and parameters, such as ``"mean_current[left] < 1 uA"``.
    out : path, optional
        A folder that keeps every point: a search that was interrupted goes on from there and ends at the same bits. It
        is what ``nanorotor optimize --out`` leaves.
    search : str
        ``"global"``, or ``"local"`` without the evolution strategy.
    evaluations : int, optional
        About how many points may be computed for each objective; by default 250 for each parameter and one more.
    starts : int
        From how many points descents start.
    front_points : int
        About how many points the front between two objectives has.
    seed : int
        The seed of the random numbers.
    jobs : int, optional
        The number of threads; all cores by default.
    replace : bool
        Take the place of what another search has left in ``out``.
    progress : bool, optional
        Whether to show a bar (with tqdm); by default where somebody watches.

    Returns
    -------
    Optimum or Front
        The best study, or for two objectives the front between them.

    Raises
    ------
    ModelError
        For unknown quantities and parameters, bounds that are none, demands that cannot be read.
    ConvergenceError
        If no point that meets the demands has a result.

    Examples
    --------
    >>> import nanorotor as nr
    >>> study = nr.Study.preset("preston2023")
    >>> best = nr.optimize(study, maximize="rotation_rate", over={"phi": (-1.4, -1.1)}, search="local", starts=1)
    >>> round(best.value, 4), round(best.parameters["phi"], 2)
    (1.2665, -1.26)
    """
    if not isinstance(study, Study):
        raise ModelError(f"the study is {study!r}", 'give a study, such as nr.Study.load("rotor.toml")')
    goals = _goals(True, maximize) + _goals(False, minimize)
    if len(goals) not in (1, 2):
        what = f"{len(goals)} things to maximize or minimize"
        raise ModelError(what, 'give one, such as maximize="rotation_rate", or two for the front between them')
    if not isinstance(over, Mapping) or not over:
        raise ModelError(f"over is {over!r}", 'give parameters with their bounds, such as {"phi": (-1.5, 1.5)}')
    if search not in SEARCHES:
        raise ModelError(f"search is {search!r}", 'give "global" or "local"')
    demands = [subject_to] if isinstance(subject_to, str) else list(subject_to)
    with show_progress(switch("progress", progress), "points") as tell:
        found = study._native.optimize(
            goals,
            [_bounds(study, name, ends) for name, ends in over.items()],
            [text_of("subject_to", demand, '"mean_current[left] < 1 uA"') for demand in demands],
            None if out is None else path_of("out", out),
            whole("evaluations", evaluations, 1, 1_000_000),
            whole("starts", starts, 1, 1000) or 4,
            whole("front_points", front_points, 2, 1000) or 12,
            search == "global",
            whole("seed", seed, 0) or 0,
            whole("jobs", jobs, 1, 1024),
            bool(switch("replace", replace)),
            tell,
        )
    if found is None:
        raise ConvergenceError("the search was stopped", "the same call goes on from there, if it has a folder")
    best, text, table = found
    report = json.loads(text)
    if best is None:
        every = _points(table)
        places = [point["evaluation"] - 1 for point in report["front"]]
        points = every.isel(evaluation=places).rename_dims(evaluation="point")
        return Front(points, report["unsettled"], report, every, study)
    objective = report["objectives"][0]
    given = {name: value for name, value, *_ in best.parameters() if name in over}
    return Optimum(
        study=study.with_(**given),
        value=objective["value"],
        error=objective["error"],
        unit=objective["unit"],
        parameters={name: entry["value"] for name, entry in report["parameters"].items()},
        converged=report["converged"],
        report=report,
        evaluations=_points(table),
    )


def _goals(most: bool, goals: str | Sequence[str] | None) -> list[tuple[bool, str]]:
    name = "maximize" if most else "minimize"
    each: Sequence[Any] = [] if goals is None else goals if isinstance(goals, (list, tuple)) else [goals]
    return [(most, text_of(name, goal, '"rotation_rate"')) for goal in each]


def _bounds(study: Study, name: str, ends: Any) -> str:
    known(study._native, name, ends)
    try:
        low, high = ends
    except (TypeError, ValueError):
        raise ModelError(f"the bounds of {name} are {ends!r}", "give the lowest and the highest value") from None
    texts = [end if isinstance(end, str) else study._native.quantity(name, float(end)) for end in (low, high)]
    return f"{name}={texts[0]}..{texts[1]}"


def _points(table: str) -> xr.Dataset:
    """Read the table of all points; the unit of a column stands in brackets behind its name."""
    import csv

    names, *rows = list(csv.reader(io.StringIO(table)))
    variables: dict[str, Any] = {}
    for k, head in enumerate(names):
        name, _, unit = head.partition(" [")
        column = [row[k] for row in rows]
        if name in ("stage", "refused"):
            values: Any = np.array(column, dtype=object)
        elif name in ("evaluation", "feasible"):
            values = np.array([int(cell or 0) for cell in column])
        else:
            values = np.array([float(cell) if cell else np.nan for cell in column])
        if name == "feasible":
            values = values.astype(bool)
        variables[name] = ("evaluation", values, {"units": unit.rstrip("]")} if unit else {})
    return xr.Dataset(variables).set_coords("evaluation")
